//! Reading dockerd's command line the way its own flag library (spf13/pflag) does.

/// Flags that take no value: `--icc` alone means true, and the next word is not its value.
const SWITCHES: &[&str] = &[
    "allow-nondistributable-artifacts-push", "daemon", "debug", "disable-legacy-registry", "experimental", "help", "icc",
    "init", "ip-forward", "ip-masq", "ip6tables", "iptables", "ipv6", "live-restore", "no-new-privileges", "raw-logs",
    "rootless", "selinux-enabled", "tls", "tlsverify", "userland-proxy", "validate", "version",
];

/// One-letter flags and what they stand for.
const SHORT: &[(char, &str)] = &[
    ('D', "debug"), ('G', "group"), ('H', "host"), ('b', "bridge"), ('d', "daemon"), ('e', "exec-driver"),
    ('g', "data-root"), ('h', "help"), ('l', "log-level"), ('p', "pidfile"), ('s', "storage-driver"), ('v', "version"),
];

/// daemon.json keys whose flag has another name.
const FLAG_OF_KEY: &[(&str, &str)] = &[
    ("authorization-plugins", "authorization-plugin"), ("default-ulimits", "default-ulimit"), ("hosts", "host"),
    ("insecure-registries", "insecure-registry"), ("labels", "label"), ("log-opts", "log-opt"),
    ("registry-mirrors", "registry-mirror"), ("storage-opts", "storage-opt"), ("exec-opts", "exec-opt"),
    ("dns-opts", "dns-opt"), ("cluster-store-opts", "cluster-store-opt"),
];

/// The flags of a command line, in order.
#[derive(Debug, Default)]
pub struct CommandLine(Vec<(String, String)>);

impl CommandLine {
    /// Reads everything after the program's name; words that are no flags (`daemon`) are passed over.
    pub fn parse(argv: &[String]) -> Self {
        let mut flags = Vec::new();
        let mut words = argv.iter().skip(1).map(String::as_str).peekable();
        while let Some(word) = words.next() {
            if word == "--" {
                break;
            }
            let (name, given) = match word.strip_prefix("--") {
                Some(long) => match long.split_once('=') {
                    Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                    None => (long.to_owned(), None),
                },
                None => match short(word) {
                    Some(flag) => flag,
                    None => continue,
                },
            };
            let name = if name == "graph" { "data-root".to_owned() } else { name };
            let value = match given {
                Some(value) => value,
                None if SWITCHES.contains(&name.as_str()) => "true".to_owned(),
                None => words.next().unwrap_or_default().to_owned(),
            };
            flags.push((name, value));
        }
        Self(flags)
    }

    /// The last value of the flag that sets a daemon.json key, which is the one that counts.
    pub fn last(&self, key: &str) -> Option<&str> {
        self.all(key).pop()
    }

    /// Every value of the flag that sets a daemon.json key.
    pub fn all(&self, key: &str) -> Vec<&str> {
        let flag = FLAG_OF_KEY.iter().find(|(name, _)| *name == key).map_or(key, |(_, flag)| flag);
        self.0.iter().filter(|(name, _)| name == flag).map(|(_, value)| value.as_str()).collect()
    }
}

/// `-H fd://`, `-Hfd://`, `-H=fd://` and `-D`.
fn short(word: &str) -> Option<(String, Option<String>)> {
    let mut letters = word.strip_prefix('-')?.chars();
    let letter = letters.next()?;
    let name = SHORT.iter().find(|(short, _)| *short == letter).map(|(_, long)| (*long).to_owned())?;
    let rest = letters.as_str();
    let value = (!rest.is_empty()).then(|| rest.strip_prefix('=').unwrap_or(rest).to_owned());
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::CommandLine;

    fn parse(words: &str) -> CommandLine {
        CommandLine::parse(&words.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn every_spelling_of_a_flag_is_read() {
        let line = parse("dockerd -H fd:// --host=tcp://0.0.0.0:2376 -Hunix:///x -H=unix:///y");
        assert_eq!(line.all("hosts"), ["fd://", "tcp://0.0.0.0:2376", "unix:///x", "unix:///y"]);
        assert_eq!(parse("dockerd --log-level debug -l warn").last("log-level"), Some("warn"));
    }

    #[test]
    fn a_bare_switch_is_true_and_takes_no_word() {
        let line = parse("dockerd --no-new-privileges --icc=false -D --tlsverify --tlscert /c.pem");
        assert_eq!(line.last("no-new-privileges"), Some("true"));
        assert_eq!(line.last("icc"), Some("false"));
        assert_eq!(line.last("debug"), Some("true"));
        assert_eq!(line.last("tlscert"), Some("/c.pem"));
    }

    #[test]
    fn nothing_after_the_dashes_is_a_flag() {
        assert_eq!(parse("dockerd -- --icc=false").last("icc"), None);
    }
}
