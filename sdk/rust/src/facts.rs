//! The facts of one audit as checks read them: asked for at most once, typed, and with the loops already written.

mod identify;

use std::any::{Any, TypeId};
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use crate::check::{Check, Section};
use crate::host::{DockerEach, DockerList, EachAnswer, Exec, Host, HostError, HostFacts, Metadata, Process};
use crate::object::Object;
use crate::verdict::{Judgement, Verdict};

/// Which fields of the engine's answers the checks of a plugin need: the union over their `needs`, so that each
/// object crosses the boundary once with everything that anyone will read from it.
#[derive(Clone, Debug, Default)]
pub struct FieldPlan(HashMap<&'static str, Vec<&'static str>>);

impl FieldPlan {
    /// What the checks of a section need.
    pub fn of_section(section: &Section) -> Self {
        Self::of(section.rows.iter().map(|row| row.check))
    }

    /// What some checks need: for native tests of one of them.
    pub fn of<'a>(checks: impl IntoIterator<Item = &'a Check>) -> Self {
        let mut plan: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
        for need in checks.into_iter().flat_map(|check| check.needs).filter(|need| need.op.starts_with("docker.")) {
            let fields = plan.entry(need.op).or_default();
            for field in need.args {
                if !fields.contains(field) {
                    fields.push(field);
                }
            }
        }
        Self(plan)
    }

    fn fields(&self, op: &str) -> &[&'static str] {
        self.0.get(op).map_or(&[], Vec::as_slice)
    }
}

/// A container or image of a list, and what inspecting it gave.
pub struct Inspected {
    /// "container web"
    pub subject: String,
    /// The engine's id of it.
    pub id: String,
    /// What inspecting it gave.
    pub object: Result<Object, HostError>,
}

impl Inspected {
    /// Its name without the noun: "web".
    pub fn name(&self) -> &str {
        self.subject.split_once(' ').map_or(&self.subject, |(_, name)| name)
    }
}

type Listed = Result<Rc<Vec<Object>>, HostError>;
type InspectedAll = Result<Rc<Vec<Inspected>>, HostError>;
type Derived = Result<Rc<dyn Any>, HostError>;

/// How many objects one call asks about. The host allows 1,000; half of that keeps a guest's peak of text waiting to
/// be parsed at a few MiB.
const IDS_PER_CALL: usize = 500;

/// Everything that a check may know.
pub struct Facts<'h> {
    host: &'h dyn Host,
    plan: FieldPlan,
    single: RefCell<HashMap<DockerList, Result<Rc<Object>, HostError>>>,
    listed: RefCell<HashMap<DockerList, Listed>>,
    containers: OnceCell<InspectedAll>,
    images: OnceCell<InspectedAll>,
    derived: RefCell<HashMap<TypeId, Derived>>,
}

impl<'h> Facts<'h> {
    /// Facts of a host. In a plugin, [`section!`](crate::section) makes them; in a native test, a [`FakeHost`](crate::fake::FakeHost) is the host.
    pub fn new(host: &'h dyn Host, plan: FieldPlan) -> Self {
        Self {
            host,
            plan,
            single: RefCell::default(),
            listed: RefCell::default(),
            containers: OnceCell::new(),
            images: OnceCell::new(),
            derived: RefCell::default(),
        }
    }

    /// `GET /info`.
    pub fn info(&self) -> Result<Rc<Object>, HostError> {
        self.single(DockerList::Info, "daemon")
    }

    /// `GET /version`.
    pub fn version(&self) -> Result<Rc<Object>, HostError> {
        self.single(DockerList::Version, "daemon")
    }

    /// `GET /swarm`; `unavailable` on an engine that is not a swarm manager.
    pub fn swarm(&self) -> Result<Rc<Object>, HostError> {
        self.single(DockerList::Swarm, "swarm")
    }

    /// The list of containers (`Id`, `Names`, `State` …), sorted by name, without inspecting them.
    pub fn container_list(&self) -> Listed {
        self.listed(DockerList::Containers, "container", |c| {
            let name =
                c.strings("Names").ok().and_then(|names| names.first().map(|n| n.trim_start_matches('/').to_owned()));
            name.unwrap_or_else(|| short_id(&c.id).to_owned())
        })
    }

    /// The list of images (`Id`, `RepoTags` …), sorted by name, without inspecting them. One with several tags is called
    /// by all of them: who knows it by the last should find it.
    pub fn image_list(&self) -> Listed {
        self.listed(DockerList::Images, "image", |image| {
            let names = |path| {
                let names = image.optional(path, Object::strings).ok().flatten().unwrap_or_default();
                names.into_iter().filter(|name| !name.starts_with("<none>")).map(str::to_owned).collect::<Vec<_>>()
            };
            let known = [names("RepoTags"), names("RepoDigests")].into_iter().find(|names| !names.is_empty());
            known.map_or_else(|| short_id(&image.id).to_owned(), |names| several(&names))
        })
    }

    /// The engine's networks, sorted by name.
    pub fn networks(&self) -> Listed {
        self.listed(DockerList::Networks, "network", |n| n.str("Name").unwrap_or("?").to_owned())
    }

    /// The engine's volumes, sorted by name; `unavailable` on an engine from before they had names.
    pub fn volumes(&self) -> Listed {
        self.listed(DockerList::Volumes, "volume", |v| v.str("Name").unwrap_or("?").to_owned())
    }

    /// The swarm's nodes, sorted by host name; `unavailable` on an engine that is not a swarm manager.
    pub fn nodes(&self) -> Listed {
        self.listed(DockerList::Nodes, "node", |n| n.str("Description.Hostname").unwrap_or("?").to_owned())
    }

    /// The swarm's services, sorted by name; `unavailable` on an engine that is not a swarm manager.
    pub fn services(&self) -> Listed {
        self.listed(DockerList::Services, "service", |s| s.str("Spec.Name").unwrap_or("?").to_owned())
    }

    /// The swarm's secrets, by name: the engine never tells their content.
    pub fn secrets(&self) -> Listed {
        self.listed(DockerList::Secrets, "secret", |s| s.str("Spec.Name").unwrap_or("?").to_owned())
    }

    /// Every container, inspected; one that vanished since it was listed is left out.
    pub fn containers(&self) -> InspectedAll {
        self.containers.get_or_init(|| self.inspect(&self.container_list()?, DockerEach::Containers)).clone()
    }

    /// Every image, inspected; one that vanished since it was listed is left out.
    pub fn images(&self) -> InspectedAll {
        self.images.get_or_init(|| self.inspect(&self.image_list()?, DockerEach::Images)).clone()
    }

    /// Judges every container, running or not, and sums up.
    pub fn each_container(
        &self,
        judge: impl Fn(&Object) -> Result<Judgement, HostError>,
    ) -> Result<Verdict, HostError> {
        judge_all("containers", &self.containers()?, &judge)
    }

    /// Judges every image and sums up.
    pub fn each_image(&self, judge: impl Fn(&Object) -> Result<Judgement, HostError>) -> Result<Verdict, HostError> {
        judge_all("images", &self.images()?, &judge)
    }

    /// Further facts about several objects, with the fields that the plan names; those that vanished are left out. Whether
    /// one vanished the host knows: "not found" from it means that the engine knows the object no more, and not that it
    /// has nothing to say about one that is there.
    pub fn ask_each(&self, each: DockerEach, ids: &[String]) -> Result<Vec<EachAnswer>, HostError> {
        let mut answers: HashMap<String, Result<Value, HostError>> = HashMap::with_capacity(ids.len());
        for batch in ids.chunks(IDS_PER_CALL) {
            answers.extend(self.host.docker_each(each, batch, self.plan.fields(each.op()))?);
        }
        // Only "not found" means that an object vanished: silence about one is no reason to leave it out.
        let answer = |id: &String| match answers.remove(id) {
            Some(Err(error)) if error.is_not_found() => None,
            Some(answer) => Some((id.clone(), answer)),
            None => Some((id.clone(), Err(HostError::failed(format!("{} gave no answer about {id}", each.op()))))),
        };
        Ok(ids.iter().filter_map(answer).collect())
    }

    /// Runs one of the host's own programs: no shell, no environment, no standard input.
    pub fn run(&self, program: &str, args: &[&str]) -> Result<Exec, HostError> {
        self.host.run(program, args)
    }

    /// Facts about a file, symlinks followed.
    pub fn stat(&self, path: &str) -> Result<Metadata, HostError> {
        self.host.stat(path, true)
    }

    /// The same, and none where there is no such file.
    pub fn stat_if_exists(&self, path: &str) -> Result<Option<Metadata>, HostError> {
        none_if_not_found(self.stat(path))
    }

    /// The text of a regular file.
    pub fn read_text(&self, path: &str) -> Result<String, HostError> {
        self.host.read_text(path)
    }

    /// The same, and none where there is no such file.
    pub fn read_text_if_exists(&self, path: &str) -> Result<Option<String>, HostError> {
        none_if_not_found(self.read_text(path))
    }

    /// The names in a directory; none where there is no such directory.
    pub fn list_dir_if_exists(&self, path: &str) -> Result<Option<Vec<String>>, HostError> {
        none_if_not_found(self.host.list_dir(path))
    }

    /// The host's processes whose program has exactly this name; containers' processes are left out.
    pub fn find_processes(&self, name: &str) -> Result<Vec<Process>, HostError> {
        self.host.find_processes(name)
    }

    /// What the host is.
    pub fn host(&self) -> Result<HostFacts, HostError> {
        self.host.describe()
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> Result<i64, HostError> {
        self.host.now()
    }

    /// One of the operator's settings; none where it is unset.
    pub fn setting(&self, key: &str) -> Result<Option<Value>, HostError> {
        self.host.setting(key)
    }

    /// A setting that is a list of strings; none where it is unset.
    pub fn setting_list(&self, key: &str) -> Result<Option<Vec<String>>, HostError> {
        let Some(value) = self.setting(key)? else { return Ok(None) };
        let items: Option<Vec<String>> =
            value.as_array().and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
        items
            .map(Some)
            .ok_or_else(|| HostError::failed(format!("setting {key} should be a list of strings, but is {value}")))
    }

    /// A fact that several checks derive from others (the effective daemon configuration): made once, by type.
    pub fn derive<T: 'static>(&self, make: impl FnOnce(&Self) -> Result<T, HostError>) -> Result<Rc<T>, HostError> {
        let known = self.derived.borrow().get(&TypeId::of::<T>()).cloned();
        let derived = known.unwrap_or_else(|| {
            let made = make(self).map(|value| Rc::new(value) as Rc<dyn Any>);
            self.derived.borrow_mut().insert(TypeId::of::<T>(), made.clone());
            made
        })?;
        Ok(derived.downcast().unwrap_or_else(|_| unreachable!("the key is the type")))
    }

    fn single(&self, list: DockerList, subject: &str) -> Result<Rc<Object>, HostError> {
        let known = self.single.borrow().get(&list).cloned();
        known.unwrap_or_else(|| {
            let answer = self.host.docker(list, self.plan.fields(list.op()));
            let object = answer.map(|value| Rc::new(Object::new(subject, value)));
            self.single.borrow_mut().insert(list, object.clone());
            object
        })
    }

    fn listed(&self, list: DockerList, noun: &str, name: impl Fn(&Object) -> String) -> Listed {
        let known = self.listed.borrow().get(&list).cloned();
        known.unwrap_or_else(|| {
            let objects = self.host.docker(list, self.plan.fields(list.op())).and_then(|answer| {
                let Value::Array(items) = answer else {
                    return Err(HostError::failed(format!("{} did not answer with a list", list.op())));
                };
                let objects = items.into_iter().map(|item| named(noun, item, &name));
                let mut objects: Vec<Object> = objects.collect::<Result<_, HostError>>()?;
                // An engine has no two containers of one name, and others are looked for by it.
                if noun != "container" {
                    tell_apart(&mut objects);
                }
                objects.sort_by(|a, b| a.subject.cmp(&b.subject));
                Ok(Rc::new(objects))
            });
            self.listed.borrow_mut().insert(list, objects.clone());
            objects
        })
    }

    fn inspect(&self, listed: &[Object], each: DockerEach) -> InspectedAll {
        let ids: Vec<String> = listed.iter().map(|object| object.id.clone()).collect();
        let mut answers: HashMap<String, Result<Value, HostError>> = self.ask_each(each, &ids)?.into_iter().collect();
        let inspected = listed.iter().filter_map(|object| {
            let answer = answers.remove(&object.id)?;
            let (subject, id) = (object.subject.clone(), object.id.clone());
            let object = answer.map(|value| Object { subject: subject.clone(), id: id.clone(), value });
            Some(Inspected { subject, id, object })
        });
        Ok(Rc::new(inspected.collect()))
    }
}

/// Behind a reference, not a type parameter: a section has thirty judges, and each would bring a copy of this loop
/// that every host has to compile.
fn judge_all(
    noun: &str,
    inspected: &[Inspected],
    judge: &dyn Fn(&Object) -> Result<Judgement, HostError>,
) -> Result<Verdict, HostError> {
    let judged = inspected.iter().map(|one| {
        let judgement = one.object.as_ref().map_err(HostError::clone).and_then(judge);
        (one.subject.clone(), judgement)
    });
    Judgement::sum_up(noun, judged)
}

/// An item of a list as an object. What is inspected later must have an id: without one it would pass for nothing.
fn named(noun: &str, item: Value, name: impl Fn(&Object) -> String) -> Result<Object, HostError> {
    if !item.is_object() {
        return Err(HostError::failed(format!("the engine's list has something else than a {noun} in it")));
    }
    let id = ["Id", "ID"].iter().find_map(|key| item.get(key)).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut object = Object { subject: String::new(), id, value: item };
    if object.id.is_empty() && matches!(noun, "container" | "image") {
        return Err(HostError::failed(format!("the engine lists a {noun} without an id")));
    }
    object.subject = format!("{noun} {}", name(&object));
    Ok(object)
}

/// Three names as they are, and of more how many.
fn several(names: &[String]) -> String {
    match names.split_at_checked(3) {
        Some((first, rest)) if !rest.is_empty() => format!("{} and {} more", first.join(", "), rest.len()),
        _ => names.join(", "),
    }
}

/// Adds the id where a name repeats, as the nodes' of one image of a machine do: evidence about one of them must say
/// which.
fn tell_apart(objects: &mut [Object]) {
    let mut times: HashMap<String, usize> = HashMap::new();
    for object in objects.iter() {
        *times.entry(object.subject.clone()).or_default() += 1;
    }
    for object in objects.iter_mut().filter(|object| !object.id.is_empty()) {
        if times.get(&object.subject).is_some_and(|times| *times > 1) {
            object.subject = format!("{} ({})", object.subject, short_id(&object.id));
        }
    }
}

/// Twelve characters of an id, as docker prints it.
fn short_id(id: &str) -> &str {
    let hex = id.strip_prefix("sha256:").unwrap_or(id);
    hex.get(..12).unwrap_or(hex)
}

fn none_if_not_found<T>(answer: Result<T, HostError>) -> Result<Option<T>, HostError> {
    match answer {
        Err(error) if error.is_not_found() => Ok(None),
        other => other.map(Some),
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests;
