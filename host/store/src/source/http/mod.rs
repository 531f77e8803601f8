//! One HTTP client for everything: what it may connect to, how long, how much, and where redirects may lead.
//!
//! Redirects are followed here and not by the library, because it has no rule for them: from https they lead to https
//! alone, and credentials stay with the origin that they were meant for.

mod cause;
mod url;

use std::io::Read as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keelmark_disk::input;
use ureq::http::{HeaderMap, Method, Request, Response, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Proxy};

pub(super) use url::{is_loopback, may_lead, percent_encode, resolve, same_origin, shown, with_suffix};

use super::{Cause, FetchOptions, SourceError};

/// Registries redirect once, to where the bytes are; download pages twice.
const MAX_REDIRECTS: usize = 5;
/// A file of authorities; Debian's with all of Mozilla's is 220 KiB.
const MAX_PEM: usize = 4 * 1024 * 1024;
/// An error page is read as far as this for a message in it.
const MAX_ERROR_BODY: usize = 16 * 1024;

/// The client of one fetch or push.
pub(super) struct Client {
    agent: Agent,
    /// Without the environment's proxy: what listens on this host is not the proxy's to reach.
    direct: Agent,
    options: FetchOptions,
    deadline: Instant,
}

/// One request.
pub(super) struct Call<'a> {
    pub method: Method,
    pub url: Uri,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<&'a [u8]>,
}

impl<'a> Call<'a> {
    pub fn get(url: Uri) -> Self {
        Self { method: Method::GET, url, headers: Vec::new(), body: None }
    }

    pub fn new(method: Method, url: Uri, body: Option<&'a [u8]>) -> Self {
        Self { method, url, headers: Vec::new(), body }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What came back, its body not yet read.
pub(super) struct Answer {
    pub url: Uri,
    response: Response<Body>,
    options: FetchOptions,
}

impl Client {
    pub fn new(options: &FetchOptions) -> Result<Self, SourceError> {
        let authorities = match &options.authorities {
            Some(path) => RootCerts::from(authorities(path).map_err(|cause| SourceError::new(path.display(), cause))?),
            // The system's own, or SSL_CERT_FILE and SSL_CERT_DIR.
            None => RootCerts::PlatformVerifier,
        };
        let tls = TlsConfig::builder()
            .root_certs(authorities)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = |proxy: Option<Proxy>| {
            Agent::config_builder()
                .tls_config(tls.clone())
                .proxy(proxy)
                .user_agent(concat!("keelmark/", env!("CARGO_PKG_VERSION")))
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .timeout_resolve(Some(options.connect))
                .timeout_connect(Some(options.connect))
                .timeout_send_request(Some(options.answer))
                .timeout_recv_response(Some(options.answer))
                .timeout_per_read(Some(options.answer))
                .timeout_per_write(Some(options.answer))
                .build()
                .new_agent()
        };
        Ok(Self {
            agent: agent(Proxy::try_from_env()),
            direct: agent(None),
            options: options.clone(),
            deadline: Instant::now() + options.total,
        })
    }

    /// Sends a request, and follows where a GET or HEAD is redirected to.
    pub fn send(&self, call: Call<'_>) -> Result<Answer, SourceError> {
        let origin = call.url.clone();
        let mut url = call.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.send_once(&call, &url, &origin)?;
            let status = answer.status();
            let is_followed = matches!(call.method, Method::GET | Method::HEAD);
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                return Ok(answer);
            }
            let here = |cause| SourceError::new(shown(&url), cause);
            let target = answer.header("location").filter(|_| is_followed).and_then(|to| url::resolve(&url, to));
            let target = target.ok_or_else(|| here(Cause::BadRedirect(status)))?;
            if !url::may_lead(&url, &target) {
                return Err(here(Cause::RedirectToHttp(shown(&target))));
            }
            url = target;
        }
        Err(SourceError::new(shown(&origin), Cause::RedirectLoop(MAX_REDIRECTS)))
    }

    fn send_once(&self, call: &Call<'_>, url: &Uri, origin: &Uri) -> Result<Answer, SourceError> {
        let failed = |cause| SourceError::new(shown(url), cause);
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left < Duration::from_millis(1) {
            return Err(failed(Cause::TotalTimeout(self.options.total)));
        }
        let mut request = Request::builder().method(&call.method).uri(url);
        for (name, value) in &call.headers {
            if *name != "authorization" || same_origin(url, origin) {
                request = request.header(*name, value);
            }
        }
        let agent = if is_loopback(url.host().unwrap_or_default()) { &self.direct } else { &self.agent };
        let sent = match call.body {
            Some(body) => request
                .body(body)
                .map_err(ureq::Error::from)
                .and_then(|request| agent.run(agent.configure_request(request).timeout_global(Some(left)).build())),
            None => request
                .body(())
                .map_err(ureq::Error::from)
                .and_then(|request| agent.run(agent.configure_request(request).timeout_global(Some(left)).build())),
        };
        let response = sent.map_err(|error| failed(cause::of(error, url, &self.options)))?;
        Ok(Answer { url: url.clone(), response, options: self.options.clone() })
    }
}

impl Answer {
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header's text; none where it is absent or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The media type, without its parameters and in lower case.
    pub fn media_type(&self) -> String {
        let text = self.header("content-type").unwrap_or_default();
        text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body, of at most `limit` bytes. The length that the server claims only shortens the way to an error.
    pub fn read(self, limit: usize) -> Result<Vec<u8>, SourceError> {
        let failed = |cause| SourceError::new(shown(&self.url), cause);
        let claimed = self.response.body().content_length();
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        if claimed.is_some_and(|claimed| claimed > most) {
            return Err(failed(Cause::TooLarge { limit }));
        }
        let mut bytes = Vec::new();
        let mut reader = self.response.into_body().into_reader().take(most.saturating_add(1));
        match reader.read_to_end(&mut bytes) {
            Ok(_) if bytes.len() > limit => Err(failed(Cause::TooLarge { limit })),
            Ok(_) => Ok(bytes),
            Err(error) => Err(failed(cause::of(error.into(), &self.url, &self.options))),
        }
    }

    /// What the server says about its refusal: the first message of a registry's error document.
    pub fn complaint(self) -> String {
        let Ok(body) = self.read(MAX_ERROR_BODY) else { return String::new() };
        let Ok(document) = serde_json::from_slice::<serde_json::Value>(&body) else { return String::new() };
        let message = ["/errors/0/message", "/message", "/details", "/error"]
            .iter()
            .find_map(|pointer| document.pointer(pointer)?.as_str().map(str::to_owned));
        super::error::quoted(&message.unwrap_or_default())
    }
}

fn authorities(path: &std::path::Path) -> Result<Vec<Certificate<'static>>, Cause> {
    let text = input::read(path, MAX_PEM).map_err(Cause::Read)?;
    let items = parse_pem(&text).collect::<Result<Vec<_>, _>>();
    let items = items.map_err(|error| Cause::malformed("PEM", error))?;
    let certificates = items.into_iter().filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<_> = certificates.collect();
    if certificates.is_empty() { Err(Cause::malformed("PEM", "it holds no certificate")) } else { Ok(certificates) }
}
