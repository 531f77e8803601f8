//! Which names promise a secret.

/// Words that make a name secret-looking wherever they stand in it, compared without case and punctuation.
const ANYWHERE: [&str; 30] = [
    "accesskey",
    "accountkey",
    "apikey",
    "authconfig",
    "authkey",
    "authorization",
    "basicauth",
    "bearer",
    "cakey",
    "connectionstring",
    "cookie",
    "credential",
    "encryptionkey",
    "htpasswd",
    "identitytoken",
    "licensekey",
    "masterkey",
    "oauth",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "registryauth",
    "secret",
    "sharedkey",
    "signature",
    "signingkey",
    "token",
    "unlockkey",
];

/// Words that are too short to be looked for inside others: they have to stand alone, as in `DB_PASS` or `dbPass`.
const ALONE: [&str; 12] = ["auth", "cred", "creds", "dsn", "jwt", "key", "pass", "psk", "pw", "pwd", "sas", "sig"];

/// The longest name that is looked at; the end of a longer one says what it is.
const MAX_NAME_BYTES: usize = 256;

/// Whether a field, label, option or variable of this name usually holds a secret.
pub(super) fn looks_secret(name: &str) -> bool {
    let name = name.get(name.len().saturating_sub(MAX_NAME_BYTES)..).unwrap_or(name);
    let bare: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    ANYWHERE.iter().any(|word| bare.contains(word)) || words(name).any(|word| ALONE.contains(&word.as_str()))
}

/// The words of `DB_PASS`, `db-pass` and `dbPass`, in lower case.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let starts_word = !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && before.is_ascii_lowercase());
        if starts_word {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_ascii_alphanumeric(), words.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.into_iter()
}
