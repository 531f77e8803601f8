//! Every limit on a plugin, and why it is what it is. Numbers that come from a guest are clamped to these.

use std::time::Duration;

/// Linear memory of one plugin, all its memories together. Python's smallest is 16 MiB, and a section that looks at
/// 10,000 containers keeps about 90 MiB of them.
pub const MEMORY_BYTES: usize = 192 * 1024 * 1024;
/// Table entries of one plugin, all its tables together. StarlingMonkey has about 15,000.
pub const TABLE_ELEMENTS: usize = 200_000;
/// Core instances, memories and tables: a Python component has 111 instances.
pub const INSTANCES: usize = 256;
/// The longest that one attempt at a section may take: 10,000 containers take 5 s on two cores.
pub const ATTEMPT: Duration = Duration::from_secs(30);
/// The longest that a retried single recommendation may take.
pub const RETRY: Duration = Duration::from_secs(5);
/// The longest that a section may take with all its retries; what is left then is an error.
pub const SECTION: Duration = Duration::from_secs(60);
/// The longest that a plugin which is not built in may take to compile: Python's 18 MiB take about 10 s.
pub const COMPILE: Duration = Duration::from_secs(120);
/// The memory that compiling one may take, in a process of its own: Python's 18 MiB take 400 MiB on
/// two threads.
pub const COMPILE_MEMORY_BYTES: u64 = 1024 * 1024 * 1024;
/// Threads that compile one plugin: each has memory of its own.
pub const COMPILE_THREADS: usize = 4;
/// `describe` has nothing to wait for.
pub const DESCRIBE: Duration = Duration::from_secs(2);
/// How often the epoch ticks: a guest in a loop yields to the other sections this often.
pub const EPOCH_TICK: Duration = Duration::from_millis(10);
/// What a guest can make the host copy in one call, in arguments and results. wasmtime's own default is 128 MiB.
pub const HOSTCALL_BYTES: usize = 16 * 1024 * 1024;
/// Calls of one attempt at a section. A section over 10,000 containers makes about 200: it asks in batches.
pub const CALLS: u64 = 100_000;
/// Calls of a retried single recommendation: one that used up the attempt's must not use up the others'.
pub const RETRY_CALLS: u64 = 10_000;
/// Calls of a section with all its retries.
pub const SECTION_CALLS: u64 = 200_000;
/// So many ids in batches count as one further call: each is a request to the engine, though a cheap one.
pub const IDS_PER_COST: u64 = 10;
/// `describe` is denied every call, so it needs none; this many refusals are enough to learn that.
pub const DESCRIBE_CALLS: u64 = 1_000;
/// Ids in one batched call.
pub const IDS_PER_CALL: usize = 1_000;
/// One answer to a guest; a batch of 1,000 projected containers is about 3 MiB.
pub const ANSWER_BYTES: usize = 32 * 1024 * 1024;
/// Fields in one projection.
pub const FIELDS_PER_CALL: usize = 200;
/// Evidence of one finding: one line for every container of a large host, and room for several reasons each.
pub const EVIDENCE_PER_FINDING: usize = 50_000;
/// All findings of one section together, as memory holds them: 30 checks that each name 10,000 containers are about
/// 70 MiB.
pub const FINDINGS_BYTES: usize = 128 * 1024 * 1024;
/// All findings of all plugins that are not built in, in one audit: each has an equal share. They are kept until the
/// report is written, and so are the built-in ones' beside them.
pub const THIRD_PARTY_FINDINGS_BYTES: usize = 256 * 1024 * 1024;
/// What a plugin says of itself, as memory holds it: the longest section of CIS is 200 KiB.
pub const DESCRIPTION_BYTES: usize = 4 * 1024 * 1024;
/// A message, subject, property or value. Longer ones are cut with an ellipsis.
pub const TEXT_BYTES: usize = 4 * 1024;
/// Pairs of an `info` list.
pub const INFO_PAIRS: usize = 32;
/// How often a section's progress is passed on: nobody reads faster, and drawing it costs the other sections time.
pub const PROGRESS_PAUSE: Duration = Duration::from_millis(100);
/// Pairs of the `info` list of a described recommendation: references and needs repeat, but not a hundred times.
pub const DETAILS: usize = 100;
/// Log lines of one section, with all its retries.
pub const LOG_LINES: usize = 200;
/// A component larger than this is not compiled. Python's are 18 MiB.
pub const COMPONENT_BYTES: usize = 64 * 1024 * 1024;
/// A section has at most this many recommendations; the longest of CIS has 32.
pub const RECOMMENDATIONS: usize = 500;
/// The guest's native stack; wasmtime's own default is 512 KiB, and recursion deeper than that is a bug.
pub const STACK_BYTES: usize = 1024 * 1024;

/// `text` cut to [`TEXT_BYTES`] at a character, with an ellipsis.
pub fn clamp_text(mut text: String) -> String {
    if text.len() > TEXT_BYTES {
        let end = (0..=TEXT_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    // Cut or not, what it was made with may be far more than what is left of it.
    text.shrink_to_fit();
    text
}
