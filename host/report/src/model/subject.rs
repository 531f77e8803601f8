//! What a piece of evidence is about: data, of which every format prints the parts that it has a place for.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The labels that say which application a container belongs to. No other label is in a report: it may hold anything.
pub const LABELS: [&str; 3] = [COMPOSE_PROJECT, COMPOSE_SERVICE, SWARM_SERVICE];
const COMPOSE_PROJECT: &str = "com.docker.compose.project";
const COMPOSE_SERVICE: &str = "com.docker.compose.service";
const SWARM_SERVICE: &str = "com.docker.swarm.service.name";

/// What kind of thing a subject is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// The engine's daemon.
    Daemon,
    Host,
    Container,
    Image,
    Network,
    Volume,
    File,
    Process,
    Registry,
    Swarm,
    Node,
    Service,
    Secret,
    /// Something that this version has no word for; its name is all that the plugin said.
    #[default]
    Other,
}

impl SubjectKind {
    /// Every kind but [`SubjectKind::Other`], by the word that plugins and reports use.
    pub const ALL: [(&str, Self); 13] = [
        ("daemon", Self::Daemon),
        ("host", Self::Host),
        ("container", Self::Container),
        ("image", Self::Image),
        ("network", Self::Network),
        ("volume", Self::Volume),
        ("file", Self::File),
        ("process", Self::Process),
        ("registry", Self::Registry),
        ("swarm", Self::Swarm),
        ("node", Self::Node),
        ("service", Self::Service),
        ("secret", Self::Secret),
    ];

    /// The kind of that word; none where this version has no such kind.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, kind)| kind)
    }

    /// "container"
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, kind)| *kind == self).map_or("other", |(name, _)| name)
    }
}

/// What a fact is about. For people it is a sentence: "container web", "daemon".
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Subject {
    pub kind: SubjectKind,
    /// "web"; absent where there is one of its kind only: the daemon, the host, the swarm.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The engine's id of it; absent where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// A container's image, as the engine lists it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// Which application it belongs to: of its labels, those of Compose's project and service and of Swarm's service.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl Subject {
    /// The subject of a sentence, as plugins write them: "container web", "daemon".
    pub fn parse(sentence: &str) -> Self {
        match SubjectKind::parse(sentence.split(' ').next().unwrap_or_default()) {
            Some(kind) => Self::of(kind, sentence),
            None => Self { name: sentence.to_owned(), ..Self::default() },
        }
    }

    /// The same where the plugin says the kind too.
    pub fn of(kind: SubjectKind, sentence: &str) -> Self {
        let name = match sentence.strip_prefix(kind.name()) {
            Some("") => "",
            Some(rest) => rest.strip_prefix(' ').unwrap_or(sentence),
            None => sentence,
        };
        Self { kind, name: name.to_owned(), ..Self::default() }
    }

    /// The noun for several of its kind, and its name among them; none where it is the only one.
    pub fn noun_and_name(&self) -> Option<(&str, &str)> {
        match self.kind {
            _ if self.name.is_empty() => None,
            SubjectKind::Other => self.name.split_once(' '),
            kind => Some((kind.name(), &self.name)),
        }
    }

    /// Compose's project.
    pub fn compose_project(&self) -> Option<&str> {
        self.labels.get(COMPOSE_PROJECT).map(String::as_str)
    }

    /// Compose's service.
    pub fn compose_service(&self) -> Option<&str> {
        self.labels.get(COMPOSE_SERVICE).map(String::as_str)
    }

    /// Swarm's service.
    pub fn swarm_service(&self) -> Option<&str> {
        self.labels.get(SWARM_SERVICE).map(String::as_str)
    }

    /// A name that outlives the object: a container that is deployed again has another id, and under Compose or Swarm
    /// another name, but belongs to the same service.
    pub fn stable_name(&self) -> String {
        match (self.compose_project(), self.compose_service(), self.swarm_service()) {
            (Some(project), Some(service), _) => format!("{project}/{service}"),
            (_, _, Some(service)) => service.to_owned(),
            _ => self.name.clone(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            SubjectKind::Other => f.write_str(&self.name),
            kind if self.name.is_empty() => f.write_str(kind.name()),
            kind => write!(f, "{} {}", kind.name(), self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_and_its_subject_are_the_same() {
        for sentence in ["container web", "daemon", "host", "file /etc/a b", "tenant seven", "image a:1", "containers"]
        {
            assert_eq!(Subject::parse(sentence).to_string(), sentence);
        }
        assert_eq!(Subject::parse("container web").noun_and_name(), Some(("container", "web")));
        assert_eq!(Subject::parse("tenant seven").noun_and_name(), Some(("tenant", "seven")));
        assert_eq!(Subject::parse("daemon").noun_and_name(), None);
        assert_eq!(Subject::of(SubjectKind::Container, "web").to_string(), "container web");
    }

    #[test]
    fn the_stable_name_is_the_service_s() {
        let labelled = |pairs: &[(&str, &str)]| Subject {
            labels: pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            ..Subject::parse("container shop-web-1")
        };
        assert_eq!(labelled(&[]).stable_name(), "shop-web-1");
        assert_eq!(labelled(&[(COMPOSE_PROJECT, "shop"), (COMPOSE_SERVICE, "web")]).stable_name(), "shop/web");
        assert_eq!(labelled(&[(SWARM_SERVICE, "shop_web")]).stable_name(), "shop_web");
    }
}
