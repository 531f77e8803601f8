//! Addresses of proxies, which may come without a scheme, and then look like nothing else that has a password.

use super::marks::{CREDENTIAL, MASKED};

/// The address without its user information, if it has some.
pub(super) fn mask_proxy(address: &str) -> Option<String> {
    let (before, host) = address.rsplit_once('@')?;
    let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let (scheme, separator, user) = match before.split_once("://") {
        Some((scheme, user)) if is_scheme(scheme) => (scheme, "://", user),
        _ => ("", "", before),
    };
    let mark = match user {
        "" => return None,
        MASKED | CREDENTIAL => user,
        _ if user.contains(':') => CREDENTIAL,
        _ => MASKED,
    };
    Some(format!("{scheme}{separator}{mark}@{host}"))
}
