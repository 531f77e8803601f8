//! Checks over how the installation is kept.

use crate::checks;

checks! {
}
