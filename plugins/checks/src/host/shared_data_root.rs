use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use crate::daemon::effective::{self, Setting};
use crate::daemon::image_store;
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
              /var, /var/lib and /var/log. Where the engine keeps its images in containerd (driver-type in \
              DriverStatus of GET /info, the default of new installations since Engine 29), so must that of \
              containerd's root: the one that its command line or its configuration names, else \
              /var/lib/containerd. Devices without a major number (Btrfs subvolumes, ZFS datasets, tmpfs) \
              may differ and still share their space: where both sides are such, a person must judge.",
    fix: "Stop the engine, mount a volume at its data root, and move the data there:\n\
          \n\
          systemctl stop docker docker.socket\n\
          mount /dev/vg0/docker /mnt && cp -a /var/lib/docker/. /mnt/ && umount /mnt\n\
          echo '/dev/vg0/docker /var/lib/docker ext4 defaults 0 2' >> /etc/fstab\n\
          mount /var/lib/docker && systemctl start docker\n\
          \n\
          or move the data root in daemon.json: {\"data-root\": \"/mnt/docker\"}\n\
          \n\
          Where the engine keeps its images in containerd, do the same with containerd's root, or move it in \
          /etc/containerd/config.toml: root = \"/mnt/containerd\"",
    impact: "All containers stop while the data is moved. A volume that is too small fills sooner than the shared \
             one did.",
    default: "The data root is /var/lib/docker and containerd's root /var/lib/containerd, on whatever filesystem holds \
              /var/lib.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/daemon/#configure-the-data-directory-location",
        "https://docs.docker.com/engine/storage/containerd/",
        "https://man7.org/linux/man-pages/man5/fstab.5.html",
    ],
    needs: &[
        effective::HOST,
        effective::ROOT_DIR,
        image_store::STORE,
        image_store::CONTAINERD,
        image_store::CONFIG,
        image_store::IMPORTS,
        Need::new("fs.stat", &["/**"], "tells on which device the data root lies, wherever it was moved"),
    ],
    params: &[],
    audit,
};

/// Directories whose filesystems the system needs room in.
const SYSTEM: &[&str] = &["/", "/var", "/var/lib", "/var/log"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let (_, root) = data_root_path(facts)?;
    let mut found = Found::default();
    found.look_at(facts, Setting { value: root, source: "docker info".to_owned() });
    match image_store::containerd_dirs(facts) {
        Ok(dirs) => dirs.into_iter().for_each(|dir| found.look_at(facts, dir)),
        Err(error) => found.unread.push(("containerd's root".to_owned(), error)),
    }
    found.verdict()
}

/// What is known about the directories that the engine fills.
#[derive(Default)]
struct Found {
    evidence: Vec<Evidence>,
    /// The sentence about the first directory that shares a filesystem with the system.
    shared: Option<String>,
    /// Directories of which a person must judge it.
    doubtful: Vec<String>,
    unread: Vec<(String, HostError)>,
}

impl Found {
    fn look_at(&mut self, facts: &Facts, dir: Setting<String>) {
        let subject = format!("file {}", dir.value);
        if let Err(error) = self.compare(facts, dir) {
            self.unread.push((subject, error));
        }
    }

    fn compare(&mut self, facts: &Facts, dir: Setting<String>) -> Result<(), HostError> {
        let Setting { value: root, source } = dir;
        let device = facts.stat(&root)?.device;
        let show = |dir: &str, device: &str| Evidence::new(format!("file {dir}"), "device", device);
        self.evidence.push(show(&root, &device).source(source));
        let mut doubtful = false;
        for dir in SYSTEM {
            let Some(system) = facts.stat_if_exists(dir)? else { continue };
            if system.device == device {
                self.evidence.push(show(dir, &system.device).expected(format!("another than that of {root}")));
                self.shared.get_or_insert(format!("{root} is on the same filesystem as {dir}"));
                return Ok(());
            }
            doubtful |= is_unnamed(&device) && is_unnamed(&system.device);
            let shown = show(dir, &system.device);
            if *dir == "/" && !self.evidence.contains(&shown) {
                self.evidence.push(shown);
            }
        }
        self.doubtful.extend(doubtful.then_some(root));
        Ok(())
    }

    fn verdict(mut self) -> Result<Verdict, HostError> {
        if let Some(message) = self.shared {
            self.evidence.extend(self.unread.iter().map(|(subject, error)| Evidence::unread(subject, error)));
            return Ok(Verdict::fail(message, self.evidence));
        }
        if let Some((_, error)) = self.unread.into_iter().next() {
            return Err(error);
        }
        Ok(match self.doubtful.as_slice() {
            [] => Verdict::pass(self.evidence),
            [root] => Verdict::manual(format!("judge whether {root} shares its space with the system"), self.evidence),
            roots => {
                let message = format!("judge whether {} share their space with the system", roots.join(" and "));
                Verdict::manual(message, self.evidence)
            }
        })
    }
}

/// A device that the kernel made up for a filesystem without a disk of its own.
fn is_unnamed(device: &str) -> bool {
    device.starts_with("0:")
}
