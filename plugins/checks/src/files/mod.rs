//! Checks over owners and modes of the daemon's files.

use crate::checks;

checks! {
}
