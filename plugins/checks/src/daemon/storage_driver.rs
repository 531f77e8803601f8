use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::engine::told;
use crate::needs;

/// A storage driver that should not be used; only what is said about it differs.
macro_rules! storage_driver {
    (
        $name:ident, $driver:literal, $audit:ident,
        control: $control:literal, why: $why:literal, default: $default:literal
    ) => {
        pub static $name: Check = Check {
            slug: concat!($driver, "-storage-driver"),
            control: $control,
            title: concat!("Storage driver is ", $driver),
            means: concat!("The engine does not keep its layers with the ", $driver, " storage driver."),
            why: $why,
            audited: concat!("Driver in docker info, the storage driver in use, must not be ", $driver, "."),
            fix: "A change of driver starts with an empty store: push or save the images and back up what containers \
                  wrote first. Then in /etc/docker/daemon.json, and restart Docker:\n\
                  \n\
                  { \"storage-driver\": \"overlay2\" }\n\
                  \n\
                  and remove every --storage-driver (-s) and driver-specific --storage-opt from dockerd's command \
                  line.",
            impact: "Images and containers of the old driver are no longer visible; its directory stays on disk until \
                     it is removed. overlay2 wants ext4, or xfs formatted with ftype=1.",
            default: $default,
            deviates: "",
            references: &[
                "https://docs.docker.com/engine/storage/drivers/select-storage-driver/",
                "https://docs.docker.com/engine/deprecated/",
            ],
            needs: &[needs::info(&["Driver"])],
            params: &[],
            audit: $audit,
        };

        fn $audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
            audit(facts, $driver)
        }
    };
}

storage_driver! {
    AUFS_STORAGE_DRIVER, "aufs", audit_aufs,
    control: "daemon-no-aufs-storage-driver",
    why: "aufs never became part of the Linux kernel: it is an out-of-tree patch set that nobody maintains for Docker \
          any more, with a record of kernel crashes, and Docker 24 removed it. A kernel that still carries it is old \
          or patched, and both mean missing security fixes.",
    default: "overlay2 (overlayfs with the containerd image store). Old engines chose aufs where the kernel had it."
}

storage_driver! {
    DEVICEMAPPER_STORAGE_DRIVER, "devicemapper", audit_devicemapper,
    control: "daemon-no-devicemapper-storage-driver",
    why: "devicemapper is deprecated since Docker 18.09 and was removed in Docker 25, so nobody fixes its bugs. In its \
          default mode it keeps all layers in a sparse file on a loop device, where a full disk or a crash can corrupt \
          every image and container at once.",
    default: "overlay2 (overlayfs with the containerd image store). Old engines on Red Hat systems chose devicemapper."
}

fn audit(facts: &Facts, unwanted: &str) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let driver = info.str("Driver")?;
    if driver.is_empty() {
        return Err(HostError::failed("the engine does not say which storage driver it uses"));
    }
    let evidence = told("Driver", driver);
    Ok(match driver == unwanted {
        true => Verdict::fail(format!("the storage driver is {driver}"), [evidence.expected("overlay2")]),
        false => Verdict::pass([evidence]),
    })
}
