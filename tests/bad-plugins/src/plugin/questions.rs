// Written by `cargo xtask bindings` from the table of operations (host/contract/src/ops) and wit/; not to be edited.

//! Every question to the engine, asked once.

use keelmark_sdk::guest::keelmark::plugin::{docker, types::Error};

/// What comes of one question: JSON, or of each object.
pub type Asked = Result<Vec<Result<String, Error>>, Error>;

/// Asks all of them: about the ids that `ids` gives for a kind of object, for the fields that `fields` gives for a
/// question's path.
pub fn ask_all(ids: impl Fn(&str) -> Vec<String>, fields: impl Fn(&str) -> Vec<String>) -> Vec<(&'static str, Asked)> {
    let one = |answer: Result<String, Error>| answer.map(|json| vec![Ok(json)]);
    let each = |answers: Result<Vec<docker::Answer>, Error>| {
        answers.map(|answers| answers.into_iter().map(|answer| answer.json).collect::<Vec<_>>())
    };
    vec![
        ("docker.version", one(docker::version(&fields("/version")))),
        ("docker.info", one(docker::info(&fields("/info")))),
        ("docker.list-containers", one(docker::list_containers(&fields("/containers/json?all=true")))),
        (
            "docker.inspect-containers",
            each(docker::inspect_containers(&ids("container"), &fields("/containers/{id}/json"))),
        ),
        ("docker.container-processes", each(docker::container_processes(&ids("container")))),
        ("docker.inspect-execs", each(docker::inspect_execs(&ids("exec"), &fields("/exec/{id}/json")))),
        ("docker.list-images", one(docker::list_images(&fields("/images/json")))),
        ("docker.inspect-images", each(docker::inspect_images(&ids("image"), &fields("/images/{id}/json")))),
        (
            "docker.inspect-image-manifests",
            each(docker::inspect_image_manifests(&ids("image"), &fields("/images/{id}/json?manifests=1"))),
        ),
        ("docker.image-history", each(docker::image_history(&ids("image"), &fields("/images/{id}/history")))),
        ("docker.list-networks", one(docker::list_networks(&fields("/networks")))),
        ("docker.list-volumes", one(docker::list_volumes(&fields("/volumes")))),
        ("docker.disk-usage", one(docker::disk_usage(&fields("/system/df")))),
        ("docker.swarm", one(docker::swarm(&fields("/swarm")))),
        ("docker.list-nodes", one(docker::list_nodes(&fields("/nodes")))),
        ("docker.list-services", one(docker::list_services(&fields("/services")))),
        ("docker.list-secrets", one(docker::list_secrets(&fields("/secrets")))),
    ]
}
