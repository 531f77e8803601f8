//! Checks over a swarm, seen from one of its managers.

use crate::checks;

checks! {
}
