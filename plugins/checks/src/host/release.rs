//! Versions of programs, compared part by part.

use std::cmp::Ordering;

/// `28.5.2`, `17.06.0-ce`, `27.0.0-rc.1`, `6.1.0-30-amd64`.
#[derive(Debug, PartialEq, Eq)]
pub struct Release {
    numbers: Vec<u64>,
    /// A release candidate and its like come before the version that they name; -ce, -ee and packagers' marks do not.
    is_candidate: bool,
}

impl Release {
    /// None where the text does not begin with a number.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (numbers, rest) = text.split_at(end);
        let numbers: Result<Vec<u64>, _> = numbers.trim_end_matches('.').split('.').map(str::parse).collect();
        let mark = rest.trim_start_matches(['-', '~', '.']).to_ascii_lowercase();
        let is_candidate = ["rc", "alpha", "beta", "dev", "tp"].iter().any(|candidate| mark.starts_with(candidate));
        Some(Self { numbers: numbers.ok()?, is_candidate })
    }

    fn number(&self, index: usize) -> u64 {
        self.numbers.get(index).copied().unwrap_or(0)
    }

    pub fn is_before(&self, other: &Release) -> bool {
        let parts = self.numbers.len().max(other.numbers.len());
        let order = (0..parts).map(|index| self.number(index).cmp(&other.number(index))).find(|order| order.is_ne());
        match order.unwrap_or(Ordering::Equal) {
            Ordering::Less => true,
            Ordering::Equal => self.is_candidate && !other.is_candidate,
            Ordering::Greater => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Release;

    fn is_before(one: &str, other: &str) -> bool {
        Release::parse(one).unwrap().is_before(&Release::parse(other).unwrap())
    }

    #[test]
    fn parts_are_numbers_and_not_text() {
        assert!(is_before("9.0.0", "28.0.0"));
        assert!(is_before("28.5.2", "28.10"));
        assert!(!is_before("28.0.0", "28"));
        assert!(!is_before("28", "28.0.0"));
        assert!(is_before("17.06.0-ce", "17.6.1"));
        assert!(!is_before("17.06.0-ce", "17.06.0"));
    }

    #[test]
    fn a_candidate_comes_before_its_version() {
        assert!(is_before("28.0.0-rc.1", "28.0.0"));
        assert!(!is_before("28.0.0-rc.1", "27.5.1"));
        assert!(!is_before("20.10.24+dfsg1", "20.10.24"));
        assert!(!is_before("6.1.0-30-amd64", "6.1"));
    }

    #[test]
    fn what_is_no_version_is_none() {
        assert_eq!(Release::parse("library-import"), None);
        assert_eq!(Release::parse(""), None);
    }
}
