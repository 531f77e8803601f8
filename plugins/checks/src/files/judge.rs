//! Whether owners and modes are as they should be, and the macros that make a check of it.

use keelmark_sdk::{Evidence, Facts, FileKind, HostError, LooseDirectory, Verdict};

use super::acl;
use super::place::{Found, Located, Place};

/// Which group a file must belong to; its owner is always root.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Root,
    /// The group docker. Root is right as well: then nobody but root gets in, which is stricter.
    Docker,
}

/// Every file at `place` belongs to root and to `group`, and to nobody who may put another one in its place.
pub fn owner(facts: &Facts, place: &Place, group: Group) -> Result<Verdict, HostError> {
    let found = place.find_with_drop_ins(facts)?;
    let root = if group == Group::Docker { "root:docker" } else { "root:root" };
    let expected = match found.rootless_uid {
        Some(uid) => format!("{root}, or the engine's own user {uid}"),
        None => root.to_owned(),
    };
    sum_up(&found, &format!("do not belong to {expected}"), |file| {
        let metadata = &file.metadata;
        let is_docker = group == Group::Docker && metadata.group.as_deref() == Some("docker");
        let is_roots = metadata.uid == 0 && (metadata.gid == 0 || is_docker);
        // Whoever the engine runs as has all that it has; its groups are that user's own.
        let is_own = found.rootless_uid == Some(metadata.uid);
        let shown = evidence(file, "owner", metadata.ownership()).expected(&expected);
        let is_foreign = |directory: &&LooseDirectory| directory.uid != 0 && found.rootless_uid != Some(directory.uid);
        let loose = metadata.loose_directories.iter().filter(is_foreign).map(|directory| {
            Evidence::new(format!("file {}", directory.path), "owner", format!("{}:{}", directory.uid, directory.gid))
                .expected(format!("root, as it holds {}", file.path))
        });
        Ok(Judged { is_right: is_roots || is_own, shown, beyond: loose.collect() })
    })
}

/// No file at `place` has a bit that `max` has not, an entry in its access control list with more than others may, or a
/// directory above it in which others may put another one in its place.
pub fn mode(facts: &Facts, place: &Place, max: u32) -> Result<Verdict, HostError> {
    let found = place.find_with_drop_ins(facts)?;
    sum_up(&found, &format!("have a right beyond mode {max:04o}"), |file| {
        let (metadata, max) = (&file.metadata, file.max.unwrap_or(max));
        // A rootless daemon sets the sticky bit on its socket so that cleaners spare it; it gives nobody a right.
        let bits = if metadata.kind == FileKind::Socket { metadata.mode & !STICKY } else { metadata.mode };
        let expected = format!("{max:04o} or stricter");
        let shown = evidence(file, "mode", format!("{:04o}", metadata.mode)).expected(expected);
        let list = metadata.acl.as_deref().map_err(HostError::clone)?;
        let mut beyond = Vec::new();
        if acl::gives_more(list, max) {
            let allowed = acl::words(max);
            let expected = format!("no named entry with more than others may: {allowed}");
            beyond.push(evidence(file, "access control list", list.to_owned()).expected(expected));
        }
        let is_open = |directory: &&LooseDirectory| {
            let own_group = found.rootless_uid == Some(directory.uid) && directory.acl.is_empty();
            let bits = if directory.gid == 0 && directory.acl.is_empty() || own_group { OTHERS_WRITE } else { WRITE };
            directory.mode & STICKY == 0 && directory.mode & bits != 0
        };
        beyond.extend(metadata.loose_directories.iter().filter(is_open).map(|directory| {
            let mode = match directory.acl.as_str() {
                "" => format!("{:04o}", directory.mode),
                acl => format!("{:04o} {acl}", directory.mode),
            };
            Evidence::new(format!("file {}", directory.path), "mode", mode)
                .expected(format!("no one but its owner writes there, as it holds {}", file.path))
        }));
        Ok(Judged { is_right: bits & !max == 0, shown, beyond })
    })
}

const STICKY: u32 = 0o1000;
const OTHERS_WRITE: u32 = 0o002;
const WRITE: u32 = 0o022;

/// What a check says of one file.
struct Judged {
    is_right: bool,
    shown: Evidence,
    /// What else is wrong: rights that the file's own owner and mode do not show.
    beyond: Vec<Evidence>,
}

fn evidence(file: &Located, property: &str, value: String) -> Evidence {
    let evidence = Evidence::new(format!("file {}", file.path), property, value);
    if file.source.is_empty() { evidence } else { evidence.source(&file.source) }
}

fn sum_up(
    found: &Found,
    verb: &str,
    judge: impl Fn(&Located) -> Result<Judged, HostError>,
) -> Result<Verdict, HostError> {
    let (mut right, mut wrong, mut count) = (Vec::new(), Vec::new(), 0);
    let mut unread = None;
    for file in &found.files {
        match judge(file) {
            Err(error) => {
                unread.get_or_insert((format!("file {}", file.path), error));
            }
            Ok(Judged { is_right: true, shown, beyond }) if beyond.is_empty() => right.push(shown),
            Ok(Judged { is_right, shown, beyond }) => {
                count += 1;
                wrong.extend((!is_right).then_some(shown));
                wrong.extend(beyond.into_iter().filter(|evidence| !wrong.contains(evidence)).collect::<Vec<_>>());
            }
        }
    }
    let verdict = match (found.files.is_empty(), unread) {
        (true, _) => Verdict::not_applicable(&found.absent),
        (false, Some((_, error))) if wrong.is_empty() => return Err(error),
        (false, None) if wrong.is_empty() => Verdict::pass(right),
        (false, unread) => {
            wrong.extend(unread.map(|(subject, error)| Evidence::unread(subject, &error)));
            Verdict::fail(format!("{count} of {} files {verb}", found.files.len()), wrong)
        }
    };
    Ok(found.settled(verdict))
}

/// The check over a file's owner and group: the words in which it differs from the others, and where the file is.
macro_rules! owner_check {
    (
        $name:ident $slug:literal decides $control:literal: $group:ident $expected:literal $also:literal,
        what: $what:literal,
        place: $place:expr,
        located: $located:literal,
        $(needs: $needs:expr,)?
        harm: $harm:literal,
        path: $path:literal,
        default: $default:literal,
        references: [$($reference:literal),* $(,)?],
        impact: $impact:literal $(,)?
    ) => {
        pub static $name: ::keelmark_sdk::Check = ::keelmark_sdk::Check {
            slug: $slug,
            control: $control,
            title: concat!("Owner or group of ", $what, " is not ", $expected),
            means: concat!("Owner and group of ", $what, " are ", $expected, "."),
            why: concat!(
                "Whoever owns a file may rewrite it and open its mode to others, whatever the mode says today; its \
                 group has the rights of the mode's middle digit. ",
                $harm
            ),
            audited: concat!(
                "Owner and group, symbolic links followed. ",
                $located,
                " They must be ",
                $expected,
                $also,
                ", or of an engine without root to its user. A directory above it, or above a link to it, that belongs \
                 to somebody else counts as the file's owner: they put another file in its place. Where there is no \
                 such file, the recommendation does not apply."
            ),
            fix: concat!("chown ", $expected, " ", $path),
            impact: $impact,
            deviates: "",
            default: $default,
            references: &["https://man7.org/linux/man-pages/man1/chown.1.html", $($reference),*],
            needs: $crate::needs::joined![$crate::files::place::NEEDS $(, $needs)?],
            params: &[],
            audit: |facts, _| $crate::files::judge::owner(facts, &$place, $crate::files::judge::Group::$group),
        };
    };
}
pub(crate) use owner_check;

/// The check over a file's mode.
macro_rules! mode_check {
    (
        $name:ident $slug:literal decides $control:literal: $max:literal $digits:literal,
        what: $what:literal,
        place: $place:expr,
        located: $located:literal,
        $(needs: $needs:expr,)?
        harm: $harm:literal,
        path: $path:literal,
        default: $default:literal,
        references: [$($reference:literal),* $(,)?],
        impact: $impact:literal $(,)?
    ) => {
        pub static $name: ::keelmark_sdk::Check = ::keelmark_sdk::Check {
            slug: $slug,
            control: $control,
            title: concat!("Mode of ", $what, " is wider than ", $digits),
            means: concat!("The mode of ", $what, " is ", $digits, " or has fewer bits."),
            why: concat!("Every bit beyond ", $digits, " gives a right to accounts that do not need it. ", $harm),
            audited: concat!(
                "Mode, symbolic links followed. ",
                $located,
                " Each of its bits, set-id and sticky bits included, must be one of ",
                $digits,
                "; it is not compared as a number, by which 0577 would be less than 0644. The sticky bit of a socket \
                 gives nobody a right. A named entry of an access control list (getfacl) must have no right that \
                 others have not, and nobody but its owner may write to a directory above the file, or above a link \
                 to it, unless that has the sticky bit. Where there is no such file, the recommendation does not \
                 apply."
            ),
            fix: concat!("chmod ", $digits, " ", $path),
            impact: $impact,
            deviates: "",
            default: $default,
            references: &["https://man7.org/linux/man-pages/man1/chmod.1.html", $($reference),*],
            needs: $crate::needs::joined![$crate::files::place::NEEDS $(, $needs)?],
            params: &[],
            audit: |facts, _| $crate::files::judge::mode(facts, &$place, $max),
        };
    };
}
pub(crate) use mode_check;

/// Both checks over a file that must belong to root.
macro_rules! file_checks {
    (
        what: $what:literal,
        place: $place:expr,
        located: $located:literal,
        $(needs: $needs:expr,)?
        harm: $harm:literal,
        path: $path:literal,
        default: $default:literal,
        references: [$($reference:literal),* $(,)?],
        owner: $owner:ident $owner_slug:literal decides $owner_control:literal: $owner_impact:literal;
        mode: $mode:ident $mode_slug:literal decides $mode_control:literal:
            $max:literal $digits:literal, $mode_impact:literal;
    ) => {
        $crate::files::judge::owner_check! {
            $owner $owner_slug decides $owner_control: Root "root:root" "",
            what: $what, place: $place, located: $located, $(needs: $needs,)? harm: $harm, path: $path,
            default: $default, references: [$($reference),*], impact: $owner_impact,
        }
        $crate::files::judge::mode_check! {
            $mode $mode_slug decides $mode_control: $max $digits,
            what: $what, place: $place, located: $located, $(needs: $needs,)? harm: $harm, path: $path,
            default: $default, references: [$($reference),*], impact: $mode_impact,
        }
    };
}
pub(crate) use file_checks;
