//! The few things that have to be known about URLs: origins, loopback hosts, and where a redirect leads.

use std::net::{Ipv4Addr, Ipv6Addr};

use ureq::http::Uri;
use ureq::http::uri::{PathAndQuery, Scheme};

/// Whether a host, as it stands in a URL, is this very machine whatever the network looks like.
pub(in super::super) fn is_loopback(host: &str) -> bool {
    let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inside {
        Some(address) => address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        None => {
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

fn is_https(url: &Uri) -> bool {
    url.scheme() == Some(&Scheme::HTTPS)
}

/// Whether credentials for one URL may be shown to the other.
pub(in super::super) fn same_origin(one: &Uri, other: &Uri) -> bool {
    let port = |url: &Uri| url.port_u16().unwrap_or(if is_https(url) { 443 } else { 80 });
    let host = |url: &Uri| url.host().unwrap_or_default().to_ascii_lowercase();
    one.scheme() == other.scheme() && host(one) == host(other) && port(one) == port(other)
}

/// Whether one answer may send the client on to the other URL: to https from anywhere, to plain http from a loopback
/// registry that already speaks it to another one.
pub(in super::super) fn may_lead(from: &Uri, to: &Uri) -> bool {
    let is_plain_loopback =
        |url: &Uri| url.scheme() == Some(&Scheme::HTTP) && is_loopback(url.host().unwrap_or_default());
    is_https(to) || (is_plain_loopback(from) && is_plain_loopback(to))
}

/// Where a `Location` of `base` leads; none where it is malformed, relative to a path, or holds credentials.
pub(in super::super) fn resolve(base: &Uri, location: &str) -> Option<Uri> {
    let location = location.split('#').next().unwrap_or_default();
    let uri: Uri = if let Some(rest) = location.strip_prefix("//") {
        format!("{}://{rest}", base.scheme_str()?).parse().ok()?
    } else if location.starts_with('/') {
        let mut parts = base.clone().into_parts();
        parts.path_and_query = Some(location.parse::<PathAndQuery>().ok()?);
        Uri::from_parts(parts).ok()?
    } else {
        location.parse().ok()?
    };
    let is_whole = uri.scheme().is_some() && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    is_whole.then_some(uri)
}

/// A URL for messages: without its query, which may be what signs it.
pub(in super::super) fn shown(url: &Uri) -> String {
    let scheme = url.scheme_str().unwrap_or_default();
    let host = url.authority().map(|authority| authority.as_str()).unwrap_or_default();
    super::super::error::quoted(&format!("{scheme}://{host}{}", url.path()))
}

/// The URL of a file beside: `suffix` goes to the path, and the query stays.
pub(in super::super) fn with_suffix(url: &Uri, suffix: &str) -> Option<Uri> {
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = url.clone().into_parts();
    parts.path_and_query = Some(format!("{}{suffix}{query}", url.path()).parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// A value for a query.
pub(in super::super) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Uri {
        text.parse().unwrap()
    }

    #[test]
    fn redirects_never_leave_encryption() {
        let cases = [
            ("https://a/x", "https://b/y", true),
            ("https://a/x", "http://b/y", false),
            ("https://localhost/x", "http://localhost/y", false),
            ("http://127.0.0.1:1/x", "http://127.0.0.1:2/y", true),
            ("http://127.0.0.1:1/x", "http://example/y", false),
            ("http://127.0.0.1:1/x", "https://example/y", true),
            ("https://a/x", "ftp://a/y", false),
        ];
        for (from, to, expected) in cases {
            assert_eq!(may_lead(&url(from), &url(to)), expected, "{from} {to}");
        }
    }

    #[test]
    fn locations_are_resolved_or_refused() {
        let base = url("https://h:1/a/b?q=1");
        assert_eq!(resolve(&base, "/c?x=2").unwrap(), "https://h:1/c?x=2");
        assert_eq!(resolve(&base, "//other/c").unwrap(), "https://other/c");
        assert_eq!(resolve(&base, "https://other/c#part").unwrap(), "https://other/c");
        for bad in ["", "c", "?x", "https://user:x@h/c", "https:///c", "/a b", "mailto:x"] {
            assert_eq!(resolve(&base, bad), None, "{bad:?}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert!(same_origin(&url("https://a/x"), &url("https://A:443/y")));
        for other in ["http://a/x", "https://a:444/x", "https://b/x", "https://a.b/x"] {
            assert!(!same_origin(&url("https://a/x"), &url(other)), "{other}");
        }
    }

    #[test]
    fn a_query_is_not_shown_and_stays_behind_a_suffix() {
        let signed = url("https://h/p.wasm?token=secret");
        assert_eq!(shown(&signed), "https://h/p.wasm");
        assert_eq!(with_suffix(&signed, ".minisig").unwrap(), "https://h/p.wasm.minisig?token=secret");
        assert_eq!(percent_encode("repository:a/b:pull,push"), "repository%3Aa%2Fb%3Apull%2Cpush");
    }
}
