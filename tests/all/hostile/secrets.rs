//! Secrets wherever an engine's answer can hold one, and a plugin that was granted all of it and tells everything.

use std::sync::Arc;

use keelmark_bad_plugins::{BAD_ID, Behaviour, DUMPED_FIELDS, IDS};
use keelmark_report::Status;
use serde_json::{Value, json};

use super::find;
use crate::support::bad_plugin::{self, PluginFile};
use crate::support::wire::{Act, WireEngine, recording};
use crate::support::{Heard, audit, live};

const SECRET: &str = "hunter2";
/// What stands beside the secrets and shows that the answers did arrive.
const PLAIN: &str = "harmless";

/// The configuration of a container or an image.
fn config() -> Value {
    json!({
        "Image": PLAIN,
        "Env": ["PASSWORD=hunter2", "PLAIN=hunter2", "hunter2"],
        "Cmd": ["run", "--password=hunter2", "--token", "hunter2", "-secret", "-hunter2", "TOKEN=hunter2 hunter2"],
        "Entrypoint": ["sh", "-c", "export DB_PASS='hunter2' && run --api-key hunter2 --proxy user:hunter2@proxy"],
        "Healthcheck": { "Test": ["CMD-SHELL", "curl -H 'Authorization: Bearer hunter2' https://x:hunter2@h/"] },
        "OnBuild": ["ENV A=hunter2", "RUN TOKEN=hunter2 make"],
        "Labels": { "com.example.password": "hunter2", "traefik.http.middlewares.x.basicauth.users": "a:hunter2" },
        "Shell": ["sh", "-c", "PASSWORD=hunter2"],
    })
}

fn container() -> Value {
    let options = json!({ "type": "cifs", "o": "username=x,password=hunter2", "device": "//x:hunter2@h/share" });
    let volume = json!({ "DriverConfig": { "Name": "local", "Options": options }, "Labels": { "token": "hunter2" } });
    json!({
        "Id": "4d1c", "Name": PLAIN, "Path": "PASSWORD=hunter2", "Args": ["--pass", "hunter2", "--db-password=hunter2"],
        "State": { "Error": "exec: \"run --password hunter2\"", "Health": { "Log": [{ "Output": "hunter2" }] } },
        "Config": config(),
        "HostConfig": {
            "Binds": ["https://x:hunter2@h/:/data", "/etc/x:/y:token=hunter2"],
            "LogConfig": { "Type": "splunk", "Config": { "splunk-token": "hunter2", "syslog-address": "tcp://a:hunter2@h" } },
            "Mounts": [{ "Type": "volume", "Source": "x", "VolumeOptions": volume }],
            "StorageOpt": { "secretkey": "hunter2" },
            "Annotations": { "x.secret": "hunter2" },
            "Sysctls": { "x.password": "hunter2" },
            "VolumeDriver": "x --token hunter2",
        },
        "Mounts": [{ "Type": "bind", "Source": "https://x:hunter2@h/", "Mode": "password=hunter2" }],
        "NetworkSettings": { "Networks": { "x": { "DriverOpts": { "psk": "hunter2" } } } },
        "GraphDriver": { "Data": { "accesskey": "hunter2" } },
    })
}

fn info() -> Value {
    json!({
        "ID": PLAIN, "HttpProxy": "http://user:hunter2@proxy:3128", "HttpsProxy": "user:hunter2@proxy:3128",
        "NoProxy": "https://x:hunter2@h", "Labels": ["token=hunter2", "proxy=http://u:hunter2@h"],
        "RegistryConfig": {
            "Mirrors": ["https://u:hunter2@mirror/"],
            "IndexConfigs": { "r": { "Name": "r", "Mirrors": ["https://u:hunter2@m/"], "Auth": "hunter2" } },
            "AuthConfigs": { "r": { "auth": "hunter2", "identitytoken": "hunter2" } },
        },
        "Runtimes": { "x": { "path": "x", "runtimeArgs": ["--token=hunter2"] } },
        "Swarm": { "Cluster": { "Spec": swarm()["Spec"], "UnlockKey": "hunter2" }, "Error": "token=hunter2" },
        "Warnings": ["the proxy https://u:hunter2@h does not answer"],
        "DriverStatus": [["Password", "hunter2"], ["Root Dir", "https://x:hunter2@h"]],
    })
}

fn swarm() -> Value {
    json!({
        "ID": PLAIN,
        "Spec": {
            "CAConfig": {
                "SigningCACert": "x", "SigningCAKey": "hunter2",
                "ExternalCAs": [{ "URL": "https://x:hunter2@h", "Options": { "k": "hunter2" } }],
            },
            "TaskDefaults": { "LogDriver": { "Name": "gelf", "Options": { "gelf-key": "hunter2" } } },
            "Labels": { "password": "hunter2" },
        },
        "JoinTokens": { "Worker": "hunter2", "Manager": "hunter2" }, "UnlockKey": "hunter2",
    })
}

fn volumes() -> Value {
    let share =
        json!({ "type": "cifs", "o": "addr=h,username=x,password=hunter2,hunter2", "device": "//x:hunter2@h/share" });
    json!({ "Volumes": [
        { "Name": PLAIN, "Driver": "local", "Options": share, "Labels": { "token": "hunter2" } },
        { "Name": "x", "Driver": "rexray", "Options": { "o": "bind", "device": "/hunter2" } },
        { "Name": "y", "Driver": "local", "Options": { "type": "none", "o": "bind", "device": "/bound" }, "Mountpoint": "/hunter2" },
    ], "Warnings": ["token=hunter2"] })
}

fn service() -> Value {
    let spec = json!({
        "Image": PLAIN, "Env": ["A=hunter2"], "Args": ["--password", "hunter2"], "Command": ["TOKEN=hunter2"],
        "Labels": { "secret": "hunter2" }, "Healthcheck": { "Test": ["CMD", "--password=hunter2"] },
        "Mounts": [{ "VolumeOptions": { "DriverConfig": { "Options": { "o": "password=hunter2" } } } }],
        "Privileges": { "CredentialSpec": { "Config": "hunter2" } },
    });
    let task = json!({ "ContainerSpec": spec, "LogDriver": { "Name": "x", "Options": { "x": "hunter2" } } });
    json!({ "ID": PLAIN, "Spec": { "TaskTemplate": task, "Labels": { "token": "hunter2" } }, "PreviousSpec": { "TaskTemplate": task } })
}

/// What this engine answers to everything that can be asked.
fn answer(path: &str) -> Act {
    let path = path.split('?').next().unwrap_or_default();
    let history = json!([
        { "Id": PLAIN, "CreatedBy": "/bin/sh -c #(nop)  ENV A=hunter2 B=x hunter2", "Comment": "token=hunter2" },
        { "CreatedBy": "RUN |1 A=hunter2 /bin/sh -c make PASSWORD=hunter2 # buildkit", "Tags": ["https://x:hunter2@h/i"] },
    ]);
    let image = json!({ "Id": PLAIN, "Config": config(), "ContainerConfig": config(), "Comment": "PASSWORD=hunter2", "Author": "a://u:hunter2@h" });
    Act::json(&match path {
        "/version" => json!({
            "Version": "20.10.24", "ApiVersion": "1.41",
            "Components": [{ "Name": PLAIN, "Version": "1", "Details": { "Token": "hunter2" } }],
        }),
        "/info" => info(),
        "/containers/json" => {
            json!([{ "Id": "4d1c", "Image": PLAIN, "State": "running", "Command": "run --password hunter2", "Labels": { "api.key": "hunter2" } }])
        }
        "/containers/4d1c/json" => container(),
        "/containers/4d1c/top" => {
            json!({ "Titles": ["PID", "COMMAND"], "Processes": [["1", PLAIN], ["2", "PASSWORD=hunter2"]] })
        }
        "/exec/4d1c/json" => {
            json!({ "ID": PLAIN, "ProcessConfig": { "entrypoint": "sh", "arguments": ["-c", "hunter2"] } })
        }
        "/images/json" => json!([{ "Id": "sha256:538d", "Labels": { "token": "hunter2", "x": PLAIN } }]),
        "/images/sha256:538d/json" => image,
        "/images/sha256:538d/history" => history,
        "/networks" => {
            json!([{ "Name": PLAIN, "Options": { "psk": "hunter2" }, "IPAM": { "Options": { "password": "hunter2" } } }])
        }
        "/volumes" => volumes(),
        "/swarm" => swarm(),
        "/nodes" => {
            json!([{ "ID": PLAIN, "Spec": { "Labels": { "token": "hunter2" } }, "Description": { "Engine": { "Labels": { "password": "hunter2" } } } }])
        }
        "/services" => json!([service()]),
        "/secrets" => {
            json!([{ "ID": PLAIN, "Spec": { "Name": "db", "Data": "hunter2", "Labels": { "password": "hunter2" } } }])
        }
        other => panic!("nobody should ask for {other}"),
    })
}

#[test]
fn no_secret_of_the_engine_reaches_a_plugin() {
    let fields: Vec<String> = DUMPED_FIELDS.split(' ').map(|field| format!("{field:?}")).collect();
    let fields = format!("fields = [{}]", fields.join(", "));
    let granted = keelmark_contract::gate::DOCKER_OPS.iter().map(|op| match *op {
        "docker.container-processes" => (*op, ""),
        op => (op, fields.as_str()),
    });
    let manifest = bad_plugin::manifest_with(&granted.collect::<Vec<_>>());
    let file = PluginFile::new(bad_plugin::plugin(Behaviour::DumpsEverything, &manifest));
    let engine = WireEngine::start(&recording("no-containers"), Box::new(|path, _| Some(answer(path))));
    let heard = Arc::new(Heard::default());
    let report = audit(live(None, &engine.socket()), vec![file.path()], &IDS, &heard).unwrap();
    let finding = find(&report, 0, BAD_ID);
    assert_eq!(finding.status, Status::Fail, "{}", finding.message);
    let told: Vec<&str> = finding.evidence.iter().map(|evidence| evidence.found.as_str()).collect();
    let told = told.concat();
    let leaks = told.match_indices(SECRET).map(|(at, _)| told.get(at.saturating_sub(80)..at + 20));
    let leaks: Vec<_> = leaks.collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
    // Each of the fifteen answers is there, or nothing would be proven.
    assert_eq!(told.matches(PLAIN).count(), 20, "{told}");
    assert!(told.contains("/bound"), "what a volume stands for is no secret: {told}");
    assert!(!told.contains("ErrorKind"), "{told}");
    assert_eq!(engine.paths().len(), keelmark_contract::gate::DOCKER_OPS.len() + 1, "{:?}", engine.paths());
}
