//! Writing a waiver into a file that people write too: what stands there stays as it is.

use toml::Value;

use super::Waivers;

/// A waiver to be written. Each text is checked by reading the file back.
#[derive(Clone, Debug, Default)]
pub struct NewWaiver {
    pub check: String,
    pub reason: String,
    pub owner: Option<String>,
    pub ticket: Option<String>,
    /// "2027-03-31", or "never".
    pub expires: String,
    pub container: Option<String>,
    pub image: Option<String>,
    pub file: Option<String>,
    pub host: Option<String>,
    pub labels: Vec<String>,
}

/// The text of a file of waivers or of settings with one more waiver at its end.
///
/// # Errors
/// Where what comes out could not be read: the file is not TOML, or the waiver is none. The message names the line.
pub fn with_waiver(text: &str, waiver: &NewWaiver) -> Result<String, toml::de::Error> {
    let gap = match text {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let written = format!("{text}{gap}{}", waiver.to_toml());
    Waivers::parse_settings(&written)?;
    Ok(written)
}

impl NewWaiver {
    fn to_toml(&self) -> String {
        let mut text = "[[waiver]]\n".to_owned();
        let mut line = |key: &str, value: &str| text.push_str(&format!("{key} = {value}\n"));
        let quoted = |text: &str| Value::String(text.to_owned()).to_string();
        line("check", &quoted(&self.check));
        let optional =
            [("container", &self.container), ("image", &self.image), ("file", &self.file), ("host", &self.host)];
        for (key, value) in optional.into_iter().filter_map(|(key, value)| Some((key, value.as_deref()?))) {
            line(key, &quoted(value));
        }
        if !self.labels.is_empty() {
            let labels: Vec<String> = self.labels.iter().map(|label| quoted(label)).collect();
            line("label", &format!("[{}]", labels.join(", ")));
        }
        line("reason", &quoted(&self.reason));
        for (key, value) in [("owner", &self.owner), ("ticket", &self.ticket)] {
            if let Some(value) = value {
                line(key, &quoted(value));
            }
        }
        // A day that is none stays text, so that the error shows it as it was written.
        let is_day = self.expires.parse::<jiff::civil::Date>().is_ok();
        line("expires", &if is_day { self.expires.clone() } else { quoted(&self.expires) });
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent() -> NewWaiver {
        NewWaiver {
            check: "engine-socket-mount".into(),
            reason: "monitoring \"needs\" it\n[[waiver]]".into(),
            expires: "2027-03-31".into(),
            container: Some("agent*".into()),
            owner: Some("ann".into()),
            labels: vec!["com.docker.compose.project=mon".into()],
            ..NewWaiver::default()
        }
    }

    #[test]
    fn what_is_written_can_be_read_and_what_stood_there_stays() {
        let before = "# ours\ntrusted-users = [\"ann\"] # and nobody else";
        let text = with_waiver(before, &agent()).unwrap();
        assert!(text.starts_with(before), "{text}");
        let again = with_waiver(&text, &NewWaiver { expires: "never".into(), ..agent() }).unwrap();
        let waivers = Waivers::parse_settings(&again).unwrap().0;
        assert_eq!(waivers.len(), 2, "a reason is no waiver of its own: {again}");
        let waived = waivers[0].waived();
        assert_eq!((waived.reason, waived.until.as_str()), (agent().reason, "2027-03-31"));
        assert_eq!(waivers[1].name(), "engine-socket-mount for container agent*, label com.docker.compose.project=mon");
    }

    #[test]
    fn what_would_be_no_waiver_is_not_written() {
        for wrong in [
            NewWaiver { expires: "2027-02-30".into(), ..agent() },
            NewWaiver { reason: String::new(), ..agent() },
            NewWaiver { container: Some("a[".into()), ..agent() },
            NewWaiver { labels: vec!["team".into()], ..agent() },
        ] {
            assert!(with_waiver("", &wrong).is_err(), "{wrong:?}");
        }
        assert!(with_waiver("not toml", &agent()).is_err());
    }
}
