//! `sdk/js/src/questions.js` and its types.

use std::fmt::Write as _;
use std::path::Path;

use keelmark_contract::ops::About;

use super::questions::{Row, SOURCE, old_words};
use crate::tree::Generated;

pub fn generate(root: &Path, rows: &[Row]) -> anyhow::Result<Vec<Generated>> {
    let head = format!("// Written by `cargo xtask bindings` from {SOURCE}; not to be edited.\n");
    let mut code = format!(
        "{head}// The questions to the engine, one function for each.\n\n\
         import {{ ask, inspect, listAll, shortId }} from \"./engine.js\";\nimport {{ EngineObject }} from \"./object.js\";\n\n"
    );
    let mut types = format!(
        "{head}/** The questions to the engine, one function for each. */\n\n\
         import type {{ EngineObject, Inspected }} from \"./docker.js\";\n\n"
    );
    for row in rows {
        let (camel, name) = (row.camel(), row.function());
        let (parameters, body, typed) = match row.question.about {
            About::One(subject) => (
                "fields".to_owned(),
                format!("ask(\"{name}\", \"{subject}\", fields)"),
                "fields: string[]): EngineObject".to_owned(),
            ),
            About::All { noun, id, name: path } => {
                let always: Vec<String> = id.into_iter().chain([path]).map(|field| format!("\"{field}\"")).collect();
                (
                    "fields = []".to_owned(),
                    format!("listAll(\"{name}\", \"{noun}\", [{}, ...fields], \"{path}\")", always.join(", ")),
                    "fields?: string[]): EngineObject[]".to_owned(),
                )
            }
            About::Each { noun, listed_by, list } => {
                let wrap = list.map(|list| format!(", \"{list}\"")).unwrap_or_default();
                let (fields, typed, asked) =
                    if row.has_fields() { ("fields, ", "fields: string[], ", "fields") } else { ("", "", "null") };
                match listed_by {
                    Some(lister) => {
                        let lister =
                            rows.iter().find(|row| row.function() == lister).map(Row::camel).unwrap_or_default();
                        (
                            format!("{fields}listed = {lister}()"),
                            format!("inspect(\"{name}\", listed, {asked}{wrap})"),
                            format!("{typed}listed?: EngineObject[]): Inspected[]"),
                        )
                    }
                    None => (
                        "ids, fields".to_owned(),
                        format!(
                            "inspect(\"{name}\", ids.map((id) => new EngineObject(`{noun} ${{shortId(id)}}`, id, {{}})), {asked}{wrap})"
                        ),
                        "ids: string[], fields: string[]): Inspected[]".to_owned(),
                    ),
                }
            }
        };
        let line = format!("export const {camel} = ({parameters}) => {body};");
        let line =
            if line.len() <= 120 { line } else { format!("export const {camel} = ({parameters}) =>\n  {body};") };
        writeln!(code, "{line}")?;
        let docs = row.docs_of_objects("data.LIST").join("\n * ");
        writeln!(types, "/**\n * {docs}\n */\nexport function {camel}({typed};")?;
    }
    code.push_str(
        "\n/** The words that recordings of format 1 had for some functions. */\nexport const FORMAT_1 = {\n",
    );
    for (word, function) in old_words() {
        writeln!(code, "  {word}: \"{function}\",")?;
    }
    code.push_str("};\n");
    Ok(vec![(root.join("sdk/js/src/questions.js"), code), (root.join("sdk/js/types/questions.d.ts"), types)])
}
