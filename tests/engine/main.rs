//! keelmark against real engines: Docker 20.10, Docker 26.1 and Podman 4.3, each started for the purpose in namespaces
//! of its own, so that tests see one engine at its default paths and leave nothing behind.
//!
//! Needs root and what `tests/setup.sh` installs, and fails, never skips, where one of them is missing.
//!
//! | tests | prove |
//! |---|---|
//! | `golden` | what the reports over the recordings say, word by word |
//! | `live` | the verdicts on a running engine are those written down by hand, and a replay repeats them |
//! | `editions` | every edition audits every recording without an error |
//! | `every_check` | every check fails somewhere and passes somewhere |
//! | `broken` | an engine that is killed and restarted, or whose containers come and go, passes nothing |
//! | `changed_config` | a daemon.json that is edited under a running engine passes nothing until a restart |
//! | `docker_26`, `podman` | other engines are recognised, and audited by the edition for them |
//! | `identity` | an engine of another host, or of none that is mounted, is judged by no files; keelmark is not its own subject |
//! | `processes` | what runs in containers is what the engine tells when it is asked |
//! | `docker_bench` | every verdict that differs from docker-bench-security's is explained |
//! | `third_party` | a stranger's plugin is built, pushed, installed, granted, run, updated, bundled and removed |
//! | `volumes` | a bind mount that hides in a volume is found, and a share's password is not |
//! | `record` | ignored: makes the recordings again |

mod authorization;
mod broken;
mod changed_config;
mod docker_26;
mod docker_bench;
mod editions;
mod every_check;
mod golden;
mod hosts;
mod identity;
mod live;
mod namespace;
mod podman;
mod processes;
mod program;
mod record;
#[allow(dead_code, reason = "private registries are for the tests of sources")]
#[path = "../all/support/registry.rs"]
mod registry;
mod third_party;
mod volumes;
