//! What a keelmark plugin is written with.
//!
//! A plugin is one section of one benchmark: a table of [`Row`]s, each naming the [`Check`] that decides it. A check
//! is a pure function from [`Facts`] to a [`Verdict`]. [`section!`] turns a table into a WebAssembly component.
//!
//! This crate knows nothing of CIS: it offers the host's capabilities with types, the loop over containers and
//! images, and the rules that keep a verdict honest (a fact that cannot be read is an error, never a pass).
//!
//! ```
//! use keelmark_sdk::{Evidence, Facts, HostError, Params, Verdict};
//!
//! /// Whether the engine keeps containers running while its daemon restarts.
//! fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
//!     let is_on = facts.info()?.bool("LiveRestoreEnabled")?;
//!     let evidence = [Evidence::new("daemon", "LiveRestoreEnabled", is_on).expected(true)];
//!     Ok(if is_on { Verdict::pass(evidence) } else { Verdict::fail("live restore is off", evidence) })
//! }
//! ```
//!
//! `keelmark plugin new NAME --lang rust` makes a whole project around such a function.
//!
//! Natively, with the feature `testing`, `fake::FakeHost` answers from a recording and `scenario` runs the Markdown
//! scenarios that stand beside every check.

#![warn(missing_docs)]
// The well-kept container of the scenarios is one large `json!`.
#![recursion_limit = "256"]

mod audit;
mod check;
mod facts;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
mod host;
mod object;
mod verdict;

#[cfg(feature = "testing")]
pub mod fake;
#[cfg(feature = "testing")]
pub mod scenario;

pub use audit::{Finding, audit_row};
pub use check::{Check, Need, Params, Row, Section, row};
pub use facts::{Facts, FieldPlan, Inspected};
pub use host::{
    DockerEach, DockerList, ErrorKind, Exec, FileKind, Host, HostError, HostFacts, LooseDirectory, Metadata, Process,
};
pub use object::Object;
pub use serde_json;
pub use verdict::{Evidence, Judgement, Status, Verdict, counted};

/// Declares the section that this plugin implements, and exports it.
///
/// ```
/// use keelmark_sdk::{Check, Facts, HostError, Params, Verdict, row, section};
///
/// static NEVER_WRONG: Check = Check {
///     slug: "never-wrong",
///     control: "example-never-wrong",
///     title: "Something that is always right",
///     means: "An example.",
///     why: "An example.",
///     audited: "It is not.",
///     fix: "Nothing to do.",
///     impact: "None.",
///     default: "Right.",
///     deviates: "",
///     references: &[],
///     needs: &[],
///     params: &[],
///     audit: |_: &Facts, _: &Params| -> Result<Verdict, HostError> { Ok(Verdict::pass([])) },
/// };
///
/// section! {
///     benchmark: "acme-docker-1",
///     number: "1",
///     title: "Examples",
///     rows: [
///         row("1.1", "Ensure that nothing is wrong", &NEVER_WRONG).level(1).automated(),
///     ]
/// }
/// # fn main() { assert_eq!(SECTION.rows.len(), 1); }
/// ```
#[macro_export]
macro_rules! section {
    (benchmark: $benchmark:expr, number: $number:expr, title: $title:expr, rows: [$($row:expr),* $(,)?]) => {
        /// The section that this plugin implements.
        pub static SECTION: $crate::Section = $crate::Section {
            benchmark: $benchmark,
            number: $number,
            title: $title,
            rows: &[$($row),*],
        };

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Plugin;
            impl $crate::guest::Table for Plugin {
                const SECTION: &'static $crate::Section = &SECTION;
            }
            $crate::guest::export_plugin!(Plugin);
        };
    };
}
