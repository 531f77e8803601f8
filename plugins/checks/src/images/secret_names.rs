//! Telling from a variable's name whether its value is a secret. Values never reach a check.

/// Words that name a secret wherever they stand in a name, also as the end of a longer word (PGPASSWORD).
const ENDINGS: &[&str] = &["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "CREDENTIALS"];

/// What makes a secret of the word KEY.
const SECRET_KEYS: &[&str] =
    &["API", "ACCESS", "ACCOUNT", "AUTH", "ENCRYPTION", "MASTER", "PRIVATE", "SECRET", "SIGNING", "STORAGE"];

/// What makes of the word KEY something that anyone may know.
const PUBLIC_KEYS: &[&str] = &[
    "APT",
    "CACHE",
    "FOREIGN",
    "GPG",
    "HOT",
    "INDEX",
    "MAP",
    "OBJECT",
    "PARTITION",
    "PGP",
    "PRIMARY",
    "PUB",
    "PUBLIC",
    "REGISTRY",
    "REPO",
    "RPM",
    "SORT",
];

/// Last words with which a name stands for something about the secret.
const ABOUT: &[&str] = &[
    "AGE",
    "ALG",
    "ALGO",
    "ALGORITHM",
    "ARN",
    "AUDIENCE",
    "BACKEND",
    "BITS",
    "BYTES",
    "COLUMN",
    "COUNT",
    "DAYS",
    "DIR",
    "DIRECTORY",
    "DISABLED",
    "ENABLED",
    "ENDPOINT",
    "EXPIRATION",
    "EXPIRES",
    "EXPIRY",
    "FIELD",
    "FILE",
    "FILENAME",
    "FORMAT",
    "HEADER",
    "HINT",
    "HOST",
    "HOURS",
    "ID",
    "INTERVAL",
    "ISSUER",
    "LENGTH",
    "LIFETIME",
    "LIMIT",
    "LOCATION",
    "MANAGER",
    "MAX",
    "METHOD",
    "MILLISECONDS",
    "MIN",
    "MINUTES",
    "MODE",
    "MOUNT",
    "MS",
    "NAME",
    "NAMESPACE",
    "PATH",
    "PATTERN",
    "POLICY",
    "PORT",
    "PREFIX",
    "PROVIDER",
    "REF",
    "REGEX",
    "REGION",
    "REQUIRED",
    "ROTATION",
    "SCOPE",
    "SECONDS",
    "SERVICE",
    "SIZE",
    "STORE",
    "SUFFIX",
    "TIMEOUT",
    "TTL",
    "TYPE",
    "URI",
    "URL",
    "VAR",
    "VERSION",
];

/// Words of switches that only speak of secrets, as in MYSQL_ALLOW_EMPTY_PASSWORD.
const SWITCHES: &[&str] = &["ALLOW", "DISABLE", "ENABLE", "NO", "RANDOM", "REQUIRE", "SKIP", "USE"];

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Secrecy {
    /// People call secrets so, and other things too: SSH_KEY, REDIS_AUTH.
    Likely,
    /// It is how people call a secret, and nothing else.
    Certain,
}

/// What `name` says: DB_PASSWORD, API_KEY and github-token are certain, but GPG_KEY (the id of a public key),
/// DB_PASSWORD_FILE (the convention for handing a secret over by file) and AWS_ACCESS_KEY_ID are none.
pub fn secrecy(name: &str) -> Option<Secrecy> {
    let upper = name.to_ascii_uppercase();
    let words = upper.split(['_', '-', '.', '/', ':']).filter(|word| !word.is_empty());
    // PASSWORD2 and TOKEN_1 are secrets beside others.
    let words = words.map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let last = *words.last()?;
    if ABOUT.contains(&last) || words.iter().any(|word| SWITCHES.contains(word)) {
        return None;
    }
    let is_public = words.iter().any(|word| PUBLIC_KEYS.contains(word));
    let ending = words.iter().any(|word| ENDINGS.iter().any(|ending| word.ends_with(ending)));
    let key = words.windows(2).any(|pair| matches!(pair, [kind, "KEY"] if SECRET_KEYS.contains(kind)));
    // PWD and OLDPWD are directories; MYSQL_PWD and GITHUB_PAT are secrets.
    let short = words.len() > 1 && ["PWD", "PAT", "PASS", "PW"].contains(&last);
    if ending || short || (key && !is_public) || upper == "DOCKER_AUTH_CONFIG" {
        return Some(Secrecy::Certain);
    }
    let is_likely = match last {
        "PASS" => true,
        "KEY" | "AUTH" => words.len() > 1 && !is_public,
        _ => false,
    };
    is_likely.then_some(Secrecy::Likely)
}

/// The name of an entry "NAME=value" whose name is certainly a secret's and whose value is not empty.
pub fn secret_entry(entry: &str) -> Option<&str> {
    let (name, value) = entry.split_once('=')?;
    let has_value = !value.trim_matches(['"', '\'']).is_empty();
    (has_value && secrecy(name) == Some(Secrecy::Certain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Secrecy, secrecy, secret_entry};

    #[test]
    fn secrets_are_told_by_name() {
        for name in [
            "DB_PASSWORD",
            "DB_PASSWORD2",
            "PGPASSWORD",
            "MYSQL_PWD",
            "SMTP_PASS",
            "DB_PW",
            "api_key",
            "db.password",
            "NPM_TOKEN",
            "TOKEN_1",
            "github-token",
            "SECRET_KEY_BASE",
            "AWS_SECRET_ACCESS_KEY",
            "CLIENTSECRET",
            "dbPassword",
            "SSH_PRIVATE_KEY",
            "GITHUB_PAT",
            "STRIPE_APIKEY",
            "NEXT_PUBLIC_DB_PASSWORD",
            "DOCKER_AUTH_CONFIG",
        ] {
            assert_eq!(secrecy(name), Some(Secrecy::Certain), "{name}");
        }
    }

    #[test]
    fn some_names_are_secrets_more_often_than_not() {
        for name in ["SSH_KEY", "STRIPE_KEY", "PASS", "NPM_CONFIG__AUTH", "_AUTH_AUTH", "REDIS_AUTH", "TLS_SERVER_KEY"]
        {
            assert_eq!(secrecy(name), Some(Secrecy::Likely), "{name}");
        }
    }

    #[test]
    fn what_only_speaks_of_secrets_is_none() {
        for name in [
            "GPG_KEY",
            "NGINX_GPGKEY",
            "KEY",
            "AUTH",
            "PATH",
            "PWD",
            "OLDPWD",
            "DB_PASSWORD_FILE",
            "SESSION_SECRET_FILE",
            "SSH_KEY_DIR",
            "AWS_ACCESS_KEY_ID",
            "PUBLIC_KEY",
            "NEXT_PUBLIC_API_KEY",
            "SECRET_SERVICE_VERSION",
            "JWT_TOKEN_EXPIRATION_SECONDS",
            "PASSWORD_HASH_ALGORITHM",
            "TOKEN_ENABLED",
            "USE_AUTH",
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
            assert_eq!(secrecy(name), None, "{name}");
        }
    }

    #[test]
    fn an_empty_value_holds_no_secret() {
        assert_eq!(secret_entry("TOKEN="), None);
        assert_eq!(secret_entry("TOKEN=\"\""), None);
        assert_eq!(secret_entry("TOKEN"), None);
        assert_eq!(secret_entry("TOKEN=<masked>"), Some("TOKEN"));
    }
}
