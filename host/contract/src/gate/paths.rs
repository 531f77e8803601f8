//! Paths: absolute and normal before they are compared with a grant, so that one file has one spelling.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The hole that stands for the configuration file of the running dockerd, wherever its command line puts it: the one
/// that `process.find` named to this plugin, with the file that a link there leads to.
pub const DAEMON_CONFIG: &str = "{dockerd-config}";

/// Linux's own limit.
const MAX_PATH_BYTES: usize = 4096;

/// What is wrong with a path whatever was granted: anything that lets two spellings name one file.
pub fn problem(path: &str) -> Option<String> {
    if !path.starts_with('/') {
        return Some(format!("path {path:?} is not absolute"));
    }
    if path.len() > MAX_PATH_BYTES {
        return Some(format!("a path of {} bytes; the limit is {MAX_PATH_BYTES}", path.len()));
    }
    if path.contains(|c: char| c.is_control()) {
        return Some(format!("path {path:?} holds a control character"));
    }
    let is_odd = |part: &str| part.is_empty() || part == "." || part == "..";
    if path != "/" && path.split('/').skip(1).any(is_odd) {
        return Some(format!("path {path:?} is not normal: no empty part, no \".\", no \"..\""));
    }
    None
}

/// Whether every path that `narrow` matches is one that `wide` matches. False where that cannot be shown.
pub fn covers(wide: &str, narrow: &str) -> bool {
    // One spelling is one meaning. What escapes or has "?" is compared with nothing but itself.
    if wide == narrow {
        return true;
    }
    if [wide, narrow].iter().any(|pattern| pattern.contains(['\\', '?', '[', '{'])) {
        return false;
    }
    // What stands before the first star stands in everything that is covered: most pairs end here.
    if !narrow.starts_with(wide.split('*').next().unwrap_or_default()) {
        return false;
    }
    let (wide, narrow): (Vec<&str>, Vec<&str>) =
        (wide.split('/').skip(1).collect(), narrow.split('/').skip(1).collect());
    // "**" inside a word, or twice in a row, is not what it seems.
    let is_odd = |parts: &[&str]| {
        parts.iter().any(|part| part.contains("**") && *part != "**")
            || parts.windows(2).any(|two| two.iter().all(|part| *part == "**"))
    };
    if is_odd(&wide) || is_odd(&narrow) {
        return false;
    }
    let last = wide.len().saturating_sub(1);
    let mut expected = Vec::new();
    for (index, part) in wide.iter().enumerate() {
        match *part {
            // At the end it stands for at least one part.
            "**" if index == last => expected.extend([Expected::Any, Expected::Part]),
            "**" => expected.push(Expected::Any),
            word => expected.push(Expected::Word(word)),
        }
    }
    covers_list(
        &expected,
        &narrow,
        |expected| matches!(expected, Expected::Any),
        |expected, part| match expected {
            Expected::Any | Expected::Part => true,
            Expected::Word(word) => {
                *part != "**"
                    && covers_list(word.as_bytes(), part.as_bytes(), |byte| *byte == b'*', |byte, same| byte == same)
            }
        },
    )
}

/// One part of a pattern that has to cover another.
enum Expected<'p> {
    /// Any number of parts.
    Any,
    /// One part, whatever it is.
    Part,
    Word(&'p str),
}

/// Whether `wide`, in which a star stands for any number of items, covers `narrow`, read as if its own stars were
/// letters that only a star can stand for: what is found is true, and something true may not be found.
///
/// Takes the first place that fits after each star, and the next one where that fails: no star before it needs to be
/// tried again, so a pattern made of stars costs no more than its length squared.
fn covers_list<W, N>(wide: &[W], narrow: &[N], is_star: impl Fn(&W) -> bool, fits: impl Fn(&W, &N) -> bool) -> bool {
    let (mut at_wide, mut at_narrow) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(item) = narrow.get(at_narrow) {
        match wide.get(at_wide) {
            Some(star) if is_star(star) => {
                retry = Some((at_wide, at_narrow));
                at_wide += 1;
            }
            Some(expected) if fits(expected, item) => {
                at_wide += 1;
                at_narrow += 1;
            }
            _ => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from + 1));
                (at_wide, at_narrow) = (star + 1, from + 1);
            }
        }
    }
    wide.get(at_wide..).unwrap_or_default().iter().all(is_star)
}

/// The matcher of a capability's `paths`: `*` stays inside one directory, `**` crosses them. The hole matches nothing
/// here: what it stands for, only a running process decides.
pub fn compile(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns.iter().filter(|pattern| *pattern != DAEMON_CONFIG) {
        if let Some(problem) = problem(pattern) {
            return Err(problem);
        }
        // A character class would also match "/", and cross into directories that the pattern seems to close.
        if pattern.contains(['[', '{']) {
            return Err(format!(
                "path pattern {pattern:?}: of the special characters, only * and ** are taken, and {DAEMON_CONFIG} alone"
            ));
        }
        let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
        set.add(glob.map_err(|error| format!("path pattern {pattern:?}: {}", error.kind()))?);
    }
    set.build().map_err(|error| error.to_string())
}
