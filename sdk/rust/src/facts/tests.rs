//! The rules that keep a verdict honest where facts are missing.

use serde_json::json;

use super::*;
use crate::check::{Need, Params};
use crate::fake::FakeHost;
use crate::verdict::{Evidence, Status};

static CHECK: Check = Check {
    slug: "example",
    control: "example",
    title: "",
    means: "",
    why: "",
    audited: "",
    fix: "",
    impact: "",
    default: "",
    deviates: "",
    references: &[],
    needs: &[
        Need::new("docker.list-containers", &["Id", "Names"], ""),
        Need::new("docker.inspect-containers", &["Config.User"], ""),
        Need::new("docker.inspect-execs", &["Running"], ""),
    ],
    params: &[],
    audit: users_are_not_root,
};

fn users_are_not_root(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let user = container.str("Config.User")?;
        Ok(Judgement::bad_if(user == "root", Evidence::new(&container.subject, "Config.User", user)))
    })
}

/// A host with containers of these names and ids, of which nothing is known yet.
fn host(names: &[&str]) -> FakeHost {
    let mut host = FakeHost::default();
    let listed = names.iter().map(|name| json!({ "Id": format!("id-{name}"), "Names": [format!("/{name}")] }));
    host.answer("docker list-containers", listed.collect());
    host
}

fn runs_as(host: &mut FakeHost, name: &str, user: &str) {
    host.answer(format!("docker inspect-containers id-{name}"), json!({ "Config": { "User": user, "Image": "app" } }));
}

fn audit(host: &dyn Host) -> Result<Verdict, HostError> {
    users_are_not_root(&Facts::new(host, FieldPlan::of([&CHECK])), &Params { defaults: &[], bound: &[] })
}

#[test]
fn a_container_that_vanished_is_left_out() {
    let mut host = host(&["gone", "web"]);
    runs_as(&mut host, "web", "app");
    host.refuse("docker inspect-containers id-gone", "not-found", "no such container");
    let verdict = audit(&host).unwrap();
    assert_eq!((verdict.status, verdict.message.as_str()), (Status::Pass, "1 container"));
}

#[test]
fn any_other_refusal_is_an_error_and_not_a_pass() {
    for kind in ["denied", "timeout", "permission", "failed"] {
        let mut host = host(&["db", "web"]);
        runs_as(&mut host, "web", "app");
        host.refuse("docker inspect-containers id-db", kind, "no");
        assert_eq!(audit(&host).unwrap_err().message, "no", "{kind}");
    }
}

#[test]
fn a_failure_stands_and_names_what_could_not_be_read() {
    let mut host = host(&["db", "web"]);
    runs_as(&mut host, "web", "root");
    host.refuse("docker inspect-containers id-db", "timeout", "no answer in 5 s");
    let verdict = audit(&host).unwrap();
    assert_eq!(verdict.status, Status::Fail);
    let evidence: Vec<String> = verdict.evidence.iter().map(ToString::to_string).collect();
    assert_eq!(evidence, ["container web: Config.User = root", "container db: could not be read"]);
}

#[test]
fn a_field_that_no_need_names_is_missing() {
    let mut host = host(&["web"]);
    runs_as(&mut host, "web", "app");
    let facts = Facts::new(&host, FieldPlan::of([&CHECK]));
    let containers = facts.containers().unwrap();
    let web = containers[0].object.as_ref().unwrap();
    assert_eq!(web.str("Config.User"), Ok("app"));
    assert_eq!(web.str("Config.Image").unwrap_err().message, "container web: the engine's answer has no Config.Image");
}

#[test]
fn a_list_that_cannot_be_read_is_an_error_and_not_an_empty_list() {
    let mut host = FakeHost::default();
    host.refuse("docker list-containers", "unavailable", "the engine does not answer");
    assert!(audit(&host).unwrap_err().is_unavailable());
    host.answer("docker list-containers", json!({ "message": "page not found" }));
    assert_eq!(audit(&host).unwrap_err().message, "docker.list-containers did not answer with a list");
}

#[test]
fn containers_are_named_and_sorted_by_name() {
    let facts_host = host(&["web", "db"]);
    let facts = Facts::new(&facts_host, FieldPlan::of([&CHECK]));
    let subjects: Vec<String> = facts.container_list().unwrap().iter().map(|c| c.subject.clone()).collect();
    assert_eq!(subjects, ["container db", "container web"]);
}

#[test]
fn an_image_is_called_by_all_of_its_tags() {
    let mut host = FakeHost::default();
    let image = |id: &str, tags: &[&str]| json!({ "Id": id, "RepoTags": tags, "RepoDigests": ["x@sha256:1"] });
    let images = [image("1", &["a:9", "z:1"]), image("2", &["b:1", "b:2", "b:3", "b:4", "b:5"]), image("3", &[])];
    host.answer("docker list-images", images.into());
    let facts =
        Facts::new(&host, FieldPlan(HashMap::from([("docker.list-images", vec!["Id", "RepoTags", "RepoDigests"])])));
    let subjects: Vec<String> = facts.image_list().unwrap().iter().map(|image| image.subject.clone()).collect();
    assert_eq!(subjects, ["image a:9, z:1", "image b:1, b:2, b:3 and 2 more", "image x@sha256:1"]);
}

#[test]
fn what_has_the_same_name_is_told_apart_by_its_id() {
    let mut host = FakeHost::default();
    let node = |id: &str, name: &str| json!({ "ID": id, "Description": { "Hostname": name } });
    host.answer("docker list-nodes", json!([node("n2", "vm"), node("n1", "vm"), node("n3", "db")]));
    let facts =
        Facts::new(&host, FieldPlan(HashMap::from([("docker.list-nodes", vec!["ID", "Description.Hostname"])])));
    let subjects: Vec<String> = facts.nodes().unwrap().iter().map(|node| node.subject.clone()).collect();
    assert_eq!(subjects, ["node db", "node vm (n1)", "node vm (n2)"]);
}

#[test]
fn an_exec_that_vanished_is_left_out_and_one_that_fails_is_not() {
    let mut host = FakeHost::default();
    host.refuse("docker inspect-execs gone", "not-found", "no such exec");
    host.refuse("docker inspect-execs slow", "timeout", "no answer in 5 s");
    let facts = Facts::new(&host, FieldPlan::of([&CHECK]));
    let answers = facts.ask_each(DockerEach::Execs, &["gone".into(), "slow".into()]).unwrap();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].1.as_ref().unwrap_err().message, "no answer in 5 s");
}

#[test]
fn a_file_that_cannot_be_read_is_not_a_file_that_is_not_there() {
    let mut host = FakeHost::default();
    host.refuse("read /a", "not-found", "/a: no such file");
    host.refuse("read /b", "permission", "/b: permission denied");
    let facts = Facts::new(&host, FieldPlan::default());
    assert_eq!(facts.read_text_if_exists("/a"), Ok(None));
    assert_eq!(facts.read_text_if_exists("/b").unwrap_err().message, "/b: permission denied");
    assert!(facts.read_text("/a").is_err());
}

#[test]
fn a_setting_is_a_list_or_unset_or_an_error() {
    let mut host = FakeHost::default();
    host.settings.insert("trusted-users".into(), json!(["alice"]));
    host.settings.insert("allowed-ports".into(), json!("443"));
    let facts = Facts::new(&host, FieldPlan::default());
    assert_eq!(facts.setting_list("trusted-users"), Ok(Some(vec!["alice".to_owned()])));
    assert_eq!(facts.setting_list("allowed-devices"), Ok(None));
    assert!(facts.setting_list("allowed-ports").unwrap_err().message.contains("should be a list of strings"));
}

#[test]
fn what_is_derived_is_made_once_even_when_it_failed() {
    struct Answer;
    let host = FakeHost::default();
    let facts = Facts::new(&host, FieldPlan::default());
    let made = std::cell::Cell::new(0);
    for _ in 0..2 {
        let answer = facts.derive(|_| {
            made.set(made.get() + 1);
            Err::<Answer, _>(HostError::failed("no"))
        });
        assert!(answer.is_err());
    }
    assert_eq!(made.get(), 1);
}

/// A host that says nothing about what it was asked.
struct Silent(FakeHost);

impl Host for Silent {
    fn run(&self, program: &str, args: &[&str]) -> Result<Exec, HostError> {
        self.0.run(program, args)
    }
    fn stat(&self, path: &str, follow: bool) -> Result<Metadata, HostError> {
        self.0.stat(path, follow)
    }
    fn read_text(&self, path: &str) -> Result<String, HostError> {
        self.0.read_text(path)
    }
    fn list_dir(&self, path: &str) -> Result<Vec<String>, HostError> {
        self.0.list_dir(path)
    }
    fn find_processes(&self, name: &str) -> Result<Vec<Process>, HostError> {
        self.0.find_processes(name)
    }
    fn docker(&self, list: DockerList, fields: &[&str]) -> Result<Value, HostError> {
        self.0.docker(list, fields)
    }
    fn docker_each(&self, _: DockerEach, _: &[String], _: &[&str]) -> Result<Vec<EachAnswer>, HostError> {
        Ok(Vec::new())
    }
    fn describe(&self) -> Result<HostFacts, HostError> {
        self.0.describe()
    }
    fn now(&self) -> Result<i64, HostError> {
        self.0.now()
    }
    fn setting(&self, key: &str) -> Result<Option<Value>, HostError> {
        self.0.setting(key)
    }
}

#[test]
fn silence_about_a_container_is_an_error_and_not_a_vanished_container() {
    let error = audit(&Silent(host(&["web"]))).unwrap_err();
    assert_eq!(error.message, "docker.inspect-containers gave no answer about id-web");
}

#[test]
fn more_containers_than_one_call_takes_are_asked_for_in_batches() {
    let names: Vec<String> = (0..1_200).map(|n| format!("web-{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut host = host(&names);
    names.iter().for_each(|name| runs_as(&mut host, name, "app"));
    assert_eq!(audit(&host).unwrap().message, "1200 containers");
}

#[test]
fn an_object_of_a_list_has_its_kind_and_id() {
    let facts_host = host(&["web", "db"]);
    let facts = Facts::new(&facts_host, FieldPlan::of([&CHECK]));
    assert_eq!(facts.identify("container web"), None, "nobody asked for the list");
    facts.container_list().unwrap();
    assert_eq!(facts.identify("container web"), Some(("container", "id-web".to_owned())));
    assert_eq!(facts.identify("container db"), Some(("container", "id-db".to_owned())));
    for other in ["container we", "containers", "web", "image web", "daemon"] {
        assert_eq!(facts.identify(other), None, "{other}");
    }
}
