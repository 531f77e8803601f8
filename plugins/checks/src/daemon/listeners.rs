//! Where dockerd serves its API.

use keelmark_sdk::{Facts, FileKind, HostError, Need};

use super::effective::{DaemonConfig, Setting};
use crate::files::units::{self, UNIT_DIRS};

pub const NEEDS: &[Need] = &[
    Need::new(
        "exec",
        &["systemctl", "show", "--property=TriggeredBy", "docker.service"],
        "finds the socket units that systemd opens for dockerd (-H fd://)",
    ),
    Need::new(
        "exec",
        &["systemctl", "show", "--property=Listen", "{unit}"],
        "reads the addresses that systemd hands to dockerd (-H fd://)",
    ),
    Need::new(
        "fs.stat",
        &["/**/*.socket", "/**/*.socket.d/*.conf", "/dev/null"],
        "finds them where systemd cannot be asked",
    ),
    Need::new("fs.read-text", &["/**/*.socket", "/**/*.socket.d/*.conf"], "reads them where systemd cannot be asked"),
    Need::new(
        "fs.list-dir",
        &["/**/sockets.target.wants", "/**/*.socket.d"],
        "finds them where systemd cannot be asked",
    ),
];

/// The addresses with their scheme ("unix:///run/docker.sock", "tcp://0.0.0.0:2375"), and who named them.
pub fn read(facts: &Facts, config: &DaemonConfig) -> Result<Vec<Setting<String>>, HostError> {
    let mut hosts = config.list("hosts")?;
    if hosts.is_empty() {
        hosts.push(Setting { value: String::new(), source: "default".into() });
    }
    let mut listeners = Vec::new();
    for Setting { value, source } in hosts {
        match value.trim() {
            "" => listeners.push(Setting { value: default_address(config)?, source }),
            "unix://" => listeners.push(Setting { value: default_socket(config), source }),
            host if host.starts_with("fd://") => listeners.extend(of_socket_units(facts, config)?),
            host if host.contains("://") => listeners.push(Setting { value: host.to_owned(), source }),
            host => listeners.push(Setting { value: format!("tcp://{host}"), source }),
        }
    }
    Ok(listeners)
}

pub fn is_tcp(listener: &Setting<String>) -> bool {
    listener.value.starts_with("tcp://")
}

/// Whether the connections are encrypted: naming tlsverify at all, even as false, switches TLS on.
pub fn uses_tls(config: &DaemonConfig) -> Result<bool, HostError> {
    let verify_is_set = config.bool("tlsverify", false)?.source != "default";
    Ok(verify_is_set || config.bool("tls", false)?.value)
}

/// What dockerd takes for no address, or for an empty one.
fn default_address(config: &DaemonConfig) -> Result<String, HostError> {
    if uses_tls(config)? {
        return Ok("tcp://localhost:2376".to_owned());
    }
    Ok(default_socket(config))
}

/// The socket of a daemon that is told no address.
pub fn default_socket(config: &DaemonConfig) -> String {
    match &config.rootless {
        None => "unix:///var/run/docker.sock".to_owned(),
        Some(user) => format!("unix://{}/docker.sock", user.runtime),
    }
}

/// `-H fd://` serves whatever systemd listens on for dockerd, which can be a TCP port: docker.socket, and any other unit
/// with `Service=docker.service`. Where systemd cannot be asked (from a container, by another user), its files tell.
pub fn of_socket_units(facts: &Facts, config: &DaemonConfig) -> Result<Vec<Setting<String>>, HostError> {
    // Another user's systemd is not the one that systemctl asks.
    let answered = match &config.rootless {
        Some(_) => Err(HostError::failed("the user's own systemd cannot be asked")),
        None => of_systemd(facts),
    };
    match answered {
        Ok(listeners) => Ok(listeners),
        Err(error) => match of_files(facts, config)? {
            listeners if listeners.is_empty() => Err(error),
            listeners => Ok(listeners),
        },
    }
}

fn of_systemd(facts: &Facts) -> Result<Vec<Setting<String>>, HostError> {
    let shown = show(facts, "TriggeredBy", "docker.service")?;
    let units = shown.lines().find_map(|line| line.trim().strip_prefix("TriggeredBy=")).unwrap_or_default();
    let mut units: Vec<&str> = units.split_whitespace().filter(|unit| unit.ends_with(".socket")).collect();
    if units.is_empty() {
        // A unit of another name runs dockerd; Docker's own socket unit is the one that it most likely gets.
        units.push("docker.socket");
    }
    let mut listeners = Vec::new();
    for unit in units {
        let shown = show(facts, "Listen", unit)?;
        let addresses: Vec<_> = shown.lines().filter_map(parse_listen).collect();
        if addresses.is_empty() {
            let message = format!("dockerd listens on what systemd hands it, but {unit} names no address");
            return Err(HostError::failed(message));
        }
        listeners.extend(addresses.into_iter().map(|value| Setting { value, source: unit.to_owned() }));
    }
    Ok(listeners)
}

fn show(facts: &Facts, property: &str, unit: &str) -> Result<String, HostError> {
    let shown = facts.run("systemctl", &["show", &format!("--property={property}"), unit])?;
    if shown.code == Some(0) && !shown.truncated {
        return Ok(shown.stdout);
    }
    let reason = shown.stderr.lines().next().unwrap_or("no reason given");
    let what = if property == "Listen" { "listens on" } else { "is started by" };
    Err(HostError::failed(format!("systemctl does not show what {unit} {what}: {reason}")))
}

/// The addresses in the files of docker.socket, and of every other unit that is started with the system's sockets and
/// names docker.service.
fn of_files(facts: &Facts, config: &DaemonConfig) -> Result<Vec<Setting<String>>, HostError> {
    const WANTS: &str = "sockets.target.wants";
    let (dirs, runtime) = match &config.rootless {
        Some(user) => {
            (vec![format!("{}/systemd/user", user.config), "/usr/lib/systemd/user".into()], user.runtime.as_str())
        }
        None => (UNIT_DIRS.iter().map(|dir| (*dir).to_owned()).collect::<Vec<_>>(), "/run"),
    };
    let mut names = vec!["docker.socket".to_owned()];
    for dir in &dirs {
        let wanted = facts.list_dir_if_exists(&format!("{dir}/{WANTS}"))?.unwrap_or_default();
        names.extend(wanted.into_iter().filter(|name| name.ends_with(".socket")));
    }
    names.sort();
    names.dedup();
    let mut listeners = Vec::new();
    for name in names {
        let Some(unit) = units::first_of(facts, &dirs, &name)? else { continue };
        // A masked unit is a link to /dev/null.
        if unit.metadata.kind == FileKind::Other {
            continue;
        }
        let mut text = facts.read_text(&unit.path)?;
        for drop_in in units::drop_ins(facts, &dirs, &name)? {
            if drop_in.metadata.kind == FileKind::File {
                text.push('\n');
                text.push_str(&facts.read_text(&drop_in.path)?);
            }
        }
        let unit_file = UnitFile::parse(&text, runtime);
        if name == "docker.socket" || unit_file.service.as_deref() == Some("docker.service") {
            let source = unit.path;
            listeners.extend(unit_file.addresses.into_iter().map(|value| Setting { value, source: source.clone() }));
        }
    }
    Ok(listeners)
}

/// What a socket unit with its drop-ins says.
#[derive(Debug, Default, PartialEq, Eq)]
struct UnitFile {
    addresses: Vec<String>,
    service: Option<String>,
}

impl UnitFile {
    fn parse(text: &str, runtime: &str) -> Self {
        let mut unit = Self::default();
        let mut is_socket = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                is_socket = line == "[Socket]";
            } else if let Some((key, value)) = line.split_once('=').filter(|_| is_socket) {
                let value = value.trim().replace("%t", runtime);
                match key.trim() {
                    // An empty one takes back those before it.
                    key if key.starts_with("Listen") && value.is_empty() => unit.addresses.clear(),
                    key if key.starts_with("Listen") => unit.addresses.extend(parse_listen(&format!("{key}={value}"))),
                    "Service" => unit.service = Some(value),
                    _ => {}
                }
            }
        }
        unit
    }
}

/// "Listen=/run/docker.sock (Stream)", and before systemd 239 "ListenStream=/run/docker.sock".
fn parse_listen(line: &str) -> Option<String> {
    let (key, value) = line.trim().split_once('=')?;
    if !key.starts_with("Listen") || value.is_empty() {
        return None;
    }
    let address = value.split(" (").next().unwrap_or(value);
    let scheme = match address.chars().next() {
        Some('/' | '@') => "unix",
        _ if address.starts_with("vsock:") => "vsock",
        _ => "tcp",
    };
    Some(format!("{scheme}://{address}"))
}

/// The ports that listen, of one of the kernel's tables (/proc/net/tcp). `0: 00000000:0947 00000000:0000 0A …`: local address and port in hexadecimal, 0A is LISTEN.
pub fn listening_ports(table: &str) -> Vec<u16> {
    let port = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let (local, _remote, state) = (words.next()?, words.next()?, words.next()?);
        let (_, port) = local.rsplit_once(':')?;
        (state == "0A").then(|| u16::from_str_radix(port, 16).ok()).flatten()
    };
    table.lines().skip(1).filter_map(port).collect()
}

#[cfg(test)]
mod tests {
    use super::{UnitFile, parse_listen};

    #[test]
    fn systemd_names_sockets_in_two_ways() {
        assert_eq!(parse_listen("Listen=/run/docker.sock (Stream)").as_deref(), Some("unix:///run/docker.sock"));
        assert_eq!(parse_listen("ListenStream=/var/run/docker.sock").as_deref(), Some("unix:///var/run/docker.sock"));
        assert_eq!(parse_listen("Listen=[::]:2375 (Stream)").as_deref(), Some("tcp://[::]:2375"));
        assert_eq!(parse_listen("ListenStream=2375").as_deref(), Some("tcp://2375"));
        assert_eq!(parse_listen("Listen="), None);
        assert_eq!(parse_listen("FragmentPath=/lib/systemd/system/docker.socket"), None);
    }

    #[test]
    fn a_unit_file_is_read_as_systemd_reads_it() {
        let unit = "[Unit]\nListenStream=/no\n[Socket]\n# ListenStream=/no\nListenStream = %t/docker.sock\n\
                    ListenStream=\nListenStream=2375\nSocketMode=0660\nService=docker.service\n";
        let parsed = UnitFile::parse(unit, "/run");
        assert_eq!(parsed.addresses, ["tcp://2375"]);
        assert_eq!(parsed.service.as_deref(), Some("docker.service"));
        assert_eq!(
            UnitFile::parse("[Socket]\nListenStream=%t/docker.sock", "/run").addresses,
            ["unix:///run/docker.sock"]
        );
    }
}
