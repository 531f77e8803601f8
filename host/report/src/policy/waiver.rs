//! Waivers: what the operator accepts, for a reason, on which objects, and until when.

use globset::{Glob, GlobMatcher};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::model::LABELS;
use crate::{Evidence, Subject, SubjectKind, Waived};

/// Characters of a container's id that are enough to name it, as docker prints them.
const SHORT_ID: usize = 12;

/// One `[[waiver]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Waiver {
    /// A slug ("engine-socket-mount"), or a recommendation with its edition ("cis-docker-1.8.0/5.32").
    #[serde(deserialize_with = "check")]
    pub check: String,
    /// Why it is accepted.
    #[serde(deserialize_with = "reason")]
    reason: String,
    owner: Option<String>,
    ticket: Option<String>,
    expires: Expiry,
    /// Only this container, by its name or id.
    container: Option<Pattern>,
    /// Only this image, and containers of it.
    image: Option<Pattern>,
    /// Only this file.
    file: Option<Pattern>,
    /// Only on this host.
    host: Option<Pattern>,
    /// Only what has all of these labels: "com.docker.compose.project=shop".
    #[serde(default)]
    label: Vec<Label>,
}

/// The last day on which a waiver holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    Never,
    On(Date),
}

#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    glob: GlobMatcher,
}

/// `KEY`, or `KEY=VALUE`.
#[derive(Clone, Debug)]
struct Label {
    key: &'static str,
    value: Option<String>,
}

impl Waiver {
    /// Whether it holds on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        match self.expires {
            Expiry::Never => true,
            Expiry::On(last) => day <= last,
        }
    }

    /// Whether it is about this recommendation on this host.
    pub fn is_about(&self, host: &str, benchmark: &str, rule: &str, id: &str) -> bool {
        let is_recommendation =
            || self.check.split_once('/').is_some_and(|(edition, own)| edition == benchmark && own == id);
        (self.check == rule || is_recommendation()) && self.host.as_ref().is_none_or(|pattern| pattern.fits(host))
    }

    /// Whether it is about this piece of evidence, of a recommendation that it is about.
    pub fn covers(&self, evidence: &Evidence) -> bool {
        let subject: &Subject = &evidence.subject;
        let is_a = |kind| subject.kind == kind;
        let container = self.container.as_ref().is_none_or(|pattern| {
            is_a(SubjectKind::Container) && (pattern.fits(&subject.name) || pattern.is_id_of(&subject.id))
        });
        let image = self.image.as_ref().is_none_or(|pattern| {
            // An image with several names is called by all of them.
            let is_named = || subject.name.split(", ").any(|name| pattern.fits(name));
            (is_a(SubjectKind::Image) && (is_named() || pattern.is_id_of(&subject.id)))
                || (is_a(SubjectKind::Container) && pattern.fits(&subject.image))
        });
        let file = self.file.as_ref().is_none_or(|pattern| is_a(SubjectKind::File) && pattern.fits(&subject.name));
        let labels = self.label.iter().all(|label| label.fits(subject));
        container && image && file && labels
    }

    /// Whether it is about some objects only.
    pub fn is_scoped(&self) -> bool {
        self.container.is_some() || self.image.is_some() || self.file.is_some() || !self.label.is_empty()
    }

    /// "engine-socket-mount for container agent*": how notes call it.
    pub fn name(&self) -> String {
        let one = |what: &str, pattern: &Option<Pattern>| pattern.as_ref().map(|p| format!("{what} {}", p.text));
        let labels = self.label.iter().map(|label| match &label.value {
            Some(value) => Some(format!("label {}={value}", label.key)),
            None => Some(format!("label {}", label.key)),
        });
        let objects = [
            one("container", &self.container),
            one("image", &self.image),
            one("file", &self.file),
            one("host", &self.host),
        ];
        let scope: Vec<String> = objects.into_iter().chain(labels).flatten().collect();
        if scope.is_empty() { self.check.clone() } else { format!("{} for {}", self.check, scope.join(", ")) }
    }

    /// What a report says of what it waives.
    pub fn waived(&self) -> Waived {
        Waived {
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            ticket: self.ticket.clone(),
            until: match self.expires {
                Expiry::Never => "never".to_owned(),
                Expiry::On(day) => day.to_string(),
            },
        }
    }
}

impl Pattern {
    fn fits(&self, text: &str) -> bool {
        !text.is_empty() && self.glob.is_match(text)
    }

    /// Whether it is at least twelve characters of the id.
    fn is_id_of(&self, id: &str) -> bool {
        let hex = |text: &str| text.strip_prefix("sha256:").unwrap_or(text).to_owned();
        let text = hex(&self.text);
        text.len() >= SHORT_ID && hex(id).starts_with(&text)
    }
}

impl Label {
    fn fits(&self, subject: &Subject) -> bool {
        let found = subject.labels.get(self.key);
        found.is_some_and(|found| self.value.as_ref().is_none_or(|value| value == found))
    }
}

/// A check is never a bare id: "5.32" is another recommendation in another edition.
fn check<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Err(D::Error::custom("check is empty: it is a check's slug, or EDITION/ID"));
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        let message =
            format!("{text:?} means something only in an edition: write cis-docker-1.8.0/{text}, or the check's slug");
        return Err(D::Error::custom(message));
    }
    Ok(text)
}

fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(D::Error::custom("a waiver needs a reason")) } else { Ok(text) }
}

/// A day, as TOML writes it or as text; or "never".
impl<'de> Deserialize<'de> for Expiry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Day(toml::value::Datetime),
            Text(String),
        }
        let wrong = |text: &str| D::Error::custom(format!("expires is a day, 2027-03-31, or \"never\", not {text:?}"));
        let text = match Written::deserialize(deserializer).map_err(|_| wrong("that"))? {
            Written::Text(text) if text == "never" => return Ok(Self::Never),
            Written::Text(text) => text,
            Written::Day(day) => day.to_string(),
        };
        text.parse().map(Self::On).map_err(|_| wrong(&text))
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Err(D::Error::custom("an empty pattern fits nothing; leave it out to mean all"));
        }
        let glob = Glob::new(&text).map_err(D::Error::custom)?.compile_matcher();
        Ok(Self { text, glob })
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (name, value) =
            text.split_once('=').map_or((text.as_str(), None), |(name, value)| (name, Some(value.to_owned())));
        let key = LABELS.into_iter().find(|key| *key == name);
        let key = key.ok_or_else(|| {
            D::Error::custom(format!("reports hold no label {name:?}; a waiver can name {}", LABELS.join(", ")))
        })?;
        Ok(Self { key, value })
    }
}
