//! What named entries of a POSIX access control list give beyond a mode.

/// The rights of others in a mode.
const OTHERS: u32 = 0o007;

/// Whether an entry of the list ("user:1000:rw-,mask::rw-") has a right that `max` does not give to others. Root has all
/// of them anyway.
pub fn gives_more(list: &str, max: u32) -> bool {
    let entries = || list.split(',').filter_map(parse);
    let mask = entries().find(|(kind, _, _)| *kind == "mask").map_or(OTHERS, |(_, _, rights)| rights);
    let is_beyond = |(kind, id, rights): (&str, &str, u32)| {
        matches!(kind, "user" | "group") && !matches!(id, "" | "0") && rights & mask & !(max & OTHERS) != 0
    };
    entries().any(is_beyond)
}

/// The rights of others as getfacl writes them.
pub fn words(max: u32) -> String {
    [(4, 'r'), (2, 'w'), (1, 'x')].into_iter().map(|(bit, letter)| if max & bit != 0 { letter } else { '-' }).collect()
}

fn parse(entry: &str) -> Option<(&str, &str, u32)> {
    let mut fields = entry.splitn(3, ':');
    let (kind, id, letters) = (fields.next()?, fields.next()?, fields.next()?);
    let bit = |letter| match letter {
        'r' => 4,
        'w' => 2,
        'x' => 1,
        _ => 0,
    };
    Some((kind, id, letters.chars().map(bit).sum()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_entry_decides_as_far_as_the_mask_lets_it() {
        assert!(gives_more("user:1000:rw-,mask::rw-", 0o660));
        assert!(gives_more("group:50:rw-,mask::rw-", 0o644));
        assert!(!gives_more("user:1000:r--,mask::r--", 0o644));
        assert!(!gives_more("user:1000:rw-,mask::r--", 0o644));
        assert!(!gives_more("user:0:rw-,group:0:rwx,mask::rwx", 0o600));
        assert!(!gives_more("", 0o600));
    }
}
