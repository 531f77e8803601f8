//! TOML: its values are masked in their places, so that layout, comments and everything else stays as it is written,
//! and whoever reads the file can read it as TOML still.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::marks::masked_value;
use super::names::takes_secret;
use super::proxy::mask_proxy;
use super::text::{Form, mask_text, names_proxy};
use super::words::mask_words;

/// The text without its secrets; none where it is no TOML.
pub(super) fn mask_toml(text: &str) -> Option<String> {
    let document = DeTable::parse(text).ok()?;
    let mut found = Found::default();
    found.look_at_table(document.get_ref(), false);
    found.values.sort_by_key(|value| value.place.start);
    let mut masked = String::with_capacity(text.len());
    let mut end = 0;
    for Written { place, instead } in found.values {
        masked.push_str(&without_comments(text.get(end..place.start)?));
        match instead {
            Some(instead) => masked.push_str(&::toml::Value::String(instead).to_string()),
            None => masked.push_str(text.get(place.clone())?),
        }
        end = place.end;
    }
    masked.push_str(&without_comments(text.get(end..)?));
    // Nothing rests on it; but a file that broke here would be searched by lines instead of being told as broken.
    DeTable::parse(&masked).ok()?;
    Some(masked)
}

/// A value's place, and what is written instead of it.
struct Written {
    place: Range<usize>,
    instead: Option<String>,
}

#[derive(Default)]
struct Found {
    values: Vec<Written>,
}

impl Found {
    /// The parser's own depth limit bounds the recursion.
    fn look_at_table(&mut self, table: &DeTable<'_>, is_secret: bool) {
        // `{name = "PASSWORD", value = "x"}`
        let text_of = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
        let is_named_secret = ["name", "key"].iter().filter_map(|key| text_of(key)).any(takes_secret);
        for (name, value) in table {
            let name = name.get_ref().as_ref();
            let is_secret = is_secret || takes_secret(name) || is_named_secret && name == "value";
            self.look_at(name, value.span(), value.get_ref(), is_secret);
        }
    }

    fn look_at(&mut self, name: &str, place: Range<usize>, value: &DeValue<'_>, is_secret: bool) {
        let instead = match value {
            DeValue::Table(table) => return self.look_at_table(table, is_secret),
            DeValue::Array(items) => {
                let start = self.values.len();
                for item in items {
                    self.look_at(name, item.span(), item.get_ref(), is_secret);
                }
                if !is_secret {
                    self.look_at_words(start, items.iter().map(|item| item.get_ref()));
                }
                return;
            }
            DeValue::Boolean(_) => None,
            DeValue::String(text) if is_secret => Some(masked_value(text).to_owned()),
            DeValue::String(text) if names_proxy(name) => mask_proxy(text).or_else(|| mask_text(text, Form::Text)),
            DeValue::String(text) => mask_text(text, Form::Text),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => {
                is_secret.then(|| masked_value("number").to_owned())
            }
        };
        let instead = instead.filter(|instead| value.as_str() != Some(instead));
        self.values.push(Written { place, instead });
    }

    /// A list of texts may be a command line: `args = ["--token", "x"]`. Its values were noted from `start` on.
    fn look_at_words<'v>(&mut self, start: usize, items: impl Iterator<Item = &'v DeValue<'v>>) {
        let Some(before): Option<Vec<String>> = items.map(|item| item.as_str().map(str::to_owned)).collect() else {
            return;
        };
        let mut words = before.clone();
        mask_words(words.iter_mut());
        let noted = self.values.get_mut(start..).unwrap_or_default();
        for ((written, word), before) in noted.iter_mut().zip(words).zip(before) {
            if written.instead.is_none() && word != before {
                written.instead = Some(word);
            }
        }
    }
}

/// What stands between values: names, brackets, and comments, of which the secrets are masked.
fn without_comments(between: &str) -> String {
    let mut text = String::with_capacity(between.len());
    for line in between.split_inclusive('\n') {
        let (told, comment) = line.split_at(start_of_comment(line));
        text.push_str(told);
        text.push_str(&mask_text(comment, Form::Lines).unwrap_or_else(|| comment.to_owned()));
    }
    text
}

/// Where a "#" stands that is in no quoted name.
fn start_of_comment(line: &str) -> usize {
    let (mut quote, mut is_escaped) = (None, false);
    for (index, byte) in line.bytes().enumerate() {
        match (quote, byte) {
            _ if is_escaped => is_escaped = false,
            (Some(b'"'), b'\\') => is_escaped = true,
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'#') => return index,
            _ => {}
        }
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let masked = mask_toml(text).expect("TOML");
        assert_eq!(mask_toml(&masked).as_deref(), Some(masked.as_str()), "masking twice");
        masked
    }

    #[test]
    fn the_secrets_go_and_the_file_stays() {
        let text = r#"# password = "s3cret"
version = 2   # two
root = '/data'
[plugins."io.containerd.grpc.v1.cri".registry.configs."a#b".auth]
  password = "s3cret" # token: s3cret
  auth = 's3cret'
  identitytoken = """
s3cret
s3cret"""
  username = ''
[grpc]
address = "/run/x.sock"
pin = { token = "s3cret", other = 1 }
keys = [ "a" ]
secrets = [ "s3cret", 7 ]
args = [ "--token", "s3cret", # the last
  "x" ]
mirror = "https://ann:s3cret@mirror"
"#;
        let expected = r#"# password = "<masked>"
version = 2   # two
root = '/data'
[plugins."io.containerd.grpc.v1.cri".registry.configs."a#b".auth]
  password = "<masked>" # token: <masked>
  auth = "<masked>"
  identitytoken = "<masked>"
  username = ''
[grpc]
address = "/run/x.sock"
pin = { token = "<masked>", other = 1 }
keys = [ "a" ]
secrets = [ "<masked>", "<masked>" ]
args = [ "--token", "<masked>", # the last
  "x" ]
mirror = "https://<masked credential>@mirror"
"#;
        assert_eq!(masked(text), expected);
    }

    #[test]
    fn what_is_no_toml_is_left_to_others() {
        for text in ["[Service]\nExecStart=/usr/bin/dockerd\n", "password: x\n", "a = \"\"\"", "a = [1"] {
            assert_eq!(mask_toml(text), None, "{text}");
        }
    }
}
