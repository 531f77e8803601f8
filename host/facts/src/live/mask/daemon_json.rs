//! The daemon's configuration file: a few of its options hold secrets, and a plugin may read all of it.

use serde_json::{Map, Value};

use super::text::{mask_proxy, mask_text};
use super::{mask_all, mask_command, mask_lines, mask_log_options, mask_strings};

/// The file's text without its secrets.
pub fn mask_daemon_json(text: &str) -> String {
    let Ok(mut options) = serde_json::from_str::<Map<String, Value>>(text) else {
        // What dockerd cannot read either stays broken, but keeps its secrets to itself.
        return mask_lines(text);
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
            "runtimes" => mask_command_lines(value),
            _ => mask_strings(value, &mask_text),
        }
    }
    // A file without secrets is given as it is written. It is searched all the same, since of a key that stands twice
    // only the last is in `options`; but what is found there may be the name of a plugin, and masked as a text the file
    // would be no JSON any more. So then, too, it is written anew.
    if options == before && mask_lines(text) == text { text.to_owned() } else { Value::Object(options).to_string() }
}

/// `{"name": {"path": …, "runtimeArgs": […]}}`
fn mask_command_lines(runtimes: &mut Value) {
    for (_, runtime) in runtimes.as_object_mut().into_iter().flatten() {
        if let Some(arguments) = runtime.get_mut("runtimeArgs") {
            mask_command(arguments);
        }
    }
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
    fn what_stands_twice_or_in_other_options_goes_too() {
        let texts = [
            r#"{"registry-mirrors": ["https://ann:s3cret@mirror"]}"#,
            r#"{"runtimes": {"x": {"runtimeArgs": ["--token", "s3cret"]}}}"#,
            r#"{"labels": ["password=s3cret"]}"#,
        ];
        for text in texts {
            assert!(!mask_daemon_json(text).contains("s3cret"), "{}", mask_daemon_json(text));
        }
    }

    /// `"authorization-plugins"` looks like the name of a secret to who searches the text.
    #[test]
    fn what_comes_out_is_still_the_daemons_configuration() {
        let options = r#"{"authorization-plugins": ["policy"], "icc": false, "tlskey": "/etc/docker/key.pem"}"#;
        for text in [options, &options.replace(", ", ",\n  ")] {
            let masked: serde_json::Value = serde_json::from_str(&mask_daemon_json(text)).unwrap();
            assert_eq!(masked, serde_json::from_str::<serde_json::Value>(options).unwrap());
        }
        let twice = r#"{"labels": ["password=s3cret"], "labels": []}"#;
        assert_eq!(mask_daemon_json(twice), r#"{"labels":[]}"#);
    }

    #[test]
    fn a_file_without_secrets_is_given_as_it_is_written() {
        let text = "{\n  \"icc\": false\n}\n";
        assert_eq!(mask_daemon_json(text), text);
    }
}
