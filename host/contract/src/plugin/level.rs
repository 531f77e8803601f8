//! How sure it is that a plugin is what its author published.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Three levels, each visible wherever the plugin is; a policy may ask for one at least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Whatever was in the file when it was installed.
    #[default]
    Local,
    /// The operator named the digest.
    Pinned,
    /// A key that the operator trusts signed it.
    Signed,
}

impl Level {
    /// As the settings and the lock write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Pinned => "pinned",
            Self::Signed => "signed",
        }
    }

    /// What it means for whoever decides.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Local => "nobody vouches for it: it is what the file held when it was installed",
            Self::Pinned => "it has the digest that was asked for",
            Self::Signed => "a trusted key signed it",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
