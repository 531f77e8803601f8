//! Who is in a group, by all the databases that the host's C library asks.

use std::collections::BTreeMap;

use keelmark_sdk::{Facts, HostError, Need};

pub const NEEDS: &[Need] = &[
    Need::new("exec", &["getent", "group", "{name}"], "lists members that a directory service adds"),
    Need::new(
        "fs.read-text",
        &[
            "/etc/group",
            "/etc/passwd",
            "/etc/nsswitch.conf",
            "/usr/share/baselayout/*",
            "/usr/lib/group",
            "/usr/lib/passwd",
            "/var/lib/extrausers/*",
        ],
        "lists the members of the group",
    ),
    Need::new(
        "fs.list-dir",
        &["/etc/userdb", "/run/userdb", "/usr/local/lib/userdb", "/usr/lib/userdb"],
        "lists members that systemd adds",
    ),
];

/// What the sources of /etc/nsswitch.conf that are files are called there, and where their files are.
const FILES: &[(&str, &[&str])] = &[
    ("usrfiles", &["/usr/share/baselayout", "/usr/lib"]),
    ("altfiles", &["/usr/lib"]),
    ("extrausers", &["/var/lib/extrausers"]),
];

/// Where systemd's user records are.
const USERDB: &[&str] = &["/etc/userdb", "/run/userdb", "/usr/local/lib/userdb", "/usr/lib/userdb"];

/// The texts of the databases, each with its source.
pub struct Databases {
    groups: Vec<(String, String)>,
    users: Vec<(String, String)>,
    /// Whether systemd's records were not asked for by getent, and still have to be.
    asks_userdb: bool,
}

/// A line of a group database.
pub struct Group<'d> {
    fields: Vec<&'d str>,
    pub source: &'d str,
}

impl Group<'_> {
    /// By name or by number.
    pub fn is_called(&self, group: &str) -> bool {
        [self.fields.first(), self.fields.get(2)].contains(&Some(&group))
    }

    pub fn id(&self) -> String {
        self.fields.get(2).map_or(String::new(), |id| (*id).to_owned())
    }

    /// root is left out, who needs no group.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        let names = self.fields.get(3).map_or("", |names| names).split(',').map(str::trim);
        names.filter(|name| !name.is_empty() && *name != "root")
    }
}

impl Databases {
    /// The files that every host has.
    pub fn read(facts: &Facts) -> Result<Self, HostError> {
        let read = |path: &str| facts.read_text(path).map(|text| vec![(path.to_owned(), text)]);
        Ok(Self { groups: read("/etc/group")?, users: read("/etc/passwd")?, asks_userdb: false })
    }

    /// Adds what the C library says of a group, and where it cannot be asked, what it would have read.
    pub fn ask_getent(&mut self, facts: &Facts, group: &str) -> Result<(), HostError> {
        let answer = match facts.run("getent", &["group", group]) {
            Err(error) if error.is_unavailable() => return self.read_others(facts),
            answer => answer?,
        };
        if answer.truncated {
            let message = format!("getent group {group} was cut short, so its members cannot be told");
            return Err(HostError::failed(message));
        }
        match answer.code {
            Some(0) => self.groups.push(("getent".to_owned(), answer.stdout)),
            // No database knows the group.
            Some(2) => {}
            _ => {
                let message = format!("getent group {group} failed, so its members cannot be told");
                return Err(HostError::failed(message));
            }
        }
        Ok(())
    }

    /// The databases that /etc/nsswitch.conf names beside the usual files. One that only the host itself can ask is an
    /// error: its silence is no answer.
    fn read_others(&mut self, facts: &Facts) -> Result<(), HostError> {
        let config = facts.read_text_if_exists("/etc/nsswitch.conf")?.unwrap_or_default();
        for database in ["group", "passwd"] {
            for source in sources(&config, database) {
                match source {
                    "files" | "compat" => {}
                    "systemd" => self.asks_userdb = true,
                    source => {
                        let Some((_, dirs)) = FILES.iter().find(|(name, _)| *name == source) else {
                            return Err(HostError::failed(format!(
                                "/etc/nsswitch.conf has groups looked up in {source}, which only getent on the host can ask"
                            )));
                        };
                        for path in dirs.iter().map(|dir| format!("{dir}/{database}")) {
                            let Some(text) = facts.read_text_if_exists(&path)? else { continue };
                            let databases = if database == "group" { &mut self.groups } else { &mut self.users };
                            databases.push((path, text));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The members that systemd's records give a group: files called "user:group.membership".
    pub fn memberships(&self, facts: &Facts, group: &str) -> Result<BTreeMap<String, String>, HostError> {
        let mut members = BTreeMap::new();
        for dir in USERDB.iter().filter(|_| self.asks_userdb) {
            for name in facts.list_dir_if_exists(dir)?.unwrap_or_default() {
                let member = name.strip_suffix(".membership").and_then(|pair| pair.split_once(':'));
                if let Some((user, _)) = member.filter(|(user, named)| *named == group && *user != "root") {
                    members.insert(user.to_owned(), (*dir).to_owned());
                }
            }
        }
        Ok(members)
    }

    pub fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        let lines = self.groups.iter().flat_map(|(source, text)| text.lines().map(move |line| (source, line)));
        lines.map(|(source, line)| Group { fields: line.split(':').collect(), source })
    }

    /// Name, primary group and source of every user.
    pub fn users(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let lines = self.users.iter().flat_map(|(source, text)| text.lines().map(move |line| (source, line)));
        lines.filter_map(|(source, line)| {
            let mut fields = line.split(':');
            Some((fields.next()?, fields.nth(2)?, source.as_str()))
        })
    }

    /// The name of a user.
    pub fn user(&self, id: &str) -> Option<String> {
        let mut lines = self.users.iter().flat_map(|(_, text)| text.lines());
        lines.find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1) == Some(id)).then(|| name.to_owned())
        })
    }
}

/// The sources of a database: "group: files [success=merge] systemd # why".
fn sources<'c>(config: &'c str, database: &str) -> Vec<&'c str> {
    let line = config.lines().find_map(|line| line.trim().strip_prefix(database)?.trim_start().strip_prefix(':'));
    let line = line.unwrap_or("files").split('#').next().unwrap_or_default();
    let mut in_action = false;
    let is_source = |word: &&str| {
        let starts = word.starts_with('[');
        let is_action = starts || in_action;
        in_action = is_action && !word.ends_with(']');
        !is_action
    };
    line.split_whitespace().filter(is_source).collect()
}

#[cfg(test)]
mod tests {
    use super::sources;

    #[test]
    fn actions_and_remarks_are_no_sources() {
        let config = "passwd: files\ngroup:  files [SUCCESS=merge] usrfiles [ NOTFOUND=return ] sss # ldap\n";
        assert_eq!(sources(config, "group"), ["files", "usrfiles", "sss"]);
        assert_eq!(sources(config, "shadow"), ["files"]);
        assert_eq!(sources("groups: ldap", "group"), ["files"]);
    }
}
