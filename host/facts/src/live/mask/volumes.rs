//! The options of volumes. Those of the driver `local` are the arguments of a mount: they tell which directory of the
//! host or which share a volume stands for, which an audit must know, and the password of a share beside it.

use serde_json::Value;

use super::marks::MASKED;
use super::proxy::mask_proxy;
use super::{descend, mask_all, replace};

/// Mount options that hold no secret, with their values. All others are masked: each filesystem has its own names for
/// passwords and keys, and what follows a comma may be the rest of a password.
const HARMLESS_MOUNT_OPTIONS: [&str; 75] = [
    "addr",
    "async",
    "atime",
    "bind",
    "cache",
    "defaults",
    "dev",
    "dir_mode",
    "diratime",
    "dirsync",
    "exec",
    "file_mode",
    "gid",
    "hard",
    "intr",
    "iocharset",
    "iversion",
    "lazytime",
    "lookupcache",
    "loud",
    "lowerdir",
    "mand",
    "minorversion",
    "mode",
    "nfsvers",
    "noac",
    "noatime",
    "nodev",
    "nodiratime",
    "noexec",
    "nointr",
    "noiversion",
    "nolock",
    "nomand",
    "norelatime",
    "noresvport",
    "nostrictatime",
    "nosuid",
    "nr_inodes",
    "port",
    "private",
    "proto",
    "rbind",
    "relatime",
    "remount",
    "resvport",
    "retrans",
    "ro",
    "rprivate",
    "rshared",
    "rsize",
    "rslave",
    "runbindable",
    "rw",
    "sec",
    "shared",
    "silent",
    "size",
    "slave",
    "soft",
    "strictatime",
    "suid",
    "sync",
    "tcp",
    "timeo",
    "udp",
    "uid",
    "unbindable",
    "upperdir",
    "users",
    "vers",
    "version",
    "volatile",
    "workdir",
    "wsize",
];

/// Masks the options in a list of volumes, and what their drivers say of them.
pub(super) fn mask_volumes(volumes: &mut Value) {
    for volume in volumes.as_array_mut().into_iter().flatten() {
        let is_local = volume.get("Driver").and_then(Value::as_str) == Some("local");
        for (name, value) in volume.as_object_mut().into_iter().flatten() {
            match name.as_str() {
                "Options" if is_local => mask_local(value),
                "Options" | "Status" => mask_all(value),
                _ => {}
            }
        }
    }
}

fn mask_local(options: &mut Value) {
    let Value::Object(options) = options else {
        return mask_all(options);
    };
    for (name, value) in options {
        match (name.as_str(), value) {
            ("o", Value::String(text)) => *text = mask_mount_options(text),
            ("device", Value::String(text)) if !is_path(text) => replace(text, mask_proxy(text)),
            ("device" | "type" | "size", value) => descend(value, ""),
            (_, value) => mask_all(value),
        }
    }
}

/// `bind,ro,password=x` becomes `bind,ro,<masked>`. Without the name, which would have the value that ends here be
/// looked for once more, up to the end of the text.
fn mask_mount_options(options: &str) -> String {
    let is_harmless = |option: &str| {
        let name = option.split_once('=').map_or(option, |(name, _)| name);
        HARMLESS_MOUNT_OPTIONS.contains(&name)
    };
    let masked =
        options.split(',').map(|option| if option.is_empty() || is_harmless(option) { option } else { MASKED });
    masked.collect::<Vec<_>>().join(",")
}

/// Whether a device is a path of the host's, in which an `@` is a letter: `//user:password@host/share` is none.
fn is_path(device: &str) -> bool {
    device.starts_with('/') && !device.starts_with("//")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::DockerRequest;
    use keelmark_contract::ops;

    /// Options as they come out of the whole masking, twice.
    fn masked(driver: &str, options: Value) -> Value {
        let mut volumes = json!([{ "Name": "x", "Driver": driver, "Options": options }]);
        super::super::mask(&DockerRequest::whole(&ops::LIST_VOLUMES), &mut volumes);
        let once = volumes.clone();
        super::super::mask(&DockerRequest::whole(&ops::LIST_VOLUMES), &mut volumes);
        assert_eq!(volumes, once, "masking twice changes the options");
        volumes[0]["Options"].clone()
    }

    #[test]
    fn what_tells_a_directory_of_the_host_stays() {
        for options in [
            json!(null),
            json!({}),
            json!({ "type": "none", "o": "bind", "device": "/var/run" }),
            json!({ "type": "none", "o": "rbind,ro,nosuid", "device": "/srv/a@b:c@d" }),
            json!({ "type": "", "o": "", "device": "/etc/secrets" }),
            json!({ "type": "nfs", "o": "addr=10.0.0.5,nfsvers=4,rw", "device": ":/export" }),
            json!({ "type": "overlay", "o": "lowerdir=/etc:/usr,upperdir=/a,workdir=/b", "device": "overlay" }),
            json!({ "type": "tmpfs", "o": "size=100m,uid=1000", "device": "tmpfs", "size": "1G" }),
            json!({ "type": "cifs", "device": "//host/share" }),
        ] {
            assert_eq!(masked("local", options.clone()), options);
        }
    }

    #[test]
    fn what_lets_someone_in_goes() {
        for (o, expected) in [
            ("addr=h,username=ann,password=x,ro", "addr=h,<masked>,<masked>,ro"),
            // A comma in a password, which the kernel takes for the next option too.
            ("password=x,y,bind", "<masked>,<masked>,bind"),
            ("x", "<masked>"),
            ("credentials=/root/x", "<masked>"),
            (" bind", "<masked>"),
            ("bind,,ro", "bind,,ro"),
        ] {
            assert_eq!(masked("local", json!({ "o": o })), json!({ "o": expected }), "{o}");
        }
        for (device, expected) in [
            ("//ann:x@host/share", "<masked credential>@host/share"),
            ("ann:x@y@host:/share", "<masked credential>@host:/share"),
            ("https://ann:x@host/dav", "https://<masked credential>@host/dav"),
        ] {
            assert_eq!(masked("local", json!({ "device": device })), json!({ "device": expected }), "{device}");
        }
        assert_eq!(masked("local", json!({ "o": ["x"], "key": 7 })), json!({ "o": ["<masked>"], "key": "<masked>" }));
        assert_eq!(masked("local", json!("x")), json!("<masked>"));
    }

    #[test]
    fn the_options_of_other_drivers_go_as_a_whole() {
        let options = json!({ "o": "bind", "device": "/etc", "mountpoint": "x" });
        let gone = json!({ "o": "<masked>", "device": "<masked>", "mountpoint": "<masked>" });
        assert_eq!(masked("rexray", options.clone()), gone);
        assert_eq!(masked("LOCAL", options), gone);
    }
}
