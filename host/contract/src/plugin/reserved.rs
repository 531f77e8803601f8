//! Names that belong to the built-in plugins, those of later releases included, and names that look like one.
//!
//! A reader does not compare letters: "cis.docker-1.8.0" and "c1s-docker-l.8.0" are taken for the benchmark that they
//! are not. So names are compared by what is left of them when punctuation is gone and letters that look alike are one.
//! Manifests hold names of ASCII alone, so nothing else needs folding.

/// What ids and benchmarks of the CIS editions have in them.
const OURS: &str = "cis-docker";

/// The name that a third-party plugin must not have; none where it has its own.
pub fn reserved(manifest: &super::Manifest) -> Option<&str> {
    let ours = skeleton(OURS);
    let looks_builtin = |name: &str| skeleton(name).contains(&ours);
    [manifest.id.as_str(), manifest.benchmark.as_str()].into_iter().find(|name| looks_builtin(name))
}

/// What a hurried reader sees of a name.
fn skeleton(name: &str) -> String {
    let folded = name.chars().filter(char::is_ascii_alphanumeric).map(|c| match c.to_ascii_lowercase() {
        'i' | 'j' | 'l' | '1' => 'i',
        'o' | '0' => 'o',
        's' | '5' => 's',
        'z' | '2' => 'z',
        'b' | '8' => 'b',
        'v' => 'u',
        c => c,
    });
    // Two letters that are read as one.
    folded.collect::<String>().replace("rn", "m").replace("vv", "w").replace("ci", "d").replace("d", "ci")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_name_of_ours_is_ours() {
        let ours = skeleton(OURS);
        for name in [
            "cis-docker-1.8.0",
            "cis-docker-9.9.9-beta",
            "cis.docker-1.8.0-5",
            "c1s-docker-1.8.0",
            "cl5-d0cker",
            "cis--docker",
            "my-cis-docker-1.8.0",
            "cisdocker1.8.0",
            "ds-docker",
        ] {
            assert!(skeleton(name).contains(&ours), "{name}: {} {ours}", skeleton(name));
        }
        for name in ["acme-docker-1", "docker-cis", "hostile-1", "kernel-hardening-1", "cis-podman", "francis-rocker"] {
            assert!(!skeleton(name).contains(&ours), "{name}");
        }
    }
}
