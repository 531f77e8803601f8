//! Where dockerd serves its API.

use keelmark_sdk::{Facts, HostError, Need};

use super::effective::{DaemonConfig, Setting};

pub const SOCKET_UNITS: Need = Need::new(
    "exec",
    &["systemctl", "show", "--property=TriggeredBy", "docker.service"],
    "finds the socket units that systemd opens for dockerd (-H fd://)",
);
pub const SOCKET_UNIT: Need = Need::new(
    "exec",
    &["systemctl", "show", "--property=Listen", "{unit}"],
    "reads the addresses that systemd hands to dockerd (-H fd://)",
);

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
            "unix://" => listeners.push(Setting { value: "unix:///var/run/docker.sock".into(), source }),
            host if host.starts_with("fd://") => listeners.extend(of_socket_units(facts)?),
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
    Ok(match config.process.as_ref().map_or(0, |process| process.euid) {
        0 => "unix:///var/run/docker.sock".to_owned(),
        uid => format!("unix:///run/user/{uid}/docker.sock"),
    })
}

/// `-H fd://` serves whatever systemd listens on for dockerd, which can be a TCP port: docker.socket, and any other unit
/// with `Service=docker.service`.
pub fn of_socket_units(facts: &Facts) -> Result<Vec<Setting<String>>, HostError> {
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

#[cfg(test)]
mod tests {
    use super::parse_listen;

    #[test]
    fn systemd_names_sockets_in_two_ways() {
        assert_eq!(parse_listen("Listen=/run/docker.sock (Stream)").as_deref(), Some("unix:///run/docker.sock"));
        assert_eq!(parse_listen("ListenStream=/var/run/docker.sock").as_deref(), Some("unix:///var/run/docker.sock"));
        assert_eq!(parse_listen("Listen=[::]:2375 (Stream)").as_deref(), Some("tcp://[::]:2375"));
        assert_eq!(parse_listen("ListenStream=2375").as_deref(), Some("tcp://2375"));
        assert_eq!(parse_listen("Listen="), None);
        assert_eq!(parse_listen("FragmentPath=/lib/systemd/system/docker.socket"), None);
    }
}
