//! Checks over every container's settings.

use crate::checks;

checks! {
    privileged_container => PRIVILEGED_CONTAINER,
}
