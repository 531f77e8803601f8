//! The words that recordings of format 1 had for the questions to the engine.

use super::{
    CONTAINER_PROCESSES, IMAGE_HISTORY, INSPECT_CONTAINERS, INSPECT_EXECS, INSPECT_IMAGES, LIST_CONTAINERS,
    LIST_IMAGES, LIST_NETWORKS, LIST_NODES, LIST_SECRETS, LIST_SERVICES, LIST_VOLUMES, Op,
};

/// Where format 1 had a word of its own; it is closed. Since format 2 a question goes by its function's name.
pub static FORMAT_1: &[(&str, &Op)] = &[
    ("containers", &LIST_CONTAINERS),
    ("container", &INSPECT_CONTAINERS),
    ("processes", &CONTAINER_PROCESSES),
    ("exec", &INSPECT_EXECS),
    ("images", &LIST_IMAGES),
    ("image", &INSPECT_IMAGES),
    ("history", &IMAGE_HISTORY),
    ("networks", &LIST_NETWORKS),
    ("volumes", &LIST_VOLUMES),
    ("nodes", &LIST_NODES),
    ("services", &LIST_SERVICES),
    ("secrets", &LIST_SECRETS),
];

/// The key of format 2 for one of format 1: "docker containers" becomes "docker list-containers". Any other key stays.
pub fn current_key(key: &str) -> String {
    let Some(question) = key.strip_prefix("docker ") else { return key.to_owned() };
    let (word, id) = question.split_once(' ').map_or((question, None), |(word, id)| (word, Some(id)));
    let Some((_, op)) = FORMAT_1.iter().find(|(old, _)| *old == word) else { return key.to_owned() };
    match id {
        Some(id) => format!("docker {} {id}", op.function),
        None => format!("docker {}", op.function),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_words_become_functions_and_other_keys_stay() {
        assert_eq!(current_key("docker containers"), "docker list-containers");
        assert_eq!(current_key("docker exec 4d1c"), "docker inspect-execs 4d1c");
        for key in ["docker version", "docker list-containers", "docker inspect-images a", "exec docker ps", "facts"] {
            assert_eq!(current_key(key), key);
        }
    }
}
