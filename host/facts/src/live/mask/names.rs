//! Which names promise a secret.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

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

/// All of these words. A name without any of them, which nearly every name is, is done with after one look.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(ANYWHERE.iter().chain(&ALONE)).ok());

/// The longest name that is looked at; the end of a longer one says what it is.
const MAX_NAME_BYTES: usize = 256;

/// Whether a field, label, option or variable of this name usually holds a secret.
///
/// This is asked for each of the several hundred fields of each container, and therefore allocates nothing.
pub(super) fn looks_secret(name: &str) -> bool {
    let bytes = name.as_bytes();
    let bytes = bytes.get(bytes.len().saturating_sub(MAX_NAME_BYTES)..).unwrap_or(bytes);
    let mut buffer = [0; MAX_NAME_BYTES];
    let letters = letters_of(bytes, &mut buffer);
    let may_be = WORDS.as_ref().is_none_or(|words| words.is_match(letters));
    may_be && (has_word_anywhere(letters) || has_word_alone(bytes))
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

/// A name without case and punctuation.
fn letters_of<'buffer>(name: &[u8], buffer: &'buffer mut [u8; MAX_NAME_BYTES]) -> &'buffer [u8] {
    let mut length = 0;
    for (place, byte) in buffer.iter_mut().zip(name.iter().filter(|byte| byte.is_ascii_alphanumeric())) {
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    buffer.get(..length).unwrap_or_default()
}

fn has_word_anywhere(letters: &[u8]) -> bool {
    ANYWHERE.iter().any(|word| letters.windows(word.len()).any(|place| place == word.as_bytes()))
}

/// Looks at the words of `DB_PASS`, `db-pass` and `dbPass`.
fn has_word_alone(name: &[u8]) -> bool {
    name.split(|byte| !byte.is_ascii_alphanumeric())
        .flat_map(|part| part.chunk_by(|before, byte| !(before.is_ascii_lowercase() && byte.is_ascii_uppercase())))
        .any(|found| ALONE.iter().any(|word| found.eq_ignore_ascii_case(word.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first look must pass on every name that the careful one would find.
    #[test]
    fn every_word_is_seen_however_it_is_spelled() {
        for word in ANYWHERE {
            let (head, tail) = word.split_at(3);
            let spellings = [
                word.to_owned(),
                word.to_uppercase(),
                format!("my{head}-{tail}s"),
                format!("{head}_{tail}"),
                format!("x.{head}.{tail}"),
            ];
            for name in spellings {
                assert!(looks_secret(&name), "{name}");
            }
        }
        for word in ALONE {
            let capital = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
            for name in [
                word.to_owned(),
                word.to_uppercase(),
                format!("db_{word}"),
                format!("db{capital}"),
                format!("{word}.x"),
            ] {
                assert!(looks_secret(&name), "{name}");
            }
            // Letters that only meet where a word ends are no word.
            let (head, tail) = word.split_at(1);
            assert!(!looks_secret(&format!("{head}-{tail}x")), "{word}");
        }
        assert!(WORDS.is_some());
    }
}
