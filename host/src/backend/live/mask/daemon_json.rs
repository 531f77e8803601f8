//! The daemon's configuration file: a few of its options hold secrets, and a plugin may read all of it.

use serde_json::{Map, Value};

use super::text::{mask_proxy, mask_text};
use super::{mask_all, mask_log_options, mask_strings};

/// The file's text without its secrets.
pub fn mask_daemon_json(text: &str) -> String {
    let Ok(mut options) = serde_json::from_str::<Map<String, Value>>(text) else {
        // What dockerd cannot read either stays broken, but keeps its secrets to itself.
        return mask_text(text).unwrap_or_else(|| text.to_owned());
    };
    let before = options.clone();
    for (name, value) in &mut options {
        match name.as_str() {
            "log-opts" => mask_log_options(value),
            "cluster-store-opts" => mask_all(value),
            "http-proxy" | "https-proxy" => mask_strings(value, &mask_proxy),
            "proxies" => {
                let proxies = value.as_object_mut().into_iter().flatten();
                proxies.for_each(|(_, value)| mask_strings(value, &mask_proxy));
            }
            _ => {}
        }
    }
    // A file without secrets is given as it is written, with its own line numbers.
    if options == before { text.to_owned() } else { Value::Object(options).to_string() }
}

#[cfg(test)]
mod tests {
    use super::mask_daemon_json;

    #[test]
    fn tokens_go_and_addresses_stay() {
        let text = r#"{"log-driver": "splunk", "log-opts": {"splunk-token": "s3cret", "splunk-url": "https://logs"},
            "proxies": {"http-proxy": "http://ann:s3cret@proxy:3128"}, "authorization-plugins": ["policy"]}"#;
        let masked = mask_daemon_json(text);
        assert!(!masked.contains("s3cret"), "{masked}");
        for kept in ["https://logs", "proxy:3128", "policy", "splunk-token"] {
            assert!(masked.contains(kept), "{kept} in {masked}");
        }
    }

    #[test]
    fn a_file_without_secrets_is_given_as_it_is_written() {
        let text = "{\n  \"icc\": false\n}\n";
        assert_eq!(mask_daemon_json(text), text);
    }
}
