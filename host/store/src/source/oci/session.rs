//! Talking to one repository of a registry: which scheme it speaks, and who it takes us for.

use serde::Deserialize;
use ureq::http::{Method, Uri};

use super::super::error::quoted;
use super::super::http::{Answer, Call, Client, percent_encode, same_origin, shown};
use super::super::{Cause, FetchOptions, Reference, SourceError};
use super::challenge::{self, Challenge};
use super::credentials::{self, Credentials};

/// Tokens are a few KiB.
const MAX_TOKEN_BODY: usize = 64 * 1024;

/// What a token service calls us.
const CLIENT_ID: &str = "keelmark";

/// One conversation.
pub(super) struct Session<'a> {
    client: Client,
    reference: &'a Reference,
    options: &'a FetchOptions,
    /// "pull" or "pull,push": what a token is asked for.
    actions: &'static str,
    base: Uri,
    authorization: Option<String>,
}

/// A token service's answer; services of different age use different names.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl<'a> Session<'a> {
    /// Finds out how the registry is spoken to. As for docker, a registry on this host may speak plain http; any other
    /// speaks https.
    pub fn new(
        reference: &'a Reference,
        actions: &'static str,
        options: &'a FetchOptions,
    ) -> Result<Self, SourceError> {
        let client = Client::new(options)?;
        let base = |scheme: &str| {
            let text = format!("{scheme}://{}/v2/", reference.api_host());
            text.parse::<Uri>().map_err(|error| SourceError::new(reference, Cause::malformed("host", error)))
        };
        let mut url = base("https")?;
        if reference.is_loopback() {
            // What answers a TLS greeting with something else, or with nothing, speaks plain http.
            match client.send(Call::get(url.clone())) {
                Err(SourceError { cause: Cause::NotTls | Cause::Closed, .. }) => url = base("http")?,
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        Ok(Self { client, reference, options, actions, base: url, authorization: None })
    }

    /// The URL of something in the repository.
    pub fn url(&self, path: &str) -> Result<Uri, SourceError> {
        let text = format!("{}{}/{path}", self.base, self.reference.name());
        text.parse().map_err(|error| SourceError::new(self.reference, Cause::malformed("reference", error)))
    }

    /// Sends a request, and authenticates first where the registry wants it. A 401 that remains is an error.
    pub fn send<'b>(&mut self, call: impl Fn() -> Call<'b>) -> Result<Answer, SourceError> {
        let answer = self.client.send(self.authorized(call()))?;
        if answer.status() != 401 || !same_origin(&answer.url, &self.base) {
            return Ok(answer);
        }
        let offered = answer.headers().get_all("www-authenticate").into_iter().filter_map(|value| value.to_str().ok());
        let challenge = challenge::choose(offered);
        let address = shown(&answer.url);
        let failed = |cause| SourceError::new(&address, cause);
        let had_token = self.authorization.is_some();
        let credentials = credentials::find(self.reference, self.options).map_err(failed)?;
        let refused = Refused { host: self.reference.host(), had_credentials: credentials.is_some() };
        if had_token {
            // It was good for an earlier request, and is not for this one.
            return Err(failed(refused.cause(answer.complaint())));
        }
        let challenge = challenge.map_err(|schemes| failed(Cause::Challenge(quoted(&schemes))))?;
        self.authorization = Some(match (challenge, &credentials) {
            (Challenge::Basic, Some(Credentials::Password { user, password })) => credentials::basic(user, password),
            (Challenge::Basic, _) => return Err(failed(refused.cause(answer.complaint()))),
            (Challenge::Bearer { realm, service }, _) => {
                format!("Bearer {}", self.token(&address, &realm, service.as_deref(), credentials.as_ref(), &refused)?)
            }
        });
        let answer = self.client.send(self.authorized(call()))?;
        if answer.status() == 401 {
            return Err(SourceError::new(shown(&answer.url), refused.cause(answer.complaint())));
        }
        Ok(answer)
    }

    fn authorized<'b>(&self, call: Call<'b>) -> Call<'b> {
        // An upload may go to another host, which is not whom the registry's token is for.
        match &self.authorization {
            Some(value) if same_origin(&call.url, &self.base) => call.header("authorization", value),
            _ => call,
        }
    }

    /// Gets a token from the service that the registry names.
    fn token(
        &self,
        address: &str,
        realm: &str,
        service: Option<&str>,
        credentials: Option<&Credentials>,
        refused: &Refused<'_>,
    ) -> Result<String, SourceError> {
        let failed = |cause| SourceError::new(address, cause);
        let url: Uri = realm.parse().map_err(|_| failed(Cause::Challenge(format!("realm {:?}", quoted(realm)))))?;
        // The service of a registry on this host may be on this host too; any other must not be listened in on.
        if url.host().is_none() || !super::super::http::may_lead(&self.base, &url) {
            return Err(failed(Cause::TokenOverHttp(quoted(realm))));
        }
        let scope = format!("repository:{}:{}", self.reference.name(), self.actions);
        let mut query = format!("scope={}", percent_encode(&scope));
        if let Some(service) = service {
            query.push_str(&format!("&service={}", percent_encode(service)));
        }
        let form;
        let call = match credentials {
            Some(Credentials::IdentityToken(token)) => {
                form = format!(
                    "grant_type=refresh_token&client_id={CLIENT_ID}&refresh_token={}&{query}",
                    percent_encode(token)
                );
                Call::new(Method::POST, url, Some(form.as_bytes()))
                    .header("content-type", "application/x-www-form-urlencoded")
            }
            password => {
                let joint = if url.query().is_some() { '&' } else { '?' };
                let text = format!("{url}{joint}{query}");
                let url = text.parse().map_err(|_| failed(Cause::Challenge(format!("realm {:?}", quoted(realm)))))?;
                let call = Call::get(url);
                match password {
                    Some(Credentials::Password { user, password }) => {
                        call.header("authorization", credentials::basic(user, password))
                    }
                    _ => call,
                }
            }
        };
        let answer = self.client.send(call)?;
        let address = shown(&answer.url);
        let failed = |cause| SourceError::new(&address, cause);
        match answer.status() {
            200 => {}
            400 | 401 | 403 => return Err(failed(refused.cause(answer.complaint()))),
            status => return Err(failed(unexpected(status, answer.complaint()))),
        }
        let body = answer.read(MAX_TOKEN_BODY)?;
        let token: Token = serde_json::from_slice(&body).map_err(|error| failed(Cause::malformed("token", error)))?;
        let token = token.token.or(token.access_token).filter(|token| is_header_text(token));
        token.ok_or_else(|| failed(Cause::malformed("token", "there is none in the answer")))
    }
}

/// Why a registry's 401 is final.
struct Refused<'a> {
    host: &'a str,
    had_credentials: bool,
}

impl Refused<'_> {
    fn cause(&self, said: String) -> Cause {
        let host = self.host.to_owned();
        if self.had_credentials { Cause::LoginRefused { host, said } } else { Cause::LoginNeeded { host, said } }
    }
}

/// What a status means that is none of those which a request expects.
pub(super) fn unexpected(status: u16, said: String) -> Cause {
    match status {
        403 => Cause::Forbidden(said),
        500.. => Cause::ServerFailed { status, said },
        _ => Cause::Unexpected { status, said },
    }
}

fn is_header_text(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
