//! Which names promise a secret.
//!
//! Check 4.10 judges names as well, and only of values that are masked: whatever it calls a secret must look like one
//! here too (`tests/all/masking.rs` holds the two lists against each other).

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words that make a name secret-looking wherever they stand in it, compared without case and punctuation.
const ANYWHERE: [&str; 40] = [
    "accesskey",
    "accountkey",
    "adminkey",
    "apikey",
    "authconfig",
    "authkey",
    "authorization",
    "bearer",
    "cakey",
    "clientkey",
    "connectionstring",
    "cookie",
    "credential",
    "cryptkey",
    "dockerconfigjson",
    "encryptionkey",
    "hmackey",
    "htpasswd",
    "identitytoken",
    "licensekey",
    "masterkey",
    "oauth",
    "privatekey",
    "privkey",
    "pswd",
    "registryauth",
    "rsakey",
    "secret",
    "serverkey",
    "sessionkey",
    "sharedkey",
    "signature",
    "signingkey",
    "sshkey",
    "sslkey",
    "storagekey",
    "token",
    "unlockkey",
    "webhook",
    "wgkey",
];

/// Words that are too short to be looked for inside others: they have to stand alone, as in `DB_PASS` or `dbPass`.
const ALONE: [&str; 8] = ["cred", "creds", "dsn", "jwt", "key", "psk", "sas", "sig"];

/// The same, but only at the end: `GITHUB_PAT`. Looked for elsewhere, it would be found in every path.
const LAST: &str = "pat";

/// Words with which a word of a name ends: `masterauth`, `bindpw`, and `auth` and `pw` themselves.
const ENDINGS: [&str; 3] = ["auth", "pw", "pwd"];

/// Every "pass" is taken for that of a password (`requirepass`, `sshpass`, `passphrase`)…
const PASS: &str = "pass";

/// … but for those of these words: what may stand before it, and what behind.
const BEFORE_PASS: [&str; 6] = ["by", "com", "over", "sur", "tres", "under"];
const BEHIND_PASS: [&str; 12] =
    ["able", "age", "ed", "enger", "env", "es", "ing", "ive", "ivat", "port", "through", "thru"];

/// All of these words, found in one pass over a name.
static WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(ANYWHERE.iter().chain([&PASS]).chain(&ALONE).chain(&ENDINGS)).ok());

const PASS_INDEX: usize = ANYWHERE.len();

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
    let Some(words) = WORDS.as_ref() else { return true };
    // Nearly every name is done with after one look.
    if !words.is_match(letters) {
        return is_last(bytes);
    }
    let mut may_stand_alone = false;
    for found in words.find_overlapping_iter(letters) {
        match found.pattern().as_usize() {
            word if word < ANYWHERE.len() => return true,
            PASS_INDEX if is_password(letters, found.start()) => return true,
            PASS_INDEX => {}
            _ => may_stand_alone = true,
        }
    }
    may_stand_alone && has_word_alone(bytes) || is_last(bytes)
}

/// Endings of options whose values say where a secret is, or who guards it, not what it is.
const PLACES: [&str; 6] = ["file", "files", "path", "dir", "plugin", "plugins"];

/// Whether a setting or a command line's option of this name takes a secret. Benchmarks judge `--authorization-plugin`.
pub(super) fn takes_secret(option: &str) -> bool {
    let is_place = |place: &str| {
        let start = option.len().saturating_sub(place.len());
        option.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(place))
    };
    looks_secret(option) && !PLACES.iter().any(|place| is_place(place))
}

/// Beginnings and endings of options that need no value: `--with-password`, `--password-stdin`, `--token-auth`.
const SWITCH_BEGINNINGS: [&str; 10] =
    ["no-", "with-", "without-", "enable-", "disable-", "require-", "skip-", "allow-", "ask-", "use-"];
const SWITCH_ENDINGS: [&str; 5] = ["-stdin", "-auth", "-prompt", "-required", "-enabled"];

/// Whether a flag that speaks of secrets is likely a switch, so that what starts with dashes behind it is the next flag.
pub(super) fn is_switch(flag: &str) -> bool {
    let name = flag.trim_start_matches('-');
    SWITCH_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || SWITCH_ENDINGS.iter().any(|ending| name.ends_with(ending))
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

/// Whether the "pass" at `start` belongs to no harmless word.
fn is_password(letters: &[u8], start: usize) -> bool {
    let before = letters.get(..start).unwrap_or_default();
    let behind = letters.get(start + PASS.len()..).unwrap_or_default();
    !BEFORE_PASS.iter().any(|word| before.ends_with(word.as_bytes()))
        && !BEHIND_PASS.iter().any(|word| behind.starts_with(word.as_bytes()))
}

fn is_last(name: &[u8]) -> bool {
    let (before, end) = name.split_at(name.len().saturating_sub(LAST.len()));
    end.eq_ignore_ascii_case(LAST.as_bytes()) && before.last().is_none_or(|byte| !byte.is_ascii_alphanumeric())
}

/// Looks at the words of `DB_PW`, `db-pw` and `dbPw`.
fn has_word_alone(name: &[u8]) -> bool {
    name.split(|byte| !byte.is_ascii_alphanumeric())
        .flat_map(|part| part.chunk_by(|before, byte| !(before.is_ascii_lowercase() && byte.is_ascii_uppercase())))
        .any(|found| {
            let ends_with = |word: &&str| {
                let end = found.get(found.len().saturating_sub(word.len())..).unwrap_or_default();
                end.eq_ignore_ascii_case(word.as_bytes())
            };
            ALONE.iter().any(|word| found.eq_ignore_ascii_case(word.as_bytes())) || ENDINGS.iter().any(ends_with)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first look must pass on every name that the careful one would find.
    #[test]
    fn every_word_is_seen_however_it_is_spelled() {
        for word in ANYWHERE.iter().chain(&["password", "passphrase"]) {
            let (head, tail) = word.split_at(3);
            let spellings = [
                (*word).to_owned(),
                word.to_uppercase(),
                format!("my{head}-{tail}s"),
                format!("{head}_{tail}"),
                format!("x.{head}.{tail}"),
            ];
            for name in spellings {
                assert!(looks_secret(&name), "{name}");
            }
        }
        for word in ALONE.iter().chain(&ENDINGS).chain(&[PASS]) {
            let capital = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
            for name in [
                (*word).to_owned(),
                word.to_uppercase(),
                format!("db_{word}"),
                format!("db{capital}"),
                format!("{word}.x"),
            ] {
                assert!(looks_secret(&name), "{name}");
            }
        }
        for word in ALONE {
            // Letters that only meet where a word ends are no word.
            let (head, tail) = word.split_at(1);
            assert!(!looks_secret(&format!("{head}-{tail}x")), "{word}");
        }
        assert!(WORDS.is_some());
    }

    #[test]
    fn names_of_secrets_are_recognised() {
        for name in [
            "PASSWORD",
            "db-pass",
            "dbPass",
            "MYSQL_PWD",
            "AWS_SECRET_ACCESS_KEY",
            "x.auth.users",
            "apiKey",
            "JWT",
            "requirepass",
            "masterauth",
            "dbpass",
            "DBPASS",
            "privkey",
            "sshkey",
            "bindpw",
            "pswd",
            "pat",
            "sshpass",
            "-passin",
            "GITHUB_PAT",
            "bypass_password",
        ] {
            assert!(looks_secret(name), "{name}");
        }
    }

    #[test]
    fn what_only_sounds_alike_is_none() {
        for name in [
            "",
            "PATH",
            "compass",
            "author",
            "monkey",
            "keyboard",
            "maintainer",
            "AutoLockManagers",
            "ü",
            "passthrough",
            "pci-passthru",
            "no_bypass",
            "BYPASS",
            "passive_mode",
            "PassEnvironment",
            "PASSENGER_VERSION",
            "tests_passed",
            "patch",
            "authz",
        ] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
