//! From a scenario's short `host` block to a recording with every answer that a well-kept host would give.
//!
//! Keys of the block, all optional:
//!
//! | key | what it is |
//! |---|---|
//! | `containers` | list of container objects, merged over a well-kept one; `name` names it; `processes` lists program names, or objects with `comm`, `uid` and `uid-inside`; `execs` lists running execs; `error` makes it unreadable (`{"kind", "message"}`), `"vanished": true` makes it disappear |
//! | `images` | list of image objects (inspect), merged; `name` is its tag; `history` lists its instructions, oldest first; `Containers` count is derived; `Manifests` are its platforms |
//! | `volumes` | list of volume objects, merged over ones of the engine's own; without it, those that containers mount |
//! | `networks`, `services`, `nodes`, `secrets` | lists of the engine's objects, merged over defaults where there are any; `name` names one |
//! | `swarm` | the swarm object; its presence makes the engine a swarm manager |
//! | `info`, `version` | merged over a well-kept engine's answers |
//! | `dockerd` | the daemon's argv; null for "no dockerd runs here" |
//! | `dockerd-started` | when it started, in seconds since 1970; null for "unknown" |
//! | `dockerd-facts` | further facts about it: `config-file`, `config-changed`, `unit`, `exe`, `euid`, `xdg-runtime-dir` … |
//! | `daemon.json` | its content: an object, or a string for broken text; null for "no such file" |
//! | `files` | path → `{"kind", "mode", "owner", "group", "text", "names", "device", …}`, null for "no such file", or `{"error": {"kind", "message"}}` |
//! | `exec` | command line → `{"code", "stdout", "stderr"}` or `{"error": …}` |
//! | `facts`, `now`, `settings` | merged over defaults |
//! | `engine` | `{"error": {"kind", "message"}}`: every engine question fails like this |
//! | `answers` | request key → raw recorded answer, laid over everything else; null takes one away |

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::defaults;
use crate::fake::{FakeHost, current_key};

/// The host that a scenario describes.
pub fn expand(host: &Value) -> Result<FakeHost, String> {
    let block = host.as_object().ok_or("the ```host block is not an object")?;
    if let Some(unknown) = block.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("unknown key {unknown:?} in the ```host block: one of {}", KEYS.join(", ")));
    }
    let mut fake = FakeHost::default();
    machine(&mut fake, block)?;
    engine(&mut fake, block)?;
    containers(&mut fake, block)?;
    images(&mut fake, block)?;
    if let Some(error) = block.get("engine").and_then(|engine| engine.get("error")) {
        for (key, answer) in &mut fake.answers {
            if key.starts_with("docker ") {
                *answer = json!({ "error": error });
            }
        }
    }
    for (key, answer) in entries(block, "answers")? {
        match answer {
            Value::Null => drop(fake.answers.remove(&current_key(key))),
            answer => drop(fake.answers.insert(current_key(key), answer.clone())),
        }
    }
    Ok(fake)
}

const KEYS: &[&str] = &[
    "containers",
    "images",
    "networks",
    "volumes",
    "services",
    "nodes",
    "secrets",
    "swarm",
    "info",
    "version",
    "dockerd",
    "dockerd-started",
    "dockerd-facts",
    "daemon.json",
    "files",
    "exec",
    "facts",
    "now",
    "settings",
    "engine",
    "answers",
];

fn machine(fake: &mut FakeHost, block: &Map<String, Value>) -> Result<(), String> {
    fake.answer("facts", merged(defaults::facts(), block.get("facts")));
    fake.answer("now", block.get("now").cloned().unwrap_or_else(|| json!(defaults::NOW)));
    fake.settings = entries(block, "settings")?.map(|(key, value)| (key.clone(), value.clone())).collect();

    let argv = block.get("dockerd").cloned().unwrap_or_else(|| json!(["/usr/sbin/dockerd", "-H", "fd://"]));
    let started = block.get("dockerd-started").cloned().unwrap_or_else(|| json!(defaults::NOW - 3_600));
    fake.answer(
        "process dockerd",
        match argv {
            Value::Null => json!([]),
            argv => {
                let process = json!({ "pid": 812, "argv": argv, "euid": 0, "started": started });
                json!([without_nulls(merged(process, block.get("dockerd-facts")))])
            }
        },
    );

    for name in ["dockerd-current", "dockerd-ce"] {
        fake.answer(format!("process {name}"), json!([]));
    }
    fake.answer("process containerd", json!([{ "pid": 701, "argv": ["/usr/bin/containerd"], "euid": 0 }]));

    let mut files = defaults::files();
    match block.get("daemon.json") {
        None => {}
        Some(Value::Null) => drop(files.insert("/etc/docker/daemon.json".into(), Value::Null)),
        Some(content) => {
            let text = content.as_str().map_or_else(|| content.to_string(), str::to_owned);
            files.insert("/etc/docker/daemon.json".into(), json!({ "text": text }));
        }
    }
    files.extend(entries(block, "files")?.map(|(path, file)| (path.clone(), file.clone())));
    for (path, file) in &files {
        add_file(fake, path, file);
    }

    for (command, answer) in defaults::programs() {
        fake.answer(format!("exec {command}"), answer);
    }
    for (command, answer) in entries(block, "exec")? {
        match answer.get("error") {
            Some(error) => drop(fake.answers.insert(format!("exec {command}"), json!({ "error": error }))),
            None => fake.answer(
                format!("exec {command}"),
                merged(json!({ "code": 0, "stdout": "", "stderr": "", "truncated": false }), Some(answer)),
            ),
        }
    }
    Ok(())
}

/// What stat, lstat, read and list answer about one file.
fn add_file(fake: &mut FakeHost, path: &str, file: &Value) {
    let requests = ["stat", "lstat", "read", "list"].map(|request| format!("{request} {path}"));
    if file.is_null() {
        for key in requests {
            fake.refuse(key, "not-found", &format!("{path}: no such file or directory"));
        }
        return;
    }
    if let Some(error) = file.get("error") {
        for key in requests {
            fake.answers.insert(key, json!({ "error": error }));
        }
        return;
    }
    let is_dir = file.get("names").is_some() || file["kind"] == "directory";
    let kind = if is_dir { "directory" } else { "file" };
    let mut metadata = json!({
        "kind": kind, "mode": if is_dir { "0755" } else { "0644" }, "uid": 0, "gid": 0, "owner": "root",
        "group": "root", "size": 0, "modified": defaults::NOW - 86_400, "device": "8:1",
    });
    for (key, value) in
        file.as_object().into_iter().flatten().filter(|(key, _)| !["text", "names"].contains(&key.as_str()))
    {
        metadata[key] = value.clone();
    }
    // Names without ids would contradict themselves: root is 0, anyone else is not.
    for (name, id) in [("owner", "uid"), ("group", "gid")] {
        if file.get(name).is_some() && file.get(id).is_none() {
            metadata[id] = json!(if file[name] == "root" { 0 } else { 999 });
        }
    }
    fake.answer(requests[0].clone(), metadata.clone());
    fake.answer(requests[1].clone(), metadata);
    if !is_dir {
        fake.answer(requests[2].clone(), file.get("text").cloned().unwrap_or_else(|| json!("")));
    } else {
        fake.answer(requests[3].clone(), file.get("names").cloned().unwrap_or_else(|| json!([])));
    }
}

fn engine(fake: &mut FakeHost, block: &Map<String, Value>) -> Result<(), String> {
    let mut info = defaults::info();
    let swarm = block.get("swarm").filter(|swarm| !swarm.is_null());
    if swarm.is_some() {
        info["Swarm"] = defaults::active_swarm_info();
    }
    fake.answer("docker info", merged(info, block.get("info")));
    fake.answer("docker version", merged(defaults::version(), block.get("version")));
    fake.answer(
        "docker list-networks",
        listed(block, "networks", |name| json!({ "Name": name, "Id": id_of("network", name) }), defaults::networks())?,
    );
    match swarm {
        Some(swarm) => {
            fake.answer("docker swarm", merged(defaults::swarm(), Some(swarm)));
            fake.answer(
                "docker list-nodes",
                listed(block, "nodes", defaults::node, json!([defaults::node("manager-1")]))?,
            );
            fake.answer("docker list-services", listed(block, "services", defaults::service, json!([]))?);
            fake.answer("docker list-secrets", listed(block, "secrets", defaults::secret, json!([]))?);
        }
        None => {
            for key in ["swarm", "list-nodes", "list-services", "list-secrets"] {
                fake.refuse(format!("docker {key}"), "unavailable", "this node is not a swarm manager");
            }
        }
    }
    Ok(())
}

fn containers(fake: &mut FakeHost, block: &Map<String, Value>) -> Result<(), String> {
    let mut list = Vec::new();
    for given in items(block, "containers")? {
        let name = given["name"].as_str().unwrap_or("web");
        let id = id_of("container", name);
        let mut inspected = defaults::container(name, &id);
        merge(&mut inspected, &without(given, &["name", "processes", "execs", "error", "vanished"]));
        let execs = given["execs"].as_array();
        if let Some(execs) = execs {
            let ids: Vec<String> = (0..execs.len()).map(|n| id_of("exec", &format!("{name}-{n}"))).collect();
            for (id, exec) in ids.iter().zip(execs) {
                let base = json!({ "ID": id, "Running": true, "ProcessConfig": { "privileged": false, "user": "", "tty": false, "entrypoint": "sh" } });
                fake.answer(format!("docker inspect-execs {id}"), merged(base, Some(exec)));
            }
            inspected["ExecIDs"] = json!(ids);
        }
        list.push(json!({
            "Id": id, "Names": [format!("/{name}")], "Image": inspected["Config"]["Image"], "ImageID": inspected["Image"],
            "State": inspected["State"]["Status"], "Labels": inspected["Config"]["Labels"],
        }));
        let key = format!("docker inspect-containers {id}");
        if given["vanished"] == true {
            fake.refuse(key, "not-found", &format!("no such container: {id}"));
            fake.refuse(format!("docker container-processes {id}"), "not-found", &format!("no such container: {id}"));
            continue;
        }
        match given.get("error") {
            Some(error) => drop(fake.answers.insert(key, json!({ "error": error }))),
            None => fake.answer(key, inspected),
        }
        let programs = given["processes"].as_array().cloned().unwrap_or_else(|| vec![json!("app")]);
        fake.answer(format!("docker container-processes {id}"), processes(&programs, given));
    }
    fake.answer("docker list-containers", Value::Array(list));
    let mounted = items(block, "containers")?.iter().flat_map(|given| given["Mounts"].as_array()).flatten();
    let mounted: BTreeSet<&str> = mounted.filter_map(|mount| mount["Name"].as_str()).collect();
    let mounted = mounted.into_iter().map(defaults::volume).collect();
    fake.answer("docker list-volumes", listed(block, "volumes", defaults::volume, mounted)?);
    let sources = items(block, "containers")?.iter().flat_map(|given| given["Mounts"].as_array()).flatten();
    let devices = items(block, "volumes")?.iter().map(|volume| &volume["Options"]["device"]);
    for path in sources.map(|mount| &mount["Source"]).chain(devices).filter_map(Value::as_str) {
        if path.starts_with('/') && !fake.answers.contains_key(&format!("stat {path}")) {
            let kind = if path.ends_with(".sock") { "socket" } else { "directory" };
            add_file(fake, path, &json!({ "kind": kind }));
        }
    }
    Ok(())
}

/// Processes by their names, or as `{"comm", "uid", "uid-inside"}`. The first is the container's, and every one runs as
/// the container's user, where that is a number.
fn processes(programs: &[Value], container: &Value) -> Value {
    let first = container["State"]["Pid"].as_i64().unwrap_or(defaults::FIRST_PID);
    let user = container["Config"]["User"].as_str().unwrap_or("10001").split(':').next().unwrap_or_default();
    let uid: i64 = if user.is_empty() { 0 } else { user.parse().unwrap_or(10_001) };
    let one = |(pid, program): (i64, &Value)| match program {
        Value::String(comm) => json!({ "pid": pid, "comm": comm, "uid": uid, "uid-inside": uid }),
        given => merged(json!({ "pid": pid }), Some(given)),
    };
    (first..).zip(programs).map(one).collect()
}

fn images(fake: &mut FakeHost, block: &Map<String, Value>) -> Result<(), String> {
    let mut list = Vec::new();
    let given = block.get("images").cloned().unwrap_or_else(|| json!([{ "name": "registry.example/app:1.4" }]));
    for given in given.as_array().ok_or("\"images\" is not a list")? {
        let name = given["name"].as_str().unwrap_or("registry.example/app:1.4");
        let id = given["Id"].as_str().map_or_else(|| format!("sha256:{}", id_of("image", name)), str::to_owned);
        let mut inspected = defaults::image(name, &id);
        merge(&mut inspected, &without(given, &["name", "history", "error"]));
        list.push(json!({
            "Id": id, "RepoTags": inspected["RepoTags"], "RepoDigests": inspected["RepoDigests"],
            "Containers": -1, "Created": defaults::NOW - 86_400, "Labels": null,
        }));
        // The engine tells the platforms only where it is asked for them, and then of images that it has not of its own.
        fake.answer(format!("docker inspect-image-manifests {id}"), inspected.clone());
        inspected = without(&inspected, &["Manifests"]);
        match given.get("error") {
            Some(error) => drop(fake.answers.insert(format!("docker inspect-images {id}"), json!({ "error": error }))),
            None => fake.answer(format!("docker inspect-images {id}"), inspected),
        }
        let instructions = given["history"].as_array().cloned().unwrap_or_else(defaults::history);
        let layers =
            instructions.iter().rev().map(|by| json!({ "CreatedBy": by, "Comment": "", "Size": 0, "Tags": null }));
        fake.answer(format!("docker image-history {id}"), layers.collect());
    }
    fake.answer("docker list-images", Value::Array(list));
    Ok(())
}

/// A list of the engine's objects, each merged over what `base` makes of its name.
fn listed(block: &Map<String, Value>, key: &str, base: impl Fn(&str) -> Value, absent: Value) -> Result<Value, String> {
    if !block.contains_key(key) {
        return Ok(absent);
    }
    let one = |given: &Value| merged(base(given["name"].as_str().unwrap_or("one")), Some(&without(given, &["name"])));
    Ok(items(block, key)?.iter().map(one).collect())
}

/// A made-up id: 64 hexadecimal digits, the same for the same name.
pub(super) fn id_of(kind: &str, name: &str) -> String {
    let text = format!("{kind}{name}");
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}").repeat(4)
}

fn items<'a>(block: &'a Map<String, Value>, key: &str) -> Result<&'a [Value], String> {
    match block.get(key) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("{key:?} is not a list")),
    }
}

fn entries<'a>(
    block: &'a Map<String, Value>,
    key: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, String> {
    match block.get(key) {
        None => Ok(None.into_iter().flatten()),
        Some(Value::Object(entries)) => Ok(Some(entries).into_iter().flatten()),
        Some(_) => Err(format!("{key:?} is not an object")),
    }
}

fn without_nulls(mut object: Value) -> Value {
    if let Some(entries) = object.as_object_mut() {
        entries.retain(|_, value| !value.is_null());
    }
    object
}

fn without(given: &Value, keys: &[&str]) -> Value {
    let mut rest = given.clone();
    if let Some(entries) = rest.as_object_mut() {
        entries.retain(|key, _| !keys.contains(&key.as_str()));
    }
    rest
}

fn merged(mut base: Value, over: Option<&Value>) -> Value {
    if let Some(over) = over {
        merge(&mut base, over);
    }
    base
}

/// Lays `over` over `base`: objects key by key, anything else replaces. The string "<absent>" takes a key away.
fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                if value == "<absent>" {
                    base.remove(key);
                } else {
                    merge(base.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (base, over) => *base = over.clone(),
    }
}
