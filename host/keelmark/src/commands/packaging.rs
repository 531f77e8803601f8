//! What packages and bug reports need of the program: completions, man pages, and exactly which build it is.

use std::ffi::OsString;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use keelmark_report::exit;

use super::{Done, Failure, output};
use crate::cli::Cli;

/// `keelmark completions`
pub fn completions(shell: Shell) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "keelmark", &mut script);
    output::write(None, &String::from_utf8_lossy(&script))?;
    Ok(exit::CLEAN)
}

/// `keelmark man`: keelmark.1, keelmark-audit.1, keelmark-plugin-install.1 …
pub fn man(directory: &Path) -> Done {
    let mut command = Cli::command();
    command.build();
    pages(&command, directory)?;
    Ok(exit::CLEAN)
}

fn pages(command: &Command, directory: &Path) -> Result<(), Failure> {
    let page = clap_mangen::Man::new(command.clone());
    let mut text = Vec::new();
    page.render(&mut text).map_err(|error| Failure::internal(format!("failed to write a man page: {error}")))?;
    output::write(Some(&directory.join(page.get_filename())), &String::from_utf8_lossy(&text))?;
    // Hidden commands are for those who make packages: they are not what a page is looked up for.
    let named = command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help");
    named.into_iter().try_for_each(|below| pages(below, directory))
}

/// `keelmark --version`
pub fn version(verbose: bool) -> Done {
    let mut text = format!("keelmark {}\n", env!("CARGO_PKG_VERSION"));
    if verbose {
        // Set where a release is built; a build from a checkout does not look for git.
        let commit = option_env!("KEELMARK_COMMIT").unwrap_or("unknown");
        let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
        text.push_str(&format!("commit: {commit}\ntarget: {target}\ncontract: keelmark:plugin {}\n", CONTRACT));
        for edition in keelmark_editions::all() {
            text.push_str(&format!("edition: {}\n", edition.id));
        }
    }
    output::write(None, &text)?;
    Ok(exit::CLEAN)
}

/// The version of the contract that plugins are linked against.
const CONTRACT: &str = keelmark_contract::plugin::API;

/// `keelmark --version --verbose` says more, as cargo's does; clap's own flag would end the program before it has read
/// the second one.
pub fn asks_for_version(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.collect();
    let is_all = |wanted: &[&str]| args.len() > 1 && args.iter().skip(1).all(|arg| wanted.iter().any(|w| arg == w));
    let asks = args.iter().any(|arg| arg == "--version" || arg == "-V");
    if asks && is_all(&["--version", "-V", "--verbose", "-v", "-vV"]) || is_all(&["-vV", "-Vv"]) {
        let is_verbose = args.iter().any(|arg| arg == "--verbose" || arg == "-v" || arg == "-vV" || arg == "-Vv");
        args.truncate(1);
        args.push("version".into());
        args.extend(is_verbose.then(|| "--verbose".into()));
    }
    args
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_question_for_the_version_is_rewritten() {
        let rewritten = |args: &[&str]| {
            let args = std::iter::once("keelmark").chain(args.iter().copied()).map(OsString::from);
            asks_for_version(args).iter().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(rewritten(&["--version"]), ["version"]);
        assert_eq!(rewritten(&["--version", "--verbose"]), ["version", "--verbose"]);
        assert_eq!(rewritten(&["-v", "-V"]), ["version", "--verbose"]);
        assert_eq!(rewritten(&["-vV"]), ["version", "--verbose"]);
        assert_eq!(rewritten(&["audit", "--version"]), ["audit", "--version"]);
        assert_eq!(rewritten(&["-v"]), ["-v"]);
        assert!(rewritten(&[]).is_empty());
    }

    /// clap checks what it was told when it is first used in a debug build.
    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
