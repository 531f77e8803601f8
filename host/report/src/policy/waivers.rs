//! Files of waivers.

use serde::Deserialize;

use super::Waiver;

/// The waivers of all files, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct Waivers(pub Vec<Waiver>);

/// A file that was given with `--waivers`. What else keelmark.toml holds does not belong there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    waiver: Vec<Waiver>,
}

impl Waivers {
    /// Reads the text of a file of waivers.
    ///
    /// # Errors
    /// Where it is not one; the message names the line.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str::<File>(text).map(|file| Self(file.waiver))
    }

    /// Reads the waivers of a settings file; its other settings are not looked at.
    ///
    /// # Errors
    /// Where one is not a waiver; the message names the line.
    pub fn parse_settings(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        struct Settings {
            #[serde(default)]
            waiver: Vec<Waiver>,
        }
        toml::from_str::<Settings>(text).map(|settings| Self(settings.waiver))
    }

    /// These and those.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}
