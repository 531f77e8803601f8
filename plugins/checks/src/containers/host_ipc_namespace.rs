use keelmark_sdk::{Check, Facts, HostError, Params, Verdict};

use super::namespaces;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "host-ipc-namespace",
    control: "runtime-no-host-ipc-namespace",
    title: "Container shares the host's IPC namespace",
    means: "No container shares the host's shared memory, semaphores and message queues.",
    why: "Programs of the host leave data in shared memory and trust what they find there. In the host's IPC namespace \
          a container reads and changes those segments (a database's buffers, a browser's or agent's messages) and \
          can remove them, which crashes their owners.",
    audited: "HostConfig.IpcMode of every container, running or not, must not be `host`, nor `container:…` of a \
              container that shares the host's namespace. `private`, `shareable`, `none` and the namespace of \
              another container are fine.",
    fix: "Recreate the container without the option; where containers must share memory, let one offer it:\n\
          \n\
          docker run --ipc shareable --name producer …\n\
          docker run --ipc container:producer …      instead of --ipc host\n\
          compose:  `ipc: shareable` on one service, `ipc: \"service:producer\"` on the other",
    impact: "Containers that exchanged data with programs of the host through shared memory lose that; a larger \
             /dev/shm of their own is `--shm-size`.",
    default: "Every container has an IPC namespace of its own (`private` since Docker 20.10, before it `shareable`).",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/containers/run/#ipc-settings---ipc",
        "https://man7.org/linux/man-pages/man7/ipc_namespaces.7.html",
    ],
    needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&["HostConfig.IpcMode"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    facts.each_container(|container| namespaces::not_the_hosts(facts, container, "HostConfig.IpcMode"))
}
