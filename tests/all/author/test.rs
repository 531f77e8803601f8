//! `keelmark plugin test`

use serde_json::Value;

use super::Project;

const NO_BUILD: [&str; 2] = ["test", "--no-build"];

#[test]
fn what_differs_is_shown_and_blessed() {
    let project = Project::prebuilt();
    project.run(&NO_BUILD).expect(0).prints(&["2 passed, 0 failed"]);
    project.replace("tests/open.expected.toml", "status = \"fail\"", "status = \"pass\"");
    project.replace("tests/open.expected.toml", "root:root 0666", "root:root 0600");
    let done = project.run(&NO_BUILD).expect(1);
    done.prints(&["ok    guarded", "FAIL  open: not as expected", "1.1: expected pass, found fail"]);
    done.prints(&["- file /lib/systemd/system/docker.service: owner and mode = root:root 0600 (expected root:root"]);
    done.prints(&["+ file /lib/systemd/system/docker.service: owner and mode = root:root 0666 (expected root:root"]);
    done.prints(&["1 passed, 1 failed"]);
    // Only the ones whose name is asked for.
    project.run(&["test", "--no-build", "guard"]).expect(0).prints(&["1 passed, 0 failed"]);
    project.run(&["test", "--no-build", "nothing"]).expect(64).says(&["\"nothing\"", "there are: guarded, open"]);

    project.run(&["test", "--no-build", "--bless"]).expect(0).prints(&["open.expected.toml: written", "as it was"]);
    assert!(project.read("tests/open.expected.toml").contains("root:root 0666"));
    project.run(&NO_BUILD).expect(0);
}

#[test]
fn nothing_passes_on_facts_that_nobody_recorded() {
    let project = Project::prebuilt();
    let mut recording: Value = serde_json::from_str(&project.read("tests/open.json")).unwrap();
    let answers = recording["answers"].as_object_mut().unwrap();
    let info = answers.remove("docker info").unwrap();
    answers.insert("docker list-images".into(), info);
    std::fs::write(project.join("tests/open.json"), recording.to_string()).unwrap();
    for args in [&NO_BUILD[..], &["test", "--no-build", "--bless"]] {
        let done = project.run(args).expect(1);
        done.prints(&["FAIL  open: the recording lacks answers", "asked, but not recorded: docker info"]);
        done.prints(&["recorded, but never asked: docker list-images"]);
    }
    assert!(project.read("tests/open.expected.toml").contains("status = \"fail\""), "it was not blessed");
}

#[test]
fn a_recording_without_expected_verdicts_is_no_pass() {
    let project = Project::prebuilt();
    std::fs::remove_file(project.join("tests/open.expected.toml")).unwrap();
    let done = project.run(&NO_BUILD).expect(1);
    done.prints(&[
        "FAIL  open: nothing is expected yet",
        "--bless writes it",
        "1.1 fail: the Docker service is not guarded",
    ]);
    std::fs::write(project.join("tests/open.expected.toml"), "[[finding]]\nid = \"1.1\"\nstatus = \"good\"\n").unwrap();
    project.run(&NO_BUILD).expect(64).says(&["open.expected.toml", "good"]);
    std::fs::write(project.join("tests/open.json"), "{").unwrap();
    project.run(&NO_BUILD).expect(64).says(&["open.json:1:1", "not a keelmark recording"]);
    std::fs::remove_dir_all(project.join("tests")).unwrap();
    project.run(&NO_BUILD).expect(64).says(&["holds no recording", "--record NAME"]);
    std::fs::remove_file(project.join("acme-prebuilt.wasm")).unwrap();
    project.run(&NO_BUILD).expect(64).says(&["acme-prebuilt.wasm is not built yet"]);
}

#[test]
fn a_recording_of_this_host_becomes_a_test() {
    let project = Project::prebuilt();
    let done = project.run(&["test", "--no-build", "--record", "here"]).expect(0);
    done.prints(&["tests/here.json: ", " answers of this host", "1.1 "]);
    let recording = project.read("tests/here.json");
    assert!(recording.contains("exec systemctl show --property=FragmentPath docker.service"), "{recording}");
    project.run(&["test", "--no-build", "--record", "here"]).expect(64).says(&["here.json exists"]);
    project.run(&["test", "--no-build", "--record", "../x"]).expect(64).says(&["is no recording's name"]);
    project.run(&["test", "--no-build", "here"]).expect(1).prints(&["nothing is expected yet"]);
    project.run(&["test", "--no-build", "--bless", "here"]).expect(0);
    project.run(&["test", "--no-build", "here"]).expect(0).prints(&["1 passed, 0 failed"]);
}

#[test]
fn a_test_is_not_this_host_s_settings_business() {
    let project = Project::prebuilt();
    std::fs::write(project.join("tests/open.settings.toml"), "max-unused-images = 1\n").unwrap();
    project.run(&NO_BUILD).expect(0);
    std::fs::write(project.join("tests/open.settings.toml"), "max-unused-image = 1\n").unwrap();
    project.run(&NO_BUILD).expect(64).says(&["open.settings.toml", "max-unused-image"]);
}
