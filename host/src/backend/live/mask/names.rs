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
///
/// This is asked for each of the several hundred fields of each container, and therefore allocates nothing.
pub(super) fn looks_secret(name: &str) -> bool {
    let bytes = name.as_bytes();
    let bytes = bytes.get(bytes.len().saturating_sub(MAX_NAME_BYTES)..).unwrap_or(bytes);
    has_word_anywhere(bytes) || has_word_alone(bytes)
}

/// Endings of options whose values say where a secret is, or who guards it, not what it is.
const PLACES: [&str; 4] = ["file", "path", "dir", "plugin"];

/// Whether a command line's option of this name takes a secret. Benchmarks judge `--authorization-plugin`.
pub(super) fn takes_secret(option: &str) -> bool {
    let is_place = |place: &str| {
        let start = option.len().saturating_sub(place.len());
        option.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(place))
    };
    looks_secret(option) && !PLACES.iter().any(|place| is_place(place))
}

fn has_word_anywhere(name: &[u8]) -> bool {
    let mut buffer = [0; MAX_NAME_BYTES];
    let mut length = 0;
    for (place, byte) in buffer.iter_mut().zip(name.iter().filter(|byte| byte.is_ascii_alphanumeric())) {
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    let mut rest = buffer.get(..length).unwrap_or_default();
    while let Some((first, after)) = rest.split_first() {
        // Most places are dismissed by their first letter, without comparing texts.
        if ANYWHERE.iter().any(|word| word.as_bytes().first() == Some(first) && rest.starts_with(word.as_bytes())) {
            return true;
        }
        rest = after;
    }
    false
}

/// Looks at the words of `DB_PASS`, `db-pass` and `dbPass`.
fn has_word_alone(name: &[u8]) -> bool {
    name.split(|byte| !byte.is_ascii_alphanumeric())
        .flat_map(|part| part.chunk_by(|before, byte| !(before.is_ascii_lowercase() && byte.is_ascii_uppercase())))
        .any(|found| ALONE.iter().any(|word| found.eq_ignore_ascii_case(word.as_bytes())))
}
