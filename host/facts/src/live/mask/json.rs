//! JSON of files and programs: by its structure, and the names at every level of it.

use serde_json::{Map, Value};

use super::file::mask_lines;
use super::names::takes_secret;
use super::proxy::mask_proxy;
use super::text::{Form, mask_text, names_proxy};
use super::{mask_all, mask_command, mask_log_options, mask_strings, replace};

/// The text without its secrets; none where it is no JSON.
pub(super) fn mask_json(text: &str) -> Option<String> {
    // Whatever else can be parsed (a number, a word of a file) holds no names.
    if !text.trim_start().starts_with(['{', '[', '"']) {
        return None;
    }
    let mut document: Value = serde_json::from_str(text).ok()?;
    let before = document.clone();
    mask_member("", &mut document);
    // A text without secrets is given as it is written. It is searched all the same, since of a key that stands twice
    // only the last is in the document; but what is found there may be no secret, and masked as lines the text would be
    // no JSON any more. So then, too, it is written anew.
    let is_clean = document == before && mask_lines(text) == text;
    Some(if is_clean { text.to_owned() } else { document.to_string() })
}

/// Masks the value called `name`. The parser's own depth limit bounds the recursion.
fn mask_member(name: &str, value: &mut Value) {
    match name {
        // dockerd's names, whatever file they stand in.
        "log-opts" => mask_log_options(value),
        "cluster-store-opts" => mask_all(value),
        "args" | "argv" | "cmd" | "command" | "entrypoint" | "runtimeArgs" => mask_command(value),
        _ if takes_secret(name) => mask_all(value),
        _ if names_proxy(name) => mask_strings(value, &|text| mask_proxy(text).or_else(|| mask_text(text, Form::Text))),
        _ => match value {
            Value::String(text) => replace(text, mask_text(text, Form::Text)),
            Value::Array(items) => {
                items.iter_mut().for_each(|item| mask_member("", item));
                // It may be a command line.
                mask_command(value);
            }
            Value::Object(members) => mask_members(members),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        },
    }
}

fn mask_members(members: &mut Map<String, Value>) {
    // `{"name": "PASSWORD", "value": "x"}`
    let names = ["name", "Name", "key", "Key"].iter().filter_map(|key| members.get(*key)?.as_str());
    let is_named_secret = names.into_iter().any(takes_secret);
    for (name, value) in members {
        if is_named_secret && name.eq_ignore_ascii_case("value") {
            mask_all(value);
        } else {
            mask_member(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let masked = mask_json(text).expect("JSON");
        assert_eq!(mask_json(&masked).as_deref(), Some(masked.as_str()), "masking twice");
        masked
    }

    #[test]
    fn tokens_go_and_addresses_stay() {
        let text = r#"{"log-driver": "splunk", "log-opts": {"splunk-token": "s3cret", "splunk-url": "https://logs"},
            "proxies": {"http-proxy": "http://ann:s3cret@proxy:3128"}, "authorization-plugins": ["policy"]}"#;
        let masked = masked(text);
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
            r#"{"password": "s3cret", "api_key": ["s3cret"], "nested": {"token": "s3cret"}}"#,
            r#"["x", {"password": "s3cret"}]"#,
            r#"{"env": [{"name": "DB_PASSWORD", "value": "s3cret"}]}"#,
            r#"{"password": "s3cret", "password": ""}"#,
            r#""https://ann:s3cret@mirror""#,
        ];
        for text in texts {
            assert!(!masked(text).contains("s3cret"), "{}", masked(text));
        }
    }

    /// `"authorization-plugins"` looks like the name of a secret to who searches the text.
    #[test]
    fn what_comes_out_is_still_the_daemons_configuration() {
        let options = r#"{"authorization-plugins": ["policy"], "icc": false, "tlskey": "/etc/docker/key.pem"}"#;
        for text in [options, &options.replace(", ", ",\n  ")] {
            let masked: serde_json::Value = serde_json::from_str(&masked(text)).unwrap();
            assert_eq!(masked, serde_json::from_str::<serde_json::Value>(options).unwrap());
        }
        let twice = r#"{"labels": ["password=s3cret"], "labels": []}"#;
        assert_eq!(masked(twice), r#"{"labels":[]}"#);
    }

    #[test]
    fn a_file_without_secrets_is_given_as_it_is_written() {
        let text = "{\n  \"icc\": false\n}\n";
        assert_eq!(masked(text), text);
        assert_eq!(mask_json("icc = false"), None);
        assert_eq!(mask_json("{\"icc\": fals"), None);
    }
}
