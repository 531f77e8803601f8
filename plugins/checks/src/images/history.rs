//! What an image's history tells of its Dockerfile, whether the classic builder or BuildKit wrote it.

use std::collections::HashMap;

use keelmark_sdk::{DockerEach, Evidence, Facts, HostError, Judgement, Need, Object, Verdict};

use super::shell;

pub const HISTORY: Need =
    Need::new("docker.image-history", &["CreatedBy"], "reads the instructions that images were built with");

const KEYWORDS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// One instruction of the Dockerfile that made an image, or of its base's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// "RUN"; empty for a remark that some other tool left.
    pub keyword: String,
    /// Everything after the keyword; of a RUN, what its shell was given.
    pub text: String,
    /// The build arguments that a RUN saw, as "NAME=value".
    pub build_args: Vec<String>,
}

impl Instruction {
    /// None where nothing was recorded, as for a layer made by `docker import`.
    pub fn parse(created_by: &str) -> Option<Self> {
        let text = one_word(created_by);
        let text = text.trim();
        let text = text.strip_suffix("# buildkit").unwrap_or(text).trim();
        // The classic builder writes instructions that run nothing as a shell's comment.
        let text = match text.split_once("#(nop)") {
            Some((shell, instruction)) if !shell.contains(['\n', ';', '&', '|', '\'', '"']) => instruction.trim(),
            _ => text,
        };
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        match first {
            "" => None,
            "RUN" => Some(Self::run(rest.trim())),
            _ if KEYWORDS.contains(&first) => Some(Self::other(first, rest.trim())),
            // Builders of base images leave remarks such as "# debian.sh --arch 'amd64' …".
            _ if first.starts_with('#') => Some(Self::other("", text)),
            // The classic builder records of a RUN only what it ran.
            _ => Some(Self::run(text)),
        }
    }

    fn other(keyword: &str, text: &str) -> Self {
        Self { keyword: keyword.to_owned(), text: text.to_owned(), build_args: Vec::new() }
    }

    /// `|2 A=1 B=2 /bin/sh -c make` ran `make` with two build arguments.
    fn run(text: &str) -> Self {
        let mut rest = text;
        let mut build_args = Vec::new();
        if let Some((count, after)) = text.strip_prefix('|').and_then(|args| args.split_once(char::is_whitespace)) {
            rest = after;
            for _ in 0..count.parse::<u8>().unwrap_or(0) {
                let (arg, after) = rest.trim_start().split_once(char::is_whitespace).unwrap_or((rest.trim_start(), ""));
                build_args.push(arg.to_owned());
                rest = after;
            }
        }
        Self { keyword: "RUN".to_owned(), text: shell::without_shell(rest.trim()).to_owned(), build_args }
    }

    /// Whether it makes a layer with files, as opposed to metadata.
    pub fn makes_layer(&self) -> bool {
        ["ADD", "COPY", "RUN", ""].contains(&self.keyword.as_str())
    }

    /// The instruction that an ONBUILD holds for images built on this one, else the instruction itself.
    pub fn in_effect(&self) -> Self {
        let held = (self.keyword == "ONBUILD").then(|| Self::parse(&self.text)).flatten();
        held.unwrap_or_else(|| self.clone())
    }

    /// Evidence that quotes it.
    pub fn evidence(&self, image: &str) -> Evidence {
        Evidence::new(image, format!("history {}", self.keyword).trim_end(), shortened(&self.text))
    }
}

/// The instructions of every image by its id, oldest first.
pub fn by_image(facts: &Facts) -> Result<HashMap<String, Result<Vec<Instruction>, HostError>>, HostError> {
    let images = facts.image_list()?;
    let ids: Vec<String> = images.iter().map(|image| image.id.clone()).collect();
    let subject = |id: &str| images.iter().find(|image| image.id == id).map_or("image", |image| &image.subject);
    let answers = facts.ask_each(DockerEach::History, &ids)?;
    let read = |(id, answer): (String, Result<_, _>)| {
        let layers = answer.and_then(|layers| instructions(subject(&id), layers));
        (id, layers)
    };
    Ok(answers.into_iter().map(read).collect())
}

fn instructions(subject: &str, layers: keelmark_sdk::serde_json::Value) -> Result<Vec<Instruction>, HostError> {
    let layers = layers
        .as_array()
        .map(|layers| layers.iter().rev().map(|layer| Object::new(format!("history of {subject}"), layer.clone())));
    let layers = layers.ok_or_else(|| HostError::failed(format!("{subject}: its history is not a list")))?;
    let parsed: Result<Vec<_>, HostError> =
        layers.map(|layer| Ok(Instruction::parse(layer.str("CreatedBy")?))).collect();
    Ok(parsed?.into_iter().flatten().collect())
}

/// Judges the instructions of every image, given with its subject, and sums up. An image without a record of any
/// (imported, or flattened) is one to ask about: its Dockerfile may have held anything.
pub fn each_image(
    facts: &Facts,
    judge: impl Fn(&str, &[Instruction]) -> Result<Judgement, HostError>,
) -> Result<Verdict, HostError> {
    let images = facts.image_list()?;
    let histories = by_image(facts)?;
    let judged = images.iter().filter_map(|image| {
        // What is not there vanished since it was listed: a history that the engine cannot tell is an error.
        let judgement = match histories.get(&image.id)? {
            Ok(instructions) if instructions.is_empty() => Ok(Judgement::ask(no_record(&image.subject))),
            Ok(instructions) => judge(&image.subject, instructions),
            Err(error) => Err(error.clone()),
        };
        Some((image.subject.clone(), judgement))
    });
    Judgement::sum_up("images", judged)
}

/// The host's mark for a value that it knows for a credential by its form. The other, for values under telling names and
/// for all values of variables, is `<masked>`.
pub const CREDENTIAL: &str = "<masked credential>";
/// The same without a blank, so that it stays a word among words.
pub const CREDENTIAL_WORD: &str = "<masked-credential>";

fn one_word(text: &str) -> String {
    text.replace(CREDENTIAL, CREDENTIAL_WORD)
}

/// Whether the host put a credential's mark in place of a part of this text.
pub fn holds_credential(text: &str) -> bool {
    text.contains(CREDENTIAL) || text.contains(CREDENTIAL_WORD)
}

/// Whether the host put any mark in place of a part of this text.
pub fn is_masked(text: &str) -> bool {
    text.contains("<masked")
}

pub fn no_record(image: &str) -> Evidence {
    Evidence::new(image, "history", "none").note("nothing tells what its Dockerfile held")
}

/// At most a line of it, without its own line breaks.
pub fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(CREDENTIAL_WORD, CREDENTIAL);
    match line.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::Instruction;

    fn parse(created_by: &str) -> (String, String) {
        Instruction::parse(created_by).map(|i| (i.keyword, i.text)).unwrap_or_default()
    }

    #[test]
    fn both_builders_are_read() {
        for created_by in ["/bin/sh -c apt-get update", "RUN /bin/sh -c apt-get update # buildkit", "apt-get update"] {
            assert_eq!(parse(created_by), ("RUN".into(), "apt-get update".into()), "{created_by}");
        }
        for created_by in ["/bin/sh -c #(nop) ADD file:4b2a in / ", "ADD file:4b2a in / # buildkit"] {
            assert_eq!(parse(created_by), ("ADD".into(), "file:4b2a in /".into()), "{created_by}");
        }
    }

    #[test]
    fn build_arguments_and_the_shell_are_not_the_command() {
        let run = Instruction::parse("RUN |2 A=<masked> B=<masked> /bin/bash -o pipefail -ec make # buildkit").unwrap();
        assert_eq!((run.text.as_str(), run.build_args), ("make", vec!["A=<masked>".into(), "B=<masked>".into()]));
        assert_eq!(parse("|1 A=<masked> /bin/sh -c make"), ("RUN".into(), "make".into()));
        assert_eq!(parse("|9"), ("RUN".into(), "|9".into()));
    }

    #[test]
    fn a_masked_credential_is_one_word() {
        let run = Instruction::parse("|2 A=<masked> B=<masked credential> apt-get update").unwrap();
        assert_eq!(run.text, "apt-get update");
        assert_eq!(run.build_args.len(), 2);
        assert_eq!(super::shortened("curl https://<masked-credential>@x"), "curl https://<masked credential>@x");
    }

    #[test]
    fn remarks_and_blanks_are_no_instructions() {
        assert_eq!(parse("# debian.sh --arch 'amd64'").0, "");
        assert_eq!(Instruction::parse("  "), None);
    }

    #[test]
    fn the_marker_inside_a_command_is_not_an_instruction() {
        assert_eq!(parse("/bin/sh -c echo '#(nop) ADD x /'").0, "RUN");
    }
}
