//! How a source is written: a path, `file:…`, `https://…`, `oci://…` or `bundle:…`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ureq::http::Uri;

use super::Reference;

/// No URL that somebody would type or sign is longer.
const MAX_URL: usize = 4096;

/// Where a plugin comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    /// A URL that has been checked: https, with a host and without credentials.
    Https(String),
    Registry(Reference),
    /// A bundle that the plugin was loaded from. It is loaded by its own command, never fetched.
    Bundle(PathBuf),
}

/// Why a text names no source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the source is empty: give a file, https://… or oci://HOST/NAME:TAG")]
    Empty,
    #[error(
        "{0}: plugins are not fetched over plain http: https://… or oci://… (plain http is for loopback registries)"
    )]
    PlainHttp(String),
    #[error("{0}: unknown kind of source: a file, https://… or oci://HOST/NAME:TAG")]
    Scheme(String),
    #[error("{0}: not a valid URL")]
    Url(String),
    #[error("the URL holds credentials, which would be kept with the plugin: use a registry and `docker login`")]
    Credentials,
    #[error("{0}: a file: source is file:PATH or file:///PATH")]
    FileHost(String),
    #[error("oci://{text}: {problem}: oci://HOST[:PORT]/NAME[:TAG][@sha256:DIGEST]")]
    Reference { text: String, problem: &'static str },
}

impl Source {
    /// Whether the source itself says which bytes it means: a registry's reference with a digest.
    pub fn is_pinned(&self) -> bool {
        matches!(self, Source::Registry(reference) if reference.digest().is_some())
    }

    /// What to ask for something newer: a registry's tag without the digest that it had.
    pub fn for_update(&self) -> Self {
        match self {
            Source::Registry(reference) => Source::Registry(reference.without_digest()),
            other => other.clone(),
        }
    }
}

impl FromStr for Source {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(ParseError::Empty);
        }
        if let Some(rest) = text.strip_prefix("oci://") {
            return rest.parse().map(Source::Registry);
        }
        if let Some(path) = text.strip_prefix("bundle:") {
            return Ok(Source::Bundle(path.into()));
        }
        if let Some(path) = text.strip_prefix("file:") {
            return file(text, path);
        }
        match text.split_once("://") {
            // What comes before is part of a path: "./a://b".
            Some((scheme, _)) if !scheme.bytes().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(&c)) => {}
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => return https(text),
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("http") => {
                return Err(ParseError::PlainHttp(text.to_owned()));
            }
            Some(_) => return Err(ParseError::Scheme(text.to_owned())),
            None => {}
        }
        Ok(Source::File(text.into()))
    }
}

fn file(text: &str, path: &str) -> Result<Source, ParseError> {
    let path = match path.strip_prefix("//") {
        // "file://HOST/PATH" would be a file of another host.
        Some(rest) => rest.strip_prefix("localhost").unwrap_or(rest),
        None => path,
    };
    let is_other_host = text.starts_with("file://") && !path.starts_with('/');
    if path.is_empty() || is_other_host {
        return Err(ParseError::FileHost(text.to_owned()));
    }
    Ok(Source::File(path.into()))
}

fn https(text: &str) -> Result<Source, ParseError> {
    let wrong = || ParseError::Url(text.to_owned());
    if text.len() > MAX_URL {
        return Err(ParseError::Url(text.chars().take(100).chain(['…']).collect()));
    }
    // A fragment never leaves the client, and would only make one plugin look like two.
    let uri: Uri = text.split('#').next().unwrap_or_default().parse().map_err(|_| wrong())?;
    let authority = uri.authority().ok_or_else(wrong)?;
    if authority.as_str().contains('@') {
        return Err(ParseError::Credentials);
    }
    if authority.host().is_empty() || uri.path().len() < 2 {
        return Err(wrong());
    }
    Ok(Source::Https(uri.to_string()))
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::File(path) => write!(f, "{}{}", file_prefix(path), path.display()),
            Source::Https(url) => f.write_str(url),
            Source::Registry(reference) => reference.fmt(f),
            Source::Bundle(path) => write!(f, "bundle:{}", path.display()),
        }
    }
}

/// A path that would be read as something else is written with its prefix.
fn file_prefix(path: &Path) -> &'static str {
    let text = path.to_string_lossy();
    if text.starts_with("file:") || text.starts_with("bundle:") || text.contains("://") { "file:" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Source, ParseError> {
        text.parse()
    }

    #[test]
    fn each_kind_is_told_by_how_it_begins() {
        assert_eq!(parse("a/b.wasm"), Ok(Source::File("a/b.wasm".into())));
        assert_eq!(parse("./a://b"), Ok(Source::File("./a://b".into())));
        assert_eq!(parse("host:5000/name:tag"), Ok(Source::File("host:5000/name:tag".into())));
        assert_eq!(parse("file:a.wasm"), Ok(Source::File("a.wasm".into())));
        assert_eq!(parse("file:///a.wasm"), Ok(Source::File("/a.wasm".into())));
        assert_eq!(parse("file://localhost/a.wasm"), Ok(Source::File("/a.wasm".into())));
        assert_eq!(parse("bundle:/b.tar"), Ok(Source::Bundle("/b.tar".into())));
        assert_eq!(parse("https://h/p.wasm?x=1#frag"), Ok(Source::Https("https://h/p.wasm?x=1".into())));
        assert!(matches!(parse("oci://h/n:1"), Ok(Source::Registry(_))));
    }

    #[test]
    fn what_names_no_source_is_refused_with_what_would() {
        let cases = [
            ("", "empty"),
            ("http://h/p.wasm", "plain http"),
            ("HTTP://h/p.wasm", "plain http"),
            ("ftp://h/p", "unknown kind"),
            ("docker://h/p", "unknown kind"),
            ("https://", "not a valid URL"),
            ("https://h", "not a valid URL"),
            ("https://h /p", "not a valid URL"),
            ("https://h/\u{1b}[2J", "not a valid URL"),
            ("https://ann:secret@h/p", "credentials"),
            ("file://other/p", "file:///PATH"),
            ("file:", "file:///PATH"),
            ("oci://h", "oci://HOST"),
        ];
        for (text, expected) in cases {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("secret"), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_shown_is_read_back_as_the_same() {
        let digest = "0".repeat(64);
        for text in [
            "/a b.wasm",
            "file:file:x",
            "file:/odd://name",
            "https://h:8443/p.wasm?x=1",
            "bundle:/b.tar",
            &format!("oci://h:5000/a/b:1@sha256:{digest}"),
        ] {
            let source = parse(text).unwrap();
            assert_eq!(parse(&source.to_string()), Ok(source.clone()), "{text}");
        }
        assert_eq!(parse("file:file:x").unwrap().to_string(), "file:file:x");
    }

    #[test]
    fn an_update_asks_for_the_tag_again() {
        let digest = "a".repeat(64);
        let pinned = parse(&format!("oci://h/n:1@sha256:{digest}")).unwrap();
        assert!(pinned.is_pinned());
        assert_eq!(pinned.for_update(), parse("oci://h/n:1").unwrap());
        let bare = parse(&format!("oci://h/n@sha256:{digest}")).unwrap();
        assert_eq!(bare.for_update(), bare, "there is no tag to ask for");
    }
}
