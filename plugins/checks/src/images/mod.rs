//! Checks over images and how they were built.

use crate::checks;

checks! {
}
