use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Status, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "missing-data-backup",
    control: "ops-backup-container-data",
    title: "Data of containers may not be backed up",
    means: "What containers store in volumes and host directories is backed up regularly, somewhere else, and restoring it \
            has been tried.",
    why: "A volume survives its container and nothing else: `docker volume rm`, a full disk, ransomware in the service \
          that writes to it. Data that exists once is data on loan.",
    audited: "Always judged by a person: no backup tool registers with the engine. To go by: every volume and host \
              directory that a container, running or not, may write to (Mounts). Where no container has one, nothing \
              outlives its container and there is nothing to back up; what a container writes into its own layer is \
              not looked at.",
    fix: "Copy each of them while its service is quiet, or with the service's own tool:\n\
          \n\
          docker run --rm --volume VOLUME:/data:ro --volume /backup:/backup \\\n    \
          debian:12 tar -czf /backup/VOLUME-$(date +%F).tar.gz -C /data .\n\
          docker exec DATABASE pg_dumpall -U postgres > /backup/all.sql\n\
          \n\
          from a timer, to another machine, and restore one now and then.",
    impact: "Backups need room, time, and the same care as the data they hold.",
    default: "Docker backs nothing up.",
    deviates: "",
    references: &["https://docs.docker.com/engine/storage/volumes/#back-up-restore-or-migrate-data-volumes"],
    needs: &[
        needs::LIST_CONTAINERS,
        needs::inspect_containers(&["Mounts.Type", "Mounts.Name", "Mounts.Source", "Mounts.Destination", "Mounts.RW"]),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let verdict = facts.each_container(|container| {
        let stored: Result<Vec<Option<Evidence>>, _> = container.objects("Mounts")?.iter().map(stored).collect();
        let stored: Vec<Evidence> = stored?.into_iter().flatten().collect();
        Ok(if stored.is_empty() { Judgement::Skip } else { Judgement::Ask(stored) })
    })?;
    Ok(match verdict.status() {
        Status::Manual => {
            verdict.message("look up for each of these where its backup is, and when it was last restored")
        }
        _ => verdict,
    })
}

/// What of a mount outlives the container: a volume or a host directory that it may write to.
fn stored(mount: &Object) -> Result<Option<Evidence>, HostError> {
    // Engines before 1.13 know volumes and binds only, and tell them apart by the name.
    let name = mount.optional("Name", Object::str)?.unwrap_or_default();
    let kind = mount.optional("Type", Object::str)?.unwrap_or(if name.is_empty() { "bind" } else { "volume" });
    if kind == "tmpfs" || !mount.bool("RW")? {
        return Ok(None);
    }
    let source = if kind == "volume" && !name.is_empty() { name } else { mount.str("Source")? };
    let found = format!("{kind} {source} at {}", mount.str("Destination")?);
    Ok(Some(Evidence::new(&mount.subject, "Mounts", found)))
}
