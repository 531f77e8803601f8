use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "shared-mount-propagation",
    control: "runtime-no-shared-mount-propagation",
    title: "Container's mounts propagate to the host",
    means: "No mount of a container is set to shared or rshared propagation.",
    why: "With shared propagation a filesystem that is mounted inside the container appears at the same place on the \
          host and in every other container that shares it. An attacker who may mount in the container thereby puts \
          files over the host's own, and an accident there leaves mounts behind that nobody unmounts.",
    audited: "Mounts[].Propagation of every container, running or not, must be neither shared nor rshared; private, \
              slave and their recursive forms let nothing out.",
    fix: "Recreate the container with the mount private (the default) or, where it must see the host's later mounts, \
          slave:\n\
          \n\
          docker run -v /data:/data …                    instead of /data:/data:shared\n\
          docker run --mount type=bind,src=/data,dst=/data,bind-propagation=rslave …\n\
          compose:  bind: { propagation: rslave }",
    impact: "Storage plugins and agents that mount filesystems for the host from inside a container stop working; run \
             them on the host.",
    default: "Bind mounts are rprivate.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/storage/bind-mounts/#configure-bind-propagation",
        "https://docs.kernel.org/filesystems/sharedsubtree.html",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["Mounts.Propagation", "Mounts.Destination"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| {
        let mut evidence = Vec::new();
        for mount in container.objects("Mounts")? {
            let propagation = mount.str("Propagation")?;
            if matches!(propagation, "shared" | "rshared") {
                let found = Evidence::new(&container.subject, "Mounts.Propagation", propagation);
                let at = format!("of {}", mount.str("Destination")?);
                evidence.push(found.expected("private or slave").note(at));
            }
        }
        let not_shared = Evidence::new(&container.subject, "shared mounts", "none");
        Ok(Judgement::bad_if_any(evidence, not_shared))
    })
}
