//! What can be asked of a backend, and the key under which a recording holds the answer.

use serde_json::Value;

/// One question to the audited host or its engine. The gate has allowed it before it gets here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    Exec {
        program: String,
        args: Vec<String>,
    },
    Stat {
        path: String,
        follow: bool,
    },
    ReadText {
        path: String,
    },
    ListDir {
        path: String,
    },
    FindProcesses {
        name: String,
    },
    Docker(DockerRequest),
    Facts,
    /// Which host is audited, and by whom ([`super::identity`]).
    Identity,
    Now,
}

/// One request to the engine: fixed paths, and ids that [`DockerRequest::is_valid_id`] has seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DockerRequest {
    Version,
    Info,
    Containers,
    Container(String),
    Processes(String),
    Exec(String),
    Images,
    Image(String),
    History(String),
    Networks,
    Volumes,
    Swarm,
    Nodes,
    Services,
    Secrets,
}

impl DockerRequest {
    /// The request's word and, where it is about one object, that object's id.
    pub fn parts(&self) -> (&'static str, Option<&str>) {
        use DockerRequest::*;
        match self {
            Version => ("version", None),
            Info => ("info", None),
            Containers => ("containers", None),
            Container(id) => ("container", Some(id)),
            Processes(id) => ("processes", Some(id)),
            Exec(id) => ("exec", Some(id)),
            Images => ("images", None),
            Image(id) => ("image", Some(id)),
            History(id) => ("history", Some(id)),
            Networks => ("networks", None),
            Volumes => ("volumes", None),
            Swarm => ("swarm", None),
            Nodes => ("nodes", None),
            Services => ("services", None),
            Secrets => ("secrets", None),
        }
    }

    /// The operation of the contract that asks this: what a manifest names to be allowed to.
    pub fn op(&self) -> &'static str {
        use DockerRequest::*;
        match self {
            Version => "docker.version",
            Info => "docker.info",
            Containers => "docker.list-containers",
            Container(_) => "docker.inspect-containers",
            Processes(_) => "docker.container-processes",
            Exec(_) => "docker.inspect-execs",
            Images => "docker.list-images",
            Image(_) => "docker.inspect-images",
            History(_) => "docker.image-history",
            Networks => "docker.list-networks",
            Volumes => "docker.list-volumes",
            Swarm => "docker.swarm",
            Nodes => "docker.list-nodes",
            Services => "docker.list-services",
            Secrets => "docker.list-secrets",
        }
    }

    /// Whether `id` can stand in a request's path: no slash, no query, no dot segment. Image ids keep their
    /// "sha256:"; names with a slash are not ids, and plugins get ids from the lists.
    pub fn is_valid_id(id: &str) -> bool {
        let bare = id.strip_prefix("sha256:").unwrap_or(id);
        let starts_well = bare.starts_with(|c: char| c.is_ascii_alphanumeric());
        starts_well && bare.len() <= 128 && bare.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    }
}

impl Request {
    /// The key of this request in a recording: readable, and the same for the same question.
    pub fn key(&self) -> String {
        match self {
            Request::Exec { program, args } => {
                let words: Vec<String> = std::iter::once(program).chain(args).map(|word| quote(word)).collect();
                format!("exec {}", words.join(" "))
            }
            Request::Stat { path, follow: true } => format!("stat {path}"),
            Request::Stat { path, follow: false } => format!("lstat {path}"),
            Request::ReadText { path } => format!("read {path}"),
            Request::ListDir { path } => format!("list {path}"),
            Request::FindProcesses { name } => format!("process {name}"),
            Request::Docker(docker) => match docker.parts() {
                (word, None) => format!("docker {word}"),
                (word, Some(id)) => format!("docker {word} {id}"),
            },
            Request::Facts => "facts".into(),
            Request::Identity => "identity".into(),
            Request::Now => "now".into(),
        }
    }
}

/// A word as it is, or as a JSON string where a blank or quote would blur where it ends.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:=,@%+-".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { Value::from(word).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_could_change_the_path_are_invalid() {
        for id in ["", ".", "..", "a/b", "a/../b", "a?x=1", "a#b", "a%2f", "-x", "a b", "a\n", "sha256:", "é"] {
            assert!(!DockerRequest::is_valid_id(id), "{id:?}");
        }
        for id in ["4d1c", "sha256:4d1c", "web_1.a-b"] {
            assert!(DockerRequest::is_valid_id(id), "{id:?}");
        }
    }

    #[test]
    fn keys_keep_words_apart() {
        let key = |args: &[&str]| {
            Request::Exec { program: "x".into(), args: args.iter().map(|a| (*a).into()).collect() }.key()
        };
        assert_eq!(key(&["-l"]), "exec x -l");
        assert_ne!(key(&["a b"]), key(&["a", "b"]));
    }
}
