//! The one way from an audit to a host: refuses what would be another host's, and leaves keelmark itself out.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{Identity, Relation};
use crate::{Answer, Backend, BoxFuture, DockerRequest, ErrorKind, FactError, Request};
use keelmark_contract::gate::fields::Fields;
use keelmark_contract::ops;

/// Why a host is not asked in an audit of the engine alone.
pub const OUT_OF_SCOPE: &str = "this needs the engine's host, which --scope engine leaves out";

/// The label by which keelmark's own image says what it is, where nothing else tells its container.
const SELF_LABEL: &str = "io.keelmark.self";

/// How much of a container's id people are shown.
const SHORT_ID: usize = 12;

/// What an audit looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// The engine and its host.
    #[default]
    All,
    /// What the engine tells, and nothing else.
    Engine,
}

/// A host and its engine, of which only what belongs to the audit is answered.
pub struct Guard {
    backend: Arc<dyn Backend>,
    scope: Scope,
    include_self: bool,
    out_of_scope: String,
    identity: OnceCell<Identity>,
    own: OnceCell<Option<Own>>,
}

/// keelmark's own container.
#[derive(Clone, Debug)]
struct Own {
    id: String,
    name: String,
    /// Its image's id and name, where no other container was made from it.
    image: Option<(String, String)>,
}

impl Guard {
    /// Guards `backend`, which may be a live host or a recording.
    pub fn new(backend: Arc<dyn Backend>, scope: Scope, include_self: bool) -> Self {
        // Whoever reads the refusal can repeat it, but an engine cannot guess it: what errors it tells are not left out.
        let mark = RandomState::new().build_hasher().finish();
        let out_of_scope = format!("{OUT_OF_SCOPE} ({mark:016x})");
        Self { backend, scope, include_self, out_of_scope, identity: OnceCell::new(), own: OnceCell::new() }
    }

    /// The words by which a finding is known that needs the host, in an audit of the engine alone: [`OUT_OF_SCOPE`] and a
    /// mark of this audit.
    pub fn out_of_scope(&self) -> Option<&str> {
        (self.scope == Scope::Engine).then_some(self.out_of_scope.as_str())
    }

    /// Which host this is; asked once.
    pub async fn identity(&self) -> &Identity {
        self.identity.get_or_init(|| self.ask_identity()).await
    }

    /// The same, if it is known by now.
    pub fn known(&self) -> Option<&Identity> {
        self.identity.get()
    }

    /// What the operator should know about which host and what of it is audited.
    pub async fn notes(&self) -> Vec<String> {
        let mut notes = self.identity().await.notes.clone();
        notes.extend(self.own().await.as_ref().map(|own| {
            let id = own.id.get(..SHORT_ID).unwrap_or(&own.id);
            let what = match &own.image {
                Some((_, image)) => format!("container {} ({id}) and its image {image} are", own.name),
                None => format!("container {} ({id}) is", own.name),
            };
            format!("keelmark's own {what} left out; --include-self judges what is left out here")
        }));
        notes
    }

    async fn ask_identity(&self) -> Identity {
        if let Ok(answer) = self.backend.ask(&Request::Identity).await {
            let identity = serde_json::from_value((*answer).clone());
            return identity
                .unwrap_or_else(|error| Identity::unknown(&format!("its identity cannot be read: {error}")));
        }
        let facts = self.backend.ask(&Request::Facts).await.ok();
        let info = self.backend.ask(&Request::Docker(DockerRequest::whole(&ops::INFO))).await.ok();
        Identity::of_old_recording(facts.as_deref(), info.as_deref())
    }

    /// Why the host is not asked; none where it is.
    async fn refusal(&self) -> Option<FactError> {
        let reason = match self.scope {
            Scope::Engine => Some(self.out_of_scope.clone()),
            Scope::All => self.identity().await.unreadable.clone(),
        };
        // Not "unavailable": a check would turn to the next best source, which is the same wrong host's.
        reason.map(|reason| FactError::new(ErrorKind::Failed, reason))
    }

    /// The facts about the audited host, which are its engine's where that runs elsewhere.
    async fn facts(&self) -> Answer {
        let mut facts = (*self.backend.ask(&Request::Facts).await?).clone();
        let identity = self.identity().await;
        let Some(fields) = facts.as_object_mut() else { return Ok(Arc::new(facts)) };
        let refusal = self.refusal().await;
        fields.insert("engine-is-local".into(), (identity.relation == Relation::Local && refusal.is_none()).into());
        if let Some(refusal) = refusal {
            fields.insert("unreadable".into(), refusal.message.into());
        }
        if identity.unreadable.is_some() {
            let host = identity.host.clone().unwrap_or_default();
            fields.insert("hostname".into(), host.name.into());
            fields.insert("os-name".into(), host.os.into());
            fields.insert("kernel".into(), host.kernel.into());
            for key in ["os-id", "os-version", "architecture"] {
                fields.insert(key.into(), "".into());
            }
        }
        Ok(Arc::new(facts))
    }

    /// keelmark's own container, where the engine has it.
    async fn own(&self) -> &Option<Own> {
        self.own.get_or_init(|| self.find_own()).await
    }

    async fn find_own(&self) -> Option<Own> {
        let identity = self.identity().await;
        let is_on_a_host = !identity.in_container && identity.own_containers.is_empty();
        if self.include_self || is_on_a_host {
            return None;
        }
        let listed = self.backend.ask(&Request::Docker(DockerRequest::whole(&ops::LIST_CONTAINERS))).await.ok()?;
        let listed = listed.as_array()?;
        let known = listed.iter().find(|container| identity.own_containers.contains(text(container, "Id")));
        // Anybody who may start a container can give it the label. So it counts only for the one container that has it,
        // and where keelmark knows that it is in one but not in which.
        let labelled = || {
            let mut labelled = listed.iter().filter(|container| {
                text(container, "State") == "running" && container.pointer(&format!("/Labels/{SELF_LABEL}")).is_some()
            });
            labelled.next().filter(|_| identity.in_container && labelled.next().is_none())
        };
        let own = known.or_else(labelled)?;
        let image_id = text(own, "ImageID");
        let is_shared = listed.iter().any(|one| text(one, "ImageID") == image_id && text(one, "Id") != text(own, "Id"));
        let name = own.pointer("/Names/0").and_then(Value::as_str).unwrap_or_default().trim_start_matches('/');
        Some(Own {
            id: text(own, "Id").to_owned(),
            name: name.to_owned(),
            image: (!is_shared).then(|| (image_id.to_owned(), text(own, "Image").to_owned())),
        })
    }

    async fn answer(&self, request: &Request) -> Answer {
        match request {
            Request::Exec { .. }
            | Request::Stat { .. }
            | Request::ReadText { .. }
            | Request::ListDir { .. }
            | Request::FindProcesses { .. } => match self.refusal().await {
                Some(refusal) => Err(refusal),
                None => self.backend.ask(request).await,
            },
            Request::Facts => self.facts().await,
            Request::Identity => Ok(Arc::new(json!(self.identity().await))),
            Request::Docker(asked) if asked.op() == &ops::LIST_CONTAINERS => {
                self.without_own(request, |own, container| text(container, "Id") == own.id).await
            }
            Request::Docker(asked) if asked.op() == &ops::LIST_IMAGES => {
                let is_own =
                    |own: &Own, image: &Value| own.image.as_ref().is_some_and(|(id, _)| text(image, "Id") == id);
                self.without_own(request, is_own).await
            }
            Request::Docker(_) | Request::Now => self.backend.ask(request).await,
        }
    }

    /// The list, less what is keelmark's own.
    async fn without_own(&self, request: &Request, is_own: impl Fn(&Own, &Value) -> bool) -> Answer {
        let answer = self.backend.ask(request).await?;
        let (Some(own), Some(listed)) = (self.own().await, answer.as_array()) else { return Ok(answer) };
        Ok(Arc::new(listed.iter().filter(|one| !is_own(own, one)).cloned().collect()))
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

impl Backend for Guard {
    fn ask<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Answer> {
        Box::pin(self.answer(request))
    }

    fn ask_only<'a>(&'a self, request: &'a Request, fields: &'a Fields) -> BoxFuture<'a, Answer> {
        match request {
            // Lists are thinned out by fields that the asker need not want; everything else is as it is below.
            Request::Docker(asked) if [&ops::LIST_CONTAINERS, &ops::LIST_IMAGES].contains(&asked.op()) => {
                Box::pin(async move { Ok(Arc::new(fields.of(&*self.answer(request).await?))) })
            }
            Request::Docker(_) => self.backend.ask_only(request, fields),
            _ => Box::pin(async move { Ok(Arc::new(fields.of(&*self.answer(request).await?))) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Recording;

    const OWN: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const WEB: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn recording(identity: Option<Value>, labels: Value) -> Arc<Recording> {
        let mut answers = json!({
            "now": { "ok": 1 },
            "facts": { "ok": { "hostname": "here", "kernel": "6.1", "os-name": "Debian", "os-id": "debian",
                "os-version": "12", "architecture": "x86_64", "privileged": true, "engine-is-local": true } },
            "stat /etc": { "ok": { "kind": "directory" } },
            "process dockerd": { "ok": [] },
            "docker info": { "ok": { "Name": "there", "KernelVersion": "5.4", "OperatingSystem": "Alpine" } },
            "docker containers": { "ok": [
                { "Id": OWN, "Names": ["/audit"], "Image": "keelmark:1", "ImageID": "sha256:1", "State": "running", "Labels": labels },
                { "Id": WEB, "Names": ["/web"], "Image": "web:1", "ImageID": "sha256:2", "State": "running", "Labels": {} },
            ] },
            "docker images": { "ok": [{ "Id": "sha256:1" }, { "Id": "sha256:2" }] },
        });
        if let Some(identity) = identity {
            answers["identity"] = json!({ "ok": identity });
        }
        let text = json!({ "keelmark-recording": 1, "answers": answers }).to_string();
        Arc::new(Recording::parse("a test's", text.as_bytes()).unwrap())
    }

    fn identity(own: &[&str], in_container: bool) -> Value {
        json!({ "relation": "local", "because": "a test says so", "own-containers": own, "in-container": in_container })
    }

    fn stat() -> Request {
        Request::Stat { path: "/etc".into(), follow: true }
    }

    #[tokio::test]
    async fn nothing_of_another_host_is_answered() {
        let guard = Guard::new(recording(None, json!({})), Scope::All, false);
        let asked = [
            stat(),
            Request::Stat { path: "/etc".into(), follow: false },
            Request::ReadText { path: "/etc/passwd".into() },
            Request::ListDir { path: "/etc".into() },
            Request::FindProcesses { name: "dockerd".into() },
            Request::Exec { program: "auditctl".into(), args: vec!["-l".into()] },
        ];
        for request in asked {
            let error = guard.ask(&request).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::Failed);
            assert!(error.message.starts_with("the engine is remote"), "{}: {}", request.key(), error.message);
        }
        let facts = guard.ask(&Request::Facts).await.unwrap();
        assert_eq!(
            (&facts["hostname"], &facts["kernel"], &facts["os-name"]),
            (&json!("there"), &json!("5.4"), &json!("Alpine"))
        );
        assert_eq!((&facts["os-id"], &facts["engine-is-local"]), (&json!(""), &json!(false)));
        let [note] = guard.notes().await.try_into().unwrap();
        assert!(note.contains("there (kernel 5.4)") && note.contains("here (kernel 6.1)"), "{note}");
    }

    #[tokio::test]
    async fn an_identity_that_cannot_be_read_is_nobodys() {
        let guard = Guard::new(recording(Some(json!({ "relation": "maybe" })), json!({})), Scope::All, false);
        assert!(guard.ask(&stat()).await.unwrap_err().message.contains("cannot be told"));
    }

    #[tokio::test]
    async fn an_engine_cannot_fill_messages() {
        let name = format!("x\n{}", "y".repeat(100_000));
        let host = crate::identity::EngineHost::of(&json!({ "Name": name, "KernelVersion": "1" })).unwrap();
        assert!(host.name.len() < 300 && !host.name.contains('\n'));
    }

    #[tokio::test]
    async fn what_the_host_can_say_it_says() {
        let guard = Guard::new(recording(Some(identity(&[], false)), json!({})), Scope::All, false);
        assert!(guard.ask(&stat()).await.is_ok());
        assert_eq!(guard.ask(&Request::Facts).await.unwrap()["hostname"], "here");
        assert!(guard.notes().await.is_empty());
    }

    #[tokio::test]
    async fn an_audit_of_the_engine_asks_no_host() {
        let guard = Guard::new(recording(Some(identity(&[], false)), json!({})), Scope::Engine, false);
        let words = guard.out_of_scope().unwrap();
        assert_eq!(guard.ask(&stat()).await.unwrap_err().message, words);
        assert_eq!(guard.ask(&Request::Facts).await.unwrap()["unreadable"], words);
        let other = Guard::new(recording(None, json!({})), Scope::Engine, false);
        assert_ne!(other.out_of_scope().unwrap(), words, "nobody can guess them");
        assert!(guard.ask(&Request::Docker(DockerRequest::whole(&ops::LIST_IMAGES))).await.is_ok());
    }

    /// The ids of the containers and images that are left, and the number of notes.
    async fn left(identity: Value, labels: Value, include_self: bool) -> (Vec<String>, Vec<String>, usize) {
        let guard = Guard::new(recording(Some(identity), labels), Scope::All, include_self);
        let ids = async |request| {
            let answer = guard.ask(&Request::Docker(request)).await.unwrap();
            answer.as_array().unwrap().iter().map(|one| text(one, "Id").to_owned()).collect::<Vec<_>>()
        };
        (
            ids(DockerRequest::whole(&ops::LIST_CONTAINERS)).await,
            ids(DockerRequest::whole(&ops::LIST_IMAGES)).await,
            guard.notes().await.len(),
        )
    }

    #[tokio::test]
    async fn keelmark_is_not_its_own_subject() {
        let web = (vec![WEB.to_owned()], vec!["sha256:2".to_owned()], 1);
        let all = (vec![OWN.to_owned(), WEB.to_owned()], vec!["sha256:1".to_owned(), "sha256:2".to_owned()], 0);
        let label = json!({ SELF_LABEL: "true" });
        assert_eq!(left(identity(&[OWN], true), json!({}), false).await, web);
        assert_eq!(left(identity(&[OWN], true), json!({}), true).await, all);
        assert_eq!(left(identity(&["cccc"], true), json!({}), false).await, all);
        assert_eq!(left(identity(&["cccc"], true), label.clone(), false).await, web);
        // On a host, a label is only a label: nobody hides a container from an audit with it.
        assert_eq!(left(identity(&[], false), label, false).await, all);
    }

    #[tokio::test]
    async fn an_image_that_others_use_stays() {
        let shared = recording(Some(identity(&[OWN], true)), json!({}));
        let text = String::from_utf8(shared.to_json().unwrap().into_bytes()).unwrap().replace("sha256:2", "sha256:1");
        let guard = Guard::new(Arc::new(Recording::parse("x", text.as_bytes()).unwrap()), Scope::All, false);
        let images = guard.ask(&Request::Docker(DockerRequest::whole(&ops::LIST_IMAGES))).await.unwrap();
        assert_eq!(images.as_array().unwrap().len(), 2);
        assert!(!guard.notes().await[0].contains("image"));
    }

    #[tokio::test]
    async fn fields_that_were_not_asked_for_still_tell_whose_a_container_is() {
        let guard = Guard::new(recording(Some(identity(&[OWN], true)), json!({})), Scope::All, false);
        let fields: Fields = ["Names"].iter().collect();
        let answer =
            guard.ask_only(&Request::Docker(DockerRequest::whole(&ops::LIST_CONTAINERS)), &fields).await.unwrap();
        assert_eq!(*answer, json!([{ "Names": ["/web"] }]));
    }
}
