//! `cargo xtask new-check`: a check whose tests fail until it is written.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};

use crate::tree;

/// A slug names what was found, not what somebody should do about it.
const ADVICE: &[&str] = &["ensure-", "no-", "not-", "use-", "avoid-", "do-", "dont-", "set-", "verify-", "check-"];

/// What a group's `mod.rs` lists its checks in.
const LIST: &str = "checks! {\n";

/// Adds the check `slug` to a group; the answer says what to edit next.
pub fn new_check(root: &Path, slug: &str, group: &str) -> anyhow::Result<String> {
    check_slug(slug)?;
    let checks = root.join("plugins/checks/src");
    let groups = groups(&checks)?;
    if !groups.iter().any(|known| known == group) {
        bail!("there is no group {group:?}; the groups are: {}", groups.join(", "));
    }
    let module = slug.replace('-', "_");
    for path in tree::files_below(&checks)?.iter().filter(|path| path.extension().is_some_and(|e| e == "rs")) {
        let text = std::fs::read_to_string(path).with_context(|| format!("failed to read {}", path.display()))?;
        let is_taken = text.contains(&format!("\"{slug}\"")) || path.file_stem().is_some_and(|stem| *stem == *module);
        ensure!(!is_taken, "the check {slug} exists already: {}", path.display());
    }
    let list = checks.join(group).join("mod.rs");
    let text = std::fs::read_to_string(&list)?;
    let text = listed(&text, &module).with_context(|| format!("{} has no list of checks", list.display()))?;
    let file = |extension: &str| checks.join(group).join(format!("{module}.{extension}"));
    tree::finish(vec![(file("rs"), source(slug)), (file("md"), SCENARIOS.to_owned()), (list, text)], None, false)?;
    let place = format!("plugins/checks/src/{group}/{module}");
    Ok(format!(
        "The check {slug} is there, and its tests fail until it is written. Next:\n\
         1. {place}.md: what it says about which host; at least one pass, one fail, one error\n\
         2. {place}.rs: the texts, what it needs of the host, and the audit\n\
         3. cargo test -p keelmark-checks\n\
         4. a row in the sections that it decides: plugins/cis-docker-*/*/src/lib.rs\n\
         5. cargo xtask manifests && cargo xtask docs\n"
    ))
}

fn check_slug(slug: &str) -> anyhow::Result<()> {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let starts_well = slug.starts_with(|c: char| c.is_ascii_lowercase());
    ensure!(
        // Two words at least: one alone says too little, and as a module's name may be a keyword of Rust.
        slug.split('-').all(is_word) && slug.contains('-') && starts_well,
        "{slug:?} is not a slug: two or more words in lower case with \"-\" between them, such as privileged-container"
    );
    let advice = ADVICE.iter().find(|advice| slug.starts_with(**advice));
    ensure!(
        advice.is_none(),
        "{slug:?} gives advice; a slug names what was found, such as privileged-container instead of \
         no-privileged-containers"
    );
    Ok(())
}

/// The folders of checks.
fn groups(checks: &Path) -> anyhow::Result<Vec<String>> {
    let mut groups = Vec::new();
    for entry in std::fs::read_dir(checks).with_context(|| format!("failed to list {}", checks.display()))? {
        let entry = entry?;
        if std::fs::read_to_string(entry.path().join("mod.rs")).is_ok_and(|text| text.contains(LIST)) {
            groups.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    groups.sort();
    Ok(groups)
}

/// A group's `mod.rs` with one more check: in its place where the list is sorted, else at the end.
fn listed(text: &str, module: &str) -> Option<String> {
    let start = text.find(LIST)? + LIST.len();
    let end = start + text.get(start..)?.find("\n}")? + 1;
    let entry = format!("    {module} => {},\n", module.to_uppercase());
    let mut entries: Vec<(&str, usize)> = Vec::new();
    let mut at = start;
    for line in text.get(start..end)?.split_inclusive('\n') {
        if let Some((name, _)) = line.strip_prefix("    ").and_then(|line| line.split_once(" => ")) {
            entries.push((name, at));
        }
        at += line.len();
    }
    let after = entries.iter().find(|(name, _)| *name > module).filter(|_| entries.is_sorted());
    let at = after.map_or(end, |(_, at)| *at);
    Some(format!("{}{entry}{}", text.get(..at)?, text.get(at..)?))
}

fn source(slug: &str) -> String {
    format!(
        r#"use keelmark_sdk::{{Check, Facts, HostError, Params, Verdict}};

pub static CHECK: Check = Check {{
    slug: "{slug}",
    control: "TODO: the key that ties it to the same control in other editions",
    title: "TODO: what was found when it fires, as a headline",
    means: "TODO: what the recommendation asks for",
    why: "TODO: what an attacker or an accident makes of it",
    audited: "TODO: which facts decide, and from where",
    fix: "TODO: the exact lines",
    impact: "TODO: what the fix may break",
    default: "TODO: what a host has when nobody changed anything",
    deviates: "",
    references: &[],
    needs: &[],
    params: &[],
    audit,
}};

fn audit(_: &Facts, _: &Params) -> Result<Verdict, HostError> {{
    Err(HostError::failed("the check {slug} is not written yet"))
}}
"#
    )
}

/// Nothing that answers TODO is right, so these fail whatever the audit says.
const SCENARIOS: &str = "\
## TODO: A host that is as it should be passes
```host
{}
```
```verdict
pass: TODO
```

## TODO: One that is not fails, and the evidence says where
```host
{}
```
```verdict
fail: TODO
```

## TODO: A fact that cannot be read is an error, not a pass
```host
{\"engine\": {\"error\": {\"kind\": \"timeout\", \"message\": \"no answer in 5 s\"}}}
```
```verdict
error: TODO
```
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_names_a_finding() {
        for slug in ["privileged-container", "several-main-processes", "ucp-unsigned-image-allowed", "node-x509"] {
            check_slug(slug).unwrap();
        }
        let malformed =
            ["", "privileged", "Privileged-Container", "a--b", "-a-b", "a-b-", "a_b", "a b", "1-a", "é-a", "../a-b"];
        for slug in malformed {
            assert!(check_slug(slug).unwrap_err().to_string().contains("is not a slug"), "{slug}");
        }
        for slug in ["ensure-x", "no-x", "use-x", "avoid-x", "do-not-x"] {
            assert!(check_slug(slug).unwrap_err().to_string().contains("gives advice"), "{slug}");
        }
    }

    #[test]
    fn a_sorted_list_stays_sorted_and_others_grow_at_the_end() {
        let sorted = "checks! {\n    a_b => A_B,\n    c => [\n        Z,\n    ],\n    e_f => E_F,\n}\n\nfn x() {}\n";
        let expected = sorted.replace("    e_f", "    d_d => D_D,\n    e_f");
        assert_eq!(listed(sorted, "d_d").unwrap(), expected);
        let last = sorted.replace("E_F,\n", "E_F,\n    z_z => Z_Z,\n");
        assert_eq!(listed(sorted, "z_z").unwrap(), last);
        let unsorted = "checks! {\n    c => C,\n    a => A,\n}\n";
        assert_eq!(listed(unsorted, "b_b").unwrap(), "checks! {\n    c => C,\n    a => A,\n    b_b => B_B,\n}\n");
        assert_eq!(listed("mod a;\n", "b_b"), None);
    }
}
