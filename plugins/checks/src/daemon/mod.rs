//! Checks over the daemon's effective configuration.

mod command_line;
pub mod effective;

use crate::checks;

checks! {
    userland_proxy => USERLAND_PROXY,
}
