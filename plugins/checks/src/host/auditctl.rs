//! Reading audit rules as auditctl(8) takes and prints them.

pub const WRITE: u8 = 0b0001;
pub const ATTRIBUTES: u8 = 0b0010;
const READ: u8 = 0b0100;
const EXECUTE: u8 = 0b1000;
pub const ALL: u8 = WRITE | ATTRIBUTES | READ | EXECUTE;

/// The kernel's lists that decide about what is recorded of files; rules on others (user, io_uring) do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Asked when a system call ends, first match first: here a file access is recorded or not.
    Exit,
    /// Asked when a process starts: `never` here, and nothing of that process is recorded.
    Task,
    /// Kinds of records that are never written, whatever another rule wants.
    Exclude,
    /// Kinds of filesystems of whose files no path is recorded.
    Filesystem,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub list: List,
    pub never: bool,
    /// What it is about; none for a rule about every file.
    pub path: Option<String>,
    /// Whether it reaches what lies below `path`: a watch on a directory does, `-F path=` does not.
    pub tree: bool,
    /// The accesses it is about, as bits.
    pub access: u8,
    /// It has conditions beyond path and access (a user, a system call …), so some accesses escape it.
    pub narrowed: bool,
    pub text: String,
}

/// A line of a rule file.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    Append(Rule),
    Prepend(Rule),
    /// `-D`
    DeleteAll,
    /// `-W` and `-d`
    Delete(Rule),
    /// `-e 0` and `-e 1`
    Enable(bool),
    /// `-e 2`: enabled, and what follows is refused until the next boot.
    Lock,
    /// Buffer sizes, comments, "No rules" and what else says nothing about files.
    Other,
}

/// Reads one line. Unknown conditions narrow a rule rather than being passed over.
pub fn parse_line(line: &str) -> Line {
    let line = line.trim();
    match line.strip_prefix("LIST_RULES:") {
        Some(listed) => parse_listed(listed),
        None if line.starts_with('-') => parse_options(line),
        None => Line::Other,
    }
}

fn parse_options(line: &str) -> Line {
    let mut rule = Rule::of(line);
    let mut act: fn(Rule) -> Line = |_| Line::Other;
    let mut words = line.split_whitespace();
    while let Some(word) = words.next() {
        let mut letters = word.chars();
        let (Some('-'), Some(option)) = (letters.next(), letters.next()) else { continue };
        if option == 'D' {
            return Line::DeleteAll;
        }
        // getopt takes `-p wa` and `-pwa`.
        let value = match letters.as_str() {
            "" => words.next().unwrap_or_default(),
            joined => joined,
        };
        match option {
            'e' if value == "2" => return Line::Lock,
            'e' => return Line::Enable(value != "0"),
            'a' => (act, rule) = (Line::Append, rule.on(value)),
            'A' => (act, rule) = (Line::Prepend, rule.on(value)),
            'd' => (act, rule) = (Line::Delete, rule.on(value)),
            'w' => (act, rule) = (Line::Append, rule.watching(value, true)),
            'W' => (act, rule) = (Line::Delete, rule.watching(value, true)),
            'p' => rule.access = access(value),
            'F' => rule.add_field(value),
            'S' => rule.narrowed |= value != "all",
            'C' => rule.narrowed = true,
            _ => {}
        }
    }
    act(rule)
}

/// `LIST_RULES: exit,always dir=/etc/docker (0x10) perm=wa key=docker`: how auditctl -l printed until 2.3.
fn parse_listed(listed: &str) -> Line {
    let mut rule = Rule::of(listed.trim());
    for (index, word) in listed.split_whitespace().enumerate() {
        if index == 0 {
            rule = rule.on(word);
        } else if let Some(path) = word.strip_prefix("watch=") {
            rule = rule.watching(path, true);
        } else if word != "syscall=all" && !word.starts_with('(') {
            rule.add_field(word);
        }
    }
    Line::Append(rule)
}

impl Rule {
    fn of(text: &str) -> Self {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { list: List::Exit, never: false, path: None, tree: false, access: ALL, narrowed: false, text }
    }

    /// `always,exit` or `exit,always`.
    fn on(mut self, list_and_action: &str) -> Self {
        for word in list_and_action.split(',') {
            match word {
                "always" => self.never = false,
                "never" => self.never = true,
                "exit" => self.list = List::Exit,
                "task" => self.list = List::Task,
                "exclude" => self.list = List::Exclude,
                "filesystem" => self.list = List::Filesystem,
                _ => self.list = List::Other,
            }
        }
        self
    }

    fn watching(mut self, path: &str, tree: bool) -> Self {
        let trimmed = path.trim_end_matches('/');
        (self.path, self.tree) = (Some(if trimmed.is_empty() { "/" } else { trimmed }.to_owned()), tree);
        self
    }

    fn add_field(&mut self, field: &str) {
        match field.split_once('=') {
            Some(("path", path)) => *self = self.clone().watching(path, false),
            Some(("dir", path)) => *self = self.clone().watching(path, true),
            Some(("perm", letters)) => self.access = access(letters),
            Some(("key", _)) => {}
            // The way auditctl recommends since 3.1: the machine's own calls. One for 32-bit calls alone is narrow.
            Some(("arch", arch)) => self.narrowed |= ["b32", "i386", "i686", "40000003"].contains(&arch),
            _ => self.narrowed = true,
        }
    }

    /// Whether what it keeps from being written is missing where somebody changes a file: who it was (SYSCALL), or which
    /// file (PATH). Rules against other records, and against filesystems that only the kernel fills, do no harm.
    pub fn hides(&self) -> bool {
        let harmless = match self.list {
            List::Exclude => |word: &str| {
                let kind = word.strip_prefix("msgtype=");
                kind.is_some_and(|kind| !["SYSCALL", "PATH", "1300", "1302"].contains(&kind))
            },
            List::Filesystem => |word: &str| {
                let kind = word.strip_prefix("fstype=");
                kind.is_some_and(|kind| ["tracefs", "debugfs", "0x74726163", "0x64626720"].contains(&kind))
            },
            _ => return false,
        };
        !self.text.split_whitespace().any(|word| harmless(word.strip_prefix("-F").unwrap_or(word)))
    }

    /// Whether `other` would be taken away by this rule's deletion.
    pub fn is_same(&self, other: &Rule) -> bool {
        let text = |rule: &Rule| matches!(rule.list, List::Exclude | List::Filesystem).then(|| fields(&rule.text));
        let facts = |rule: &Rule| (rule.list, rule.never, rule.path.clone(), rule.access, rule.narrowed, text(rule));
        facts(self) == facts(other)
    }
}

/// The conditions of a rule, without what it is called and whether it is added or taken away.
fn fields(text: &str) -> Vec<String> {
    text.split_whitespace().filter(|word| word.contains('=') && !word.starts_with("key=")).map(str::to_owned).collect()
}

fn access(letters: &str) -> u8 {
    let bit = |letter| match letter {
        'w' => WRITE,
        'a' => ATTRIBUTES,
        'r' => READ,
        'x' => EXECUTE,
        _ => 0,
    };
    letters.chars().map(bit).fold(0, |bits, bit| bits | bit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(line: &str) -> Rule {
        match parse_line(line) {
            Line::Append(rule) => rule,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn a_watch_reaches_what_is_below_and_a_path_does_not() {
        let watch = rule("-w /etc/docker/ -p wa -k docker");
        assert_eq!((watch.path.as_deref(), watch.tree), (Some("/etc/docker"), true));
        assert_eq!((watch.access, watch.narrowed), (WRITE | ATTRIBUTES, false));
        let path = rule("-a always,exit -S all -F path=/etc/docker -F perm=rwxa -F key=docker");
        assert_eq!((path.tree, path.access, path.narrowed), (false, ALL, false));
        assert!(rule("-a exit,always -F arch=b64 -F dir=/etc/docker -F perm=wa -k docker").tree);
    }

    #[test]
    fn without_permissions_every_access_is_recorded() {
        assert_eq!(rule("-w /usr/bin/dockerd -k docker").access, ALL);
        assert_eq!(rule("-a always,exit -F path=/usr/bin/dockerd").access, ALL);
    }

    #[test]
    fn further_conditions_narrow() {
        for condition in ["-F auid>=1000", "-F uid!=0", "-S execve", "-C uid!=euid", "-F arch=b32", "-F success=0"] {
            assert!(rule(&format!("-a always,exit -F path=/x {condition}")).narrowed, "{condition}");
        }
    }

    #[test]
    fn what_is_never_written_hides_only_what_matters() {
        for line in
            ["exclude -F msgtype=SYSCALL", "exclude -Fmsgtype=PATH", "exclude -F msgtype>=1300", "exclude -F uid=0"]
        {
            assert!(rule(&format!("-a always,{line}")).hides(), "{line}");
        }
        assert!(rule("-a never,filesystem -F fstype=0xEF53").hides());
        for line in ["exclude -F msgtype=CWD", "exclude -F msgtype=PROCTITLE", "exit -F path=/x"] {
            assert!(!rule(&format!("-a always,{line}")).hides(), "{line}");
        }
        assert!(!rule("-a never,filesystem -F fstype=tracefs").hides());
        let gone = match parse_line("-d always,exclude -F msgtype=PATH") {
            Line::Delete(gone) => gone,
            other => panic!("{other:?}"),
        };
        assert!(rule("-a always,exclude -F msgtype=PATH").is_same(&gone));
        assert!(!rule("-a always,exclude -F msgtype=CWD").is_same(&gone));
    }

    #[test]
    fn the_old_listing_is_read_too() {
        let listed = rule("LIST_RULES: exit,always dir=/etc/docker (0xb) perm=rwxa key=docker");
        assert_eq!((listed.path.as_deref(), listed.tree, listed.narrowed), (Some("/etc/docker"), true, false));
        let watch = rule("LIST_RULES: exit,always watch=/usr/bin/docker perm=wa key=docker");
        assert_eq!((watch.path.as_deref(), watch.access), (Some("/usr/bin/docker"), WRITE | ATTRIBUTES));
    }

    #[test]
    fn control_lines_are_told_from_rules() {
        assert_eq!(parse_line("# -w /etc/docker"), Line::Other);
        assert_eq!(parse_line("No rules"), Line::Other);
        assert_eq!(parse_line("-b 8192"), Line::Other);
        assert_eq!(parse_line("--backlog_wait_time 60000"), Line::Other);
        assert_eq!(parse_line("-D"), Line::DeleteAll);
        assert_eq!(parse_line("-e 2"), Line::Lock);
        assert_eq!(parse_line("-e 0"), Line::Enable(false));
        assert_eq!((rule("-a never,task").list, rule("-a never,task").never), (List::Task, true));
        assert_eq!(rule("-a always,exclude -F msgtype=CWD").list, List::Exclude);
        assert_eq!(rule("-a always,user -F uid=0").list, List::Other);
        assert!(matches!(parse_line("-A exit,never -F path=/x"), Line::Prepend(rule) if rule.never));
    }
}
