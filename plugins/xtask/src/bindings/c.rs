//! `sdk/c/keelmark_questions.h`: the questions as lists that the SDK and its tests expand.

use std::fmt::Write as _;
use std::path::Path;

use super::questions::{Row, SOURCE};
use crate::tree::Generated;

pub fn generate(root: &Path, rows: &[Row]) -> anyhow::Result<Vec<Generated>> {
    let mut text = format!(
        "/* Written by `cargo xtask bindings` from {SOURCE}; not to be edited.\n *\n\
         \x20* The questions to the engine; the capability is docker.NAME. keelmark.h declares km_docker_NAME() for each:\n *\n"
    );
    for row in rows {
        writeln!(text, " * {}", row.snake())?;
        row.docs().iter().try_for_each(|line| writeln!(text, " *     {}", line.replace("*/", "* /")))?;
    }
    text.push_str(" */\n#ifndef KEELMARK_QUESTIONS_H\n#define KEELMARK_QUESTIONS_H\n");
    let lists: [(&str, &str, fn(&Row) -> bool); 3] = [
        ("KM_QUESTIONS_ONE", "With one answer.", |row| !row.is_each()),
        ("KM_QUESTIONS_EACH", "With an answer about each of several objects.", |row| row.is_each() && row.has_fields()),
        ("KM_QUESTIONS_EACH_WHOLE", "The same, of whose answers no fields are chosen.", |row| {
            row.is_each() && !row.has_fields()
        }),
    ];
    for (name, what, is_in) in lists {
        let calls: Vec<String> =
            rows.iter().filter(|row| is_in(row)).map(|row| format!("  question({})", row.snake())).collect();
        write!(text, "\n/* {what} */\n#define {name}(question) \\\n{}\n", calls.join(" \\\n"))?;
    }
    text.push_str("\n#endif\n");
    Ok(vec![(root.join("sdk/c/keelmark_questions.h"), text)])
}
