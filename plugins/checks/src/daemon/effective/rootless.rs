//! Where a daemon without root has its files: by the XDG variables of its process, else below the home of its user.

use keelmark_sdk::{Facts, HostError, Need, Process};

pub const PASSWD: Need = Need::new("fs.read-text", &["/etc/passwd"], "finds the home of a rootless daemon's user");
pub const GETENT: Need =
    Need::new("exec", &["getent", "passwd", "{number}"], "finds it where a directory service knows the user");

/// The user of a daemon that runs without root, and that user's directories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rootless {
    pub uid: u32,
    pub home: String,
    /// `~/.config`, `~/.local/share` and `/run/user/UID`, or what the daemon's environment names instead.
    pub config: String,
    pub data: String,
    pub runtime: String,
}

impl Rootless {
    pub fn of(facts: &Facts, process: &Process) -> Result<Self, HostError> {
        let home = home_of(facts, process.euid)?;
        let [config, data, runtime] = process.xdg.clone();
        Ok(Self {
            uid: process.euid,
            config: config.unwrap_or_else(|| format!("{home}/.config")),
            data: data.unwrap_or_else(|| format!("{home}/.local/share")),
            runtime: runtime.unwrap_or_else(|| format!("/run/user/{}", process.euid)),
            home,
        })
    }
}

/// The home of a user, by /etc/passwd, else by whatever database `getent` asks.
pub fn home_of(facts: &Facts, uid: u32) -> Result<String, HostError> {
    let passwd = facts.read_text("/etc/passwd")?;
    if let Some(home) = home_in(&passwd, uid) {
        return Ok(home);
    }
    let unknown =
        |why: &str| HostError::failed(format!("dockerd runs as uid {uid}, which /etc/passwd does not know{why}"));
    let answer = match facts.run("getent", &["passwd", &uid.to_string()]) {
        Err(error) if error.is_unavailable() => {
            return Err(unknown(&format!(", and no other database can be asked: {}", error.message)));
        }
        answer => answer?,
    };
    home_in(&answer.stdout, uid).ok_or_else(|| unknown(", nor does getent"))
}

fn home_in(passwd: &str, uid: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.get(2)?.parse() == Ok(uid)).then(|| fields.get(5).map(|home| (*home).to_owned()))?
    })
}
