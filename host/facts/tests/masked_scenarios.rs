//! The scenarios of the built-in checks, held against the masking of the live host: none may show a check what no host
//! ever sends. What masking would change is such a form, since masking twice changes nothing.

use std::collections::BTreeSet;

use keelmark_contract::ops;
use keelmark_facts::DockerRequest;
use keelmark_facts::live::mask::Raw;
use keelmark_sdk::scenario;
use serde_json::Value;

/// The engine's question of this key of a recording.
fn docker_request(key: &str) -> Option<DockerRequest> {
    let (function, id) = key.split_once(' ').map_or((key, None), |(function, id)| (function, Some(id)));
    let op = ops::of_function("docker", function)?;
    Some(id.map_or_else(|| DockerRequest::whole(op), |id| DockerRequest::about(op, id)))
}

/// The answer as the live host would send it; none of questions whose answers hold no texts of users.
fn masked(key: &str, answer: &Value) -> Option<Value> {
    let (kind, rest) = key.split_once(' ').unwrap_or((key, ""));
    let raw = Raw::new(answer.clone());
    match kind {
        "docker" => Some(raw.of_engine(&docker_request(rest)?)),
        "read" => Some(raw.of_file(rest)),
        "exec" => Some(raw.of_program()),
        "process" => {
            let mut processes = answer.clone();
            for process in processes.as_array_mut()? {
                let argv: Vec<String> = serde_json::from_value(process.get("argv")?.clone()).ok()?;
                process["argv"] = Raw::new(argv).of_process().into();
            }
            Some(processes)
        }
        _ => None,
    }
}

#[test]
fn no_scenario_shows_what_no_host_sends() {
    let files: BTreeSet<&str> = keelmark_checks::catalog().iter().map(|entry| entry.scenarios).collect();
    let (mut failures, mut tried) = (BTreeSet::new(), 0);
    for scenario in files.into_iter().flat_map(|file| scenario::parse(file).unwrap()) {
        let host = scenario::expand(&scenario.host).unwrap();
        for (key, answer) in host.answers.iter().filter_map(|(key, answer)| Some((key, answer.get("ok")?))) {
            let Some(sent) = masked(key, answer) else { continue };
            tried += 1;
            if sent != *answer {
                failures.insert(format!("## {}\n{}", scenario.name, differences(answer, &sent)));
            }
        }
    }
    assert!(tried > 10_000, "only {tried} answers were masked");
    assert!(
        failures.is_empty(),
        "{} answers that no host sends:\n{}",
        failures.len(),
        failures.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// The texts that are sent otherwise, and how.
fn differences(shown: &Value, sent: &Value) -> String {
    match (shown, sent) {
        (Value::Array(shown), Value::Array(sent)) => {
            shown.iter().zip(sent).map(|(shown, sent)| differences(shown, sent)).collect()
        }
        (Value::Object(shown), Value::Object(_)) => {
            shown.iter().map(|(name, shown)| differences(shown, sent.get(name).unwrap_or(&Value::Null))).collect()
        }
        (shown, sent) if shown != sent => format!("{shown} is sent as {sent}\n"),
        _ => String::new(),
    }
}

/// What a check calls a secret, the host must have masked: the names of check 4.10 are a part of those of the masking.
#[test]
fn every_name_that_a_check_judges_is_masked() {
    let words = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "apikey",
        "credentials",
        "pwd",
        "pat",
        "pass",
        "pw",
        "key",
        "auth",
        "psk",
        "dsn",
        "jwt",
        "salt",
        "private",
        "storage",
        "signing",
        "encryption",
        "access",
        "account",
        "master",
        "api",
        "stripe",
        "config",
        "docker",
        "cookie",
        "session",
        "license",
        "ssh",
        "cert",
        "hash",
        "seed",
        "bearer",
        "db",
        "requirepass",
        "masterauth",
        "dbpass",
        "privkey",
        "sshkey",
        "bindpw",
        "pswd",
        "webhook",
        "login",
        "user",
    ];
    let mut judged = 0;
    let pairs = words.iter().flat_map(|first| words.iter().map(move |second| (*first, *second)));
    for (first, second) in pairs {
        let names = [
            first.to_owned(),
            format!("{first}_{second}"),
            format!("{first}{second}"),
            format!("X_{first}_{second}_BASE"),
            format!("x-{first}.{second}"),
        ];
        for name in names.iter().flat_map(|name| [name.clone(), name.to_ascii_uppercase()]) {
            if keelmark_checks::images::secret_names::secrecy(&name).is_some() {
                judged += 1;
                let text = Raw::new(Value::from(format!("{{\"{name}\": \"hunter2\"}}"))).of_file("/etc/app.json");
                assert!(!text.to_string().contains("hunter2"), "{name} is judged and not masked");
            }
        }
    }
    assert!(judged > 1_000, "only {judged} names are judged");
}
