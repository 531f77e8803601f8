//! New editions and new checks: the files that every one of them has, ready to be filled in.

mod check;
mod edition;

pub use check::new_check;
pub use edition::new_edition;
