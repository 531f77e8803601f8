use keelmark_sdk::serde_json::json;
use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Object, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "exposed-host-device",
    control: "runtime-no-host-devices",
    title: "Container is given a device of the host",
    means: "No device of the host is handed to a container, unless it needs that one and the operator knows of it.",
    why: "A device file is a door past the container's filesystem. Whoever breaks into a container that was given \
          /dev/sda reads and writes the host's disk below any file permission; /dev/mem, /dev/kvm or a GPU expose \
          driver code of the host's kernel.",
    audited: "Of every container, running or not: HostConfig.Devices (--device), HostConfig.DeviceRequests (--gpus, \
              CDI) and HostConfig.DeviceCgroupRules (--device-cgroup-rule). A privileged container fails: it is given \
              every device. Anything else given must be named by the setting allowed-devices, as the host's path \
              (\"/dev/fuse\"), as path and permissions (\"/dev/ttyS0:r\"), as the driver, capability or CDI name of \
              a request (\"gpu\", \"nvidia.com/gpu=0\"), or as the cgroup rule itself. Without that setting a person \
              must judge.",
    fix: "Recreate the container without the device, or with only what it needs of it:\n\
          \n\
          docker run --device /dev/ttyS0:/dev/ttyS0:r …          read only, no mknod\n\
          compose:  devices: [\"/dev/ttyS0:/dev/ttyS0:r\"]\n\
          \n\
          Drop --privileged, --device-cgroup-rule and --gpus where nothing uses them. Name what stays in the setting \
          allowed-devices.",
    impact: "A program that used the device fails until the device is granted again.",
    default: "Containers are given no device of the host.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/run/#device",
        "https://docs.kernel.org/admin-guide/cgroup-v1/devices.html",
    ],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&[
            "HostConfig.Devices",
            "HostConfig.DeviceRequests",
            "HostConfig.DeviceCgroupRules",
            "HostConfig.Privileged",
        ]),
        Need::new("host.setting", &["allowed-devices"], "the devices that containers may be given"),
    ],
    params: &[],
    audit,
};

/// A device as it is shown, and the names by any of which the operator may allow it.
struct Device {
    property: &'static str,
    /// As the option takes it: "/dev/ttyS0:r".
    shown: String,
    note: String,
    names: Vec<String>,
}

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let allowed = facts.setting_list("allowed-devices")?;
    facts.each_container(|container| {
        if container.bool("HostConfig.Privileged")? {
            let evidence = Evidence::new(&container.subject, "HostConfig.Privileged", true).expected(false);
            return Ok(Judgement::bad(evidence.note("it is given every device")));
        }
        let allowed_names = allowed.as_deref().unwrap_or_default();
        let (fine, others): (Vec<Device>, Vec<Device>) =
            given(container)?.into_iter().partition(|d| d.names.iter().any(|name| allowed_names.contains(name)));
        let shown = |device: Device| {
            let evidence = Evidence::new(&container.subject, device.property, device.shown);
            if device.note.is_empty() { evidence } else { evidence.note(device.note) }
        };
        let allowed_device = |device| shown(device).expected("a device of the setting allowed-devices");
        Ok(match &allowed {
            None if !others.is_empty() => Judgement::Ask(others.into_iter().map(shown).collect()),
            Some(_) if !others.is_empty() => Judgement::Bad(others.into_iter().map(allowed_device).collect()),
            _ if fine.is_empty() => Judgement::good(Evidence::new(&container.subject, "HostConfig.Devices", "none")),
            _ => Judgement::Good(fine.into_iter().map(allowed_device).collect()),
        })
    })
}

fn given(container: &Object) -> Result<Vec<Device>, HostError> {
    let mut devices = Vec::new();
    for device in container.objects("HostConfig.Devices")? {
        let (path, permissions) = (device.str("PathOnHost")?, device.str("CgroupPermissions")?);
        let names = vec![path.to_owned(), format!("{path}:{permissions}")];
        let shown = format!("{path}:{permissions}");
        devices.push(Device { property: "HostConfig.Devices", shown, note: String::new(), names });
    }
    // Engines before 19.03 know no device requests, engines before 17.05 no cgroup rules.
    if container.at("HostConfig.DeviceRequests").is_some() {
        for request in container.objects("HostConfig.DeviceRequests")? {
            devices.extend(requested(&request)?);
        }
    }
    for rule in container.optional("HostConfig.DeviceCgroupRules", Object::strings)?.unwrap_or_default() {
        let (shown, note, names) = (rule.to_owned(), String::new(), vec![rule.to_owned()]);
        devices.push(Device { property: "HostConfig.DeviceCgroupRules", shown, note, names });
    }
    Ok(devices)
}

/// What a request asks its driver for: CDI devices one by one, anything else as a whole.
fn requested(request: &Object) -> Result<Vec<Device>, HostError> {
    let property = "HostConfig.DeviceRequests";
    let driver = request.str("Driver")?;
    let ids = request.optional("DeviceIDs", Object::strings)?.unwrap_or_default();
    if driver == "cdi" {
        let device =
            |id: &str| Device { property, shown: id.to_owned(), note: String::new(), names: vec![id.to_owned()] };
        return Ok(ids.into_iter().map(device).collect());
    }
    let mut names = Vec::new();
    for all in request.list("Capabilities")? {
        let all = Object::new(&request.subject, json!({ "Capabilities": all }));
        names.extend(all.strings("Capabilities")?.into_iter().map(str::to_owned));
    }
    if !driver.is_empty() {
        names.insert(0, driver.to_owned());
    }
    let note = if ids.is_empty() { "any device".to_owned() } else { format!("devices {}", ids.join(", ")) };
    Ok(vec![Device { property, shown: names.join(" "), note, names }])
}
