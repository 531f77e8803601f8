//! A well-kept host: what a scenario need not say.

use serde_json::{Map, Value, json};

/// The time of every scenario: 2026-11-01T00:00:00Z.
pub const NOW: i64 = 1_793_491_200;

/// The first process of a well-kept container.
pub const FIRST_PID: i64 = 4242;

pub fn facts() -> Value {
    json!({
        "hostname": "host-1", "kernel": "6.1.0-30-amd64", "architecture": "x86_64", "os-id": "debian",
        "os-version": "12", "os-name": "Debian GNU/Linux 12 (bookworm)", "privileged": true, "engine-is-local": true,
    })
}

/// Files that exist, and paths that are known not to.
pub fn files() -> Map<String, Value> {
    let daemon_json = json!({
        "icc": false, "userns-remap": "default", "live-restore": true, "userland-proxy": false,
        "no-new-privileges": true, "log-driver": "syslog",
        "log-opts": { "syslog-address": "tcp+tls://logs.example:6514" }, "default-ulimits": { "nofile": { "Name": "nofile", "Hard": 65536, "Soft": 1024 } },
        "authorization-plugins": ["policy"],
    });
    let binaries = [
        "containerd",
        "containerd-shim",
        "containerd-shim-runc-v1",
        "containerd-shim-runc-v2",
        "docker",
        "dockerd",
        "runc",
    ];
    let mut files = json!({
        "/": { "kind": "directory" },
        "/bin": { "kind": "directory", "resolved": "/usr/bin" },
        "/boot": { "kind": "directory" },
        "/dev": { "kind": "directory" },
        "/etc": { "kind": "directory" },
        "/etc/gshadow": { "mode": "0640", "group": "shadow" },
        "/etc/kubernetes": null,
        "/etc/shadow": { "mode": "0640", "group": "shadow" },
        "/etc/ssh": { "kind": "directory" },
        "/etc/ssl/private": { "kind": "directory", "mode": "0710" },
        "/etc/sudoers": { "mode": "0440" },
        "/etc/sudoers.d": { "kind": "directory" },
        "/lib": { "kind": "directory", "resolved": "/usr/lib" },
        "/lib32": null,
        "/lib64": { "kind": "directory", "resolved": "/usr/lib64" },
        "/libx32": null,
        "/proc": { "kind": "directory", "mode": "0555" },
        "/root": { "kind": "directory", "mode": "0700" },
        "/sbin": { "kind": "directory", "resolved": "/usr/sbin" },
        "/sys": { "kind": "directory", "mode": "0555" },
        "/usr": { "kind": "directory" },
        "/var": { "kind": "directory" },
        "/var/lib": { "kind": "directory" },
        "/var/log": { "kind": "directory" },
        "/etc/docker": { "names": ["daemon.json"] },
        "/etc/docker/daemon.json": { "text": daemon_json.to_string() },
        "/etc/docker/certs.d": null,
        "/etc/default/docker": { "text": "" },
        "/etc/sysconfig/docker": null,
        "/etc/sysconfig/docker-network": null,
        "/etc/sysconfig/docker-registry": null,
        "/etc/sysconfig/docker-storage": null,
        "/etc/containerd/config.toml": {},
        "/etc/environment": { "text": "" },
        "/etc/group": { "text": "root:x:0:\ndocker:x:999:\n" },
        "/etc/passwd": { "text": "root:x:0:0:root:/root:/bin/bash\n" },
        "/etc/nsswitch.conf": null,
        "/etc/audit/audit.rules": null,
        "/etc/audit/rules.d": null,
        "/usr/lib/systemd/system/docker.service": {},
        "/usr/lib/systemd/system/docker.socket": {},
        "/etc/systemd/system/docker.service": null,
        "/etc/systemd/system/docker.socket": null,
        "/etc/systemd/system/docker-registry.service": null,
        "/lib/systemd/system/docker.service": {},
        "/lib/systemd/system/docker.socket": {},
        "/lib/systemd/system/docker-registry.service": null,
        "/usr/lib/systemd/system/docker-registry.service": null,
        "/var/lib/docker": { "kind": "directory", "mode": "0710", "device": "8:17" },
        "/var/lib/containerd": { "kind": "directory", "mode": "0711", "device": "8:33" },
        "/run/docker.sock": { "kind": "socket", "mode": "0660", "group": "docker" },
        "/var/run/docker.sock": { "kind": "socket", "mode": "0660", "group": "docker" },
        "/run/containerd": { "kind": "directory", "mode": "0711" },
        "/run/containerd/containerd.sock": { "kind": "socket", "mode": "0660" },
        "/var/run/containerd": { "kind": "directory", "mode": "0711" },
        "/var/run/containerd/containerd.sock": { "kind": "socket", "mode": "0660" },
        "/run/docker/containerd/containerd.sock": null,
        "/proc/1/net/tcp": { "text": "  sl  local_address rem_address   st\n" },
        "/proc/1/net/tcp6": { "text": "  sl  local_address rem_address   st\n" },
    });
    for binary in binaries {
        files[format!("/usr/bin/{binary}")] = json!({ "mode": "0755" });
        files[format!("/usr/bin/docker-{binary}")] = Value::Null;
        for name in [binary.to_owned(), format!("docker-{binary}")] {
            files[format!("/usr/sbin/{name}")] = Value::Null;
            files[format!("/usr/local/bin/{name}")] = Value::Null;
            files[format!("/usr/local/sbin/{name}")] = Value::Null;
        }
    }
    for unit in ["docker.service", "docker.socket", "docker-registry.service"] {
        files[format!("/run/systemd/system/{unit}")] = Value::Null;
        files[format!("/usr/local/lib/systemd/system/{unit}")] = Value::Null;
        for dir in ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"] {
            files[format!("{dir}/systemd/system/{unit}.d")] = Value::Null;
            files[format!("{dir}/systemd/system/sockets.target.wants")] = Value::Null;
        }
    }
    files.as_object().cloned().unwrap_or_default()
}

/// Command lines that answer on a well-kept host. Every docker path is watched.
pub fn programs() -> Vec<(String, Value)> {
    let watched = [
        "/usr/bin/dockerd",
        "/usr/bin/docker",
        "/run/containerd",
        "/var/lib/docker",
        "/var/lib/containerd",
        "/etc/docker",
        "/usr/lib/systemd/system/docker.service",
        "/lib/systemd/system/docker.service",
        "/usr/lib/systemd/system/docker.socket",
        "/lib/systemd/system/docker.socket",
        "/run/containerd/containerd.sock",
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/etc/default/docker",
        "/etc/docker/daemon.json",
        "/etc/containerd/config.toml",
        "/usr/bin/containerd",
        "/usr/bin/containerd-shim",
        "/usr/bin/containerd-shim-runc-v1",
        "/usr/bin/containerd-shim-runc-v2",
        "/usr/bin/runc",
    ];
    let rules: String = watched.iter().map(|path| format!("-w {path} -p rwxa -k docker\n")).collect();
    let ok = |stdout: &str| json!({ "code": 0, "stdout": stdout, "stderr": "", "truncated": false });
    let unit = |unit: &str| format!("FragmentPath=/lib/systemd/system/{unit}\n");
    vec![
        ("auditctl -l".into(), ok(&rules)),
        (
            "auditctl -s".into(),
            ok("enabled 1\nfailure 1\npid 701\nrate_limit 0\nbacklog_limit 8192\nlost 0\nbacklog 0\n"),
        ),
        ("getent group docker".into(), ok("docker:x:999:\n")),
        (
            "systemctl list-units --type=service --state=running --no-legend --plain".into(),
            ok("docker.service loaded active running Docker Application Container Engine\n"),
        ),
        ("systemctl show --property=FragmentPath docker.service".into(), ok(&unit("docker.service"))),
        ("systemctl show --property=FragmentPath docker.socket".into(), ok(&unit("docker.socket"))),
        ("systemctl show --property=Listen docker.socket".into(), ok("Listen=/run/docker.sock (Stream)\n")),
        ("systemctl show --property=TriggeredBy docker.service".into(), ok("TriggeredBy=docker.socket\n")),
        ("systemctl show --property=FragmentPath docker-registry.service".into(), ok("FragmentPath=\n")),
    ]
}

pub fn version() -> Value {
    json!({
        "Version": "28.5.2", "ApiVersion": "1.51", "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64",
        "KernelVersion": "6.1.0-30-amd64", "Platform": { "Name": "Docker Engine - Community" },
        "Components": [{ "Name": "Engine", "Version": "28.5.2", "Details": { "Experimental": "false" } }],
        "Experimental": false,
    })
}

pub fn info() -> Value {
    json!({
        "ID": "4d1c5a0e-0000-0000-0000-000000000000", "Name": "host-1", "ServerVersion": "28.5.2",
        "OperatingSystem": "Debian GNU/Linux 12 (bookworm)", "OSType": "linux", "KernelVersion": "6.1.0-30-amd64",
        "Driver": "overlay2", "DriverStatus": [["Backing Filesystem", "extfs"], ["Supports d_type", "true"]],
        "DockerRootDir": "/var/lib/docker", "LoggingDriver": "syslog", "CgroupDriver": "systemd", "CgroupVersion": "2",
        "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "name=userns", "name=cgroupns", "name=no-new-privileges"],
        "LiveRestoreEnabled": true, "ExperimentalBuild": false, "Debug": false,
        "Plugins": { "Volume": ["local"], "Network": ["bridge", "host"], "Authorization": ["policy"], "Log": ["json-file", "syslog"] },
        "RegistryConfig": {
            "InsecureRegistryCIDRs": ["127.0.0.0/8"], "Mirrors": [],
            "IndexConfigs": { "docker.io": { "Name": "docker.io", "Mirrors": [], "Secure": true, "Official": true } },
        },
        "Swarm": { "NodeID": "", "NodeAddr": "", "LocalNodeState": "inactive", "ControlAvailable": false, "Error": "", "RemoteManagers": null },
        "Runtimes": { "runc": { "path": "runc" } }, "DefaultRuntime": "runc", "Warnings": null,
        "Containers": 1, "ContainersRunning": 1, "ContainersPaused": 0, "ContainersStopped": 0, "Images": 1,
        "IPv4Forwarding": true, "BridgeNfIptables": true, "HttpProxy": "", "HttpsProxy": "",
        "Isolation": "", "InitBinary": "docker-init", "ExecutionDriver": "",
    })
}

pub fn active_swarm_info() -> Value {
    json!({
        "NodeID": "node1", "NodeAddr": "10.0.0.5", "LocalNodeState": "active", "ControlAvailable": true, "Error": "",
        "RemoteManagers": [{ "NodeID": "node1", "Addr": "10.0.0.5:2377" }], "Nodes": 1, "Managers": 1,
    })
}

pub fn swarm() -> Value {
    json!({
        "ID": "swarm1", "CreatedAt": "2026-10-01T00:00:00Z", "UpdatedAt": "2026-10-20T00:00:00Z",
        "Spec": {
            "Name": "default", "Labels": {}, "Orchestration": { "TaskHistoryRetentionLimit": 5 },
            "CAConfig": { "NodeCertExpiry": 7_776_000_000_000_000_i64 },
            "EncryptionConfig": { "AutoLockManagers": true },
        },
        "TLSInfo": { "TrustRoot": "<masked>" }, "RootRotationInProgress": false, "DataPathPort": 4789,
        "DefaultAddrPool": ["10.0.0.0/8"], "SubnetSize": 24,
    })
}

pub fn node(name: &str) -> Value {
    json!({
        "ID": format!("node-{name}"), "Spec": { "Role": "manager", "Availability": "active" },
        "Description": { "Hostname": name, "Engine": { "EngineVersion": "28.5.2" } },
        "Status": { "State": "ready", "Addr": "10.0.0.5" },
        "ManagerStatus": { "Leader": true, "Reachability": "reachable", "Addr": "10.0.0.5:2377" },
    })
}

pub fn service(name: &str) -> Value {
    json!({
        "ID": format!("service-{name}"), "CreatedAt": "2026-10-02T00:00:00Z",
        "Spec": {
            "Name": name, "Labels": {}, "Mode": { "Replicated": { "Replicas": 1 } },
            "TaskTemplate": {
                "ContainerSpec": { "Image": "registry.example/app:1.4", "Env": [], "Secrets": [] },
                "RestartPolicy": { "Condition": "on-failure", "MaxAttempts": 5 },
            },
            "EndpointSpec": { "Mode": "vip", "Ports": [] },
        },
        "Endpoint": { "Spec": {}, "Ports": [] },
    })
}

pub fn secret(name: &str) -> Value {
    json!({
        "ID": format!("secret-{name}"), "CreatedAt": "2026-10-02T00:00:00Z", "UpdatedAt": "2026-10-02T00:00:00Z",
        "Spec": { "Name": name, "Labels": {} },
    })
}

pub fn networks() -> Value {
    json!([
        { "Name": "bridge", "Id": "net-bridge", "Driver": "bridge", "Scope": "local", "Ingress": false,
          "Options": { "com.docker.network.bridge.default_bridge": "true", "com.docker.network.bridge.enable_icc": "false", "com.docker.network.bridge.name": "docker0" } },
        { "Name": "host", "Id": "net-host", "Driver": "host", "Scope": "local", "Ingress": false, "Options": {} },
        { "Name": "none", "Id": "net-none", "Driver": "null", "Scope": "local", "Ingress": false, "Options": {} },
    ])
}

/// A directory of the engine's own.
pub fn volume(name: &str) -> Value {
    json!({
        "Name": name, "Driver": "local", "Mountpoint": format!("/var/lib/docker/volumes/{name}/_data"),
        "CreatedAt": "2026-10-31T00:00:00Z", "Labels": null, "Options": null, "Scope": "local",
    })
}

/// An image whose instructions leave nothing to say.
pub fn image(name: &str, id: &str) -> Value {
    let repository = name.rsplit_once(':').map_or(name, |(repository, _)| repository);
    json!({
        "Id": id, "RepoTags": [name], "RepoDigests": [format!("{repository}@{id}")], "Parent": "", "Comment": "",
        "Created": "2026-10-31T00:00:00Z", "Architecture": "amd64", "Os": "linux", "Size": 7_000_000, "Author": "",
        "Config": {
            "User": "10001:10001", "Env": ["PATH=<masked>"], "Entrypoint": ["/app"], "Cmd": null, "Labels": null,
            "Healthcheck": { "Test": ["CMD", "/app", "--health"] }, "Volumes": null, "ExposedPorts": null, "OnBuild": null,
        },
        "RootFS": { "Type": "layers", "Layers": ["sha256:1"] },
    })
}

/// Instructions of the default image, oldest first.
pub fn history() -> Vec<Value> {
    [
        "ADD rootfs.tar.xz / # buildkit",
        "/bin/sh -c #(nop)  CMD [\"sh\"]",
        "COPY app /app # buildkit",
        "USER 10001:10001",
        "HEALTHCHECK {\"Test\":[\"CMD\",\"/app\",\"--health\"]}",
        "ENTRYPOINT [\"/app\"]",
    ]
    .into_iter()
    .map(Value::from)
    .collect()
}

/// A running container that keeps to every recommendation.
pub fn container(name: &str, id: &str) -> Value {
    json!({
        "Id": id, "Name": format!("/{name}"), "Created": "2026-10-31T00:00:00Z", "Path": "/app", "Args": [],
        "Image": format!("sha256:{}", super::expand::id_of("image", "registry.example/app:1.4")),
        "State": {
            "Status": "running", "Running": true, "Paused": false, "Restarting": false, "Pid": FIRST_PID,
            "Health": { "Status": "healthy", "FailingStreak": 0 },
        },
        "AppArmorProfile": "docker-default", "ProcessLabel": "", "MountLabel": "", "ExecIDs": null,
        "RestartCount": 0, "Driver": "overlay2", "Platform": "linux", "Mounts": [],
        "Config": {
            "User": "10001:10001", "Image": "registry.example/app:1.4", "Env": ["PATH=<masked>"], "Labels": {},
            "Healthcheck": { "Test": ["CMD", "/app", "--health"] }, "ExposedPorts": {}, "Cmd": null, "Entrypoint": ["/app"],
        },
        "HostConfig": {
            "Binds": null, "NetworkMode": "backend", "PortBindings": {}, "PublishAllPorts": false,
            "RestartPolicy": { "Name": "on-failure", "MaximumRetryCount": 5 },
            "CapAdd": null, "CapDrop": ["ALL"], "Privileged": false, "ReadonlyRootfs": true,
            "SecurityOpt": ["no-new-privileges:true"], "PidMode": "", "IpcMode": "private", "UTSMode": "", "UsernsMode": "",
            "CgroupnsMode": "private", "Cgroup": "", "CgroupParent": "", "Memory": 268_435_456, "MemorySwap": 268_435_456,
            "CpuShares": 512, "NanoCpus": 0, "CpuQuota": 0, "CpuPeriod": 0, "CpusetCpus": "", "CpusetMems": "",
            "PidsLimit": 100, "Devices": [], "DeviceRequests": null, "DeviceCgroupRules": null, "Ulimits": null,
            "Runtime": "runc", "LogConfig": { "Type": "syslog", "Config": {} }, "ExtraHosts": null, "Links": null,
        },
        "NetworkSettings": {
            "Ports": {}, "Networks": { "backend": { "NetworkID": "net-backend", "IPAddress": "172.20.0.2" } },
        },
    })
}
