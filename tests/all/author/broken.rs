//! Plugins that break: their author learns why, from the verdict itself.

use super::Project;

#[test]
fn a_panic_s_text_and_line_are_the_verdict_s_message() {
    let project = Project::new("acme-panics");
    project.replace(
        "src/service_guard.rs",
        "let file = facts.stat(&path)?;",
        "let file = facts.stat(&path)?;\n    assert!(path.is_empty(), \"boom \\u{1b}[31m{path}\");",
    );
    let line = 1 + project.read("src/service_guard.rs").lines().position(|line| line.contains("boom")).unwrap();
    let done = project.run(&["test", "open"]).expect(1);
    let place = format!("the plugin panicked at src/service_guard.rs:{line}:5: boom ");
    done.prints(&["1.1: expected fail, found error", &place, "/lib/systemd/system/docker.service"]);
    assert!(!done.stdout.contains('\u{1b}') && !done.stderr.contains('\u{1b}'), "control characters are escaped");
}
