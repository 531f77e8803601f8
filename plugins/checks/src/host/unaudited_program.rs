//! Audit rules for the programs of which the engine consists.

use super::audit_rule::audit_check;
use crate::files::place::Place;

audit_check! {
    UNAUDITED_DAEMON "unaudited-daemon" decides "host-audit-docker-daemon",
    what: "the daemon's program",
    params: [("program", "dockerd")],
    place: |params| Place::Program(params.get("program")),
    located: "Each dockerd in /usr/bin, /usr/sbin, /usr/local/bin and /usr/local/sbin is looked at (editions that \
              name another program bind it); where there is none, the recommendation does not apply.",
    harm: "dockerd runs as root with the whole host in its hands: whoever replaces the program, or makes it \
           writable, owns the host at the next restart.",
    path: "/usr/bin/dockerd",
    impact: "One line in the audit log for each start of the program, if executions (x) are recorded too, and for \
             each update.",
}

audit_check! {
    UNAUDITED_CONTAINERD "unaudited-containerd" decides "host-audit-containerd-binary",
    what: "containerd's program",
    params: [("program", "containerd")],
    place: |params| Place::Program(params.get("program")),
    located: "Each containerd in /usr/bin, /usr/sbin, /usr/local/bin and /usr/local/sbin is looked at (editions \
              that name another program bind it); where there is none, the recommendation does not apply.",
    harm: "containerd runs as root and starts every container: whoever replaces the program owns the host, and \
           sees into all containers.",
    path: "/usr/bin/containerd",
    impact: "One line in the audit log for each start of the program, if executions (x) are recorded too, and for \
             each update.",
}

audit_check! {
    UNAUDITED_CONTAINERD_SHIM "unaudited-containerd-shim" decides "host-audit-containerd-shim",
    what: "containerd-shim",
    params: [("program", "containerd-shim")],
    place: |params| Place::Program(params.get("program")),
    located: "Each containerd-shim in /usr/bin, /usr/sbin, /usr/local/bin and /usr/local/sbin is looked at \
              (editions that name another program bind it); where there is none, the recommendation does not \
              apply.",
    harm: "The shim runs as root beside every container and holds its input and output: replaced, it reads and \
           changes them unseen.",
    path: "/usr/bin/containerd-shim",
    impact: "One line in the audit log for each start of the program, if executions (x) are recorded too, and for \
             each update.",
}

audit_check! {
    UNAUDITED_CONTAINERD_SHIM_RUNC_V1 "unaudited-containerd-shim-runc-v1" decides "host-audit-containerd-shim-runc-v1",
    what: "containerd-shim-runc-v1",
    params: [("program", "containerd-shim-runc-v1")],
    place: |params| Place::Program(params.get("program")),
    located: "Each containerd-shim-runc-v1 in /usr/bin, /usr/sbin, /usr/local/bin and /usr/local/sbin is looked \
              at (editions that name another program bind it); where there is none, the recommendation does not \
              apply.",
    harm: "The shim runs as root beside every container and holds its input and output: replaced, it reads and \
           changes them unseen.",
    path: "/usr/bin/containerd-shim-runc-v1",
    impact: "One line in the audit log for each start of the program, if executions (x) are recorded too, and for \
             each update.",
}

audit_check! {
    UNAUDITED_CONTAINERD_SHIM_RUNC_V2 "unaudited-containerd-shim-runc-v2" decides "host-audit-containerd-shim-runc-v2",
    what: "containerd-shim-runc-v2",
    params: [("program", "containerd-shim-runc-v2")],
    place: |params| Place::Program(params.get("program")),
    located: "Each containerd-shim-runc-v2 in /usr/bin, /usr/sbin, /usr/local/bin and /usr/local/sbin is looked \
              at (editions that name another program bind it); where there is none, the recommendation does not \
              apply.",
    harm: "The shim runs as root beside every container and holds its input and output: replaced, it reads and \
           changes them unseen.",
    path: "/usr/bin/containerd-shim-runc-v2",
    impact: "One line in the audit log for each start of the program, if executions (x) are recorded too, and for \
             each update.",
}

audit_check! {
    UNAUDITED_RUNC "unaudited-runc" decides "host-audit-runc-binary",
    what: "runc",
    params: [("program", "runc")],
    place: |params| Place::Program(params.get("program")),
    located: "Each runc in /usr/bin, /usr/sbin, /usr/local/bin and /usr/local/sbin is looked at (editions that \
              name another program bind it); where there is none, the recommendation does not apply.",
    harm: "runc builds every container's walls as root. Replacing it is how a container broke out through \
           CVE-2019-5736: a write to this very file.",
    path: "/usr/bin/runc",
    impact: "One line in the audit log for each start of the program, if executions (x) are recorded too, and for \
             each update.",
}
