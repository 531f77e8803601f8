//! What a registry asks for in `WWW-Authenticate`.

use std::collections::BTreeMap;

/// One way to authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    Basic,
    /// Ask `realm` for a token first.
    Bearer {
        realm: String,
        service: Option<String>,
    },
}

/// The challenge of a 401 that is answered best: a token before a password. The error holds the schemes that were offered.
pub(super) fn choose<'a>(headers: impl Iterator<Item = &'a str>) -> Result<Challenge, String> {
    let mut schemes = Vec::new();
    let mut basic = None;
    for (scheme, mut parameters) in headers.flat_map(parse) {
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" => {
                if let Some(realm) = parameters.remove("realm") {
                    return Ok(Challenge::Bearer { realm, service: parameters.remove("service") });
                }
            }
            "basic" => basic = Some(Challenge::Basic),
            _ => {}
        }
        schemes.push(scheme);
    }
    basic.ok_or_else(|| if schemes.is_empty() { "none at all".to_owned() } else { schemes.join(", ") })
}

/// The challenges of one header: `Scheme key=value, key="quoted value", Scheme …`.
fn parse(header: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut challenges: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            return challenges;
        }
        match after.strip_prefix('=') {
            Some(value) => {
                let (value, after) = value_of(value);
                if let Some((_, parameters)) = challenges.last_mut() {
                    parameters.insert(word.to_ascii_lowercase(), value);
                }
                rest = after;
            }
            None => {
                challenges.push((word.to_owned(), BTreeMap::new()));
                rest = after;
            }
        }
    }
}

/// A token or a quoted string, and what follows it.
fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (token, rest) = text.split_at(text.find([' ', '\t', ',']).unwrap_or(text.len()));
        return (token.to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(characters.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>) -> Result<Challenge, String> {
        Ok(Challenge::Bearer { realm: realm.into(), service: service.map(str::to_owned) })
    }

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let hub =
            r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull""#;
        assert_eq!(choose([hub].into_iter()), bearer("https://auth.docker.io/token", Some("registry.docker.io")));
        assert_eq!(choose([r#"Basic realm="Registry""#].into_iter()), Ok(Challenge::Basic));
        assert_eq!(
            choose([r#"basic realm=x, BEARER realm="https://t", x="a,b \"c\"""#].into_iter()),
            bearer("https://t", None)
        );
        assert_eq!(choose(["Basic", "Bearer realm=https://t,service=s"].into_iter()), bearer("https://t", Some("s")));
    }

    #[test]
    fn what_cannot_be_answered_is_named() {
        assert_eq!(choose(std::iter::empty()), Err("none at all".into()));
        assert_eq!(choose([r#"Negotiate, NTLM realm="x""#].into_iter()), Err("Negotiate, NTLM".into()));
        assert_eq!(choose(["Bearer service=x"].into_iter()), Err("Bearer".into()));
        for rubbish in ["", ",,,", "=", "=x", "\"", "Bearer realm=\"unclosed", "Bearer =", "a=\"\\"] {
            let _ = choose([rubbish].into_iter());
        }
        assert_eq!(choose(["Bearer realm=\"unclosed"].into_iter()), bearer("unclosed", None));
    }
}
