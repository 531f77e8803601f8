//! What makes a finding about an object the same one in the next audit.

use std::fmt;

use keelmark_contract::digest;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Subject;

/// The SHA-256 of engine, rule, kind and stable name of the subject, and property; never of a container's id or of what
/// was found. It is the same for a container that is deployed again, and for all replicas of a service.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a piece of evidence.
    pub fn new(engine: &str, rule: &str, subject: &Subject, property: &str) -> Self {
        Self::of([engine, rule, subject.kind.name(), &subject.stable_name(), property])
    }

    /// Of a finding that has no evidence.
    pub fn of_rule(engine: &str, rule: &str) -> Self {
        Self::of([engine, rule, "", "", ""])
    }

    /// With the length of each before it: no two lists of parts run into the same text.
    fn of(parts: [&str; 5]) -> Self {
        let text: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
        Self(digest::sha256(text.as_bytes()))
    }

    /// The fingerprint of 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&digest::hex(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("{text:?} is not a SHA-256: 64 hexadecimal digits")))
    }
}

impl JsonSchema for Fingerprint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fingerprint".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The SHA-256 of engine, rule, kind and stable name of the subject, and property, in \
                            hexadecimal. It is the same for a container that is deployed again.",
            "type": "string",
            "pattern": "^[0-9a-f]{64}$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_reports_hold_from_now_on() {
        let found = Fingerprint::new(
            "ENGINE",
            "privileged-container",
            &Subject::parse("container web"),
            "HostConfig.Privileged",
        );
        assert_eq!(found.to_string(), "36403f2952725c400b0c1f460132d194bd5b3aa6490b7ae33383088805558136");
        assert_eq!(Fingerprint::parse(&found.to_string()), Some(found));
    }

    #[test]
    fn a_redeployed_container_keeps_it_and_another_has_its_own() {
        let container =
            |name: &str, id: &str| Subject { id: id.into(), ..Subject::parse(&format!("container {name}")) };
        let of = |subject: &Subject| Fingerprint::new("e", "r", subject, "p");
        assert_eq!(of(&container("web", "1")), of(&container("web", "2")));
        assert_ne!(of(&container("web", "1")), of(&container("db", "1")));
        assert_ne!(
            Fingerprint::new("e", "r", &container("a", ""), "bp"),
            Fingerprint::new("e", "r", &container("ab", ""), "p")
        );
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in ["", "9f", "é", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Fingerprint::parse(text), None, "{text}");
        }
    }
}
