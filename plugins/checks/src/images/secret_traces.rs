//! What in commands and copies looks like a secret. The host masks values before they come here, and says of those that
//! it knew for a credential by their form that they were one.

use super::history::{CREDENTIAL, CREDENTIAL_WORD, holds_credential, is_masked};
use super::secret_names::{Secrecy, secrecy};
use super::shell;

/// Something that looks like a secret: the name or the word that shows it, and what it is where that does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    pub found: String,
    pub note: &'static str,
    /// Whether it can be nothing else: a literal value under a secret's name, or one that the host knew.
    pub is_certain: bool,
}

impl Trace {
    pub fn certain(found: &str, note: &'static str) -> Self {
        Self { found: found.to_owned(), note, is_certain: true }
    }

    fn likely(found: &str, note: &'static str) -> Self {
        Self { found: found.to_owned(), note, is_certain: false }
    }

    fn of_name(name: &str, secrecy: Secrecy) -> Self {
        Self { found: name.to_owned(), note: "", is_certain: secrecy == Secrecy::Certain }
    }
}

pub const BY_FORM: &str = "its value was a credential by its form";
const ADDRESS: &str = "credentials in an address";
const HEADER: &str = "an Authorization header";
const LOGIN: &str = "a user with a password";

/// What a variable or label shows, by its name and by what the host says of its value.
pub fn in_entry(name: &str, value: &str) -> Option<Trace> {
    if holds_credential(value) {
        return Some(Trace::certain(name, BY_FORM));
    }
    let has_value = !value.trim_matches(['"', '\'']).is_empty();
    secrecy(name).filter(|_| has_value).map(|secrecy| Trace::of_name(name, secrecy))
}

/// What the entries "NAME=value" of an instruction show.
pub fn in_entries(text: &str) -> Vec<Trace> {
    let entries = text.split_whitespace().filter_map(|word| word.split_once('='));
    entries.filter_map(|(name, value)| in_entry(name, value)).collect()
}

/// What a command shows that a shell reads: what looks literal may be read from somewhere, so nothing is certain.
pub fn in_script(text: &str) -> Vec<Trace> {
    let is_end = |c: char| c.is_whitespace() || ";|()[],`\"'".contains(c);
    // The mark has a blank in it, but is one word.
    let text = text.replace(CREDENTIAL, CREDENTIAL_WORD);
    let words: Vec<&str> = text.split(is_end).filter(|word| !word.is_empty()).collect();
    let traces = in_words(&words, text.contains("curl")).into_iter();
    traces
        .map(|trace| Trace { found: trace.found.replace(CREDENTIAL_WORD, CREDENTIAL), is_certain: false, ..trace })
        .collect()
}

/// What a command in exec form shows: no shell reads it, so what is in it is meant literally.
pub fn in_arguments(arguments: &[&str]) -> Vec<Trace> {
    let arguments = match arguments {
        ["CMD-SHELL", script, ..] => return in_script(script),
        ["CMD", arguments @ ..] | arguments => arguments,
    };
    match shell::script_of(arguments) {
        Some(script) => in_script(script),
        None => in_words(arguments, arguments.first().is_some_and(|program| program.ends_with("curl"))),
    }
}

fn in_words(words: &[&str], is_curl: bool) -> Vec<Trace> {
    let next = |index: usize| words.get(index + 1).copied().unwrap_or_default();
    let traces = words.iter().enumerate().filter_map(|(index, word)| in_word(word, next(index), is_curl));
    let mut all: Vec<Trace> = Vec::new();
    for trace in traces {
        // `-u user:x` was told with its option already.
        let is_told = all.last().is_some_and(|last| last.found.ends_with(&format!(" {}", trace.found)));
        if !is_told && !all.contains(&trace) {
            all.push(trace);
        }
    }
    all
}

fn in_word(word: &str, next: &str, is_curl: bool) -> Option<Trace> {
    if let Some((_, rest)) = word.split_once("://") {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (user, _) = authority.rsplit_once('@')?;
        let is_password = user.split_once(':').is_some_and(|(_, password)| is_literal(password));
        return (is_password || is_masked(user)).then(|| Trace::certain(word, ADDRESS));
    }
    if word.eq_ignore_ascii_case("authorization:") {
        return Some(Trace::likely(word, HEADER));
    }
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    if let Some((name, value)) = word.split_once('=') {
        let name = name.trim_start_matches('-');
        if is_curl && name == "user" {
            return is_login(value).then(|| Trace::certain(word, LOGIN));
        }
        return is_literal(value).then(|| in_entry(name, value)).flatten().filter(|_| is_name(name));
    }
    if let Some(name) = word.strip_suffix(':') {
        return secrecy(name).filter(|_| is_masked(next)).map(|secrecy| Trace::of_name(name, secrecy));
    }
    if is_curl && matches!(word, "-u" | "--user" | "--proxy-user" | "-U") {
        return is_login(next).then(|| Trace::certain(&format!("{word} {next}"), LOGIN));
    }
    if let Some(name) = word.strip_prefix("--") {
        let has_value = is_literal(next) && !next.starts_with('-');
        return has_value.then(|| in_entry(name, next)).flatten();
    }
    holds_credential(word).then(|| Trace::certain(word, BY_FORM))
}

/// Whether a value is there and is not another's: "$TOKEN", "$(cat …)".
fn is_literal(value: &str) -> bool {
    !value.is_empty() && !value.starts_with('$')
}

/// "admin:<masked>", and "<masked>" for both.
fn is_login(value: &str) -> bool {
    is_masked(value) || value.split_once(':').is_some_and(|(_, password)| is_literal(password))
}

/// Names under which keys and credentials are kept.
const FILES: &[&str] = &[
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ecdsa_sk",
    "id_ed25519",
    "id_ed25519_sk",
    ".netrc",
    ".npmrc",
    ".pgpass",
    ".pypirc",
    ".my.cnf",
    ".s3cfg",
    ".git-credentials",
    ".dockercfg",
    ".htpasswd",
    "credentials.json",
    "kubeconfig",
    "service-account.json",
];
const ENDINGS: &[&str] = &[".key", "key.pem", ".p12", ".pfx", ".jks", ".kdbx", ".ppk"];

/// Directories in which hardly anything else is kept.
const DIRECTORIES: &[&str] = &[".ssh", ".gnupg", ".aws", ".kube", ".docker"];
const PRIVATE: &str = "/etc/ssl/private";

/// The files, by name, that a COPY or ADD puts into the image and that are called as files with secrets are: by what they
/// were called outside (what another stage made keeps its name too), and by what they are called in the image.
pub fn in_copy(text: &str) -> Vec<Trace> {
    let words = text.split_whitespace().filter(|word| !word.starts_with("--"));
    let words: Vec<&str> =
        words.map(|word| word.trim_matches(['[', ']', ',', '"'])).filter(|w| !w.is_empty()).collect();
    let mut traces: Vec<Trace> = Vec::new();
    for path in &words {
        let name = base_name(path);
        let is_directory = DIRECTORIES.iter().any(|dir| path.split('/').any(|part| part == *dir));
        let is_private = path.trim_end_matches('/') == PRIVATE;
        // A name once: "id_rsa" into "/root/.ssh/id_rsa" is one file.
        if (is_file(name) || is_directory || is_private) && !traces.iter().any(|known| base_name(&known.found) == name)
        {
            traces.push(Trace::likely(if is_file(name) { name } else { path }, ""));
        }
    }
    if traces.is_empty()
        && let [source, "in", directory] = words.as_slice()
        && (source.starts_with("file:") || source.starts_with("multi:"))
        && directory.ends_with('/')
        && *directory != "/"
    {
        traces.push(Trace::likely(directory, "the builder kept no name of the file in this directory"));
    }
    traces
}

fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

fn is_file(name: &str) -> bool {
    let is_sample = ["example", "sample", "template", "dist"].iter().any(|end| name.ends_with(end));
    let is_environment = name == ".env" || (name.starts_with(".env.") && !is_sample);
    is_environment || FILES.contains(&name) || ENDINGS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(traces: &[Trace]) -> Vec<&str> {
        traces.iter().map(|trace| trace.found.as_str()).collect()
    }

    #[test]
    fn scripts_show_names_addresses_and_headers() {
        let script = "NPM_TOKEN=<masked> npm ci && deploy --password=<masked> --api-key <masked> --token-ttl 5";
        assert_eq!(found(&in_script(script)), ["NPM_TOKEN", "password", "api-key"]);
        assert_eq!(
            found(&in_script("git clone https://<masked-credential>@git/x")),
            ["https://<masked credential>@git/x"]
        );
        assert_eq!(found(&in_script("curl -u admin:<masked> http://x")), ["-u admin:<masked>"]);
        assert_eq!(found(&in_script("echo password: <masked>")), ["password"]);
        assert_eq!(found(&in_script("echo <masked-credential>")), ["<masked credential>"]);
        assert!(in_script("A=<masked-credential>").iter().all(|trace| trace.found == "A" && !trace.is_certain));
    }

    #[test]
    fn what_is_read_from_elsewhere_is_no_secret() {
        for script in [
            "NPM_TOKEN=\"$TOKEN\" npm ci --token=$(cat /run/secrets/npm)",
            "git clone https://x:${TOKEN}@git.example/a",
            "deploy --password $PASSWORD --token -v",
            "curl -u $LOGIN http://x; useradd -u 1000 app; chown 1:1 x",
            "NGINX_GPGKEY=<masked>; curl -fsSL https://example.com/tokens/TOKEN",
            "export DB_PASSWORD_FILE=/run/secrets/db",
        ] {
            assert_eq!(in_script(script), [], "{script}");
        }
    }

    #[test]
    fn arguments_are_meant_literally_and_scripts_are_not() {
        assert_eq!(in_arguments(&["app", "--password=<masked>"]), [Trace::certain("password", "")]);
        assert_eq!(in_arguments(&["app", "--api-key", "abc"]), [Trace::certain("api-key", "")]);
        assert_eq!(
            in_arguments(&["CMD", "curl", "-u", "a:<masked>", "http://x"]),
            [Trace::certain("-u a:<masked>", LOGIN)]
        );
        assert_eq!(in_arguments(&["CMD-SHELL", "app --token=abc"]), [Trace::likely("token", "")]);
        assert_eq!(in_arguments(&["/bin/sh", "-c", "app --token=abc"]), [Trace::likely("token", "")]);
        assert_eq!(in_arguments(&["app", "--password-file", "/run/secrets/x"]), []);
    }

    #[test]
    fn copies_show_both_names() {
        let in_copy = |text| in_copy(text).into_iter().map(|trace| trace.found).collect::<Vec<_>>();
        assert_eq!(in_copy("--chown=1:1 id_rsa /root/.ssh/id_rsa"), ["id_rsa", "/root/.ssh/id_rsa"][..1]);
        assert_eq!(in_copy("file:4b2a in /root/.ssh/id_rsa"), ["id_rsa"]);
        assert_eq!(in_copy("file:4b2a in /app/.env"), [".env"]);
        assert_eq!(in_copy("file:4b2a in /etc/ssl/private/"), ["/etc/ssl/private/"]);
        assert_eq!(in_copy("multi:4b2a in /app/"), ["/app/"]);
        assert_eq!(in_copy("dir:4b2a in /root/.ssh"), ["/root/.ssh"]);
        for fine in
            ["server.pub keys.md /etc/", "file:4b2a in /", "file:4b2a in /app/run", ".env.example /app/", "ca.pem /"]
        {
            assert!(in_copy(fine).is_empty(), "{fine}");
        }
    }
}
