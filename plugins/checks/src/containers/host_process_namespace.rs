use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::namespaces;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "host-process-namespace",
    control: "runtime-no-host-process-namespace",
    title: "Container sees the host's processes",
    means: "No container lives in the host's process (PID) namespace.",
    why: "From the host's PID namespace a container lists every process of the host with its command line, and as root \
          it reads their environment and open files under /proc/PID, /proc/1/root being the host's whole file system, \
          and can kill any of them.",
    audited: "HostConfig.PidMode of every container, running or not, must not be `host`, nor `container:…` of a \
              container that shares the host's namespace. Sharing another container's own namespace is fine.",
    fix: "Recreate the container without the option; to debug one container, join that one:\n\
          \n\
          docker run --pid container:web …      instead of --pid host\n\
          compose:  remove `pid: host`, or write `pid: \"service:web\"`",
    impact: "Monitoring and debugging tools in containers no longer see the host's processes; those agents run on the \
             host, or stay as an accepted exception.",
    default: "Every container has a PID namespace of its own.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/containers/run/#pid-settings---pid",
        "https://man7.org/linux/man-pages/man7/pid_namespaces.7.html",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.PidMode"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| namespaces::not_the_hosts(facts, container, "HostConfig.PidMode"))
}
