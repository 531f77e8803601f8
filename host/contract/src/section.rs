//! What a plugin says that it audits.

/// One section as its plugin describes it.
#[derive(Clone, Debug)]
pub struct SectionInfo {
    pub benchmark: String,
    pub number: String,
    pub title: String,
    pub recommendations: Vec<Recommendation>,
}

/// One recommendation as its plugin describes it. The known keys of `info` are in `wit/types.wit`.
#[derive(Clone, Debug)]
pub struct Recommendation {
    pub id: String,
    pub title: String,
    /// The slug of the check that decides it.
    pub check: String,
    info: Vec<(String, String)>,
}

impl Recommendation {
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
