//! A plugin that misbehaves in every way that the sandbox has to contain.
//!
//! All behaviours are in one module, since building Wasm is what takes time. Which one a component has is written
//! into the module's [`MARKER`] by the tests. Its section has three recommendations; it misbehaves in the middle one,
//! so that a test sees what becomes of the ones before and after it.

pub mod dumped;
#[cfg(target_arch = "wasm32")]
mod plugin;

/// The id at which the plugin misbehaves.
pub const BAD_ID: &str = "9.2";
/// Every id of its section.
pub const IDS: [&str; 3] = ["9.1", BAD_ID, "9.3"];
pub const BENCHMARK: &str = "hostile-1";
pub const SECTION: &str = "9";

/// The bytes in the module that the tests overwrite with a behaviour's name: this text, then dots.
pub const MARKER: &[u8; 48] = b"keelmark-bad-plugin:............................";
/// How much of [`MARKER`] stays.
pub const MARKER_PREFIX: usize = 20;

macro_rules! behaviours {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What the plugin does wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Behaviour { $($(#[$doc])* $name,)* }

        impl Behaviour {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As it stands in the module.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

behaviours! {
    /// Nothing at all.
    BehavesWell,
    /// Calls every function of the contract, and gives up with the outcome of each.
    WalksImports,
    Panics,
    LoopsForever,
    Recurses,
    /// Recursion with frames in its own memory, where the host cannot tell a stack from anything else.
    RecursesInMemory,
    GrowsMemory,
    GivesUp,
    /// Gives up with a reason of many megabytes.
    GivesUpAtLength,
    SaysNothing,
    /// Emits findings about ids that it was not asked for.
    FindsForOthers,
    /// Emits a second finding that contradicts the first.
    FindsTwice,
    /// A verdict that needs a reason, without one.
    GivesNoReason,
    FloodsLog,
    /// Floods the log and panics: its retry would flood it again.
    FloodsLogAndPanics,
    FloodsProgress,
    CallsTooOften,
    /// Every string of a finding has a megabyte.
    TalksAtLength,
    /// More evidence than anybody reads.
    ShowsTooMuch,
    /// One call with more bytes than the host copies.
    HandsOverTooMuch,
    /// Colour codes, line breaks, bidi overrides and markup in every string.
    SpeaksTerminal,
    /// Object ids that would change the engine's request.
    AsksForOddObjects,
    /// Ids by the hundred thousand, none of which the engine ever told of.
    AsksForManyObjects,
    /// Asks for a file that its manifest names, and gives up with the reason where it is denied.
    AsksForStat,
    /// Puts what it read into its finding and its log lines.
    RepeatsWhatItReads,
    /// Paths with a second spelling, and paths that were not granted.
    AsksForOddPaths,
    /// Words that would become options, lines or shells.
    RunsOddCommands,
    /// Names of processes and settings that are paths, patterns or nothing at all.
    AsksForOddNames,
    /// Fields that are patterns, and more ids and fields than one call may have.
    AsksForTooMuch,
    /// A hundred thousand objects that do not exist.
    InventsObjects,
    /// Calls that are refused, with colour codes and line breaks in every argument, and the refusals passed on.
    AsksInColour,
    /// Gives up, in colour.
    GivesUpInColour,
    /// A verdict, and then a panic at the same recommendation.
    PanicsAfterItsFinding,
    /// Tens of thousands of findings that nobody asked for.
    FloodsFindings,
    /// A pass whose evidence says that the fact could not be read.
    PassesWhatItCouldNotRead,
    /// Every `info` list has thousands of pairs, the known keys again and again.
    RepeatsItsDetails,
    /// Every string of a finding is empty, the reason too.
    SaysItWithNothing,
    /// Granted files that are links: out of the grant, out of the root, in a circle, into processes.
    ReadsThroughLinks,
    /// Granted files that are none: FIFOs, sockets, devices, directories, huge or binary ones.
    ReadsOddFiles,
    /// What processes called dockerd name as their configuration, before it asks for them and after.
    ReadsDaemonConfigs,
    /// Secrets of processes, and the ways through /proc into other roots, all of /proc granted.
    ReadsProcesses,
    /// Thousands of files below a directory that somebody swaps for a link meanwhile.
    RacesLinks,
    /// A granted program, whatever the host has made of it.
    RunsPrograms,
    /// Every answer of the engine, with all fields that it may have, word by word into the report.
    DumpsEverything,
    DescribesForever,
    DescribesInPanic,
    DescribesAnotherBenchmark,
    DescribesAnotherSection,
    DescribesTwice,
    DescribesTooMuch,
    DescribesOddIds,
    DescribesAtLength,
    /// Colour codes, line breaks and bidi overrides in every string of the description.
    DescribesTerminal,
    /// Asks the host for facts while it describes itself.
    DescribesFromTheHost,
    DescribesByGrowing,
    DescribesByRecursion,
    /// Not one recommendation.
    DescribesNothing,
    /// Thousands of details about one recommendation.
    DescribesEveryDetail,
    /// More bytes than the host copies.
    DescribesTooManyBytes,
}
