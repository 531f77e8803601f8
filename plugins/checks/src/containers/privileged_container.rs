use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "privileged-container",
    control: "runtime-no-privileged-containers",
    title: "Container runs privileged",
    means: "No container is started with --privileged.",
    why: "A privileged container holds every Linux capability, sees every device of the host, and runs without its \
          seccomp and AppArmor profiles. Root inside it is root on the host: it can mount the host's disk, load \
          kernel modules and read the memory of other containers.",
    audited: "HostConfig.Privileged of every container, running or not, must be false.",
    fix: "Recreate the container without the flag and add only what it needs:\n\
          \n\
          docker run --cap-add NET_ADMIN --device /dev/net/tun …      instead of --privileged\n\
          compose:  remove `privileged: true`; add `cap_add: [NET_ADMIN]` or `devices: [\"/dev/net/tun\"]`",
    impact: "Programs that relied on an unnamed capability or device fail until it is granted by name.",
    default: "Containers are not privileged.",
    deviates: "",
    references: &["https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities"],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.Privileged"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let privileged = container.bool("HostConfig.Privileged")?;
        let evidence = Evidence::new(&container.subject, "HostConfig.Privileged", privileged).expected(false);
        Ok(Judgement::bad_if(privileged, evidence))
    })
}
