use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Object, Params, Verdict};

use super::config;
use super::history::{self, Instruction};
use super::secret_traces::{Trace, in_arguments, in_copy, in_entries, in_entry, in_script};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "secret-in-image",
    control: "image-no-secrets-in-dockerfile",
    title: "Image was built with a secret in it",
    means: "No password, token or private key stands in a Dockerfile, is passed to it as a build argument, or is copied \
            into the image.",
    why: "Whoever can pull an image can read its configuration and history, and every file of every layer, deleted ones \
          included. A token that was used once during the build stays there for all of them.",
    audited: "Names, and what keelmark says of the values, which never leave the engine's host: of each one whether it \
              was a credential by its form (an address with a password, a private key, a token of a known kind). It fails \
              where a variable (Config.Env, or an ENV of the history), a build argument with a value (ARG, and what a RUN \
              saw), a label or an argument of CMD, ENTRYPOINT or HEALTHCHECK was one, or has a value and is called as a \
              secret is: PASSWORD, TOKEN, API_KEY and the like; GPG_KEY, the id of a public key, and DB_PASSWORD_FILE are \
              not. A person must judge names that stand for secrets and for other things (SSH_KEY, REDIS_AUTH); what a \
              shell reads, in a RUN or elsewhere, since a value may come from a build secret there: such names, credentials \
              in an address, a header or `curl -u`; and files that go in and are called as keys and credential files are, \
              outside or in the image, or of which the classic builder kept no name. A pass means that nothing of this was \
              found in any image; a secret under an innocent name cannot be found this way.",
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
    needs: &[
        needs::LIST_IMAGES,
        config::PLATFORM,
        needs::inspect_images(&[
            "Config.Env",
            "Config.Labels",
            "Config.Cmd",
            "Config.Entrypoint",
            "Config.Healthcheck",
        ]),
        history::HISTORY,
    ],
    params: &[],
    audit,
};

const EXPECTED: &str = "no secret";

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let histories = history::by_image(facts)?;
    let images = facts.images()?;
    let judged = images.iter().filter_map(|image| {
        let instructions = histories.get(&image.id)?;
        let judgement = match (instructions, &image.object) {
            (Ok(instructions), Ok(object)) => judge(object, instructions),
            (Err(error), _) | (_, Err(error)) => Err(error.clone()),
        };
        Some((image.subject.clone(), judgement))
    });
    Judgement::sum_up("images", judged)
}

fn judge(image: &Object, instructions: &[Instruction]) -> Result<Judgement, HostError> {
    config::required(image)?;
    let mut seen = Seen { image: &image.subject, bad: Vec::new(), ask: Vec::new() };
    let list = |path: &str| Ok::<_, HostError>(image.optional(path, Object::strings)?.unwrap_or_default());
    for entry in list("Config.Env")? {
        let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
        seen.add("Config.Env", in_entry(name, value));
    }
    for (name, value) in image.optional("Config.Labels", Object::map)?.into_iter().flatten() {
        let wrong = || HostError::failed(format!("{}: the label {name} is no text", image.subject));
        seen.add("Config.Labels", in_entry(name, value.as_str().ok_or_else(wrong)?));
    }
    for path in ["Config.Cmd", "Config.Entrypoint", "Config.Healthcheck?.Test"] {
        seen.add(&path.replace('?', ""), in_arguments(&list(path)?));
    }
    // An instruction that a later one undid is still in the record, which goes with the image.
    for instruction in instructions.iter().map(Instruction::in_effect) {
        let traces = match instruction.keyword.as_str() {
            "ENV" | "ARG" | "LABEL" => in_entries(&instruction.text),
            "RUN" => {
                let entries = instruction.build_args.iter().flat_map(|entry| in_entries(entry));
                seen.add("build argument", entries);
                in_script(&instruction.text)
            }
            "CMD" | "ENTRYPOINT" | "HEALTHCHECK" => in_script(&instruction.text),
            "COPY" | "ADD" => in_copy(&instruction.text),
            _ => Vec::new(),
        };
        seen.add(&format!("history {}", instruction.keyword), traces);
    }
    if instructions.is_empty() {
        seen.ask.push(history::no_record(&image.subject));
    }
    let nothing = Evidence::new(&image.subject, "names of secrets", "none").expected("none");
    Ok(Judgement::worst(seen.bad, seen.ask, nothing))
}

/// What was seen of one image, each name once: the configuration repeats what is in the history.
struct Seen<'i> {
    image: &'i str,
    bad: Vec<Evidence>,
    ask: Vec<Evidence>,
}

impl Seen<'_> {
    fn add(&mut self, property: &str, traces: impl IntoIterator<Item = Trace>) {
        for trace in traces {
            let found = history::shortened(&trace.found);
            let is_known = |known: &&Evidence| known.found == found;
            let (in_bad, in_ask) =
                (self.bad.iter().any(|one| is_known(&one)), self.ask.iter().any(|one| is_known(&one)));
            if in_bad || (in_ask && !trace.is_certain) {
                continue;
            }
            let evidence = Evidence::new(self.image, property, found).expected(EXPECTED);
            let evidence = if trace.note.is_empty() { evidence } else { evidence.note(trace.note) };
            if trace.is_certain { self.bad.push(evidence) } else { self.ask.push(evidence) }
        }
    }
}
