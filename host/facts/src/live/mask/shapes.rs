//! Values whose own shape says that they are credentials, whatever they are called: keys of known kinds, the user
//! information of URLs, private keys, addresses that let whoever knows them in.
//!
//! Texts come from containers and can be megabytes long, so one automaton looks for all beginnings in one pass.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::marks::{Secret, mark_at};
use super::text::is_name_byte;

/// What follows a beginning that makes a credential of it.
#[derive(Clone, Copy)]
enum Shape {
    /// So many characters of a key.
    Key(usize),
    /// Capital letters and digits.
    Capitals,
    /// Three parts in base64, of which the last may be absent.
    Jwt,
    /// `$6$salt$hash`
    Hash,
    /// The label of a PEM block, and its body.
    Pem,
    /// The rest of a URL.
    Webhook,
    /// A blank, and what a header says of who asks.
    Header,
    /// Behind `user:password`, the place to connect to in Go's drivers.
    Dsn,
}

const BEGINNINGS: [(&str, Shape); 63] = [
    ("AKIA", Shape::Capitals),
    ("ASIA", Shape::Capitals),
    ("AIza", Shape::Key(20)),
    ("AGE-SECRET-KEY-1", Shape::Key(10)),
    ("PMAK-", Shape::Key(10)),
    ("SG.", Shape::Key(20)),
    ("SWMKEY-1-", Shape::Key(6)),
    ("SWMTKN-1-", Shape::Key(6)),
    ("dckr_pat_", Shape::Key(6)),
    ("dckr_oat_", Shape::Key(6)),
    ("dop_v1_", Shape::Key(10)),
    ("gho_", Shape::Key(10)),
    ("ghp_", Shape::Key(10)),
    ("ghr_", Shape::Key(10)),
    ("ghs_", Shape::Key(10)),
    ("ghu_", Shape::Key(10)),
    ("github_pat_", Shape::Key(10)),
    ("glpat-", Shape::Key(10)),
    ("glrt-", Shape::Key(10)),
    ("hf_", Shape::Key(20)),
    ("hvs.", Shape::Key(10)),
    ("npm_", Shape::Key(20)),
    ("pypi-AgE", Shape::Key(10)),
    ("rk_live_", Shape::Key(6)),
    ("rubygems_", Shape::Key(20)),
    ("shpat_", Shape::Key(10)),
    ("sk-ant-", Shape::Key(10)),
    ("sk-proj-", Shape::Key(10)),
    ("sk_live_", Shape::Key(6)),
    ("sk_test_", Shape::Key(6)),
    ("whsec_", Shape::Key(10)),
    ("xapp-", Shape::Key(10)),
    ("xoxa-", Shape::Key(10)),
    ("xoxb-", Shape::Key(10)),
    ("xoxp-", Shape::Key(10)),
    ("xoxr-", Shape::Key(10)),
    ("xoxs-", Shape::Key(10)),
    ("ya29.", Shape::Key(10)),
    ("eyJ", Shape::Jwt),
    ("$1$", Shape::Hash),
    ("$2a$", Shape::Hash),
    ("$2b$", Shape::Hash),
    ("$2y$", Shape::Hash),
    ("$5$", Shape::Hash),
    ("$6$", Shape::Hash),
    ("$7$", Shape::Hash),
    ("$y$", Shape::Hash),
    ("$apr1$", Shape::Hash),
    ("$argon2", Shape::Hash),
    ("-----BEGIN ", Shape::Pem),
    ("hooks.slack.com/services/", Shape::Webhook),
    ("hooks.slack.com/triggers/", Shape::Webhook),
    ("hooks.slack.com/workflows/", Shape::Webhook),
    ("discord.com/api/webhooks/", Shape::Webhook),
    ("discordapp.com/api/webhooks/", Shape::Webhook),
    ("webhook.office.com/", Shape::Webhook),
    ("api.telegram.org/bot", Shape::Webhook),
    ("Basic ", Shape::Header),
    ("basic ", Shape::Header),
    ("Bearer ", Shape::Header),
    ("bearer ", Shape::Header),
    ("@tcp(", Shape::Dsn),
    ("@unix(", Shape::Dsn),
];

static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let beginnings = BEGINNINGS.iter().map(|(beginning, _)| beginning);
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(beginnings).ok()
});

/// Nothing shorter is recognised, and most texts are shorter.
const SHORTEST: usize = 10;

/// The longest label of a PEM block, user name and password before `@tcp(`, and header of a JSON web token.
const MAX_LABEL_BYTES: usize = 64;
const MAX_DSN_BYTES: usize = 512;
const MAX_JWT_HEADER_BYTES: usize = 1024;

/// Whether a credential is in `value`.
pub(super) fn is_credential(value: &str) -> bool {
    let mut found = Vec::new();
    find(value, |_| false, &mut found);
    found.iter().any(|secret| secret.is_credential)
}

/// Finds the credentials in `text`; passwords in URLs of which `is_harmless` says so are none.
pub(super) fn find(text: &str, is_harmless: fn(&str) -> bool, secrets: &mut Vec<Secret>) {
    if text.len() < SHORTEST {
        return;
    }
    if text.contains('@') && text.contains("://") {
        find_user_information(text, is_harmless, secrets);
    }
    let Some(automaton) = AUTOMATON.as_ref() else { return };
    let mut end = 0;
    for found in automaton.find_iter(text) {
        // What a credential holds is looked at once.
        let Some((_, shape)) = BEGINNINGS.get(found.pattern().as_usize()).filter(|_| found.start() >= end) else {
            continue;
        };
        if let Some(place) = place_of(*shape, text, found.range()) {
            end = place.end;
            secrets.push(Secret::credential(place));
        }
    }
}

/// The place of the credential of this shape that begins at `beginning`, if it is one.
fn place_of(shape: Shape, text: &str, beginning: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let rest = bytes.get(beginning.end..)?;
    let is_inside_word = beginning.start > 0
        && bytes.get(beginning.start - 1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let length_of =
        |rest: &[u8], belongs: fn(u8) -> bool| rest.iter().position(|byte| !belongs(*byte)).unwrap_or(rest.len());
    match shape {
        Shape::Webhook => {
            let length = length_of(rest, |byte| !byte.is_ascii_whitespace() && !b"\"'`<>\\".contains(&byte));
            (length > 0 && mark_at(rest).is_none()).then(|| beginning.end..beginning.end + length)
        }
        Shape::Dsn => {
            let start = beginning.start.saturating_sub(MAX_DSN_BYTES);
            let before = bytes.get(start..beginning.start)?;
            let word = before.iter().rposition(|byte| byte.is_ascii_whitespace() || b"\"'`".contains(byte));
            let word = start + word.map_or(0, |place| place + 1);
            // `DSN=user:password@tcp(db)`: the name is none of the secret.
            let name = bytes.get(word..)?.iter().position(|byte| !is_name_byte(*byte)).unwrap_or(0);
            let word = if bytes.get(word + name) == Some(&b'=') { word + name + 1 } else { word };
            let user = bytes.get(word..beginning.start)?;
            (user.contains(&b':') && text.is_char_boundary(word)).then_some(word..beginning.start)
        }
        _ if is_inside_word => None,
        Shape::Key(least) => {
            let length = length_of(rest, |byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
            (length >= least).then(|| beginning.start..beginning.end + length)
        }
        Shape::Capitals => {
            let length = length_of(rest, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            (length >= 12).then(|| beginning.start..beginning.end + length)
        }
        Shape::Jwt => {
            // No header is that long, and what is none must not be read again and again.
            let header = rest.get(..rest.len().min(MAX_JWT_HEADER_BYTES))?;
            let header = length_of(header, |byte| byte.is_ascii_alphanumeric() || b"_-=".contains(&byte));
            let payload = rest.get(header + 1..).filter(|_| rest.get(header) == Some(&b'.') && header >= 3)?;
            let length = length_of(payload, |byte| byte.is_ascii_alphanumeric() || b"_-=.".contains(&byte));
            (length >= 4).then(|| beginning.start..beginning.end + header + 1 + length)
        }
        Shape::Hash => {
            let length = length_of(rest, |byte| byte.is_ascii_alphanumeric() || b"./$,=+-".contains(&byte));
            let hash = rest.get(..length)?;
            (length >= 8 && hash.contains(&b'$')).then(|| beginning.start..beginning.end + length)
        }
        Shape::Pem => {
            let label =
                text.get(beginning.end..)?.split("-----").next().filter(|label| label.len() < MAX_LABEL_BYTES)?;
            let body = beginning.end + label.len() + "-----".len();
            let length = text.get(body..)?.find("-----END").unwrap_or(text.len() - body);
            label.contains("PRIVATE KEY").then(|| body..body + length)
        }
        Shape::Header => {
            let blanks = length_of(rest, |byte| byte == b' ');
            let token = rest.get(blanks..)?;
            let length = length_of(token, |byte| byte.is_ascii_alphanumeric() || b"_-=.+/~".contains(&byte));
            let token = token.get(..length)?;
            let has = |belongs: fn(&u8) -> bool| token.iter().skip(1).any(belongs);
            // "Basic authentication" is no credential.
            let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
            let start = beginning.end + blanks;
            (length >= 6 && (is_mixed || has(u8::is_ascii_digit))).then(|| start..start + length)
        }
    }
}

/// Schemes that name a user who proves it in another way.
const KEYED_SCHEMES: [&str; 4] = ["ssh", "sftp", "git+ssh", "svn+ssh"];

/// The user information of URLs.
fn find_user_information(text: &str, is_harmless: fn(&str) -> bool, secrets: &mut Vec<Secret>) {
    let mut start = 0;
    for piece in text.split_inclusive(|c: char| c.is_whitespace() || c == '"') {
        if let Some(last_at) = piece.rfind('@') {
            find_in_piece(piece, start, last_at, is_harmless, secrets);
        }
        start += piece.len();
    }
}

fn find_in_piece(piece: &str, offset: usize, last_at: usize, is_harmless: fn(&str) -> bool, secrets: &mut Vec<Secret>) {
    for (scheme_end, separator) in piece.match_indices("://") {
        let begin = scheme_end + separator.len();
        let rest = piece.get(begin..).unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if let Some(at) = authority.rfind('@') {
            let place = offset + begin..offset + begin + at;
            match authority.get(..at).and_then(|user| user.split_once(':')) {
                Some((_, password)) if is_harmless(password) => {}
                Some((_, "")) => secrets.push(Secret::named(place)),
                Some(_) => secrets.push(Secret::credential(place)),
                None if is_keyed(piece.get(..scheme_end).unwrap_or_default()) => {}
                None => secrets.push(Secret::named(place)),
            }
        } else if authority.contains(':') && begin < last_at {
            // A password with a slash in it is not allowed to look like this, but it does.
            secrets.push(Secret::credential(offset + begin..offset + last_at));
            return;
        }
    }
}

fn is_keyed(before: &str) -> bool {
    KEYED_SCHEMES.iter().any(|scheme| {
        let rest = before.strip_suffix(scheme);
        rest.is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '+'))
    })
}

/// The longest address of a proxy in a text that is looked at.
const MAX_PROXY_BYTES: usize = 512;

/// The user information of a proxy's address at `start`, which may come without a scheme. Few bytes are looked at:
/// proxies are named again and again in a hostile text.
pub(super) fn proxy_credentials(text: &[u8], start: usize) -> Option<Secret> {
    let rest = text.get(start..)?;
    let address = rest.get(..rest.len().min(MAX_PROXY_BYTES))?;
    let mark = address.windows(3).position(|part| part == b"://").map_or(0, |found| found + 3);
    if address.get(mark..).and_then(mark_at).is_some() {
        return None;
    }
    let end = address.iter().position(|byte| byte.is_ascii_whitespace() || b"\"'`".contains(byte));
    let address = address.get(..end.unwrap_or(address.len()))?;
    let at = address.iter().rposition(|byte| *byte == b'@')?;
    let user = address.get(mark..at).filter(|user| !user.is_empty())?;
    let is_credential = user.contains(&b':');
    Some(Secret { place: start + mark..start + at, is_credential })
}
