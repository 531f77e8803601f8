use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "writable-root-filesystem",
    control: "runtime-read-only-root-filesystem",
    title: "Container can write to its root file system",
    means: "Containers run on a read-only root file system and write only to volumes and tmpfs mounts made for it.",
    why: "Who breaks into a container wants to leave something: a web shell, a changed library, a downloaded tool. On a \
          read-only root there is nowhere to put it, what runs is what the image holds, and data that matters cannot \
          hide in a layer that vanishes with the container.",
    audited: "HostConfig.ReadonlyRootfs of every container, running or not, must be true.",
    fix: "Recreate the container read-only, with a place for what it has to write:\n\
          \n\
          docker run --read-only --tmpfs /tmp --tmpfs /run -v web-data:/data …\n\
          compose:\n\
          \x20 read_only: true\n\
          \x20 tmpfs: [/tmp, /run]\n\
          \x20 volumes: [\"web-data:/data\"]\n\
          docker service update --read-only --mount-add type=tmpfs,target=/tmp web\n\
          \n\
          `docker diff web` lists what a container has written so far.",
    impact: "A program that writes where nothing is mounted fails with EROFS.",
    default: "The root file system is writable.",
    deviates: "",
    references: &[
        "https://docs.docker.com/reference/cli/docker/container/run/#read-only",
        "https://docs.docker.com/engine/storage/tmpfs/",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.ReadonlyRootfs"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let read_only = container.bool("HostConfig.ReadonlyRootfs")?;
        let evidence = Evidence::new(&container.subject, "HostConfig.ReadonlyRootfs", read_only).expected(true);
        Ok(Judgement::bad_if(!read_only, evidence))
    })
}
