//! Takes the secrets out of the engine's answers before anybody sees them.
//!
//! One walk over the whole document decides by the name of each field, wherever the field stands: engines repeat the
//! same structures in many places (`Config`, `ContainerConfig`, `Spec`, `PreviousSpec`), and new versions add places.
//! What no rule names is still searched: values of fields with secret-looking names, `PASSWORD=…` and credentials in
//! URLs are masked in every text. A value that is masked needlessly costs an audit some evidence; one that is not
//! masked is a leak.

mod file;
mod history;
mod json;
mod marks;
mod names;
mod programs;
mod proxy;
mod raw;
mod shapes;
mod text;
mod toml;
mod volumes;
mod words;

#[cfg(test)]
mod tests;

use keelmark_contract::ops;
use serde_json::{Map, Value};

use crate::DockerRequest;
use history::{mask_instruction, mask_trigger};
use marks::{MASKED, masked_value};
use names::looks_secret;
use proxy::mask_proxy;
pub use raw::Raw;
use text::{Form, mask_text};
use volumes::mask_volumes;
use words::mask_words;

/// Fields whose names only look secret: references to secrets without their content, the path of a network namespace,
/// a public key.
const HARMLESS_FIELDS: [&str; 5] = ["CertIssuerPublicKey", "SandboxKey", "SecretID", "SecretName", "Secrets"];

/// Options of log drivers that say where logs go and how long they stay. All others are masked: each driver has its
/// own names for tokens and keys.
const HARMLESS_LOG_OPTIONS: [&str; 24] = [
    "awslogs-group",
    "awslogs-region",
    "cache-compress",
    "cache-disabled",
    "cache-max-file",
    "cache-max-size",
    "compress",
    "env",
    "env-regex",
    "fluentd-address",
    "fluentd-async",
    "gelf-address",
    "labels",
    "labels-regex",
    "max-buffer-size",
    "max-file",
    "max-size",
    "mode",
    "path",
    "splunk-url",
    "syslog-address",
    "syslog-facility",
    "syslog-format",
    "tag",
];

/// What an error says, without the secrets that it repeats.
pub fn mask_message(message: &str) -> String {
    text::masked_text(message, Form::Text)
}

/// Masks the secrets in the engine's answer to `request`.
fn mask(request: &DockerRequest, value: &mut Value) {
    let op = request.op();
    if op == &ops::LIST_SECRETS {
        // Podman and Docker name the same field; a secret's content is never told today, and should not be tomorrow.
        remove(value, "Spec", "Data");
    } else if op == &ops::LIST_VOLUMES {
        mask_volumes(value);
    } else if op == &ops::DISK_USAGE {
        // "Volumes", and since API 1.52 "VolumeUsage" with the list in its "Items".
        for value in value.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
            mask_volumes(value);
            value.get_mut("Items").into_iter().for_each(mask_volumes);
        }
    } else if op == &ops::INSPECT_EXECS {
        remove(value, "ProcessConfig", "arguments");
    }
    walk(value, "", "");
}

/// Removes `outer.inner` from a document, or from each document of a list.
fn remove(value: &mut Value, outer: &str, inner: &str) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|item| remove(item, outer, inner)),
        Value::Object(fields) => {
            if let Some(Value::Object(fields)) = fields.get_mut(outer) {
                fields.remove(inner);
            }
        }
        _ => {}
    }
}

/// Masks `value`, the field `name` of the field `parent`. The parser's own depth limit bounds the recursion.
fn walk(value: &mut Value, parent: &str, name: &str) {
    match name {
        "Env" => mask_env(value),
        // Podman's whole command line: `-e NAME=value` among flags.
        "CreateCommand" => mask_env(value),
        // Names that users chose: a label called "Env" is no environment.
        "Labels" | "Annotations" => mask_labels(value),
        "Args" | "Cmd" | "Command" | "Entrypoint" | "Test" | "arguments" | "entrypoint" | "runtimeArgs" => {
            mask_command(value);
        }
        // Of a step in the build cache; that of a swarm's node is an object.
        "Description" if value.is_string() => mask_strings(value, &|text| Some(mask_instruction(text))),
        "CreatedBy" => mask_strings(value, &|text| Some(mask_instruction(text))),
        "OnBuild" => mask_strings(value, &|text| Some(mask_trigger(text))),
        "HttpProxy" | "HttpsProxy" => mask_strings(value, &mask_proxy),
        // `[["Root Dir", "/var/lib"], …]`: what a driver likes to tell of itself.
        "DriverStatus" | "SystemStatus" => mask_pairs(value),
        "JoinTokens" | "UnlockKey" | "SigningCAKey" => mask_all(value),
        // What a storage system tells a node so that it may mount a volume.
        "PublishContext" | "VolumeContext" => mask_all(value),
        // What a health check printed: anything.
        "Output" if parent == "Log" => mask_all(value),
        "Config" if parent == "LogConfig" => mask_log_options(value),
        "Options" if parent == "LogDriver" => mask_log_options(value),
        // Passwords of network shares; what an external authority wants to know.
        "Options" if matches!(parent, "DriverConfig" | "ExternalCAs") => mask_all(value),
        // The authorization plugins in use, which CIS asks for.
        "Authorization" if parent == "Plugins" => descend(value, name),
        _ if looks_secret(name) && !HARMLESS_FIELDS.contains(&name) => mask_all(value),
        _ => descend(value, name),
    }
}

/// Masks what is below a field that no rule names.
fn descend(value: &mut Value, name: &str) {
    match value {
        Value::String(text) => replace(text, mask_text(text, Form::Text)),
        // The elements of a list stand for the list: their fields are fields of `name`.
        Value::Array(list) => list.iter_mut().for_each(|item| match item {
            Value::Object(fields) => walk_fields(fields, name),
            item => descend(item, name),
        }),
        Value::Object(fields) => walk_fields(fields, name),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn walk_fields(fields: &mut Map<String, Value>, parent: &str) {
    for (name, value) in fields {
        walk(value, parent, name);
    }
}

/// `NAME=value` becomes `NAME=<masked>`, and `NAME=` stays. An entry without "=" could be the rest of a value, so nothing
/// of it stays.
fn mask_env(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(mask_env),
        Value::String(entry) => {
            *entry = match entry.split_once('=') {
                Some((name, value)) => format!("{name}={}", masked_value(value)),
                None => masked_value(entry).to_owned(),
            };
        }
        value => mask_all(value),
    }
}

/// A command line: as a list of words, or as one text.
fn mask_command(value: &mut Value) {
    let words = match value {
        Value::Array(words) => words,
        Value::String(text) => return replace(text, mask_text(text, Form::Command)),
        value => return descend(value, ""),
    };
    // A word that is not text has no business here, but would still be searched.
    words.iter_mut().filter(|word| !word.is_string()).for_each(|word| descend(word, ""));
    mask_words(words.iter_mut().filter_map(|word| match word {
        Value::String(word) => Some(word),
        _ => None,
    }));
}

/// Labels by name, or as a list of `name=value`.
fn mask_labels(value: &mut Value) {
    let Value::Object(labels) = value else {
        return descend(value, "");
    };
    for (name, value) in labels {
        if looks_secret(name) { mask_all(value) } else { descend(value, "") }
    }
}

/// Names and values as a list of pairs.
fn mask_pairs(value: &mut Value) {
    let Value::Array(pairs) = value else {
        return descend(value, "");
    };
    for pair in pairs {
        match pair.as_array_mut().map(Vec::as_mut_slice) {
            Some([Value::String(name), value]) if looks_secret(name) => mask_all(value),
            _ => descend(pair, ""),
        }
    }
}

fn mask_log_options(value: &mut Value) {
    let Value::Object(options) = value else {
        return mask_all(value);
    };
    for (name, value) in options {
        if HARMLESS_LOG_OPTIONS.contains(&name.as_str()) {
            descend(value, "");
        } else {
            mask_all(value);
        }
    }
}

/// Masks every text and number below `value`, and keeps the names. True, false and null tell no secret.
fn mask_all(value: &mut Value) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::String(text) => replace(text, Some(masked_value(text).to_owned()).filter(|masked| masked != text)),
        Value::Number(_) => *value = Value::from(MASKED),
        Value::Array(list) => list.iter_mut().for_each(mask_all),
        Value::Object(fields) => fields.values_mut().for_each(mask_all),
    }
}

fn mask_strings(value: &mut Value, mask: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => replace(text, mask(text)),
        Value::Array(list) => list.iter_mut().for_each(|item| mask_strings(item, mask)),
        value => descend(value, ""),
    }
}

fn replace(text: &mut String, masked: Option<String>) {
    if let Some(masked) = masked {
        *text = masked;
    }
}
