//! What evidence is about. A plugin says it in a sentence and, where it can, by kind and id; image and labels come from
//! the engine's own list, so that no plugin can claim an application's waivers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use keelmark_contract::ops;
use keelmark_facts::{DockerRequest, Request};
use keelmark_report::model::{LABELS, Subject, SubjectKind};
use keelmark_sandbox::api::Shared;
use serde_json::Value;

/// The subjects of one audit: each stands in memory once, however many facts are about it.
#[derive(Default)]
pub struct Subjects {
    containers: Vec<Listed>,
    by_id: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
    known: HashMap<(String, Option<String>), Arc<Subject>>,
}

/// What the engine's list says of a container.
struct Listed {
    id: String,
    image: String,
    labels: BTreeMap<String, String>,
}

impl Subjects {
    /// Those of an audit whose plugins have asked their questions. The list of containers is not asked for anew: where no
    /// plugin wanted it, no evidence is about a container.
    pub fn of(shared: &Shared) -> Self {
        let mut subjects = Self::default();
        let request = Request::Docker(DockerRequest::whole(&ops::LIST_CONTAINERS));
        if let Some(Ok(list)) = shared.snapshot.answered(&request) {
            list.as_array().into_iter().flatten().for_each(|container| subjects.add(container));
        }
        subjects
    }

    fn add(&mut self, container: &Value) {
        let text = |key: &str| container.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let label = |key: &str| Some((key.to_owned(), container.get("Labels")?.get(key)?.as_str()?.to_owned()));
        let listed =
            Listed { id: text("Id"), image: text("Image"), labels: LABELS.into_iter().filter_map(label).collect() };
        let at = self.containers.len();
        let names = container.get("Names").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        self.by_name.extend(names.map(|name| (name.trim_start_matches('/').to_owned(), at)));
        self.by_id.insert(listed.id.clone(), at);
        self.containers.push(listed);
    }

    /// The subject of a sentence, with what the plugin says of it in `info`.
    pub fn named(&mut self, sentence: String, kind: Option<&str>, id: Option<String>) -> Arc<Subject> {
        let key = (sentence, id);
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let (sentence, id) = (&key.0, key.1.clone().unwrap_or_default());
        let mut subject = match kind.and_then(SubjectKind::parse) {
            Some(kind) => Subject::of(kind, sentence),
            None => Subject::parse(sentence),
        };
        subject.id = id;
        if subject.kind == SubjectKind::Container
            && let Some(listed) = self.container(&subject)
        {
            subject.id.clone_from(&listed.id);
            subject.image.clone_from(&listed.image);
            subject.labels.clone_from(&listed.labels);
        }
        let subject = Arc::new(subject);
        self.known.insert(key, Arc::clone(&subject));
        subject
    }

    /// By its id, else by its name: no two containers of an engine share one.
    fn container(&self, subject: &Subject) -> Option<&Listed> {
        let by_id = || self.by_id.get(&subject.id);
        let at = if subject.id.is_empty() { self.by_name.get(&subject.name) } else { by_id() };
        self.containers.get(*at?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn subjects() -> Subjects {
        let mut subjects = Subjects::default();
        for container in [
            json!({ "Id": "1a", "Names": ["/db"], "Image": "postgres:16",
                    "Labels": { "com.docker.compose.project": "shop", "com.docker.compose.service": "db", "token": "x" } }),
            json!({ "Id": "2b", "Names": ["/web", "/other/alias"], "Image": "nginx", "Labels": null }),
            json!({ "Id": "3c", "Names": null }),
        ] {
            subjects.add(&container);
        }
        subjects
    }

    #[test]
    fn a_container_gets_its_image_and_the_labels_that_matter_from_the_engine() {
        let mut subjects = subjects();
        let by_name = subjects.named("container db".into(), None, None);
        let by_id = subjects.named("container db".into(), Some("container"), Some("1a".into()));
        assert_eq!(by_name, by_id);
        assert_eq!(
            (by_name.id.as_str(), by_name.image.as_str(), by_name.stable_name().as_str()),
            ("1a", "postgres:16", "shop/db")
        );
        assert_eq!(by_name.labels.len(), 2, "no other label is in a report");
    }

    #[test]
    fn what_the_engine_does_not_list_keeps_what_the_plugin_said() {
        let mut subjects = subjects();
        let gone = subjects.named("container job".into(), None, Some("9z".into()));
        assert_eq!((gone.kind, gone.name.as_str(), gone.id.as_str()), (SubjectKind::Container, "job", "9z"));
        let network = subjects.named("network bridge".into(), Some("network"), Some("ab".into()));
        assert_eq!((network.kind, network.id.as_str(), network.image.as_str()), (SubjectKind::Network, "ab", ""));
        let odd = subjects.named("web".into(), Some("spaceship"), None);
        assert_eq!((odd.kind, odd.name.as_str()), (SubjectKind::Other, "web"));
    }

    #[test]
    fn one_subject_stands_in_memory_once() {
        let mut subjects = subjects();
        let (one, other) =
            (subjects.named("container web".into(), None, None), subjects.named("container web".into(), None, None));
        assert!(Arc::ptr_eq(&one, &other));
    }
}
