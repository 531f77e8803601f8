//! What containerd's configuration says about where its data lies: TOML, of which no more is read than that needs.

/// The options that move containerd's data or its socket; none and empty where the text does not set them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerdConfig {
    pub root: Option<String>,
    /// Where its socket is.
    pub address: Option<String>,
    /// Plugins that keep their data elsewhere: the plugin's name as the text has it, and the directory.
    pub moved: Vec<(String, String)>,
    /// Further files, or patterns of them.
    pub imports: Vec<String>,
}

/// Tables that hold the address of the socket: before and since version 4 of the configuration.
const SOCKETS: [&str; 2] = ["grpc.address", "plugins.io.containerd.server.v1.grpc.address"];

impl ContainerdConfig {
    /// Reads the text of one file, or says which line cannot be understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut config = Self::default();
        let mut table = String::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(header) = line.strip_prefix('[') {
                table = plain(header.trim_start_matches('[').split(']').next().unwrap_or_default()) + ".";
                continue;
            }
            let odd = || format!("the line {line:?} is not understood");
            let (key, value) = line.split_once('=').ok_or_else(odd)?;
            let key = format!("{table}{}", plain(key));
            let mut value = value.trim().to_owned();
            let mut scanned = scan(&value);
            // Lists and long strings go on over several lines.
            while scanned.is_open {
                value.push('\n');
                value.push_str(lines.next().ok_or_else(odd)?);
                scanned = scan(&value);
            }
            config.take(&key, &value, scanned.strings).ok_or_else(odd)?;
        }
        Ok(config)
    }

    /// Lays a file that is read later over this: what it sets counts.
    pub fn merge(&mut self, later: Self) {
        let set = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        if set(&later.root) {
            self.root = later.root;
        }
        if set(&later.address) {
            self.address = later.address;
        }
        self.moved.extend(later.moved);
        self.imports.extend(later.imports);
    }

    /// None where a key that matters has a value of another kind.
    fn take(&mut self, key: &str, value: &str, strings: Vec<String>) -> Option<()> {
        let is_list = value.starts_with('[');
        let is_one = !is_list && !value.starts_with('{') && strings.len() == 1;
        let one = || strings.first().filter(|_| is_one).cloned();
        match key {
            "root" => self.root = Some(one()?),
            "imports" if is_list => self.imports = strings,
            "imports" => return None,
            key if SOCKETS.contains(&key) => self.address = Some(one()?),
            key => match key.strip_prefix("plugins.").and_then(|key| key.strip_suffix(".root_path")) {
                Some(plugin) => self.moved.push((plugin.to_owned(), one()?)),
                // A table in one line: `grpc = {address = "…"}`.
                None if value.starts_with('{') && (value.contains("root_path") || value.contains("address")) => {
                    return None;
                }
                None => {}
            },
        }
        Some(())
    }
}

/// A key or a table's name without its quotes.
fn plain(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '"' | '\'' | ' ' | '\t')).collect()
}

#[derive(Default)]
struct Scan {
    /// The strings in the value, in order.
    strings: Vec<String>,
    /// The value goes on in the next line.
    is_open: bool,
}

/// What a value holds. Strings over several lines are passed over: no option that matters here is written so.
fn scan(value: &str) -> Scan {
    let (mut scan, mut depth, mut rest) = (Scan::default(), 0_i32, value);
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '#' => after.split_once('\n').map_or("", |(_, next)| next),
            '"' | '\'' => {
                let long = first.to_string().repeat(3);
                let (end, is_long) = match rest.strip_prefix(long.as_str()) {
                    Some(inside) => (inside.find(&long).map(|at| at + 6), true),
                    None => (end_of_string(rest, first), false),
                };
                let Some(end) = end else { return Scan { is_open: is_long, ..scan } };
                let (text, next) = rest.split_at(end);
                scan.strings.extend((!is_long).then(|| unquote(text)).flatten());
                next
            }
            '[' | '{' => {
                depth += 1;
                after
            }
            ']' | '}' => {
                depth -= 1;
                after
            }
            _ => after,
        };
    }
    Scan { is_open: depth > 0, ..scan }
}

/// Behind the closing quote of the string at the beginning of `text`.
fn end_of_string(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if quote == '"' => is_escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The text of a string: between ' as it is, between " with the escapes that JSON has too.
fn unquote(text: &str) -> Option<String> {
    match text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        Some(literal) => Some(literal.to_owned()),
        None => keelmark_sdk::serde_json::from_str(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::ContainerdConfig;

    fn parse(text: &str) -> ContainerdConfig {
        ContainerdConfig::parse(text).unwrap()
    }

    #[test]
    fn the_default_configuration_moves_nothing() {
        let text = "disabled_plugins = [\"cri\"]\n#root = \"/var/lib/containerd\"\n#state = \"/run/containerd\"\n\n\
                    #[grpc]\n#  address = \"/run/containerd/containerd.sock\"\n[timeouts]\n  'io.x' = '5s'\n";
        assert_eq!(parse(text), ContainerdConfig::default());
    }

    #[test]
    fn what_moves_the_data_is_read_in_every_spelling() {
        let text = "version = 3\nroot = '/data/containerd' # moved\nstate = \"/run/x\"\n\"imports\" = [\n  \"/etc/a.toml\", # one\n\
                    '/etc/containerd/conf.d/*.toml',\n]\n[grpc]\n  address = \"/run/\\u0061.sock\"\n\
                    [plugins.\"io.containerd.snapshotter.v1.overlayfs\"]\n  root_path = \"/fast\"\n\
                    [plugins]\n  'io.containerd.content.v1.content'.root_path = ''\n";
        let moved = [("io.containerd.snapshotter.v1.overlayfs", "/fast"), ("io.containerd.content.v1.content", "")];
        let expected = ContainerdConfig {
            root: Some("/data/containerd".into()),
            address: Some("/run/a.sock".into()),
            moved: moved.map(|(plugin, path)| (plugin.to_owned(), path.to_owned())).to_vec(),
            imports: vec!["/etc/a.toml".into(), "/etc/containerd/conf.d/*.toml".into()],
        };
        assert_eq!(parse(text), expected);
        let newer = parse("[plugins.'io.containerd.server.v1.grpc']\naddress = '/run/b.sock'\n");
        assert_eq!(newer.address.as_deref(), Some("/run/b.sock"));
    }

    #[test]
    fn what_looks_alike_in_other_places_does_not_count() {
        let text = "[cgroup]\nroot = \"/elsewhere\"\naddress = \"x\"\n[plugins.x]\nnote = \"\"\"\nroot = '/no'\n\"\"\"\n\
                    list = [\"root = '/no'\",\n \"]\"]\n[[x]]\nroot = '/no'\n";
        assert_eq!(parse(text), ContainerdConfig::default());
    }

    /// Credentials of registries are masked before the text gets here, and quotes may go with them.
    #[test]
    fn masked_secrets_do_no_harm() {
        let text =
            "[plugins.x.auth]\npassword = <masked>\ntoken = \"<masked>\nauth = <masked>\"\n[grpc]\naddress = '/x'\n";
        assert_eq!(parse(text).address.as_deref(), Some("/x"));
    }

    #[test]
    fn what_cannot_be_understood_is_refused_and_not_passed_over() {
        let odd =
            ["root = 7", "root", "root = \"/x", "imports = \"/x\"", "imports = [\"/x\"", "grpc = {address = \"/x\"}"];
        for text in odd {
            assert!(ContainerdConfig::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_later_file_counts_where_it_says_something() {
        let mut config = parse("root = '/a'\nimports = ['/x']\n[grpc]\naddress = '/a.sock'");
        config.merge(parse("root = ''\n[grpc]\naddress = '/b.sock'"));
        assert_eq!((config.root.as_deref(), config.address.as_deref()), (Some("/a"), Some("/b.sock")));
    }
}
