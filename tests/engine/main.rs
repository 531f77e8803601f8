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
//! | `docker_26`, `podman` | other engines are recognised, and audited by the edition for them |
//! | `docker_bench` | every verdict that differs from docker-bench-security's is explained |
//! | `record` | ignored: makes the recordings again |

mod authorization;
mod docker_26;
mod docker_bench;
mod editions;
mod every_check;
mod golden;
mod hosts;
mod live;
mod namespace;
mod podman;
mod program;
mod record;
