//! What checks ask of the host, in the words that the manifest and the operator read.
//!
//! A check lists exactly what it reads. Two needs with the same operation and reason become one capability.

use keelmark_sdk::Need;

pub const LIST_CONTAINERS: Need =
    Need::new("docker.list-containers", &["Id", "Names"], "lists the containers to look at");

pub const LIST_IMAGES: Need =
    Need::new("docker.list-images", &["Id", "RepoTags", "RepoDigests"], "lists the images to look at");

/// Settings of every container, by their path in `GET /containers/{id}/json`.
pub const fn inspect_containers(fields: &'static [&'static str]) -> Need {
    Need::new("docker.inspect-containers", fields, "reads the containers' settings")
}

/// Settings of every image, by their path in `GET /images/{id}/json`.
pub const fn inspect_images(fields: &'static [&'static str]) -> Need {
    Need::new("docker.inspect-images", fields, "reads the images' settings")
}

/// Fields of `GET /info`.
pub const fn info(fields: &'static [&'static str]) -> Need {
    Need::new("docker.info", fields, "reads the engine's own account of itself")
}
