//! Who listens on the engine's address: looked up among the host's processes and the sockets that they hold.
//!
//! A path or a port can be anybody's. The engine is believed to be this host's where a process of it holds a socket that
//! listens there: for a unix socket, one whose path leads to the very file that keelmark connects to; for a port, one of
//! that number. Of processes whose sockets keelmark may not look at, the kernel still tells who began to listen
//! (`SO_PEERCRED`), which settles it where that is the engine; a service manager hands its socket to the engine that was
//! told to take it.

use std::collections::BTreeSet;
use std::net::{SocketAddr, ToSocketAddrs as _, UdpSocket};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::super::docker::Address;
use super::super::files::{Directory, HostFiles};
use super::super::processes::{MAX_COMMAND_LINE_BYTES, MAX_STATUS_BYTES, Status, open_proc, pids};
use crate::identity::Listener;
use crate::{ErrorKind, FactError};

/// /proc/PID/net/unix has a line for each socket of the network namespace.
const MAX_TABLE_BYTES: u64 = 32 * 1024 * 1024;
/// The most files that an engine is looked through for its sockets: containers keep a handful each.
const MAX_OPEN_FILES: usize = 1024 * 1024;
/// The flag of a unix socket that listens (`__SO_ACCEPTCON`).
const LISTENS: u32 = 1 << 16;
/// The state of a TCP socket that listens (`TCP_LISTEN`).
const TCP_LISTENS: &str = "0A";

/// A process whose program is an engine.
pub struct EngineProcess {
    directory: Directory,
    pub pid: u32,
    name: String,
    /// Whether it was told to take its sockets from a service manager.
    takes_sockets: bool,
}

/// Whether a process of this name is an engine's daemon: also `dockerd-current`, `balenad`, and docker itself, as which
/// the daemon ran until 1.11.
fn is_engine(name: &str) -> bool {
    name.contains("dockerd") || name.starts_with("podman") || matches!(name, "docker" | "balenad" | "balena-engine-d")
}

/// Programs that listen for others and hand the socket to them.
fn is_service_manager(name: &str) -> bool {
    matches!(name, "systemd" | "init")
}

/// The engines among the host's own processes.
///
/// # Errors
/// Where /proc is absent or hides something.
pub fn engines(files: &HostFiles) -> Result<Vec<EngineProcess>, FactError> {
    let proc = open_proc(files)?;
    let mut found = Vec::new();
    for pid in pids(&proc)? {
        match look_at(&proc, pid) {
            Ok(engine) => found.extend(engine),
            Err(error) if error.kind == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn look_at(proc: &Directory, pid: u32) -> Result<Option<EngineProcess>, FactError> {
    let directory = proc.directory(&pid.to_string())?;
    let name = name_of(&directory)?;
    if !is_engine(&name) {
        return Ok(None);
    }
    let status = directory.read("status", MAX_STATUS_BYTES)?;
    let status = Status::parse(&String::from_utf8_lossy(&status));
    if status.is_dead || status.is_in_container {
        return Ok(None);
    }
    let line = directory.read("cmdline", MAX_COMMAND_LINE_BYTES).unwrap_or_default();
    let is_word = |word: &[u8]| word.ends_with(b"fd://") || (word == b"service" && name.starts_with("podman"));
    let takes_sockets = line.split(|byte| *byte == 0).any(is_word);
    Ok(Some(EngineProcess { directory, pid, name, takes_sockets }))
}

fn name_of(process: &Directory) -> Result<String, FactError> {
    let name = process.read("comm", MAX_STATUS_BYTES)?;
    Ok(String::from_utf8_lossy(name.strip_suffix(b"\n").unwrap_or(&name)).into_owned())
}

impl EngineProcess {
    /// "dockerd (pid 812)"
    fn named(&self) -> String {
        format!("{} (pid {})", self.name, self.pid)
    }

    /// The numbers of the sockets that it holds.
    fn sockets(&self) -> Result<BTreeSet<u64>, FactError> {
        let links = self.directory.directory("fd")?.links(MAX_OPEN_FILES)?;
        let number = |link: &String| link.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok();
        Ok(links.iter().filter_map(number).collect())
    }

    fn table(&self, name: &str) -> Result<String, FactError> {
        let table = self.directory.directory("net")?.read(name, MAX_TABLE_BYTES)?;
        Ok(String::from_utf8_lossy(&table).into_owned())
    }

    /// Whether its `/` is the directory of this device and inode.
    pub fn has_root(&self, root: (u64, u64)) -> bool {
        // Through keelmark's own /proc: asked only where that is the one in which the process was found.
        let found = std::fs::metadata(format!("/proc/{}/root/", self.pid));
        found.is_ok_and(|found| (found.dev(), found.ino()) == root)
    }
}

/// The process of this number, as keelmark counts, where the host counts the same: not in another pid namespace.
fn process(files: &HostFiles, pid: u32) -> Option<(u32, String)> {
    let proc = open_proc(files).ok()?;
    let is_own = proc.link("self").is_some_and(|own| own == std::process::id().to_string());
    let process = proc.directory(&pid.to_string()).ok().filter(|_| is_own)?;
    Some((pid, name_of(&process).ok()?))
}

/// Who listens on a unix socket. `path` is keelmark's own way to it, and `opener` who began to listen.
fn of_socket(files: &HostFiles, engines: &[EngineProcess], path: &Path, opener: Option<u32>) -> Listener {
    let unknown = |why: String| Listener::Unknown(why);
    let socket = match std::fs::metadata(path) {
        Ok(found) => (found.dev(), found.ino()),
        Err(error) => return unknown(format!("{} cannot be looked at: {error}", path.display())),
    };
    let opener = opener.and_then(|pid| process(files, pid));
    if let Some((pid, name)) = &opener
        && !is_engine(name)
        && !is_service_manager(name)
    {
        return Listener::Other(format!("{name} (pid {pid}) listens on it, which is no engine and may forward to one"));
    }
    let mut unseen = None;
    for engine in engines {
        let listens = || -> Result<bool, FactError> {
            let table = engine.table("unix")?;
            let held = engine.sockets();
            let here = |path: &str| files.file_number(path).is_ok_and(|number| number == socket);
            for (inode, path) in listening(&table).filter(|(_, path)| here(path)) {
                match (&held, &opener) {
                    (Ok(held), _) if held.contains(&inode) => return Ok(true),
                    (Err(_), Some((pid, _))) if *pid == engine.pid => return Ok(true),
                    (Err(_), Some((_, name))) if is_service_manager(name) && engine.takes_sockets => return Ok(true),
                    (Err(error), _) => return Err(FactError::new(error.kind, format!("{}: {path}", error.message))),
                    (Ok(_), _) => {}
                }
            }
            Ok(false)
        };
        match listens() {
            Ok(true) => return Listener::Engine(format!("{} listens on it", engine.named())),
            Ok(false) => {}
            Err(error) => unseen = Some(format!("the sockets of {} cannot be seen: {}", engine.named(), error.message)),
        }
    }
    match (unseen, engines.first(), opener) {
        (Some(why), ..) => unknown(why),
        (None, _, Some((pid, name))) => {
            Listener::Other(format!("{name} (pid {pid}) listens on it, and no engine among this host's processes does"))
        }
        (None, Some(engine), None) => unknown(format!("{} runs here, but does not listen on it", engine.named())),
        (None, None, None) => unknown("no engine is seen among this host's processes".to_owned()),
    }
}

/// The sockets in a table of /proc/PID/net/unix that listen, with their paths.
fn listening(table: &str) -> impl Iterator<Item = (u64, &str)> {
    table.lines().filter_map(|line| {
        // Num RefCount Protocol Flags Type St Inode Path; the path is the rest of the line.
        let mut rest = line;
        let mut next = || {
            let (field, after) = rest.trim_start().split_once(' ')?;
            rest = after;
            Some(field)
        };
        let flags =
            u32::from_str_radix(next().and_then(|_| next()).and_then(|_| next()).and_then(|_| next())?, 16).ok()?;
        let inode = next().and_then(|_| next()).and_then(|_| next())?.parse().ok()?;
        (flags & LISTENS != 0 && rest.starts_with('/')).then_some((inode, rest))
    })
}

/// Who listens on a port of this machine.
fn of_port(engines: &[EngineProcess], port: u16) -> Listener {
    let mut unseen = None;
    for engine in engines {
        let listens = || -> Result<bool, FactError> {
            let held = engine.sockets()?;
            let tables = [engine.table("tcp")?, engine.table("tcp6").unwrap_or_default()];
            Ok(tables.iter().any(|table| on_port(table, port).any(|inode| held.contains(&inode))))
        };
        match listens() {
            Ok(true) => return Listener::Engine(format!("{} listens on port {port}", engine.named())),
            Ok(false) => {}
            Err(error) => unseen = Some(format!("the sockets of {} cannot be seen: {}", engine.named(), error.message)),
        }
    }
    let nobody = || format!("no engine among this host's processes listens on port {port}, so somebody may forward it");
    unseen.map_or_else(|| Listener::Other(nobody()), Listener::Unknown)
}

/// The sockets in a table of /proc/PID/net/tcp that listen on a port.
fn on_port(table: &str, port: u16) -> impl Iterator<Item = u64> {
    table.lines().filter_map(move |line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (_, local) = fields.get(1)?.rsplit_once(':')?;
        let is_it = u16::from_str_radix(local, 16) == Ok(port) && *fields.get(3)? == TCP_LISTENS;
        fields.get(9).filter(|_| is_it)?.parse().ok()
    })
}

/// Whether an address is this machine's own: loopback, or the one that would be talked from. Nothing is sent.
fn is_own(address: SocketAddr) -> bool {
    let any: SocketAddr = if address.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0u16; 8], 0).into() };
    let from = UdpSocket::bind(any).and_then(|socket| socket.connect(address).and_then(|()| socket.local_addr()));
    address.ip().to_canonical().is_loopback() || from.is_ok_and(|from| from.ip() == address.ip())
}

/// Who listens on the engine's address; `opener` is the process that began to, where the kernel tells it.
pub fn of(files: &HostFiles, engines: &[EngineProcess], address: &Address, opener: Option<u32>) -> Listener {
    match address {
        Address::Unix(path) => of_socket(files, engines, path, opener),
        Address::Tcp { host, port } => match (host.as_str(), *port).to_socket_addrs().map(|mut found| found.next()) {
            Ok(Some(address)) if is_own(address) => of_port(engines, *port),
            // A name that leads nowhere is not this machine's.
            _ => Listener::Elsewhere,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_sockets_are_found_by_their_flag() {
        let table = "Num       RefCount Protocol Flags    Type St Inode Path\n\
            0000000000000000: 00000002 00000000 00010000 0001 01  4711 /run/docker.sock\n\
            0000000000000000: 00000003 00000000 00000000 0001 03 12345 /run/docker.sock\n\
            0000000000000000: 00000002 00000000 00010000 0001 01 98765432 /run/with blank/docker.sock\n\
            0000000000000000: 00000002 00000000 00010000 0005 01   815 @abstract\n\
            0000000000000000: 00000003 00000000 00000000 0001 03   816\n\
            nonsense\n";
        let found: Vec<_> = listening(table).collect();
        assert_eq!(found, [(4711, "/run/docker.sock"), (98765432, "/run/with blank/docker.sock")]);
    }

    #[test]
    fn ports_are_found_in_either_table() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:0947 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 0 100 0 0 10 0\n\
            1: 0100007F:0947 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 778 1 0 20 4 30 10 -1\n\
            2: 00000000000000000000000000000000:0948 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 779 1\n";
        assert_eq!(on_port(table, 2375).collect::<Vec<_>>(), [777]);
        assert_eq!(on_port(table, 2376).collect::<Vec<_>>(), [779]);
        assert_eq!(on_port(table, 2377).count(), 0);
    }

    #[test]
    fn own_addresses_are_told_from_others() {
        assert!(is_own(([127, 0, 0, 1], 2375).into()) && is_own(([127, 8, 8, 8], 2375).into()));
        assert!(is_own("[::1]:2375".parse().unwrap()) && is_own("[::ffff:127.0.0.1]:2375".parse().unwrap()));
        assert!(!is_own(([192, 0, 2, 1], 2375).into()));
    }

    #[test]
    fn who_is_no_engine_may_forward() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker.sock");
        let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let files = HostFiles::open(None).unwrap();
        let engines = engines(&files).unwrap_or_default();
        let own = std::process::id();
        let Listener::Other(who) = of(&files, &engines, &Address::Unix(path.clone()), Some(own)) else {
            panic!("not told as another")
        };
        assert!(who.contains(&format!("(pid {own})")), "{who}");
        assert!(matches!(of(&files, &engines, &Address::Unix(path), None), Listener::Unknown(_)));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let forwarded = Address::Tcp { host: "localhost".into(), port };
        assert!(matches!(of(&files, &engines, &forwarded, None), Listener::Other(_)));
        let far = Address::Tcp { host: "192.0.2.1".into(), port };
        assert_eq!(of(&files, &engines, &far, None), Listener::Elsewhere);
    }
}
