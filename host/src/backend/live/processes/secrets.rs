//! Masking the secrets that people put on command lines.
//!
//! A secret is known by the name before it (`--token x`, `--log-opt splunk-token=x`, `password=x`) or by its place in
//! a URL (`http://user:secret@proxy`). A secret with neither (`mysql -psecret`) cannot be told from other words, which
//! is one more reason why `process.find` has to be granted by name. In doubt a word is masked: a verdict that rests on
//! a masked value can be settled by hand, a leaked secret cannot.

/// What stands in the place of a secret.
const MASK: &str = "<masked>";

/// Parts of names, without their "-", "_" and ".", that only names of secrets have.
const SECRET_PARTS: [&str; 16] = [
    "token",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "credential",
    "apikey",
    "accesskey",
    "accountkey",
    "encryptionkey",
    "licensekey",
    "privatekey",
    "sharedkey",
    "signingkey",
    "unlockkey",
    "bearer",
];

/// Names of secrets that are also parts of harmless names ("pass-through", "--authorization-plugin").
const SECRET_NAMES: [&str; 6] = ["pass", "pwd", "auth", "authorization", "cookie", "sig"];

/// Endings of names whose values say where a secret is, not what it is.
const PLACES: [&str; 4] = ["file", "path", "dir", "plugin"];

/// Masks the secrets in a command line. Its first word, the program, is left alone.
pub fn mask(argv: &mut [String]) {
    let mut after: Option<String> = None;
    for word in argv.iter_mut().skip(1) {
        let flag = after.take();
        // What starts with "--" is the next flag, after one that needs no value.
        let is_value_of_secret = flag.as_deref().is_some_and(is_secret) && !word.starts_with("--");
        let masked = if is_value_of_secret {
            MASK.to_owned()
        } else {
            mask_user_info(mask_assignments(word), flag.as_deref().unwrap_or_default())
        };
        if word.starts_with('-') && !word.contains('=') {
            after = Some(word.clone());
        }
        *word = masked;
    }
}

/// Masks from the first value with a secret's name to the end of the word: where the value ends is not known, it may
/// hold any separator itself.
fn mask_assignments(word: &str) -> String {
    let mut name_start = 0;
    for (index, separator) in word.char_indices() {
        let after = index + separator.len_utf8();
        match separator {
            '=' | ':' if word.get(name_start..index).is_some_and(is_secret) && after < word.len() => {
                return format!("{}{MASK}", word.get(..after).unwrap_or_default());
            }
            '=' | ':' | ',' | ';' | '&' | '?' | ' ' | '/' | '{' | '\n' => name_start = after,
            _ => {}
        }
    }
    word.to_owned()
}

/// Masks what is between the scheme and the host of a URL, up to the last "@": passwords with a bare "/" are common.
/// Proxies are also written without a scheme. `flag` is the word before this one, if it was a flag.
fn mask_user_info(word: String, flag: &str) -> String {
    let Some((before, host)) = word.rsplit_once('@') else { return word };
    let (name, value) = match before.split_once('=') {
        Some((name, value)) => (name, value),
        None => (flag, before),
    };
    let kept = match before.find("://") {
        Some(scheme) => scheme + "://".len(),
        None if normal(name).contains("proxy") => before.len() - value.len(),
        None => return word,
    };
    format!("{}{MASK}@{host}", before.get(..kept).unwrap_or_default())
}

/// Whether `name` is that of a secret.
fn is_secret(name: &str) -> bool {
    let name = normal(name);
    let has_place = PLACES.iter().any(|place| name.ends_with(place));
    !has_place && (SECRET_NAMES.contains(&name.as_str()) || SECRET_PARTS.iter().any(|part| name.contains(part)))
}

/// "--API_Key" is "apikey".
fn normal(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(words: &[&str]) -> String {
        let mut argv: Vec<String> =
            std::iter::once("program").chain(words.iter().copied()).map(str::to_owned).collect();
        mask(&mut argv);
        argv[1..].join(" ")
    }

    #[test]
    fn secrets_are_masked() {
        let cases: [(&[&str], &str); 17] = [
            (&["--token", "x"], "--token <masked>"),
            (&["--token=x,y=z"], "--token=<masked>"),
            (&["-password", "-x", "-v"], "-password <masked> -v"),
            (&["PASSWORD=x"], "PASSWORD=<masked>"),
            (&["--log-opt", "splunk-token=x"], "--log-opt splunk-token=<masked>"),
            (&["--log-opt=splunk-token=x"], "--log-opt=splunk-token=<masked>"),
            (&["--log-opt=a=b,splunk-token=x"], "--log-opt=a=b,splunk-token=<masked>"),
            (&["--cluster-store-opt", "kv.api_key=x"], "--cluster-store-opt kv.api_key=<masked>"),
            (&["--http-proxy=http://user:x@proxy:3128"], "--http-proxy=http://<masked>@proxy:3128"),
            (&["--http-proxy", "http://u:x/y@z@proxy"], "--http-proxy http://<masked>@proxy"),
            (&["--https-proxy", "user:x@proxy"], "--https-proxy <masked>@proxy"),
            (&["--https-proxy=user:x@proxy"], "--https-proxy=<masked>@proxy"),
            (&["https://host/?a=b&access_token=x"], "https://host/?a=b&access_token=<masked>"),
            (&["-H", "Authorization: Basic x"], "-H Authorization:<masked>"),
            (&["{\"secret\":\"x\"}"], "{\"secret\":<masked>"),
            (&["--auth", "x"], "--auth <masked>"),
            (&["--é=1,token=x"], "--é=1,token=<masked>"),
        ];
        for (words, expected) in cases {
            assert_eq!(masked(words), expected);
        }
    }

    #[test]
    fn what_benchmarks_judge_is_not() {
        let words = [
            "-H",
            "fd://",
            "-H=unix:///run/docker.sock",
            "--tlsverify",
            "--tlskey=/etc/docker/key.pem",
            "--authorization-plugin=opa",
            "--userland-proxy=false",
            "--insecure-registry=registry:5000",
            "--registry-mirror",
            "https://mirror/",
            "--log-opt",
            "max-size=10m",
            "--default-ulimit=nofile=64:64",
            "--token-file",
            "/run/secrets/token",
            "--userns-remap=default",
            "image@sha256:4d1c",
        ];
        assert_eq!(masked(&words), words.join(" "));
        assert_eq!(masked(&["--token-auth", "--icc=false"]), "--token-auth --icc=false");
    }

    #[test]
    fn the_program_itself_is_kept() {
        let mut argv = vec!["/opt/token=x/dockerd".to_owned()];
        mask(&mut argv);
        assert_eq!(argv, ["/opt/token=x/dockerd"]);
    }
}
