//! Whether owners and modes are as they should be, and the macros that make a check of it.

use keelmark_sdk::{Evidence, Facts, HostError, Verdict};

use super::place::{Found, Located, Place};

/// Which group a file must belong to; its owner is always root.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Root,
    /// The group docker. Root is right as well: then nobody but root gets in, which is stricter.
    Docker,
}

/// Every file at `place` belongs to root and to `group`.
pub fn owner(facts: &Facts, place: &Place, group: Group) -> Result<Verdict, HostError> {
    let found = place.find(facts)?;
    let expected = if group == Group::Docker { "root:docker" } else { "root:root" };
    let is_right = |file: &Located| {
        let metadata = &file.metadata;
        let is_docker = group == Group::Docker && metadata.group.as_deref() == Some("docker");
        metadata.uid == 0 && (metadata.gid == 0 || is_docker)
    };
    let show = |file: &Located| evidence(file, "owner", file.metadata.ownership()).expected(expected);
    let is_rootless = |file: &Located| found.rootless_uid.is_some_and(|uid| file.metadata.uid == uid);
    if let Some(uid) = found.rootless_uid
        && found.files.iter().all(|file| is_right(file) || is_rootless(file))
        && !found.files.iter().all(is_right)
    {
        let message =
            format!("dockerd runs without root, as uid {uid}: judge whether its user may own what belongs to it");
        let verdict = Verdict::manual(message, found.files.iter().filter(|file| !is_right(file)).map(show));
        return Ok(found.settled(verdict));
    }
    Ok(sum_up(&found, is_right, show, "do not belong to", expected))
}

/// No file at `place` has a bit that `max` has not.
pub fn mode(facts: &Facts, place: &Place, max: u32) -> Result<Verdict, HostError> {
    let found = place.find(facts)?;
    let expected = format!("{max:04o} or stricter");
    let is_right = |file: &Located| file.metadata.mode & !max == 0;
    let show = |file: &Located| evidence(file, "mode", format!("{:04o}", file.metadata.mode)).expected(&expected);
    Ok(sum_up(&found, is_right, show, "have a bit beyond mode", &format!("{max:04o}")))
}

fn evidence(file: &Located, property: &str, value: String) -> Evidence {
    let evidence = Evidence::new(format!("file {}", file.path), property, value);
    if file.source.is_empty() { evidence } else { evidence.source(&file.source) }
}

fn sum_up(
    found: &Found,
    is_right: impl Fn(&Located) -> bool,
    show: impl Fn(&Located) -> Evidence,
    verb: &str,
    expected: &str,
) -> Verdict {
    let wrong: Vec<Evidence> = found.files.iter().filter(|file| !is_right(file)).map(&show).collect();
    let verdict = if found.files.is_empty() {
        Verdict::not_applicable(&found.absent)
    } else if wrong.is_empty() {
        Verdict::pass(found.files.iter().map(&show))
    } else {
        Verdict::fail(format!("{} of {} files {verb} {expected}", wrong.len(), found.files.len()), wrong)
    };
    found.settled(verdict)
}

/// The check over a file's owner and group: the words in which it differs from the others, and where the file is.
macro_rules! owner_check {
    (
        $name:ident $slug:literal decides $control:literal: $group:ident $expected:literal $also:literal,
        what: $what:literal,
        place: $place:expr,
        located: $located:literal,
        needs: $needs:expr,
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
                ". Where there is no such file, the recommendation does not apply. What belongs to the user of a \
                 rootless daemon is left to a person."
            ),
            fix: concat!("chown ", $expected, " ", $path),
            impact: $impact,
            deviates: "",
            default: $default,
            references: &["https://man7.org/linux/man-pages/man1/chown.1.html", $($reference),*],
            needs: $needs,
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
        needs: $needs:expr,
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
                "; it is not compared as a number, by which 0577 would be less than 0644. Where there is no such \
                 file, the recommendation does not apply."
            ),
            fix: concat!("chmod ", $digits, " ", $path),
            impact: $impact,
            deviates: "",
            default: $default,
            references: &["https://man7.org/linux/man-pages/man1/chmod.1.html", $($reference),*],
            needs: $needs,
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
        needs: $needs:expr,
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
            what: $what, place: $place, located: $located, needs: $needs, harm: $harm, path: $path,
            default: $default, references: [$($reference),*], impact: $owner_impact,
        }
        $crate::files::judge::mode_check! {
            $mode $mode_slug decides $mode_control: $max $digits,
            what: $what, place: $place, located: $located, needs: $needs, harm: $harm, path: $path,
            default: $default, references: [$($reference),*], impact: $mode_impact,
        }
    };
}
pub(crate) use file_checks;
