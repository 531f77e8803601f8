//! Programs that start another one: what stands between their name and that program's.

/// A program that takes another with its arguments behind its own options.
pub struct Wrapper {
    names: &'static [&'static str],
    /// The options that take the next word, in their short and long form.
    valued: &'static [&'static str],
    /// Words of its own before the program: a duration, a user.
    operands: usize,
    /// The option behind which a script stands instead of a program.
    script: Option<&'static str>,
}

const fn plain(names: &'static [&'static str], valued: &'static [&'static str], operands: usize) -> Wrapper {
    Wrapper { names, valued, operands, script: None }
}

const WRAPPERS: &[Wrapper] = &[
    // The shell's own words: what follows them is a command.
    plain(&["!", "{", "if", "then", "else", "elif", "while", "until", "do", "coproc"], &[], 0),
    plain(&["builtin", "nohup", "setsid", "eatmydata", "chronic", "fakeroot", "torify", "torsocks"], &[], 0),
    plain(&["command"], &[], 0),
    plain(&["exec"], &["-a"], 0),
    plain(&["time"], &["-f", "-o", "--format", "--output"], 0),
    plain(&["env"], &["-u", "-C", "--unset", "--chdir"], 0),
    plain(
        &["sudo", "doas"],
        &["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "-T", "--user", "--group", "--host", "--chdir"],
        0,
    ),
    plain(&["nice"], &["-n", "--adjustment"], 0),
    plain(&["ionice"], &["-c", "-n", "-p", "--class", "--classdata"], 0),
    plain(&["chrt"], &["-T", "-P", "-D"], 1),
    plain(&["taskset"], &[], 1),
    plain(&["timeout"], &["-k", "-s", "--kill-after", "--signal"], 1),
    plain(&["stdbuf"], &["-i", "-o", "-e", "--input", "--output", "--error"], 0),
    plain(
        &["xargs", "parallel"],
        &[
            "-a",
            "-d",
            "-E",
            "-I",
            "-L",
            "-n",
            "-P",
            "-s",
            "-j",
            "--arg-file",
            "--max-args",
            "--max-procs",
            "--delimiter",
        ],
        0,
    ),
    plain(&["gosu", "su-exec", "setuidgid", "s6-setuidgid", "setarch"], &[], 1),
    plain(
        &["linux32", "linux64", "tini", "docker-init", "dumb-init", "catatonit", "busybox", "toybox"],
        &["-p", "-e", "-r"],
        0,
    ),
    plain(&["setpriv"], &["--reuid", "--regid", "--groups", "--inh-caps", "--bounding-set", "--ambient-caps"], 0),
    plain(&["chroot"], &["--userspec", "--groups"], 1),
    plain(&["unshare", "nsenter", "prlimit"], &["-t", "--target"], 0),
    plain(&["strace", "ltrace"], &["-e", "-o", "-p", "-s", "-u"], 0),
    plain(&["xvfb-run"], &["-n", "-s", "-e", "-f", "-p", "-w", "--server-num", "--server-args"], 0),
    Wrapper { names: &["flock"], valued: &["-w", "-E", "--timeout"], operands: 1, script: Some("-c") },
    Wrapper {
        names: &["su", "runuser"],
        valued: &["-s", "-g", "-G", "-u", "--shell", "--group", "--user"],
        operands: 0,
        script: Some("-c"),
    },
];

/// What a wrapper starts.
pub enum Started {
    /// The words from its program on.
    Words(Vec<String>),
    Script(String),
    /// Nothing, or nothing that can be told.
    Nothing,
}

/// What the words after `program` start, where that is a wrapper.
pub fn started(program: &str, args: &[String]) -> Option<Started> {
    let wrapper = WRAPPERS.iter().find(|wrapper| wrapper.names.contains(&program))?;
    // `command -v apt-get` only asks where it is.
    if program == "command" && args.first().is_some_and(|arg| matches!(arg.as_str(), "-v" | "-V")) {
        return None;
    }
    if let Some(script) = wrapper.script_in(args) {
        return Some(Started::Script(script));
    }
    let mut words = args.iter();
    let mut rest = words.as_slice();
    while let Some(word) = words.next() {
        if word == "--" {
            rest = words.as_slice();
            break;
        }
        let is_option = word.starts_with('-') && word.len() > 1;
        if !is_option && !super::is_assignment(word) {
            break;
        }
        if wrapper.valued.contains(&word.as_str()) {
            words.next();
        }
        rest = words.as_slice();
    }
    // `su -` and `su user` start a shell, which reads nothing here.
    if matches!(program, "su" | "runuser") && !args.iter().any(|arg| arg == "--" || arg == "-u") {
        return Some(Started::Nothing);
    }
    Some(match rest.get(wrapper.operands..) {
        Some(words) if !words.is_empty() => Started::Words(words.to_vec()),
        _ => Started::Nothing,
    })
}

impl Wrapper {
    fn script_in(&self, args: &[String]) -> Option<String> {
        let option = self.script?;
        let at = args.iter().position(|arg| arg == option || arg == "--command")?;
        args.get(at + 1).cloned()
    }
}
