//! An answer to every question to the engine, with secrets wherever it has room for them.

use keelmark_contract::ops;
use serde_json::{Value, json};

use super::id;
use crate::DockerRequest;
use crate::request::{about, whole};

/// A document for each request, with the marker in every place that can hold a secret.
pub fn documents() -> Vec<(DockerRequest, Value)> {
    let config = json!({
        "Env": ["PASSWORD=hunter2", "PLAIN=hunter2", "hunter2", "EMPTY="],
        "Cmd": ["--password=hunter2", "--token", "hunter2", "PASSWORD=hunter2 hunter2", "--secret", "-hunter2", "a://u:hunter2@h"],
        "Entrypoint": ["/bin/sh", "-c", "export DB_PASS='hunter2 hunter2' && run --api-key hunter2"],
        "OnBuild": ["ENV A=hunter2", "RUN TOKEN=hunter2 make"],
        "Healthcheck": { "Test": ["CMD-SHELL", "curl -H 'Authorization: Bearer hunter2' http://x:hunter2@h/"] },
        "Labels": { "com.example.password": "hunter2", "url": "https://x:hunter2@h/", "json": "{\"token\":\"hunter2\"}" },
        "CreateCommand": ["podman", "run", "-e", "A=hunter2", "--env=B=hunter2"],
    });
    let container = json!({
        "Path": "PASSWORD=hunter2",
        "Args": ["--pass", "hunter2", "--db-password=hunter2"],
        "State": {
            "Error": "exec: \"run --password hunter2\"",
            "Health": { "Log": [{ "ExitCode": 1, "Output": "hunter2" }] },
        },
        "Config": config,
        "HostConfig": {
            "LogConfig": { "Type": "splunk", "Config": {
                "splunk-token": "hunter2", "gelf-other": "hunter2", "syslog-address": "tcp://a:hunter2@h:514",
            } },
            "Mounts": [{ "Type": "volume", "VolumeOptions": {
                "DriverConfig": { "Name": "local", "Options": { "o": "hunter2", "device": "hunter2" } },
                "Labels": { "token": "hunter2" },
            } }],
            "Annotations": { "x.secret": "hunter2" },
            "StorageOpt": { "secretkey": "hunter2" },
        },
        "Unknown": { "NewThing": { "ApiToken": "hunter2", "Passwords": ["hunter2", { "x": "hunter2" }], "Pin": "TOKEN=hunter2" } },
        "AuthConfig": { "username": "hunter2", "identitytoken": "hunter2" },
        "RegistryAuth": "hunter2",
        "Headers": { "Authorization": "Bearer hunter2" },
    });
    let task = json!({
        "ContainerSpec": {
            "Env": ["A=hunter2"], "Args": ["--password", "hunter2"], "Command": ["run", "TOKEN=hunter2"],
            "Labels": { "secret": "hunter2" }, "Healthcheck": { "Test": ["CMD", "--password=hunter2"] },
            "Mounts": [{ "VolumeOptions": { "DriverConfig": { "Options": { "o": "password=hunter2" } } } }],
        },
        "PluginSpec": { "Env": ["A=hunter2"] },
        "LogDriver": { "Name": "splunk", "Options": { "splunk-token": "hunter2" } },
    });
    let service = json!({ "Labels": { "token": "hunter2" }, "TaskTemplate": task });
    let swarm = json!({
        "CAConfig": {
            "SigningCAKey": "hunter2",
            "ExternalCAs": [{ "Protocol": "cfssl", "URL": "https://x:hunter2@h", "Options": { "k": "hunter2" } }],
        },
        "TaskDefaults": { "LogDriver": { "Name": "gelf", "Options": { "gelf-key": "hunter2" } } },
        "Labels": { "password": "hunter2" },
    });
    vec![
        (whole(&ops::VERSION), json!({ "Components": [{ "Name": "Engine", "Details": { "Token": "hunter2" } }] })),
        (
            whole(&ops::INFO),
            json!({
                "HttpProxy": "http://user:hunter2@proxy:3128", "HttpsProxy": "user:hunter2@proxy:3128",
                "DriverStatus": [["Password", "hunter2"], ["Url", "https://x:hunter2@h"], ["Plain"], "TOKEN=hunter2"],
                "Labels": ["token=hunter2 hunter2", "proxy=http://u:hunter2@h"],
                "RegistryConfig": { "Mirrors": ["https://u:hunter2@mirror/"], "AuthConfigs": { "r": { "auth": "hunter2" } } },
            }),
        ),
        (
            whole(&ops::LIST_CONTAINERS),
            json!([{ "Command": "run --password hunter2 --token=\"hunter2 hunter2\" \"a\"", "Labels": { "api.key": "hunter2" } }]),
        ),
        (about(&ops::INSPECT_CONTAINERS, id()), container),
        (about(&ops::CONTAINER_PROCESSES, id()), json!([{ "pid": 1, "comm": "PASSWORD=hunter2" }])),
        (
            about(&ops::INSPECT_EXECS, id()),
            json!({ "ProcessConfig": { "entrypoint": "sh", "arguments": ["-c", "hunter2"] }, "OpenStdin": true }),
        ),
        (whole(&ops::LIST_IMAGES), json!([{ "Labels": { "token": "hunter2" } }])),
        (
            about(&ops::INSPECT_IMAGES, id()),
            json!({ "Config": config, "ContainerConfig": config, "Comment": "PASSWORD=hunter2", "Author": "a://u:hunter2@h" }),
        ),
        (
            about(&ops::INSPECT_IMAGE_MANIFESTS, id()),
            json!({ "Config": { "Env": ["A=hunter2"] }, "Manifests": [{
                "ID": "sha256:1", "Kind": "image", "Available": true,
                "Descriptor": {
                    "annotations": { "com.example.token": "hunter2", "source": "https://x:hunter2@h/" },
                    "urls": ["https://x:hunter2@h/blob"], "platform": { "os.features": ["TOKEN=hunter2"] },
                },
                "ImageData": { "Platform": { "architecture": "arm64" }, "Containers": ["4d1c"] },
            }] }),
        ),
        (
            about(&ops::IMAGE_HISTORY, id()),
            json!([
                { "CreatedBy": "/bin/sh -c #(nop)  ENV A=hunter2 B=x hunter2", "Comment": "token=hunter2" },
                { "CreatedBy": "ENV OLD hunter2" },
                { "CreatedBy": "ARG A=hunter2 hunter2=" },
                { "CreatedBy": "|2 A=hunter2 hunter2 B=hunter2== /bin/sh -c make PASSWORD=hunter2" },
                { "CreatedBy": "RUN |1 A=hunter2 hunter2 /bin/bash -o pipefail -c make # buildkit" },
                { "CreatedBy": "RUN |1 A=hunter2 pwsh --password hunter2" },
                { "CreatedBy": "RUN /bin/sh -c curl -u x https://x:hunter2@h/?token=hunter2 # buildkit" },
            ]),
        ),
        (
            whole(&ops::LIST_NETWORKS),
            json!([{ "Options": { "psk": "hunter2", "url": "a://b:hunter2@c" }, "IPAM": { "Options": { "password": "hunter2" } } }]),
        ),
        (
            whole(&ops::LIST_VOLUMES),
            json!([
                { "Name": "a", "Driver": "local", "Labels": { "token": "hunter2" }, "Options": {
                    "type": "cifs", "o": "addr=h,username=hunter2,password=hunter2,hunter2", "device": "//a:hunter2@h/share", "x": "hunter2",
                } },
                { "Name": "b", "Driver": "rexray", "Options": { "o": "hunter2", "device": "hunter2" }, "Status": { "x": "hunter2" } },
                { "Name": "c", "ClusterVolume": {
                    "Info": { "VolumeContext": { "x": "hunter2" } }, "PublishStatus": [{ "PublishContext": { "x": "hunter2" } }],
                    "Spec": { "Secrets": [{ "Key": "hunter2", "Secret": "hunter2" }] },
                } },
            ]),
        ),
        (
            whole(&ops::DISK_USAGE),
            json!({
                "LayersSize": 1, "Images": [{ "Id": "sha256:1", "Labels": { "token": "hunter2" } }],
                "Containers": [{ "Id": "4d1c", "Command": "run --password hunter2" }],
                "Volumes": [{ "Driver": "rexray", "Mountpoint": "/v", "Options": { "device": "/hunter2" } }],
                "BuildCache": [{ "Description": "mount / from exec /bin/sh -c make PASSWORD=hunter2" }],
                // As engines tell it since API 1.52.
                "VolumeUsage": { "Items": [{ "Driver": "rexray", "Mountpoint": "/v", "Options": { "device": "/hunter2" } }] },
                "BuildCacheUsage": { "Items": [{ "Description": "RUN |1 A=hunter2 hunter2 /bin/sh -c make" }] },
            }),
        ),
        (
            whole(&ops::SWARM),
            json!({ "Spec": swarm, "JoinTokens": { "Worker": "hunter2", "Manager": "hunter2" }, "UnlockKey": "hunter2" }),
        ),
        (
            whole(&ops::LIST_NODES),
            json!([{ "Spec": { "Labels": { "token": "hunter2" } }, "Description": { "Engine": { "Labels": { "pw": "hunter2" } } } }]),
        ),
        (whole(&ops::LIST_SERVICES), json!([{ "Spec": service, "PreviousSpec": service }])),
        (
            whole(&ops::LIST_SECRETS),
            json!([{ "Spec": { "Name": "db", "Data": "hunter2", "Driver": { "Options": { "token": "hunter2" } } } }]),
        ),
    ]
}
