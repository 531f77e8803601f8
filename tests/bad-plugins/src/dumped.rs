//! What the hostile engine answers to every question, and so what [`crate::Behaviour::DumpsEverything`] asks for: every
//! outermost field of these answers.

use serde_json::{Value, json};

/// What must never be told.
pub const SECRET: &str = "hunter2";
/// What stands beside the secrets and shows that the answers did arrive.
pub const PLAIN: &str = "harmless";

/// The id in every question about one object of a kind.
pub fn id(noun: &str) -> String {
    if noun == "image" { "sha256:538d" } else { "4d1c" }.to_owned()
}

/// The outermost fields of the answer to a question, by its path. Not empty, or the question would be refused.
pub fn fields(path: &str) -> Vec<String> {
    let mut fields = std::collections::BTreeSet::new();
    let answer = answer(path);
    let objects = match &answer {
        Value::Array(list) => list.as_slice(),
        object if path == "/volumes" => object["Volumes"].as_array().map_or(&[][..], Vec::as_slice),
        object => std::slice::from_ref(object),
    };
    objects.iter().filter_map(Value::as_object).for_each(|object| fields.extend(object.keys().cloned()));
    fields.into_iter().collect()
}

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
        { "Name": "y", "Driver": "local", "Options": { "type": "none", "o": "bind", "device": "/bound" }, "Mountpoint": "/var/lib/docker/volumes/y/_data" },
    ], "Warnings": ["token=hunter2"] })
}

fn disk_usage() -> Value {
    let volumes = &volumes()["Volumes"];
    let steps = json!([
        { "ID": PLAIN, "Type": "regular", "Description": "mount / from exec /bin/sh -c make PASSWORD=hunter2", "Size": 1 },
        { "ID": "x", "Type": "regular", "Description": "RUN |1 A=hunter2 hunter2 /bin/sh -c make" },
    ]);
    json!({
        "LayersSize": 1, "Images": [{ "Id": "sha256:538d", "Labels": { "token": "hunter2" } }],
        "Containers": [{ "Id": "4d1c", "Command": "run --password hunter2", "Labels": { "api.key": "hunter2" } }],
        "Volumes": volumes, "BuildCache": steps,
        "VolumeUsage": { "Items": volumes, "TotalCount": 3 }, "BuildCacheUsage": { "Items": steps },
    })
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

/// An image with what it is for other platforms.
fn with_manifests(mut image: Value) -> Value {
    image["Manifests"] = json!([{
        "ID": "sha256:1", "Kind": "image", "Available": true,
        "Descriptor": {
            "platform": { "architecture": "arm64", "os": PLAIN }, "urls": ["https://x:hunter2@h/blob"],
            "annotations": { "com.example.token": "hunter2", "source": "https://x:hunter2@h/" },
        },
        "ImageData": { "Platform": { "architecture": "arm64" }, "Containers": ["4d1c"] },
    }]);
    image
}

/// What this engine answers to a question, by its path in the table of operations.
pub fn answer(path: &str) -> Value {
    let history = json!([
        { "Id": PLAIN, "CreatedBy": "/bin/sh -c #(nop)  ENV A=hunter2 B=x hunter2", "Comment": "token=hunter2" },
        { "CreatedBy": "RUN |1 A=hunter2 /bin/sh -c make PASSWORD=hunter2 # buildkit", "Tags": ["https://x:hunter2@h/i"] },
    ]);
    let image = json!({ "Id": PLAIN, "Config": config(), "ContainerConfig": config(), "Comment": "PASSWORD=hunter2", "Author": "a://u:hunter2@h" });
    match path {
        "/version" => json!({
            "Version": "20.10.24", "ApiVersion": "1.41",
            "Components": [{ "Name": PLAIN, "Version": "1", "Details": { "Token": "hunter2" } }],
        }),
        "/info" => info(),
        "/containers/json?all=true" => {
            json!([{ "Id": "4d1c", "Image": PLAIN, "State": "running", "Command": "run --password hunter2", "Labels": { "api.key": "hunter2" } }])
        }
        "/containers/{id}/json" => container(),
        "/containers/{id}/top?ps_args=-eo+pid,comm" => {
            json!({ "Titles": ["PID", "COMMAND"], "Processes": [["1", PLAIN], ["2", "PASSWORD=hunter2"]] })
        }
        "/exec/{id}/json" => {
            json!({ "ID": PLAIN, "ProcessConfig": { "entrypoint": "sh", "arguments": ["-c", "hunter2"] } })
        }
        "/images/json" => json!([{ "Id": "sha256:538d", "Labels": { "token": "hunter2", "x": PLAIN } }]),
        "/images/{id}/json" => image,
        "/images/{id}/json?manifests=1" => with_manifests(image),
        "/images/{id}/history" => history,
        "/networks" => {
            json!([{ "Name": PLAIN, "Options": { "psk": "hunter2" }, "IPAM": { "Options": { "password": "hunter2" } } }])
        }
        "/volumes" => volumes(),
        "/system/df" => disk_usage(),
        "/swarm" => swarm(),
        "/nodes" => {
            json!([{ "ID": PLAIN, "Spec": { "Labels": { "token": "hunter2" } }, "Description": { "Engine": { "Labels": { "password": "hunter2" } } } }])
        }
        "/services" => json!([service()]),
        "/secrets" => {
            json!([{ "ID": PLAIN, "Spec": { "Name": "db", "Data": "hunter2", "Labels": { "password": "hunter2" } } }])
        }
        other => panic!("nobody should ask for {other}"),
    }
}
