//! References to what a registry holds: `oci://HOST[:PORT]/NAME[:TAG][@sha256:DIGEST]`.
//!
//! Everything in one ends up in a URL's path, so nothing gets in that would mean something there.

use std::fmt;
use std::str::FromStr;

use super::http::is_loopback;
use super::location::ParseError;

/// As the distribution specification limits names together with their host.
const MAX_NAME: usize = 255;
/// As the distribution specification limits tags.
const MAX_TAG: usize = 128;

/// A place in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    host: String,
    name: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl Reference {
    /// The host as it was written, with its port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The repository, as the registry knows it.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// "sha256:" and 64 hexadecimal digits: the manifest that is meant, whatever the tag says.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// The same place, with the digest of what was found there.
    pub fn with_digest(&self, digest: &str) -> Self {
        Self { digest: Some(digest.to_owned()), ..self.clone() }
    }

    /// The tag alone; the whole reference where there is none.
    pub fn without_digest(&self) -> Self {
        Self { digest: self.digest.clone().filter(|_| self.tag.is_none()), ..self.clone() }
    }

    /// What stands in the URL for the manifest: the digest, else the tag.
    pub(super) fn manifest(&self) -> &str {
        self.digest().or(self.tag()).unwrap_or("latest")
    }

    /// The host that speaks the registry's protocol: Docker Hub's is not its name.
    pub(super) fn api_host(&self) -> &str {
        if self.is_docker_hub() { "registry-1.docker.io" } else { &self.host }
    }

    /// Under what docker keeps the credentials.
    pub(super) fn credentials_key(&self) -> &str {
        if self.is_docker_hub() { "https://index.docker.io/v1/" } else { &self.host }
    }

    /// Whether plain http may be spoken, as docker allows it: with this very host.
    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(bare_host(&self.host))
    }

    fn is_docker_hub(&self) -> bool {
        self.host == "docker.io"
    }
}

/// A host without its port.
fn bare_host(host: &str) -> &str {
    match host.rsplit_once(':') {
        // "[::1]" has colons of its own.
        Some((bare, port)) if !port.contains(']') => bare,
        _ => host,
    }
}

impl FromStr for Reference {
    type Err = ParseError;

    /// Reads what follows `oci://`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |problem| ParseError::Reference { text: text.chars().take(300).collect(), problem };
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) if is_digest(digest) => (rest, Some(digest.to_owned())),
            Some(_) => return Err(wrong("the digest is not sha256: and 64 hexadecimal digits")),
            None => (text, None),
        };
        let (host, path) = rest.split_once('/').ok_or_else(|| wrong("the repository's name is missing"))?;
        let (name, tag) = match path.split_once(':') {
            Some((name, tag)) => (name, Some(tag.to_owned())),
            None => (path, None),
        };
        if !is_host(host) {
            return Err(wrong("the host is missing or malformed"));
        }
        if !is_name(name) || name.len() + host.len() > MAX_NAME {
            return Err(wrong("the name is not of lower-case letters, digits and single separators"));
        }
        if !tag.as_deref().is_none_or(is_tag) {
            return Err(wrong("the tag is malformed"));
        }
        // As docker does: no tag and no digest is the tag "latest".
        let tag = tag.or_else(|| digest.is_none().then(|| "latest".to_owned()));
        let host = host.to_ascii_lowercase();
        // What the hub calls "NAME" its protocol calls "library/NAME".
        let is_official = host == "docker.io" && !name.contains('/');
        let name = if is_official { format!("library/{name}") } else { name.to_owned() };
        Ok(Self { host, name, tag, digest })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "oci://{}/{}", self.host, self.name)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// "sha256:" and 64 lower-case hexadecimal digits; other algorithms are not accepted anywhere.
pub(super) fn is_digest(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").unwrap_or_default();
    hex.len() == 64 && hex.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
}

fn is_host(host: &str) -> bool {
    let bare = bare_host(host);
    let port = host.strip_prefix(bare).unwrap_or_default();
    let is_port =
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok_and(|p| p > 0));
    let inside = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_bare = match inside {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            let is_label = |label: &str| {
                !label.is_empty()
                    && label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            };
            bare.split('.').all(is_label)
        }
    };
    is_bare && is_port
}

/// Path components of lower-case letters and digits, joined inside by ".", "_", "__" or dashes.
fn is_name(name: &str) -> bool {
    let is_component = |component: &str| {
        let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let separators = component.split(alphanumeric).filter(|between| !between.is_empty());
        let is_separator = |text: &str| matches!(text, "." | "_" | "__") || text.bytes().all(|c| c == b'-');
        component.starts_with(alphanumeric)
            && component.ends_with(alphanumeric)
            && separators.into_iter().all(is_separator)
    };
    name.split('/').all(is_component)
}

fn is_tag(tag: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.starts_with(is_word) && tag.len() <= MAX_TAG && tag.chars().all(|c| is_word(c) || c == '.' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Reference, ParseError> {
        text.parse()
    }

    #[test]
    fn the_parts_of_a_reference_are_told_apart() {
        let digest = format!("sha256:{}", "0".repeat(64));
        let full = parse(&format!("Registry.example:5000/acme/a.b_c__d--e:v1.0@{digest}")).unwrap();
        assert_eq!((full.host(), full.name()), ("registry.example:5000", "acme/a.b_c__d--e"));
        assert_eq!((full.tag(), full.digest()), (Some("v1.0"), Some(digest.as_str())));
        assert_eq!(full.manifest(), digest, "the digest decides");
        assert_eq!(parse("h/n").unwrap().manifest(), "latest");
        assert_eq!(parse(&format!("h/n@{digest}")).unwrap().tag(), None);
        let hub = parse("docker.io/plugin:1").unwrap();
        assert_eq!((hub.api_host(), hub.name()), ("registry-1.docker.io", "library/plugin"));
    }

    #[test]
    fn nothing_gets_in_that_would_mean_something_in_a_url() {
        let digest = "0".repeat(64);
        for text in [
            "",
            "h",
            "/n",
            "h/",
            "h//n",
            "h/../n",
            "h/a/../b",
            "h/N",
            "h/-n",
            "h/n-",
            "h/a..b",
            "h/a___b",
            "h/n%2f",
            "h/n?x",
            "h/n#x",
            "h/n:",
            "h/n:-1",
            "h/n:a/b",
            "h/n:a b",
            "h/n@sha256:00",
            "h/n@sha512:00",
            "user@h/n",
            "h:0/n",
            "h:/n",
            "h:99999/n",
            "h:80x/n",
            "-h/n",
            "h..x/n",
            "[::1/n",
            "[x]/n",
            "h/n:1@",
            "h\n/n",
            "h/n\u{1b}",
        ] {
            assert!(parse(text).is_err(), "{text:?} is taken: {:?}", parse(text));
        }
        assert!(parse(&format!("h/n@sha256:{}", digest.replace('0', "A"))).is_err());
        assert!(parse(&format!("h/{}", "a".repeat(300))).is_err());
        assert!(parse(&format!("h/n:{}", "a".repeat(129))).is_err());
    }

    #[test]
    fn loopback_is_what_cannot_leave_the_host() {
        for host in ["localhost", "localhost:5000", "127.0.0.1:1", "127.9.9.9", "[::1]", "[::1]:5000", "LOCALHOST"] {
            assert!(parse(&format!("{host}/n")).unwrap().is_loopback(), "{host}");
        }
        for host in ["localhost.example", "128.0.0.1", "0.0.0.0", "[::2]", "127.0.0.1.example", "example:5000", "127.1"]
        {
            assert!(!parse(&format!("{host}/n")).unwrap().is_loopback(), "{host}");
        }
    }
}
