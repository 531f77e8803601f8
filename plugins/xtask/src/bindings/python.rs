//! `sdk/python/src/keelmark/_questions.py`.

use std::fmt::Write as _;
use std::path::Path;

use keelmark_contract::ops::About;

use super::questions::{Row, SOURCE, old_words};
use crate::tree::Generated;

pub fn generate(root: &Path, rows: &[Row]) -> anyhow::Result<Vec<Generated>> {
    let mut text = format!(
        "# Written by `cargo xtask bindings` from {SOURCE}; not to be edited.\n\
         \"\"\"The questions to the engine, one function for each.\"\"\"\n\n\
         from __future__ import annotations\n\nfrom collections.abc import Iterable, Sequence\n\n\
         from ._engine import Object, Unread, ask, inspect, list_all, short_id\n\n__all__ = [\n"
    );
    rows.iter().try_for_each(|row| writeln!(text, "    \"{}\",", row.snake()))?;
    text.push_str("]\n");
    for row in rows {
        let (snake, name) = (row.snake(), row.function());
        let (signature, body) = match row.question.about {
            About::One(subject) => {
                ("fields: Sequence[str]) -> Object".to_owned(), format!("ask(\"{name}\", \"{subject}\", fields)"))
            }
            About::All { noun, id, name: path } => {
                let always: Vec<String> = id.into_iter().chain([path]).map(|field| format!("\"{field}\"")).collect();
                let call = format!("list_all(\"{name}\", \"{noun}\", [{}, *fields], \"{path}\")", always.join(", "));
                ("fields: Sequence[str] = ()) -> list[Object]".to_owned(), call)
            }
            About::Each { noun, listed_by, list } => {
                let wrap = list.map(|list| format!(", \"{list}\"")).unwrap_or_default();
                let (fields, asked) =
                    if row.has_fields() { ("fields: Sequence[str], ", "fields") } else { ("", "None") };
                match listed_by {
                    Some(lister) => (
                        format!("{fields}listed: Iterable[Object] | None = None) -> list[Object | Unread]"),
                        format!(
                            "inspect(\"{name}\", {}() if listed is None else listed, {asked}{wrap})",
                            lister.replace('-', "_")
                        ),
                    ),
                    None => (
                        "ids: Sequence[str], fields: Sequence[str]) -> list[Object | Unread]".to_owned(),
                        format!(
                            "inspect(\"{name}\", [Object(f\"{noun} {{short_id(id)}}\", id, {{}}) for id in ids], {asked}{wrap})"
                        ),
                    ),
                }
            }
        };
        write!(text, "\n\ndef {snake}({signature}:\n    \"\"\"")?;
        let docs = row.docs_of_objects("data[\"LIST\"]").join("\n    ").replace('`', "``");
        write!(text, "{docs}\n    \"\"\"\n    return {body}\n")?;
    }
    text.push_str("\n\n#: The words that recordings of format 1 had for some functions.\nFORMAT_1 = {\n");
    old_words().try_for_each(|(word, function)| writeln!(text, "    \"{word}\": \"{function}\","))?;
    text.push_str("}\n");
    Ok(vec![(root.join("sdk/python/src/keelmark/_questions.py"), text)])
}
