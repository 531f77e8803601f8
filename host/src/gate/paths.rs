//! Paths: absolute and normal before they are compared with a grant, so that one file has one spelling.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

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

/// The matcher of a capability's `paths`: `*` stays inside one directory, `**` crosses them.
pub fn compile(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        if let Some(problem) = problem(pattern) {
            return Err(problem);
        }
        // A character class would also match "/", and cross into directories that the pattern seems to close.
        if pattern.contains(['[', '{']) {
            return Err(format!("path pattern {pattern:?}: of the special characters, only * and ** are taken"));
        }
        let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
        set.add(glob.map_err(|error| format!("path pattern {pattern:?}: {}", error.kind()))?);
    }
    set.build().map_err(|error| error.to_string())
}
