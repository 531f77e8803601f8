//! Checks over the host itself: partition, users, audit rules, versions.

use crate::checks;

checks! {
}
