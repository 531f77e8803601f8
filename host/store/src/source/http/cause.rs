//! What the HTTP library's errors mean to somebody who has to do something about them.

use std::io::ErrorKind;

use rustls::CertificateError;
use ureq::http::Uri;
use ureq::{Error, Timeout};

use super::super::error::quoted;
use super::super::{Cause, FetchOptions};

pub(super) fn of(error: Error, url: &Uri, options: &FetchOptions) -> Cause {
    match error {
        Error::Timeout(timeout) => timed_out(timeout, options),
        Error::HostNotFound => Cause::NoSuchHost(url.host().unwrap_or_default().to_owned()),
        Error::Io(error) => io(error, url),
        Error::Rustls(error) => tls(&error),
        Error::Tls(text) => Cause::Tls(text.to_owned()),
        Error::ConnectProxyFailed(text) => Cause::Proxy(quoted(&text)),
        Error::InvalidProxyUrl => Cause::Proxy("its URL is malformed".to_owned()),
        Error::ConnectionFailed => Cause::Connect(std::io::Error::other("no reason was given")),
        other => Cause::NotHttp(quoted(&other.to_string())),
    }
}

fn timed_out(timeout: Timeout, options: &FetchOptions) -> Cause {
    match timeout {
        Timeout::Resolve | Timeout::Connect => Cause::ConnectTimeout(options.connect),
        Timeout::Global | Timeout::PerCall | Timeout::RecvBody | Timeout::SendBody => {
            Cause::TotalTimeout(options.total)
        }
        _ => Cause::AnswerTimeout(options.answer),
    }
}

fn io(error: std::io::Error, url: &Uri) -> Cause {
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return tls(inner);
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => Cause::Refused,
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::BrokenPipe
        | ErrorKind::ConnectionAborted => Cause::Closed,
        // The standard library has no kind for names that cannot be looked up.
        _ if error.to_string().contains("failed to lookup address") => {
            Cause::NoSuchHost(url.host().unwrap_or_default().to_owned())
        }
        _ => Cause::Connect(error),
    }
}

fn tls(error: &rustls::Error) -> Cause {
    match error {
        rustls::Error::InvalidMessage(_) => Cause::NotTls,
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => Cause::UnknownAuthority,
        rustls::Error::InvalidCertificate(error) => Cause::Certificate(quoted(&error.to_string())),
        other => Cause::Tls(quoted(&other.to_string())),
    }
}
