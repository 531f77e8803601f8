//! The fuzz targets of `tests/fuzz`, without a fuzzer: each over its committed corpus and over mutations of it, which
//! are the same in every run. `cargo fuzz` searches further, for as long as it is given (`tests/fuzz/README.md`).

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

#[path = "../fuzz/src/lib.rs"]
mod targets;

/// Mutations of each target, unless KEELMARK_FUZZ names another number. All targets together take some ten seconds in
/// a development build.
const MUTATIONS: usize = 400;
/// Inputs grow no longer than this: long ones are slow and find nothing that short ones do not.
const MAX_BYTES: usize = 16 * 1024;

/// What parsers trip over more often than over noise.
const WORDS: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"=",
    b",",
    b":",
    b"\n",
    b"\r",
    b"\0",
    b"\x0b",
    b"\x1b[31m",
    b"-",
    b"--",
    b"..",
    b"/",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"\"\"",
    b"[]",
    b"{}",
    b"#",
    b"$(",
    b"\xff",
    b"\xe2\x80\xae",
    b"-w ",
    b"-a always,exit ",
    b"-F path=",
    b"-p rwxa",
    b"RUN ",
    b"/bin/sh -c #(nop) ",
    b"ENV ",
    b" {name}",
    b"systemctl show ",
    b" --host=",
    b" -H",
];

/// Numbers that are the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// One to four changes: a flipped bit, a lost or doubled stretch, a word, a piece of another input.
fn mutate(input: &[u8], other: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(16)).min(bytes.len());
        match numbers.below(5) {
            0 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let stretch = bytes[at..end].to_vec();
                bytes.splice(at..at, stretch);
            }
            3 => {
                let from = numbers.below(other.len() + 1);
                let to = (from + numbers.below(64)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            _ => drop(bytes.splice(at..end, WORDS[numbers.below(WORDS.len())].iter().copied())),
        }
    }
    bytes.truncate(MAX_BYTES);
    bytes
}

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap())).collect()
}

fn fuzz(name: &str) {
    let (_, target) = targets::TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let inputs = corpus(name);
    for (file, input) in &inputs {
        assert!(catch_unwind(|| target(input)).is_ok(), "{name} panics over {}", file.display());
    }
    let mut numbers = Numbers(name.bytes().map(u64::from).sum());
    let wanted = std::env::var("KEELMARK_FUZZ").map_or(MUTATIONS, |number| number.parse().expect("KEELMARK_FUZZ"));
    for number in 0..wanted {
        let (_, input) = &inputs[numbers.below(inputs.len())];
        let (_, other) = &inputs[numbers.below(inputs.len())];
        let mutated = mutate(input, other, &mut numbers);
        let kept = catch_unwind(|| target(&mutated));
        assert!(kept.is_ok(), "{name} panics over mutation {number}: {:?}", String::from_utf8_lossy(&mutated));
    }
}

/// One test each, so that they run beside each other and a failure names its target.
macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        $(#[test] fn $name() { fuzz(stringify!($name)) })*

        #[test]
        fn every_target_is_here() {
            let known: Vec<&str> = targets::TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!([$(stringify!($name)),*].as_slice(), known);
        }
    };
}

targets!(
    manifest,
    component,
    command_lines,
    settings,
    recording,
    lock,
    grants,
    history,
    audit_rules,
    engine_answers,
    guest_values,
    picked_fields,
);
