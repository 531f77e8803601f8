//! The files of a new project whose SDK travels with it: nothing is fetched, so that it builds anywhere.

/// A template of files in `templates/LANGUAGE/`, each with its path in the project, and of files of `sdk/LANGUAGE/`, which
/// go below `sdk/` as they are.
macro_rules! template {
    ($language:literal, own: [$($path:literal from $file:literal),* $(,)?], sdk: [$($sdk:literal),* $(,)?]) => {
        &[
            $(TemplateFile::filled($path, include_str!(concat!("../templates/", $language, "/", $file))),)*
            $(TemplateFile::verbatim(
                concat!("sdk/", $sdk),
                include_bytes!(concat!("../../../../sdk/", $language, "/", $sdk)),
            ),)*
        ]
    };
}

pub(super) use template;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use crate::TemplateFile;
    use crate::toolchain::c::C;
    use crate::toolchain::go::GO;

    /// Files of an SDK that its own developers need, and authors do not.
    fn is_for_developers(path: &str) -> bool {
        path.starts_with("tests/") || path.ends_with("_test.go")
    }

    fn files_below(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn a_project_gets_the_whole_sdk() {
        for (language, template) in [("c", C.template), ("go", GO.template)] {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk").join(language);
            let there: BTreeSet<String> = files_below(&root)
                .iter()
                .map(|path| path.strip_prefix(&root).unwrap().display().to_string())
                .filter(|path| !is_for_developers(path))
                .collect();
            let copied = |file: &TemplateFile| file.path.strip_prefix("sdk/").map(str::to_owned);
            assert_eq!(template.iter().filter_map(copied).collect::<BTreeSet<_>>(), there, "{language}");
        }
    }
}
