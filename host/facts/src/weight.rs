//! How much memory a JSON text would take once it is parsed, told before it is.
//!
//! A limit on bytes is none on memory: `{"":0},` is seven bytes of text and some 700 in memory, because every object
//! brings a tree node with room for eleven entries. So the text is weighed first, in one pass that allocates nothing.

/// Bytes of memory that one unit of weight stands for: a value as `serde_json` keeps it.
const BYTES_PER_UNIT: u64 = 32;

/// An object's tree node has room for eleven names of 24 bytes and eleven values.
const OBJECT: u64 = 22;

/// A list's first allocation has room for four values.
const LIST: u64 = 4;

/// A name: its text's place and a small allocation.
const NAME: u64 = 2;

/// The heaviest answer about all objects of a kind: 183 MiB. A list of 10,000 containers weighs about 3 million.
pub const LIST_WEIGHT: u64 = 6_000_000;
/// The heaviest answer about one object: 15 MiB. Inspecting a container weighs about 3 thousand.
pub const OBJECT_WEIGHT: u64 = 500_000;
/// The heaviest recording: 976 MiB. One of 10,000 containers weighs about 8 million.
pub const RECORDING_WEIGHT: u64 = 32_000_000;

/// Why a JSON text is not parsed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("more values than fit into {} MiB of memory", .limit * BYTES_PER_UNIT / (1024 * 1024))]
pub struct TooHeavy {
    limit: u64,
}

/// Weighs `text`, which need not be JSON: what is none is the parser's to report.
pub fn check(text: &[u8], limit: u64) -> Result<(), TooHeavy> {
    // No byte weighs more than an object's first: most answers are too short to be too heavy.
    if u64::try_from(text.len()).is_ok_and(|length| length.saturating_mul(OBJECT) < limit) {
        return Ok(());
    }
    let mut weight: u64 = 1;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        weight += match byte {
            b'{' => OBJECT,
            b'[' => LIST,
            b':' => NAME,
            b',' => 1,
            b'"' => {
                skip_string(&mut bytes);
                0
            }
            _ => 0,
        };
        if weight > limit {
            return Err(TooHeavy { limit });
        }
    }
    Ok(())
}

/// Moves behind the string whose opening quote has been read.
fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(text: &str) -> u64 {
        (1..).find(|limit| check(text.as_bytes(), *limit).is_ok()).unwrap()
    }

    #[test]
    fn what_takes_memory_weighs() {
        assert_eq!(weight("1"), 1);
        assert_eq!(weight("[1, 2, 3]"), 1 + LIST + 2);
        assert_eq!(weight(r#"{"a": {"b": []}}"#), 1 + 2 * OBJECT + 2 * NAME + LIST);
        // What stands in a string is text, however it looks.
        assert_eq!(weight(r#"["{[:,\"{[:,", "\\"]"#), 1 + LIST + 1);
        assert_eq!(weight("\"never closed {{{{"), 1);
        assert_eq!(weight("\"ends in a backslash\\"), 1);
    }

    #[test]
    fn a_bomb_is_refused_and_a_large_host_is_not() {
        let bomb = format!("[{}0]", "{\"\":0},".repeat(1_000_000));
        assert_eq!(check(bomb.as_bytes(), LIST_WEIGHT), Err(TooHeavy { limit: LIST_WEIGHT }));
        assert!(TooHeavy { limit: LIST_WEIGHT }.to_string().contains("183 MiB"));
        let labels: String = (0..30).map(|n| format!("\"label.{n}\":\"value\",")).collect();
        let container = format!(
            "{{\"Id\":\"4d1c\",\"Names\":[\"/web\"],\"Labels\":{{{labels}\"x\":\"y\"}},\"Ports\":[{{\"IP\":\"::\"}}],\
             \"HostConfig\":{{\"NetworkMode\":\"x\"}},\"NetworkSettings\":{{\"Networks\":{{\"x\":{{\"a\":1}}}}}},\"Mounts\":[]}},"
        );
        let list = format!("[{}0]", container.repeat(10_000));
        assert_eq!(check(list.as_bytes(), LIST_WEIGHT), Ok(()));
    }
}
