//! What a plugin says that it audits.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::limits::{self, clamp_text as clamp};

/// One section as its plugin describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionInfo {
    pub benchmark: String,
    pub number: String,
    pub title: String,
    pub recommendations: Vec<Recommendation>,
}

/// One recommendation as its plugin describes it. The known keys of `info` are in `wit/types.wit`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    pub id: String,
    pub title: String,
    /// The slug of the check that decides it.
    pub check: String,
    info: Vec<(String, String)>,
}

/// Why a description is none that keelmark takes.
#[derive(Debug, thiserror::Error)]
pub enum SectionError {
    #[error("it describes {0} recommendations; the limit is {limit}", limit = limits::RECOMMENDATIONS)]
    TooMany(usize),
    /// It would look like a plugin that found nothing wrong.
    #[error("it describes no recommendation")]
    Empty,
    #[error("it says more than {limit} bytes of itself", limit = limits::DESCRIPTION_BYTES)]
    TooLong,
    #[error("it describes the id {0:?}, which is malformed or repeated")]
    Id(String),
}

impl SectionInfo {
    /// The same with every text clamped, if it is one that can be audited.
    ///
    /// # Errors
    /// Where it has no recommendation, too many, or an id that names none.
    pub fn checked(self) -> Result<Self, SectionError> {
        let Self { benchmark, number, title, recommendations } = self;
        match recommendations.len() {
            0 => return Err(SectionError::Empty),
            1..=limits::RECOMMENDATIONS => {}
            count => return Err(SectionError::TooMany(count)),
        }
        let mut seen = HashSet::new();
        if let Some(odd) = recommendations.iter().find(|row| !is_id(&row.id) || !seen.insert(row.id.as_str())) {
            return Err(SectionError::Id(clamp(odd.id.clone())));
        }
        let mut bytes = 0_usize;
        let mut clamped = Vec::with_capacity(recommendations.len());
        for mut row in recommendations {
            // The list is as the guest made it: what is cut off must not be kept.
            row.info.truncate(limits::DETAILS);
            row.info.shrink_to_fit();
            let info = row.info.into_iter().map(|(key, value)| (clamp(key), clamp(value))).collect();
            let row = Recommendation::new(row.id, clamp(row.title), clamp(row.check), info);
            bytes = bytes.saturating_add(row.held());
            if bytes > limits::DESCRIPTION_BYTES {
                return Err(SectionError::TooLong);
            }
            clamped.push(row);
        }
        let recommendations = clamped;
        Ok(Self { benchmark: clamp(benchmark), number: clamp(number), title: clamp(title), recommendations })
    }
}

/// Whether a text can be a recommendation's id.
fn is_id(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
}

impl Recommendation {
    /// A recommendation; `info` in the order in which it was said.
    pub fn new(id: String, title: String, check: String, info: Vec<(String, String)>) -> Self {
        Self { id, title, check, info }
    }

    /// The memory that it takes.
    pub fn held(&self) -> usize {
        let of_info =
            |(key, value): &(String, String)| size_of::<(String, String)>() + key.capacity() + value.capacity();
        size_of::<Self>()
            + [&self.id, &self.title, &self.check].into_iter().map(String::capacity).sum::<usize>()
            + self.info.iter().map(of_info).sum::<usize>()
    }

    /// Every pair, in the order in which it was said.
    pub fn info(&self) -> &[(String, String)] {
        &self.info
    }

    /// The first value of a key; none where the plugin does not say.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.info.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Every value of a key.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.info.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// 1 or 2; none where the edition's level is not established.
    pub fn level(&self) -> Option<u8> {
        self.get("level")?.parse().ok().filter(|level| (1..=2).contains(level))
    }

    pub fn scored(&self) -> Option<bool> {
        self.get("scored")?.parse().ok()
    }
}
