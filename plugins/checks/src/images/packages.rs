//! Package managers: which words of theirs refresh, install, and turn off verification.

use super::history::Instruction;
use super::shell::{Command, commands};

pub struct Manager {
    programs: &'static [&'static str],
    /// Refresh the index, or update everything.
    refresh: &'static [&'static str],
    /// Put packages into the image.
    install: &'static [&'static str],
    /// Accept packages or indexes that nobody signed.
    unverified: &'static [&'static str],
}

const MANAGERS: &[Manager] = &[
    Manager {
        programs: &["apt", "apt-get", "apt-fast", "aptitude", "nala"],
        refresh: &["update"],
        install: &[
            "install",
            "reinstall",
            "upgrade",
            "dist-upgrade",
            "full-upgrade",
            "safe-upgrade",
            "build-dep",
            "satisfy",
            "source",
            "download",
        ],
        unverified: &[
            "--allow-unauthenticated",
            "--allow-insecure-repositories",
            "--force-yes",
            "APT::Get::AllowUnauthenticated=true",
            "Acquire::AllowInsecureRepositories=true",
        ],
    },
    Manager {
        programs: &["apk"],
        refresh: &["update"],
        install: &["add", "fix", "upgrade", "fetch"],
        unverified: &["--allow-untrusted"],
    },
    Manager {
        programs: &["yum", "dnf", "dnf5", "microdnf", "tdnf"],
        // `yum update` installs newer packages itself; the benchmark names it as an update instruction all the same.
        refresh: &["update", "upgrade", "makecache", "check-update"],
        install: &[
            "install",
            "localinstall",
            "groupinstall",
            "group",
            "reinstall",
            "module",
            "builddep",
            "swap",
            "downgrade",
            "distro-sync",
        ],
        unverified: &["--nogpgcheck", "--no-gpgchecks"],
    },
    Manager {
        programs: &["zypper"],
        refresh: &["refresh", "ref", "update", "up", "patch"],
        install: &["install", "in", "dist-upgrade", "dup", "source-install", "si"],
        unverified: &["--no-gpg-checks", "--allow-unsigned-rpm", "--gpg-auto-import-keys"],
    },
    Manager {
        programs: &["opkg"],
        refresh: &["update"],
        install: &["install", "upgrade"],
        unverified: &["--force-signature"],
    },
    Manager {
        programs: &["rpm"],
        refresh: &[],
        install: &["-i", "-ivh", "-U", "-Uvh", "--install", "--upgrade"],
        unverified: &["--nosignature", "--nodigest"],
    },
    Manager { programs: &["dpkg"], refresh: &[], install: &["-i", "--install"], unverified: &["--force-bad-verify"] },
    Manager {
        programs: &["pip", "pip3", "uv"],
        refresh: &[],
        install: &["install"],
        unverified: &["--trusted-host", "--allow-insecure-host"],
    },
    Manager {
        programs: &["npm", "yarn", "pnpm"],
        refresh: &[],
        install: &["install", "i", "ci", "add"],
        unverified: &["--strict-ssl=false", "--no-strict-ssl"],
    },
    Manager { programs: &["gem", "go", "cargo"], refresh: &[], install: &["install"], unverified: &[] },
];

impl Manager {
    fn runs(&self, command: &Command) -> bool {
        self.programs.contains(&command.program.as_str())
    }

    /// What the command asks its manager to do: options may stand before it, and take words of their own.
    fn action<'c>(&self, command: &'c Command) -> Option<&'c str> {
        let known = |arg: &&String| self.refresh.contains(&arg.as_str()) || self.install.contains(&arg.as_str());
        self.runs(command).then(|| command.args.iter().find(known).map(String::as_str)).flatten()
    }

    fn refreshes(&self, command: &Command) -> bool {
        self.action(command).is_some_and(|action| self.refresh.contains(&action))
    }

    fn installs(&self, command: &Command) -> bool {
        self.action(command).is_some_and(|action| self.install.contains(&action))
    }
}

/// What pacman's options ask for, which it takes as letters of one word: `-Sy` refreshes, and installs what is named
/// behind it; `-Syu` brings everything up to date; `-U` installs a file.
struct Pacman {
    refreshes: bool,
    installs: bool,
}

impl Pacman {
    fn read(command: &Command) -> Option<Self> {
        if command.program != "pacman" {
            return None;
        }
        let letters = command.args.iter().filter(|arg| arg.starts_with('-') && !arg.starts_with("--"));
        let letters: String = letters.flat_map(|arg| arg.chars()).collect();
        let has = |letter: char, long: &str| letters.contains(letter) || command.args.iter().any(|arg| arg == long);
        let syncs = has('S', "--sync");
        let names_packages = command.args.iter().any(|arg| !arg.starts_with('-'));
        Some(Self {
            refreshes: syncs && has('y', "--refresh"),
            installs: has('U', "--upgrade") || (syncs && (has('u', "--sysupgrade") || names_packages)),
        })
    }
}

/// Whether a RUN refreshes a package index that it does not install from.
pub fn updates_alone(script: &str) -> bool {
    let commands = commands(script);
    let pacman: Vec<Pacman> = commands.iter().filter_map(Pacman::read).collect();
    if pacman.iter().any(|one| one.refreshes) && !pacman.iter().any(|one| one.installs) {
        return true;
    }
    MANAGERS.iter().any(|manager| {
        commands.iter().any(|command| manager.refreshes(command))
            && !commands.iter().any(|command| manager.installs(command))
    })
}

/// The commands of an image's instructions that install packages.
pub fn installing(instructions: &[Instruction]) -> Vec<Command> {
    let runs = instructions.iter().filter(|instruction| instruction.keyword == "RUN");
    runs.flat_map(|run| commands(&run.text))
        .filter(|command| {
            Pacman::read(command).is_some_and(|pacman| pacman.installs)
                || MANAGERS.iter().any(|manager| manager.installs(command))
        })
        .collect()
}

/// The option with which a command turns verification off.
pub fn unverified_option(command: &Command) -> Option<&'static str> {
    let of = |manager: &Manager| {
        let given = |option: &&&str| command.args.iter().any(|arg| arg == **option || is_valued(arg, option));
        manager.runs(command).then(|| manager.unverified.iter().find(given).copied()).flatten()
    };
    MANAGERS.iter().find_map(of)
}

/// `--trusted-host=…` and `-oAPT::Get::AllowUnauthenticated=true`.
fn is_valued(arg: &str, option: &str) -> bool {
    arg.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')) || arg.strip_prefix("-o") == Some(option)
}
