//! The class of leaks: a secret in every shape that people write one in, in every place where one can stand.

use keelmark_contract::ops;
use serde_json::{Value, json};

use super::super::file::mask_file;
use super::super::mask;
use super::super::words::mask_words;
use crate::DockerRequest;
use crate::request::{about, whole};

/// What must not be found anywhere. In capitals, it fits the shapes that have only those.
const MARKER: &str = "Hunter2HUNTER2Hunter2";

/// How a secret is written in a text; `{}` is the secret.
const TEXTS: &[&str] = &[
    "PASSWORD={}",
    "export DB_PASS='{}' X=1",
    "password = \"{}\"",
    "password = '{}'",
    "password = {}",
    "requirepass={}",
    "masterauth = {}",
    "DBPASS={}",
    "privkey={}",
    "sshkey={}",
    "bindpw={}",
    "pswd={}",
    "--requirepass {}",
    "--masterauth {}",
    "--dbpass {}",
    "--password {}",
    "--password --{}",
    "--token -- {}",
    "--token={}",
    "'password' => '{}'",
    ":password => \"{}\"",
    "password => {}",
    "<password>{}</password>",
    "map[password:{}]",
    "map[user:x password:{} z:1]",
    "&{User:x Password:{}}",
    "{\"password\":\"{}\"}",
    "{\"tokens\": [\"a\", \"{}\"], \"x\": 1}",
    "{\\\"password\\\":\\\"{}\\\"}",
    "{\\\\\\\"password\\\\\\\":\\\\\\\"{}\\\\\\\"}",
    "[\"app\", \"--password\", \"{}\"]",
    "[\"app\" \"--api-key\" \"{}\"]",
    "[\\\"--password\\\",\\\"{}\\\"]",
    "\"--password\" \"{}\"",
    "-H 'Authorization: Bearer {}'",
    "-H \"X-Api-Key: {}\"",
    "Authorization: Basic {}",
    "Basic {}",
    "Bearer {}",
    "https://ann:{}@host/path",
    "https://{}@host/path",
    "postgres://app:{}@db/app",
    "amqp://app:{}@mq",
    "app:{}@tcp(db:3306)/app",
    "https_proxy=ann:{}@proxy:3128",
    "https://host/?a=b&access_token={}",
    "curl -u user:{} http://x",
    "curl -uuser:{} http://x",
    "curl --user user:{} http://x",
    "docker login -u x -p {} registry",
    "sshpass -p {} ssh x",
    "sshpass -p{} ssh x",
    "redis-cli -h x -a {} ping",
    "mysql -p{} db",
    "echo root:{} | chpasswd",
    "echo 'root:{}' |chpasswd",
    "chpasswd <<< root:{}",
    "echo {} | docker login --password-stdin",
    "machine h login u password {}",
    "AKIAHUNTER2HUNTER2HUN",
    "ghp_{}abcdefghijklmnop",
    "glpat-{}",
    "xoxb-{}",
    "sk_live_{}",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{}",
    "https://hooks.slack.com/services/T0/B0/{}",
    "-----BEGIN RSA PRIVATE KEY-----\nMII{}\n-----END RSA PRIVATE KEY-----",
    "$6$salt${}",
];

fn planted(shape: &str) -> String {
    let text = shape.replace("{}", MARKER);
    assert_ne!(leak(&text), None, "{shape} tests nothing");
    text
}

/// What is left of a secret, if something is.
fn leak(text: &str) -> Option<&str> {
    ["Hunter2", "HUNTER2"].into_iter().find(|part| text.contains(part))
}

/// Words as a shell parts them, of texts whose quotes are plain.
fn words(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in text.chars() {
        match quote {
            Some(open) if open == c => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == ' ' => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    // What only a shell understands is in no command line.
    let is_plain = text.starts_with("--") && !text.starts_with("-----BEGIN");
    (!text.contains(['\\', '|', '[', '{', '<', '=', '\n']) || is_plain).then_some(words)
}

/// The places in the engine's answers that hold texts of users.
fn engine_answers(text: &str) -> Vec<(DockerRequest, Value)> {
    let id = || "4d1c".to_owned();
    let label = json!({ "Labels": { "x": text } });
    vec![
        (whole(&ops::VERSION), json!({ "Platform": { "Name": text } })),
        (
            whole(&ops::INFO),
            json!({ "Labels": [text], "Name": text, "DriverStatus": [["x", text]], "Warnings": [text] }),
        ),
        (whole(&ops::INFO), json!({ "Runtimes": { "x": { "path": "x", "runtimeArgs": [text] } } })),
        (whole(&ops::LIST_CONTAINERS), json!([{ "Command": text, "Labels": label["Labels"] }])),
        (
            about(&ops::INSPECT_CONTAINERS, id()),
            json!({ "Config": label, "State": { "Error": text }, "Args": [text], "Path": text }),
        ),
        (
            about(&ops::INSPECT_CONTAINERS, id()),
            json!({ "Config": { "Cmd": ["sh", "-c", text], "Env": [format!("A={text}"), text] } }),
        ),
        (
            about(&ops::INSPECT_CONTAINERS, id()),
            json!({ "Config": { "Entrypoint": text, "Healthcheck": { "Test": ["CMD-SHELL", text] } } }),
        ),
        (
            about(&ops::INSPECT_CONTAINERS, id()),
            json!({ "HostConfig": { "Annotations": { "x": text }, "LogConfig": { "Config": { "tag": text } } } }),
        ),
        (about(&ops::INSPECT_EXECS, id()), json!({ "ProcessConfig": { "entrypoint": text, "arguments": [text] } })),
        (whole(&ops::LIST_IMAGES), json!([label])),
        (
            about(&ops::INSPECT_IMAGES, id()),
            json!({ "Config": { "OnBuild": [format!("RUN {text}"), format!("ENV A={text}")] }, "Comment": text }),
        ),
        (whole(&ops::LIST_NETWORKS), json!([{ "Options": { "x": text }, "Labels": label["Labels"] }])),
        (
            whole(&ops::LIST_VOLUMES),
            json!([{ "Driver": "local", "Options": { "o": text, "device": text }, "Labels": label["Labels"] }]),
        ),
        (whole(&ops::SWARM), json!({ "Spec": label })),
        (whole(&ops::LIST_NODES), json!([{ "Spec": label }])),
        (
            whole(&ops::LIST_SERVICES),
            json!([{ "Spec": { "TaskTemplate": { "ContainerSpec": { "Args": [text], "Command": ["sh", "-c", text], "Env": [format!("A={text}")] } } } }]),
        ),
        (whole(&ops::LIST_SECRETS), json!([{ "Spec": label }])),
    ]
}

/// Instructions that hold what users write.
const INSTRUCTIONS: &[&str] = &[
    "/bin/sh -c {}",
    "/bin/sh -c true && {}",
    "RUN /bin/sh -c {} # buildkit",
    "RUN |1 A=b /bin/bash -o pipefail -c {} # buildkit",
    "|1 A=b {}",
    "{}",
    "/bin/sh -c #(nop)  CMD [\"/bin/sh\" \"-c\" {q}]",
    "CMD [\"/bin/sh\" \"-c\" {q}]",
    "HEALTHCHECK &{[\"CMD-SHELL\" {q}] \"0s\" \"0s\" \"0s\" '\\x03'}",
    "ENV A={}",
    "/bin/sh -c #(nop)  ENV A={}",
    "ARG A={}",
    "|1 A={} /bin/sh -c true",
    "RUN |1 A={} /bin/sh -c true # buildkit",
    "LABEL x={}",
    "LABEL db.password=two {} words",
    "LABEL a=b db.password={}",
    "ONBUILD ENV A={}",
    "ONBUILD RUN {}",
    "ENTRYPOINT {}",
];

fn assert_masked(place: &str, shape: &str, masked: &str) {
    assert_eq!(leak(masked), None, "{place}: {shape} came out as {masked}");
}

#[test]
fn no_shape_gets_through_an_answer_of_the_engine() {
    let mut failures = Vec::new();
    for shape in TEXTS {
        for (request, mut answer) in engine_answers(&planted(shape)) {
            mask(&request, &mut answer);
            let once = answer.clone();
            if leak(&answer.to_string()).is_some() {
                failures.push(format!("{request:?} {shape}: {answer}"));
            }
            mask(&request, &mut answer);
            if answer != once {
                failures.push(format!("twice {request:?} {shape}: {once} {answer}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} leaks:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn no_shape_gets_through_the_history() {
    let mut failures = Vec::new();
    for shape in TEXTS {
        let text = planted(shape);
        for instruction in INSTRUCTIONS {
            let line = instruction.replace("{q}", &json!(text).to_string()).replace("{}", &text);
            let mut answer = json!([{ "CreatedBy": line }]);
            mask(&about(&ops::IMAGE_HISTORY, "4d1c"), &mut answer);
            let once = answer.clone();
            if leak(&answer.to_string()).is_some() {
                failures.push(format!("{instruction} {shape}: {answer}"));
            }
            mask(&about(&ops::IMAGE_HISTORY, "4d1c"), &mut answer);
            if answer != once {
                failures.push(format!("twice {instruction} {shape}: {once} {answer}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} leaks:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn no_shape_gets_through_a_file_or_a_programs_output() {
    let mut failures = Vec::new();
    for shape in TEXTS {
        let text = planted(shape);
        let files = [
            ("lines", text.clone()),
            ("unit", format!("[Service]\nExecStart=/usr/bin/x {text}\nEnvironment=\"A=1\"\n")),
            ("json", json!({ "x": text, "list": [text], "deep": { "y": { "z": text } } }).to_string()),
            (
                "toml",
                format!("x = {}\n[a.b]\ny = [ 1 ]\nz = {{ w = {0} }} # {}\n", json!(text), text.replace('\n', " ")),
            ),
            ("yaml", format!("a:\n  b: |\n    {}\n", text.replace('\n', "\n    "))),
            ("env", format!("# {}\nA=1\n", text.replace('\n', " "))),
        ];
        for (form, file) in files {
            let masked = mask_file(&file);
            if leak(&masked).is_some() {
                failures.push(format!("{form} {shape}: {masked}"));
            }
            if mask_file(&masked) != masked {
                failures.push(format!("twice {form} {shape}: {masked} {}", mask_file(&masked)));
            }
        }
    }
    assert!(failures.is_empty(), "{} leaks:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn no_shape_gets_through_a_command_line() {
    let mut failures = Vec::new();
    let mut tried = 0;
    for shape in TEXTS {
        let text = planted(shape);
        let joined = vec!["app".to_owned(), text.clone()];
        for mut argv in [Some(joined), words(&text)].into_iter().flatten() {
            tried += 1;
            mask_words(argv.iter_mut());
            if leak(&argv.join(" ")).is_some() {
                failures.push(format!("{shape}: {argv:?}"));
            }
        }
    }
    assert!(tried > TEXTS.len() + 20, "{tried}");
    assert!(failures.is_empty(), "{} leaks:\n{}", failures.len(), failures.join("\n"));
}

/// Names and values by the structure of a file, in each of its forms.
#[test]
fn no_named_value_gets_through_a_file() {
    let names = [
        "password",
        "api_key",
        "requirepass",
        "masterauth",
        "dbpass",
        "privkey",
        "sshkey",
        "bindpw",
        "auth",
        "identitytoken",
    ];
    for name in names {
        let secret = MARKER;
        let files = [
            json!({ name: secret }).to_string(),
            json!({ name: [secret], "nested": { name: { "x": secret } } }).to_string(),
            json!([{ "name": name, "value": secret }]).to_string(),
            format!("{{\"{name}\": \"{secret}\", \"broken\": \n"),
            format!("{name} = \"{secret}\"\n"),
            format!("{name}='{secret}'\n[x.{name}]\ny = '{secret}'\n"),
            format!("x = {{ {name} = \"{secret}\" }}\n[[l]]\n{name} = [ '{secret}',\n '{secret}' ]\n"),
            format!("{name} = \"\"\"\n{secret}\n{secret}\"\"\"\n"),
            format!("{name} = '''\n{secret}\n'''\n[broken\n"),
            format!("[section]\n{name} = {secret} {secret}\n"),
            format!("[section]\n{name}: {secret} {secret}\n"),
            format!("[section]\n{name} = a\n   {secret}\n"),
            format!("{name}={secret} {secret}\n"),
            format!("export {name}=\"{secret} {secret}\"\n"),
            format!("  {name} {secret}\n"),
            format!("a:\n  {name}: {secret}\n  b: c\n"),
            format!("a:\n  - {name}: |\n      {secret}\n      {secret}\n    b: c\n"),
            format!("{name}:\n  - {secret}\n"),
            format!("<x><{name}>{secret}</{name}></x>\n"),
            format!("[Service]\nEnvironment=\"{name}={secret} {secret}\" A=b\n"),
            format!("[Service]\nExecStart=/bin/x \\\n  --{name} {secret} \\\n  --x\n"),
            format!("#{name} = {secret}\n"),
            format!("{name} = {{SSHA}}{secret}\n"),
        ];
        for file in files {
            assert_masked("file", &file, &mask_file(&file));
            let once = mask_file(&file);
            assert_eq!(mask_file(&once), once, "masking twice");
        }
    }
}
