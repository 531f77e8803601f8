use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use crate::daemon::effective;
use crate::files::data_root_path;

pub static CHECK: Check = Check {
    slug: "shared-data-root",
    control: "host-separate-partition",
    title: "The engine's data shares a filesystem with the system",
    means: "Images, volumes and containers lie on a filesystem of their own, apart from the operating system's.",
    why: "Containers fill the data root without a quota: one runaway log, upload or image pull, by accident or on \
          purpose, and the disk is full. If it is the system's disk, logins, logging and other services fail with \
          it.",
    audited: "The device of the engine's data root (DockerRootDir of GET /info) must differ from the devices of /, \
              /var, /var/lib and /var/log. Devices without a major number (Btrfs subvolumes, ZFS datasets, tmpfs) \
              may differ and still share their space: where both sides are such, a person must judge.",
    fix: "Stop the engine, mount a volume at its data root, and move the data there:\n\
          \n\
          systemctl stop docker docker.socket\n\
          mount /dev/vg0/docker /mnt && cp -a /var/lib/docker/. /mnt/ && umount /mnt\n\
          echo '/dev/vg0/docker /var/lib/docker ext4 defaults 0 2' >> /etc/fstab\n\
          mount /var/lib/docker && systemctl start docker\n\
          \n\
          or move the data root in daemon.json: {\"data-root\": \"/mnt/docker\"}",
    impact: "All containers stop while the data is moved. A volume that is too small fills sooner than the shared \
             one did.",
    default: "The data root is /var/lib/docker, on whatever filesystem holds /var/lib.",
    references: &[
        "https://docs.docker.com/engine/daemon/#configure-the-data-directory-location",
        "https://man7.org/linux/man-pages/man5/fstab.5.html",
    ],
    needs: &[
        effective::HOST,
        effective::ROOT_DIR,
        Need::new("fs.stat", &["/**"], "tells on which device the data root lies, wherever it was moved"),
    ],
    params: &[],
    audit,
};

/// Directories whose filesystems the system needs room in.
const SYSTEM: &[&str] = &["/", "/var", "/var/lib", "/var/log"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let (_, root) = data_root_path(facts)?;
    let device = facts.stat(&root)?.device;
    let show = |dir: &str, device: &str| Evidence::new(format!("file {dir}"), "device", device);
    let mut doubtful = false;
    let mut evidence = vec![show(&root, &device).source("docker info")];
    for dir in SYSTEM {
        let Some(system) = facts.stat_if_exists(dir)? else { continue };
        if system.device == device {
            evidence.push(show(dir, &system.device).expected(format!("another than that of {root}")));
            return Ok(Verdict::fail(format!("{root} is on the same filesystem as {dir}"), evidence));
        }
        doubtful |= is_unnamed(&device) && is_unnamed(&system.device);
        if *dir == "/" {
            evidence.push(show(dir, &system.device));
        }
    }
    Ok(if doubtful {
        Verdict::manual(format!("judge whether {root} shares its space with the system"), evidence)
    } else {
        Verdict::pass(evidence)
    })
}

/// A device that the kernel made up for a filesystem without a disk of its own.
fn is_unnamed(device: &str) -> bool {
    device.starts_with("0:")
}
