use keelmark_sdk::{Check, Evidence, Facts, HostError, Params, Verdict};

use super::effective::{self, DaemonConfig, Setting};
use crate::needs::{self, joined};

pub static CHECK: Check = Check {
    slug: "changed-base-device-size",
    control: "daemon-base-device-size-unchanged",
    title: "Base device of devicemapper has another size than usual",
    means: "With the devicemapper storage driver, the size of the base device (10 GB) is not changed unless an image \
            or a container needs more.",
    why: "Every image and every container is a snapshot of the base device and may grow to its size. A larger one lets \
          a single container fill the whole pool, and then every container on the host stalls.",
    audited: "Driver in docker info: with any other driver than devicemapper there is no base device, and the \
              recommendation does not apply. With devicemapper, dm.basesize among the storage-opts of the running \
              dockerd (command line, else configuration file): unset or 10G passes, and whether another size is needed \
              is for a person to say. \
              A configuration file that was changed after dockerd started, or is gone, leaves the verdict to a person.",
    fix: "Remove \"dm.basesize=…\" from \"storage-opts\" in /etc/docker/daemon.json and --storage-opt dm.basesize=… \
          from dockerd's command line. An existing pool keeps its base device: to shrink it, save the images, delete \
          the data root and start over, better with overlay2:\n\
          \n\
          { \"storage-driver\": \"overlay2\" }",
    impact: "Images larger than the base device cannot be pulled.",
    default: "10 GB; 100 GB on the oldest engines.",
    deviates: "",
    references: &["https://docs.docker.com/engine/storage/drivers/device-mapper-driver/"],
    needs: joined![effective::NEEDS, &[needs::info(&["Driver"])]],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    match info.str("Driver")? {
        "devicemapper" => {}
        "" => return Err(HostError::failed("the engine does not say which storage driver it uses")),
        driver => {
            return Ok(Verdict::not_applicable(format!("the storage driver is {driver}, which has no base device")));
        }
    }
    let mut size = None;
    let config = DaemonConfig::running(facts)?;
    for Setting { value, source } in config.list("storage-opts")? {
        if let Some(value) = value.trim().strip_prefix("dm.basesize=") {
            size = Some(Setting { value: value.trim().to_owned(), source });
        }
    }
    let Some(size) = size else {
        let unset = Verdict::pass([Evidence::new("daemon", "dm.basesize", "unset").source("default")]);
        return Ok(config.settled(&["storage-opts"], unset));
    };
    let is_usual = ["10g", "10gb", "10gib"].contains(&size.value.to_ascii_lowercase().as_str());
    let evidence = size.evidence("dm.basesize").expected("10G");
    let verdict = match is_usual {
        true => Verdict::pass([evidence]),
        false => Verdict::manual("decide whether the workloads need this base device size", [evidence]),
    };
    Ok(config.settled(&["storage-opts"], verdict))
}
