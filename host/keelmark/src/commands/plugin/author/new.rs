//! `keelmark plugin new`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use keelmark_author::{LANGUAGES, NewError, NewProject, create};
use keelmark_report::exit;

use crate::cli::plugin::author::NewArgs;
use crate::commands::{Done, Failure, output};

pub fn run(args: &NewArgs) -> Done {
    let language = LANGUAGES.iter().find(|language| language.name == args.lang);
    let language = language.ok_or_else(|| Failure::usage(format!("unknown language {:?}", args.lang)))?;
    let folder = args.path.as_deref().unwrap_or(Path::new(&args.name));
    let new = NewProject { name: &args.name, language, folder, sdk_path: args.sdk_path.as_deref() };
    let files = create(&new).map_err(|error| match error {
        NewError::Write { .. } => Failure::output(error),
        _ => Failure::usage(error),
    })?;
    let mut text = format!("made {} ({}):\n", folder.display(), language.title);
    let (vendored, own): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|file| file.starts_with("vendor"));
    for file in own {
        let _ = writeln!(text, "  {}", file.display());
    }
    if !vendored.is_empty() {
        let _ = writeln!(text, "  vendor/  (keelmark's SDK, {} files)", vendored.len());
    }
    let _ = writeln!(text, "\nnext:\n  cd {}", folder.display());
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    for tool in language.tools.iter().filter(|tool| (tool.find)(&absolute).is_none()) {
        let _ = writeln!(text, "  {}", tool.install);
    }
    text.push_str(
        "  keelmark plugin test           builds it, and runs it over the recordings in tests/\n  \
         keelmark plugin dev --watch    runs it on this host whenever you save\n",
    );
    output::write(None, &text)?;
    Ok(exit::CLEAN)
}
