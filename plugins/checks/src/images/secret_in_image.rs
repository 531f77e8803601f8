use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use super::history::{self, Instruction};
use super::secret_names::{names_a_secret, secret_entry};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "secret-in-image",
    control: "image-no-secrets-in-dockerfile",
    title: "Image was built with a secret in it",
    means: "No password, token or private key stands in a Dockerfile, is passed to it as a build argument, or is copied \
            into the image.",
    why: "Whoever can pull an image can read its configuration and history, and every file of every layer, deleted ones \
          included. A token that was used once during the build stays there for all of them.",
    audited: "Names, because values never leave the engine's host. It fails where a variable of the image \
              (Config.Env, or an ENV of its history) or a build argument with a value (ARG, and what a RUN saw) is called \
              as a secret is: \
              PASSWORD, TOKEN, API_KEY and the like; GPG_KEY, the id of a public key, and DB_PASSWORD_FILE are not. A \
              person must judge where a RUN assigns such a name, since the value may be read from a build secret, \
              where it holds credentials in an address or a header, and where a file goes in that is called as keys \
              and credential files are. A pass means that nothing of this was found in any image; a secret \
              under an innocent name cannot be found this way.",
    fix: "Change the secret: it is known to everyone who had the image. Then hand it to the build as a build secret, \
          which leaves no trace, and to the container as a file:\n\
          \n\
          RUN --mount=type=secret,id=npm NPM_TOKEN=$(cat /run/secrets/npm) npm ci\n\
          docker build --secret id=npm,src=$HOME/.npm-token .\n\
          compose:  secrets: [db_password]      environment: {DB_PASSWORD_FILE: /run/secrets/db_password}",
    impact: "Builds need BuildKit and must be given their secrets; programs must read them from files.",
    default: "The builder records whatever the Dockerfile says.",
    deviates: "",
    references: &[
        "https://docs.docker.com/build/building/secrets/",
        "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
    ],
    needs: &[needs::LIST_IMAGES, needs::inspect_images(&["Config.Env"]), history::HISTORY],
    params: &[],
    audit,
};

const EXPECTED: &str = "no secret";

/// Names under which keys and credentials are kept.
const SECRET_FILES: &[&str] = &[
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    ".env",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".dockercfg",
    ".htpasswd",
    "credentials.json",
];
const SECRET_ENDINGS: &[&str] = &[".key", ".p12", ".pfx", ".jks", ".kdbx", ".ppk"];

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let mut histories = history::by_image(facts)?;
    let images = facts.images()?;
    let judged = images.iter().filter_map(|image| {
        let history = histories.remove(&image.id)?;
        let judgement = history.and_then(|instructions| {
            let object = image.object.as_ref().map_err(HostError::clone)?;
            // An image without any variable has none to send.
            object.require("Config")?;
            let env = object.optional("Config.Env", |object, path| object.strings(path))?.unwrap_or_default();
            Ok(judge(&image.subject, &env, &instructions))
        });
        Some((image.subject.clone(), judgement))
    });
    Judgement::sum_up("images", judged)
}

fn judge(image: &str, env: &[&str], instructions: &[Instruction]) -> Judgement {
    let evidence = |property: &str, name: &str| Evidence::new(image, property, name).expected(EXPECTED);
    let mut bad: Vec<Evidence> =
        env.iter().filter_map(|entry| secret_entry(entry)).map(|name| evidence("Config.Env", name)).collect();
    let mut ask = Vec::new();
    let add = |list: &mut Vec<Evidence>, found: Evidence| {
        if !list.contains(&found) {
            list.push(found);
        }
    };
    for instruction in instructions.iter().map(Instruction::in_effect) {
        let property = format!("history {}", instruction.keyword);
        match instruction.keyword.as_str() {
            // A variable that a later instruction emptied is still in its layer's record.
            "ENV" => {
                let names = instruction.text.split_whitespace().filter_map(secret_entry);
                let is_new =
                    |name: &&str| !env.iter().filter_map(|entry| secret_entry(entry)).any(|known| known == *name);
                names.filter(is_new).for_each(|name| add(&mut bad, evidence(&property, name)));
            }
            "ARG" => secret_entry(&instruction.text).iter().for_each(|name| add(&mut bad, evidence(&property, name))),
            "RUN" => {
                let args = instruction.build_args.iter().filter_map(|arg| secret_entry(arg));
                args.for_each(|name| add(&mut bad, evidence("build argument", name)));
                in_command(&instruction.text).into_iter().for_each(|name| add(&mut ask, evidence(&property, name)));
            }
            "COPY" | "ADD" => {
                secret_files(&instruction.text).iter().for_each(|name| add(&mut ask, evidence(&property, name)));
            }
            _ => {}
        }
    }
    if instructions.is_empty() {
        ask.push(history::no_record(image));
    }
    match (bad.is_empty(), ask.is_empty()) {
        (false, _) => Judgement::Bad(bad),
        (true, false) => Judgement::Ask(ask),
        (true, true) => Judgement::Good,
    }
}

/// What in a command looks like a secret, by name: assignments and options, unless a variable is plainly their value.
fn in_command(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| c.is_whitespace() || ";|()`\"'".contains(c));
    let named = |word| {
        let (name, value) = str::split_once(word, '=').unwrap_or((word, ""));
        let name = name.trim_start_matches('-');
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if is_name && !value.is_empty() && !value.starts_with('$') && names_a_secret(name) {
            return Some(name);
        }
        // https://user:password@host
        let user = word.split_once("://").and_then(|(_, rest)| rest.split('/').next()?.rsplit_once('@'));
        let password = user.and_then(|(user, _)| user.split_once(':'));
        if password.is_some_and(|(_, password)| !password.is_empty() && !password.starts_with('$')) {
            return Some("credentials in an address");
        }
        word.eq_ignore_ascii_case("authorization:").then_some("an Authorization header")
    };
    words.filter_map(named).collect()
}

/// The sources, by base name, that are called as files with secrets are; what another stage made keeps its name too.
fn secret_files(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split_whitespace().filter(|word| !word.starts_with("--")).collect();
    words.pop();
    let names = words.into_iter().map(|path| path.rsplit('/').next().unwrap_or(path));
    names.filter(|name| SECRET_FILES.contains(name) || SECRET_ENDINGS.iter().any(|end| name.ends_with(end))).collect()
}
