//! The scaffolds, on a copy of this checkout: what they write compiles, and fails its tests until somebody fills it in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A copy of the checkout, without what git ignores.
struct Checkout {
    folder: tempfile::TempDir,
}

impl Checkout {
    fn copy() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf();
        copy(&source, folder.path());
        Self { folder }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn xtask(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(args).arg("--root").arg(self.folder.path()).output().unwrap()
    }

    /// Runs cargo on the copy; dependencies are built once for all copies.
    fn cargo(&self, args: &[&str]) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffolds");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(self.folder.path()).arg("--offline").args(args).env("CARGO_TARGET_DIR", target);
        cargo.output().unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name == "target" || name == ".git" {
            continue;
        }
        let to = to.join(&name);
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            // The SDK's link to wit/: kept as a link, as git keeps it.
            std::os::unix::fs::symlink(std::fs::read_link(entry.path()).unwrap(), &to).unwrap();
        } else if kind.is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), &to).unwrap();
        }
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_new_edition_compiles_and_is_called_by_its_own_name() {
    let checkout = Checkout::copy();
    let made = checkout.xtask(&["new-edition", "cis-docker-9.9.0", "--from", "cis-docker-1.8.0"]);
    assert!(made.status.success(), "{}", text(&made));
    assert!(text(&made).contains("plugins/cis-docker-9.9.0/edition.toml: title"), "{}", text(&made));

    let about = checkout.read("plugins/cis-docker-9.9.0/edition.toml");
    assert!(
        about.contains("title = \"TODO: the title of cis-docker-9.9.0\"") && about.contains("order = 13"),
        "{about}"
    );
    let section = "plugins/cis-docker-9.9.0/7-docker-swarm-configuration";
    assert!(checkout.read(&format!("{section}/Cargo.toml")).contains("name = \"cis-docker-9-9-0-section-7\""));
    assert!(checkout.read(&format!("{section}/plugin.toml")).contains("id = \"cis-docker-9.9.0-7\""));
    let left =
        Command::new("grep").args(["-rlE", "1[.-]8[.-]0"]).arg(checkout.path("plugins/cis-docker-9.9.0")).output();
    assert_eq!(text(&left.unwrap()), "", "nothing of the copied edition's name is left");

    let packages: Vec<String> = (1..=7).map(|number| format!("-pcis-docker-9-9-0-section-{number}")).collect();
    let args: Vec<&str> = ["check", "--quiet"].into_iter().chain(packages.iter().map(String::as_str)).collect();
    let checked = checkout.cargo(&args);
    assert!(checked.status.success(), "{}", text(&checked));
}

#[test]
fn editions_that_exist_or_do_not_are_refused() {
    let checkout = Checkout::copy();
    let cases = [
        (["cis-docker-1.8.0", "cis-docker-1.7.0"], "exists already"),
        (["cis-docker-1-8-0", "cis-docker-1.7.0"], "packages of the same name as cis-docker-1.8.0"),
        (
            ["cis-docker-9.9.0", "cis-docker-0.1.0"],
            "no edition \"cis-docker-0.1.0\" to copy; there are: cis-docker-engine-1.6",
        ),
        (["docker-9.9.0", "cis-docker-1.8.0"], "not an edition's id"),
        (["cis-docker-../x", "cis-docker-1.8.0"], "not an edition's id"),
        (["cis-docker-9.9.0", "../plugins/cis-docker-1.8.0"], "to copy"),
    ];
    for ([id, from], expected) in cases {
        let refused = checkout.xtask(&["new-edition", id, "--from", from]);
        assert!(!refused.status.success() && text(&refused).contains(expected), "{id} {from}: {}", text(&refused));
    }
    assert!(!checkout.path("plugins/cis-docker-9.9.0").exists());
}

#[test]
fn a_new_check_fails_its_tests_until_it_is_written() {
    let checkout = Checkout::copy();
    let made = checkout.xtask(&["new-check", "odd-restart-policy", "--group", "containers"]);
    assert!(made.status.success() && text(&made).contains("odd_restart_policy.md"), "{}", text(&made));

    let tests =
        ["test", "--no-fail-fast", "-p", "keelmark-checks", "--features", "catalog", "--lib", "--test", "scenarios"];
    let failed = text(&checkout.cargo(&tests));
    for expected in ["nothing_is_left_to_do", "odd-restart-policy::", "odd-restart-policy is not written yet"] {
        assert!(failed.contains(expected), "{expected}: {failed}");
    }

    let source = "plugins/checks/src/containers/odd_restart_policy.rs";
    let written = checkout
        .read(source)
        .replace("TODO: ", "")
        .replace("references: &[]", "references: &[\"https://docs.docker.com/\"]")
        .replace(
            "needs: &[]",
            "needs: &[needs::LIST_CONTAINERS, needs::inspect_containers(&[\"HostConfig.RestartPolicy\"])]",
        )
        .replace("pub static", "use crate::needs;\n\npub static")
        .replace("Err(HostError::failed(\"the check odd-restart-policy is not written yet\"))", AUDIT)
        .replace("fn audit(_: &Facts", "fn audit(facts: &Facts")
        .replace("use keelmark_sdk::{", "use keelmark_sdk::{Evidence, Judgement, ");
    std::fs::write(checkout.path(source), written).unwrap();
    std::fs::write(checkout.path("plugins/checks/src/containers/odd_restart_policy.md"), SCENARIOS).unwrap();
    let passed = checkout.cargo(&tests);
    assert!(passed.status.success(), "{}", text(&passed));
}

const AUDIT: &str = r#"facts.each_container(|container| {
        let name = container.str("HostConfig.RestartPolicy.Name")?;
        Ok(Judgement::bad_if(name == "odd", Evidence::new(&container.subject, "HostConfig.RestartPolicy.Name", name)))
    })"#;

const SCENARIOS: &str = r#"## An ordinary policy passes
```host
{"containers": [{"name": "web", "HostConfig": {"RestartPolicy": {"Name": "no"}}}]}
```
```verdict
pass
```

## An odd one fails
```host
{"containers": [{"name": "web", "HostConfig": {"RestartPolicy": {"Name": "odd"}}}]}
```
```verdict
fail
container web: HostConfig.RestartPolicy.Name = odd
```
"#;

#[test]
fn checks_with_bad_names_and_those_that_exist_are_refused() {
    let checkout = Checkout::copy();
    let cases = [
        ("no-odd-policy", "containers", "gives advice"),
        ("OddPolicy", "containers", "is not a slug"),
        ("privileged-container", "daemon", "exists already"),
        ("docker-service-wide-mode", "files", "exists already"),
        ("odd-policy", "nowhere", "the groups are: containers, daemon, enterprise"),
    ];
    for (slug, group, expected) in cases {
        let refused = checkout.xtask(&["new-check", slug, "--group", group]);
        assert!(!refused.status.success() && text(&refused).contains(expected), "{slug}: {}", text(&refused));
    }
}
