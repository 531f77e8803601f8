//! What packages carry beside the program: completions and man pages, made by the program itself.

use std::process::Command;

use super::{keelmark, run};

#[test]
fn every_shell_has_completions() {
    for (shell, word) in
        [("bash", "complete -F _keelmark"), ("zsh", "#compdef keelmark"), ("fish", "complete -c keelmark")]
    {
        let done = run(&["completions", shell]);
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        assert!(done.stdout.contains(word), "{shell}");
    }
    assert_eq!(run(&["completions", "tcsh"]).code, Some(64));
}

/// What bash itself makes of them.
#[test]
fn bash_completes_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("keelmark");
    std::fs::write(&script, run(&["completions", "bash"]).stdout).unwrap();
    let ask = "source \"$1\"; COMP_WORDS=(keelmark au); COMP_CWORD=1; _keelmark keelmark au keelmark; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["-c", ask, "bash"]).arg(&script).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "audit", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_command_has_a_man_page() {
    let folder = tempfile::tempdir().unwrap();
    let done = run(&["man", &folder.path().display().to_string()]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    for page in ["keelmark.1", "keelmark-audit.1", "keelmark-plugin-install.1", "keelmark-doctor.1"] {
        let text = std::fs::read_to_string(folder.path().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(!folder.path().join("keelmark-precompile.1").exists(), "hidden commands have none");
    let nowhere = run(&["man", "/nonexistent"]);
    assert_eq!(nowhere.code, Some(74));
    assert!(nowhere.stderr.contains("/nonexistent"), "{}", nowhere.stderr);
}

#[test]
fn the_version_says_more_when_asked() {
    let short = run(&["--version"]).stdout;
    assert_eq!(short.lines().count(), 1, "{short}");
    let long = run(&["--version", "--verbose"]).stdout;
    assert!(long.starts_with(&short) && long.contains("edition: cis-docker-1.8.0\n"), "{long}");
    let output = keelmark().arg("-vV").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), long);
}
