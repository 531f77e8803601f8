//! Telling from a variable's name whether its value is a secret. Values never reach a check.

/// Words that name a secret wherever they stand in a name, also as the end of a longer word (PGPASSWORD).
const ENDINGS: &[&str] = &["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "CREDENTIALS"];

/// What makes a secret of the word KEY; alone it also names public keys, map keys and keyboard keys.
const SECRET_KEYS: &[&str] =
    &["API", "ACCESS", "ACCOUNT", "AUTH", "ENCRYPTION", "MASTER", "PRIVATE", "SIGNING", "STORAGE"];

/// Last words with which a name stands for something about the secret.
const ABOUT: &[&str] = &[
    "DIR", "ENDPOINT", "EXPIRY", "FILE", "HEADER", "ID", "ISSUER", "LENGTH", "NAME", "PATH", "TTL", "TYPE", "URI",
    "URL",
];

/// Words of switches that only speak of secrets, as in MYSQL_ALLOW_EMPTY_PASSWORD.
const SWITCHES: &[&str] = &["ALLOW", "DISABLE", "ENABLE", "RANDOM", "REQUIRE"];

/// Whether `name` is how people call a secret: DB_PASSWORD, API_KEY and github-token, but neither GPG_KEY (the id of
/// a public key), DB_PASSWORD_FILE (the convention for handing a secret over by file) nor AWS_ACCESS_KEY_ID.
pub fn names_a_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let words: Vec<&str> = upper.split(['_', '-', '.']).filter(|word| !word.is_empty()).collect();
    if words.last().is_none_or(|last| ABOUT.contains(last)) || words.iter().any(|word| SWITCHES.contains(word)) {
        return false;
    }
    let ending = words.iter().any(|word| ENDINGS.iter().any(|ending| word.ends_with(ending)));
    let key = words.windows(2).any(|pair| matches!(pair, [kind, "KEY"] if SECRET_KEYS.contains(kind)));
    // PWD and OLDPWD are directories; MYSQL_PWD and GITHUB_PAT are secrets.
    let last = words.len() > 1 && words.last().is_some_and(|last| ["PWD", "PAT", "PASS"].contains(last));
    ending || key || last || upper == "DOCKER_AUTH_CONFIG"
}

/// The name of an entry "NAME=value" whose name is a secret's and whose value is not empty.
pub fn secret_entry(entry: &str) -> Option<&str> {
    let (name, value) = entry.split_once('=')?;
    (!value.is_empty() && names_a_secret(name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{names_a_secret, secret_entry};

    #[test]
    fn secrets_are_told_by_name() {
        for name in [
            "DB_PASSWORD",
            "PGPASSWORD",
            "MYSQL_PWD",
            "SMTP_PASS",
            "api_key",
            "NPM_TOKEN",
            "github-token",
            "SECRET_KEY_BASE",
            "AWS_SECRET_ACCESS_KEY",
            "CLIENTSECRET",
            "SSH_PRIVATE_KEY",
            "GITHUB_PAT",
            "STRIPE_APIKEY",
            "DOCKER_AUTH_CONFIG",
        ] {
            assert!(names_a_secret(name), "{name}");
        }
    }

    #[test]
    fn what_only_speaks_of_secrets_is_none() {
        for name in [
            "GPG_KEY",
            "NGINX_GPGKEY",
            "KEY",
            "PATH",
            "PWD",
            "OLDPWD",
            "DB_PASSWORD_FILE",
            "AWS_ACCESS_KEY_ID",
            "MAX_TOKENS",
            "TOKENIZERS_PARALLELISM",
            "MYSQL_ALLOW_EMPTY_PASSWORD",
            "MYSQL_RANDOM_ROOT_PASSWORD",
            "SECRETS_DIR",
            "TOKEN_URL",
            "COMPASS",
            "KEYBOARD",
            "MONKEY",
            "PASSENGER_VERSION",
            "",
        ] {
            assert!(!names_a_secret(name), "{name}");
        }
    }

    #[test]
    fn an_empty_value_holds_no_secret() {
        assert_eq!(secret_entry("TOKEN="), None);
        assert_eq!(secret_entry("TOKEN"), None);
        assert_eq!(secret_entry("TOKEN=<masked>"), Some("TOKEN"));
    }
}
