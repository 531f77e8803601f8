//! Names of users and groups, from the audited host's own files.
//!
//! The C library would answer for the container that keelmark runs in, and could ask a network directory.

use std::collections::HashMap;

/// Names by number.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    names: HashMap<u32, String>,
}

impl Accounts {
    /// Reads /etc/passwd or /etc/group, whose third field is the number in both. Lines of another form are skipped,
    /// as the C library does; of two names for a number the first one counts.
    pub fn parse(text: &[u8]) -> Self {
        let mut names = HashMap::new();
        for line in String::from_utf8_lossy(text).lines() {
            let mut fields = line.split(':');
            let (Some(name), Some(_), Some(number)) = (fields.next(), fields.next(), fields.next()) else { continue };
            if let (false, Ok(number)) = (name.is_empty(), number.parse()) {
                names.entry(number).or_insert_with(|| name.to_owned());
            }
        }
        Self { names }
    }

    pub fn name(&self, number: u32) -> Option<&str> {
        self.names.get(&number).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_of_a_number_counts() {
        let accounts = Accounts::parse(b"root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:\ndaemon:x:1:1:\n");
        assert_eq!(accounts.name(0), Some("root"));
        assert_eq!(accounts.name(1), Some("daemon"));
        assert_eq!(accounts.name(2), None);
    }

    #[test]
    fn broken_lines_are_skipped() {
        let accounts =
            Accounts::parse(b"\n#x\n:x:5:\nx\nx:y\nx:y:-1:\nx:y:99999999999:\n\xff\xfe:x:7:\nok:x:8:\n+::::::\n");
        assert_eq!(accounts.name(5), None);
        assert_eq!(accounts.name(8), Some("ok"));
    }
}
