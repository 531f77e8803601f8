//! Directories on the way to a file in which others than root may put another file in its place.

use rustix::fs::Stat;
use serde_json::{Value, json};

use super::walk::Place;
use super::{HostFiles, acl};

/// More than one such directory says no more; the rest of a long way is left out.
const MAX: usize = 8;

const GROUP_WRITES: u32 = 0o020;
const OTHERS_WRITE: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// `[{"path", "uid", "gid", "mode", "acl"?}]`, outermost first; none where only root may replace anything on the way.
///
/// Who owns a directory may give others rights to it. In one with the sticky bit, only owners replace their files.
pub fn directories(files: &HostFiles, place: &Place<'_>) -> Vec<Value> {
    let mut found = Vec::new();
    for (path, stat, fd) in place.directories() {
        // Whoever cannot read this one's list cannot read that of the file, and is told so there.
        let acl = acl::read(fd, &files.in_own_view(&path)).unwrap_or_default();
        if !is_loose(stat, acl.as_deref()) {
            continue;
        }
        let mode = format!("{:04o}", stat.st_mode & 0o7777);
        let mut directory =
            json!({ "path": path.to_string_lossy(), "uid": stat.st_uid, "gid": stat.st_gid, "mode": mode });
        if let (Some(acl), Some(entries)) = (acl, directory.as_object_mut()) {
            entries.insert("acl".into(), acl.into());
        }
        found.push(directory);
        if found.len() == MAX {
            break;
        }
    }
    found
}

fn is_loose(stat: &Stat, acl: Option<&str>) -> bool {
    // With an ACL, the group's bits are its mask: what the named entries have at most.
    let group = stat.st_mode & GROUP_WRITES != 0 && (stat.st_gid != 0 || acl.is_some());
    let others = stat.st_mode & OTHERS_WRITE != 0;
    stat.st_uid != 0 || (stat.st_mode & STICKY == 0 && (group || others))
}
