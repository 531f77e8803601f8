//! The audit logic of keelmark's built-in plugins.
//!
//! One small file per check, grouped by what it looks at, with its scenarios beside it. A check knows no benchmark
//! number: the tables in `plugins/cis-docker-*` say which recommendation of which edition it decides.

pub mod containers;
pub mod daemon;
pub mod enterprise;
pub mod files;
pub mod host;
pub mod images;
mod needs;
pub mod operations;
pub mod swarm;

/// Every check with the text of its scenario file, for the tests and the generated pages.
#[cfg(any(test, feature = "catalog"))]
pub fn catalog() -> Vec<Entry> {
    [
        host::catalog(),
        daemon::catalog(),
        files::catalog(),
        images::catalog(),
        containers::catalog(),
        operations::catalog(),
        swarm::catalog(),
        enterprise::catalog(),
    ]
    .concat()
}

/// A check and the scenarios that specify it.
#[cfg(any(test, feature = "catalog"))]
#[derive(Clone, Copy)]
pub struct Entry {
    pub check: &'static keelmark_sdk::Check,
    /// The Markdown file beside the check; a family shares one.
    pub scenarios: &'static str,
}

/// Declares a group's checks, and the catalog of them: per file one `module => NAME` where it holds a single
/// `CHECK`, or `module => [NAME, …]` where it holds a family that shares its scenarios.
macro_rules! checks {
    ($($module:ident => $names:tt),* $(,)?) => {
        $($crate::checks!(@module $module $names);)*

        #[cfg(any(test, feature = "catalog"))]
        pub(crate) fn catalog() -> Vec<$crate::Entry> {
            let files: Vec<Vec<$crate::Entry>> = vec![$($crate::checks!(@entries $module $names)),*];
            files.concat()
        }
    };
    (@module $module:ident [$($name:ident),* $(,)?]) => { mod $module; pub use $module::{$($name),*}; };
    (@module $module:ident $name:ident) => { mod $module; pub use $module::CHECK as $name; };
    (@entries $module:ident [$($name:ident),* $(,)?]) => { vec![$($crate::checks!(@entry $module $name)),*] };
    (@entries $module:ident $name:ident) => { vec![$crate::checks!(@entry $module $name)] };
    (@entry $module:ident $name:ident) => {
        $crate::Entry { check: &$name, scenarios: include_str!(concat!(stringify!($module), ".md")) }
    };
}
pub(crate) use checks;

#[cfg(test)]
mod tests {
    /// What `cargo xtask new-check` leaves to be written is written.
    #[test]
    fn nothing_is_left_to_do() {
        for entry in super::catalog() {
            let check = entry.check;
            let texts = [check.title, check.means, check.why, check.audited, check.fix, check.impact, check.default];
            for text in texts.into_iter().chain([check.control, entry.scenarios]) {
                assert!(!text.trim().is_empty() && !text.contains("TODO"), "{}: {text:?}", check.slug);
            }
            assert!(!check.references.is_empty(), "{} has no reference", check.slug);
        }
    }
}
