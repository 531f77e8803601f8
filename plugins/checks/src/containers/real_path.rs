//! Where a path of the engine's host really leads. One symbolic link makes any directory look like another.

use keelmark_sdk::{Facts, FileKind, HostError, Need};

use super::mounts::{is_within, normalised};

pub const STAT: Need = Need::new("fs.stat", &["/**"], "follows the symbolic links in the paths that containers mount");

/// What is at the end of a path.
pub enum RealPath {
    /// The file, by a name without any link in it.
    At { path: String, is_socket: bool },
    /// Nobody can tell, and why.
    Unknown(&'static str),
}

/// Follows the links of a path, as the engine does when it mounts it.
pub fn of(facts: &Facts, path: &str) -> Result<RealPath, HostError> {
    if !facts.host()?.engine_is_local {
        return Ok(RealPath::Unknown("the engine's host cannot be looked at from here: it may be a link to elsewhere"));
    }
    let Some(file) = facts.stat_if_exists(path)? else {
        return Ok(RealPath::Unknown("there is no such file now: it may have been a link to elsewhere"));
    };
    let path = normalised(file.resolved.as_deref().unwrap_or(path));
    Ok(RealPath::At { path, is_socket: file.kind == FileKind::Socket })
}

/// Paths, and those that they lead to elsewhere: not /usr/bin for a /bin beside /usr, which is below one of them. Of
/// another host only the first are known.
pub fn with_real(facts: &Facts, paths: Vec<String>) -> Result<Vec<String>, HostError> {
    let mut elsewhere = Vec::new();
    for path in &paths {
        if let RealPath::At { path: real, .. } = of(facts, path)?
            && !paths.iter().any(|known| is_within(&real, known))
        {
            elsewhere.push(real);
        }
    }
    Ok([paths, elsewhere].concat())
}
