mod documents;
mod shapes;

use std::collections::BTreeSet;

use keelmark_contract::gate::fields::Fields;
use keelmark_contract::ops;
use serde_json::{Value, json};

use super::file::mask_file;
use super::mask;
use super::text::{Form, mask_text};
use crate::DockerRequest;
use crate::request::{about, whole};
use documents::documents;

/// What no masked document may contain.
const MARKER: &str = "hunter2";

fn id() -> String {
    "4d1c".into()
}

fn masked(request: &DockerRequest, mut document: Value) -> Value {
    mask(request, &mut document);
    let once = document.clone();
    mask(request, &mut document);
    assert_eq!(document, once, "masking twice changes the document");
    document
}

#[test]
fn no_secret_is_left_in_any_place() {
    for (request, document) in documents() {
        assert!(document.to_string().contains(MARKER), "{request:?} tests nothing");
        for (path, text) in texts("", &masked(&request, document)) {
            assert!(!text.contains(MARKER), "{request:?}: {path}: {text}");
        }
    }
}

#[test]
fn every_question_has_its_document() {
    let documents: BTreeSet<&str> = documents().iter().map(|(request, _)| request.op().name).collect();
    assert_eq!(documents, ops::questions().map(|(op, _)| op.name).collect());
}

/// Of a container only what somebody may see is parsed, and masked after that: which must not make a difference.
#[test]
fn a_part_of_a_container_is_masked_as_the_whole_is() {
    let containers = documents().into_iter().filter(|(request, _)| request.op() == &ops::INSPECT_CONTAINERS);
    let mut tried = 0;
    for (request, document) in containers {
        let places: BTreeSet<String> =
            texts("", &document).into_iter().map(|(path, _)| path.trim_start_matches('.').replace("[]", "")).collect();
        let above = places.iter().filter_map(|place| place.rsplit_once('.')).map(|(above, _)| above);
        for field in places.iter().map(String::as_str).chain(above) {
            let only: Fields = [field].into_iter().collect();
            let part = masked(&request, only.read(document.to_string().as_bytes()).unwrap());
            assert_eq!(part, only.of(&masked(&request, document.clone())), "{field}");
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried}");
}

/// All texts of a document with their places.
fn texts(path: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::String(text) => vec![(path.to_owned(), text.clone())],
        Value::Array(list) => list.iter().flat_map(|item| texts(&format!("{path}[]"), item)).collect(),
        Value::Object(map) => map.iter().flat_map(|(name, item)| texts(&format!("{path}.{name}"), item)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn what_checks_read_is_left_alone() {
    let documents = [
        (
            about(&ops::INSPECT_CONTAINERS, id()),
            json!({
                "Path": "/usr/sbin/sshd", "Args": ["-D", "--config=/etc/x"], "ExecIDs": ["4d1c"], "AppArmorProfile": "docker-default",
                "Config": { "User": "0:0", "Image": "registry:5000/my-secret:1.2@sha256:00", "Entrypoint": null, "Cmd": ["nginx", "-g", "daemon off;"] },
                "HostConfig": {
                    "Binds": ["/etc/secrets:/run/secrets:ro", "/var/run/docker.sock:/var/run/docker.sock"],
                    "SecurityOpt": ["no-new-privileges:false", "label=type:x_t", "seccomp=unconfined"],
                    "LogConfig": { "Type": "syslog", "Config": { "max-size": "10m", "syslog-address": "tcp://h:514", "env": "A,B" } },
                    "Mounts": [{ "Type": "bind", "Source": "/etc/token", "Target": "/password" }],
                    "MaskedPaths": ["/proc/keys"], "PidsLimit": 100, "RestartPolicy": { "Name": "on-failure", "MaximumRetryCount": 5 },
                },
                "NetworkSettings": { "SandboxKey": "/var/run/docker/netns/1", "Ports": { "22/tcp": [{ "HostIp": "::", "HostPort": "22" }] } },
            }),
        ),
        (
            whole(&ops::INFO),
            json!({
                "DriverStatus": [["Backing Filesystem", "extfs"], ["Supports d_type", "true"]],
                "Plugins": { "Authorization": ["authz-broker"], "Log": ["json-file"] }, "HttpProxy": "", "Labels": ["env=prod"],
                "SecurityOptions": ["name=seccomp,profile=default", "name=userns"], "InitBinary": "docker-init",
                "RegistryConfig": { "InsecureRegistryCIDRs": ["127.0.0.0/8"], "IndexConfigs": { "docker.io": { "Secure": true } } },
            }),
        ),
        (
            whole(&ops::LIST_NETWORKS),
            json!([{ "Name": "bridge", "Options": { "com.docker.network.bridge.enable_icc": "true", "encrypted": "" } }]),
        ),
        (
            whole(&ops::LIST_VOLUMES),
            json!([{ "Name": "x", "Driver": "local", "Options": { "type": "none", "o": "bind,ro", "device": "/var/run" } }]),
        ),
        (
            whole(&ops::SWARM),
            json!({ "Spec": { "EncryptionConfig": { "AutoLockManagers": true }, "CAConfig": { "NodeCertExpiry": 7776000000000000u64 } } }),
        ),
        (
            whole(&ops::LIST_SERVICES),
            json!([{ "Spec": { "TaskTemplate": { "ContainerSpec": { "Secrets": [{ "SecretID": "x1", "SecretName": "db" }] } } } }]),
        ),
        (whole(&ops::LIST_SECRETS), json!([{ "ID": "x1", "Spec": { "Name": "db", "Labels": { "Env": "prod" } } }])),
        (
            about(&ops::INSPECT_EXECS, id()),
            json!({ "OpenStdin": true, "ProcessConfig": { "tty": true, "privileged": true, "user": "0", "entrypoint": "sh" } }),
        ),
        (
            about(&ops::IMAGE_HISTORY, id()),
            json!([
                { "CreatedBy": "/bin/sh -c apt-get install --allow-unauthenticated -y curl=7.1 && rm -rf /var" },
                { "CreatedBy": "COPY file:ab in /etc/passwd # buildkit" }, { "CreatedBy": "/bin/sh -c #(nop) ADD file:ab in / " },
            ]),
        ),
    ];
    for (request, document) in documents {
        assert_eq!(masked(&request, document.clone()), document);
    }
}

#[test]
fn names_stay_and_values_go() {
    let table = [
        ("ENV A=b c D=\"e f\" # buildkit", "ENV A=<masked> D=<masked> # buildkit"),
        ("/bin/sh -c #(nop)  ENV PATH=/usr/bin", "/bin/sh -c #(nop)  ENV PATH=<masked>"),
        ("ARG VERSION", "ARG VERSION"),
        ("ARG VERSION=1 # buildkit", "ARG VERSION=<masked> # buildkit"),
        ("|2 A=b C=d /bin/sh -c echo $A", "|2 A=<masked> C=<masked> /bin/sh -c echo $A"),
        ("|1 A=b c=d /bin/sh -c x", "|1 A=<masked> /bin/sh -c x"),
        ("|0 /bin/sh -c x", "|0 /bin/sh -c x"),
        (
            "RUN |1 A=b /bin/bash -c TOKEN=a make # buildkit",
            "RUN |1 A=<masked> /bin/bash -c TOKEN=<masked> make # buildkit",
        ),
        ("ENV", "ENV "),
        ("", ""),
    ];
    for (instruction, expected) in table {
        assert_eq!(super::history::mask_instruction(instruction), expected);
    }
    let env = masked(
        &about(&ops::INSPECT_CONTAINERS, id()),
        json!({ "Config": { "Env": ["PATH=/bin", "A=b=c", "odd", 7, null] } }),
    );
    assert_eq!(env, json!({ "Config": { "Env": ["PATH=<masked>", "A=<masked>", "<masked>", "<masked>", null] } }));
}

#[test]
fn texts_lose_only_their_secrets() {
    let table = [
        ("https://user:pw@host/path", "https://<masked credential>@host/path"),
        ("postgres://u:p/w@host", "postgres://<masked credential>@host"),
        ("a://u:1@h,b://v:2@i c@d", "a://<masked credential>@h,b://<masked credential>@i c@d"),
        ("http://host:80/@scope", "http://<masked credential>@scope"),
        ("run --password a\\ b c", "run --password <masked> c"),
        ("run --password -xy", "run --password <masked>"),
        ("sh -c 'TOKEN=\"a b\" run' x", "sh -c 'TOKEN=<masked> run' x"),
        ("echo \"PASSWORD=x\" && TOKEN=\"a b\" y", "echo \"PASSWORD=<masked>\" && TOKEN=<masked> y"),
        ("don't PASSWORD=\"a b\" y", "don't PASSWORD=<masked> y"),
        ("{\"password\": \"a\\\"b\", \"x\": 1}", "{\"password\": \"<masked>\", \"x\": 1}"),
        ("{\"tokens\":[\"a\",\"b\"]}", "{\"tokens\":<masked>}"),
        ("{\"pin\":1,\"token\":12}", "{\"pin\":1,\"token\":<masked>}"),
        ("x -H 'X-Api-Key: a b' y", "x -H 'X-Api-Key: <masked>' y"),
        ("a TOKEN=ü\\ö c", "a TOKEN=<masked> c"),
        ("a TOKEN=\\", "a TOKEN=<masked>"),
        ("--token=a b", "--token=<masked>"),
        ("--token --x", "--token <masked>"),
    ];
    for (text, expected) in table {
        assert_eq!(mask_text(text, Form::Text).as_deref(), Some(expected), "{text}");
        assert_eq!(mask_text(expected, Form::Text), None, "masking {expected} twice");
    }
    for text in
        ["", "=", "TOKEN=", "://@", "tokens", "--token", "--token ", "--token -x", "\\", "ü=ö", "user@host", "a:b@c"]
    {
        let masked = mask_text(text, Form::Text);
        assert!(masked.is_none() || text == "://@", "{text}: {masked:?}");
    }
}

/// A text that a container's author wrote to make us slow.
#[test]
fn hostile_texts_take_linear_time() {
    let patterns = [
        "a://",
        "proxy=",
        "a@proxy=",
        "--token --\"a ",
        "-a 'x -a '\"x ",
        "\"token\" ",
        "token=",
        "x:y://@",
        "TOKEN: ",
        "\\",
        "a=\" ",
        " ",
        "\n",
        "\n ",
        "password:\n\n ",
        "password: [",
        "password = \"",
        "\\\"password\\\": \\\"",
        "curl ",
        "curl -u ",
        "echo x | chpasswd ",
        "chpasswd <<< ",
        "-----BEGIN x",
        "-----BEGIN PRIVATE KEY-----",
        "a:b@tcp(",
        "Basic ",
        "eyJ.",
        "eyJ-",
        "$6$",
        "AKIA",
        "https://hooks.slack.com/services/",
        "<password>",
        "map[password:",
        "ONBUILD ",
        "A=b ",
        "A= ",
        "|1 ",
        "/bin/sh ",
        "<masked credential> ",
        "token=$(",
        "\"token\"=$(cat ",
        "[[",
        "a.b=1\n",
        "[a]\n",
    ];
    let started = std::time::Instant::now();
    for pattern in patterns {
        let text = pattern.repeat(40_000 / pattern.len());
        for form in [Form::Text, Form::Word, Form::Command, Form::Script, Form::Lines] {
            mask_text(&text, form);
        }
        mask_file(&text);
        mask_file(&format!("{{\"a\": [{text}"));
        super::history::mask_instruction(&text);
        super::history::mask_instruction(&format!("|9 {text}"));
        super::history::mask_instruction(&format!("LABEL token=x {text}"));
    }
    // Milliseconds each where linear; minutes where quadratic.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
