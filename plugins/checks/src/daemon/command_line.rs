//! Reading dockerd's command line the way its own flag library (spf13/pflag) does.

/// Flags that take no value: `--icc` alone means true, and the next word is not its value.
const SWITCHES: &[&str] = &[
    "allow-direct-routing",
    "api-enable-cors",
    "confirm-def-push",
    "cri-containerd",
    "daemon",
    "debug",
    "disable-legacy-registry",
    "enable-secrets",
    "experimental",
    "help",
    "icc",
    "init",
    "ip-forward",
    "ip-forward-no-drop",
    "ip-masq",
    "ip6tables",
    "iptables",
    "ipv6",
    "live-restore",
    "no-new-privileges",
    "raw-logs",
    "restart",
    "rootless",
    "selinux-enabled",
    "signature-verification",
    "tls",
    "tlsverify",
    "userland-proxy",
    "validate",
    "version",
];

/// One-letter flags and what they stand for.
const SHORT: &[(char, &str)] = &[
    ('D', "debug"),
    ('G', "group"),
    ('H', "host"),
    ('b', "bridge"),
    ('d', "daemon"),
    ('e', "exec-driver"),
    ('g', "data-root"),
    ('h', "help"),
    ('l', "log-level"),
    ('p', "pidfile"),
    ('s', "storage-driver"),
    ('v', "version"),
];

/// daemon.json keys whose flag has another name.
const FLAG_OF_KEY: &[(&str, &str)] = &[
    ("authorization-plugins", "authorization-plugin"),
    ("default-ulimits", "default-ulimit"),
    ("hosts", "host"),
    ("insecure-registries", "insecure-registry"),
    ("labels", "label"),
    ("log-opts", "log-opt"),
    ("registry-mirrors", "registry-mirror"),
    ("storage-opts", "storage-opt"),
    ("exec-opts", "exec-opt"),
    ("dns-opts", "dns-opt"),
    ("cluster-store-opts", "cluster-store-opt"),
    ("runtimes", "add-runtime"),
    ("default-address-pools", "default-address-pool"),
    ("default-network-opts", "default-network-opt"),
    ("features", "feature"),
    ("node-generic-resources", "node-generic-resource"),
    ("cdi-spec-dirs", "cdi-spec-dir"),
];

/// The flags of a command line, in order.
#[derive(Debug, Default)]
pub struct CommandLine(Vec<(String, String)>);

impl CommandLine {
    /// Reads everything after the program's name; words that are no flags (`daemon`) are passed over.
    pub fn parse(argv: &[String]) -> Self {
        let mut line = Self::default();
        let mut words = argv.iter().skip(1).map(String::as_str);
        while let Some(word) = words.next() {
            if word == "--" {
                break;
            }
            if let Some(flag) = word.strip_prefix("--") {
                let (name, given) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
                line.push(name, given, &mut words);
            } else if let Some(letters) = word.strip_prefix('-') {
                line.short(letters, &mut words);
            }
        }
        line
    }

    /// Takes up one flag; where it needs a value and was given none, that is the next word.
    fn push<'a>(&mut self, name: &str, given: Option<&str>, words: &mut impl Iterator<Item = &'a str>) {
        // `--graph` is what `--data-root` was called until Docker 17.05.
        let name = if name == "graph" { "data-root" } else { name };
        let value = match given {
            Some(value) => value,
            None if SWITCHES.contains(&name) => "true",
            None => words.next().unwrap_or_default(),
        };
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// `-H fd://`, `-Hfd://`, `-H=fd://`, `-D`, and several in one word: `-DH fd://`.
    fn short<'a>(&mut self, letters: &str, words: &mut impl Iterator<Item = &'a str>) {
        let mut letters = letters.chars();
        while let Some(letter) = letters.next() {
            let Some((_, name)) = SHORT.iter().find(|(short, _)| *short == letter) else { return };
            let rest = letters.as_str();
            if let Some(value) = rest.strip_prefix('=') {
                return self.push(name, Some(value), words);
            }
            if !SWITCHES.contains(name) {
                return self.push(name, (!rest.is_empty()).then_some(rest), words);
            }
            self.push(name, None, words);
        }
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
    fn several_letters_may_share_a_word() {
        let line = parse("dockerd -DH tcp://0.0.0.0:2375 -Dldebug -D=false");
        assert_eq!(line.all("hosts"), ["tcp://0.0.0.0:2375"]);
        assert_eq!(line.last("log-level"), Some("debug"));
        assert_eq!(line.all("debug"), ["true", "true", "false"]);
    }

    #[test]
    fn old_names_and_words_that_are_no_flags_are_understood() {
        assert_eq!(parse("docker daemon --graph /srv/docker").last("data-root"), Some("/srv/docker"));
        assert_eq!(parse("docker -d -g /srv/docker --icc=false").last("icc"), Some("false"));
    }

    #[test]
    fn a_flag_at_the_end_without_its_value_is_empty() {
        assert_eq!(parse("dockerd --log-level").last("log-level"), Some(""));
        assert_eq!(parse("dockerd -x -").last("x"), None);
    }

    #[test]
    fn nothing_after_the_dashes_is_a_flag() {
        assert_eq!(parse("dockerd -- --icc=false").last("icc"), None);
    }
}
