// Written by `cargo xtask bindings` from the table of operations (host/contract/src/ops) and wit/; not to be edited.

//! The questions to the engine, as the component imports them. Where no check needs one, its import drops out.

use super::keelmark::plugin::{docker, types};
use super::{Table, unneeded};
use crate::host::{DockerEach, DockerList};

pub(super) fn one<T: Table>(asked: DockerList, fields: &[String]) -> Result<String, types::Error> {
    match asked {
        DockerList::Version => needed!(T, "docker.version", docker::version(fields)),
        DockerList::Info => needed!(T, "docker.info", docker::info(fields)),
        DockerList::Containers => needed!(T, "docker.list-containers", docker::list_containers(fields)),
        DockerList::Images => needed!(T, "docker.list-images", docker::list_images(fields)),
        DockerList::Networks => needed!(T, "docker.list-networks", docker::list_networks(fields)),
        DockerList::Volumes => needed!(T, "docker.list-volumes", docker::list_volumes(fields)),
        DockerList::DiskUsage => needed!(T, "docker.disk-usage", docker::disk_usage(fields)),
        DockerList::Swarm => needed!(T, "docker.swarm", docker::swarm(fields)),
        DockerList::Nodes => needed!(T, "docker.list-nodes", docker::list_nodes(fields)),
        DockerList::Services => needed!(T, "docker.list-services", docker::list_services(fields)),
        DockerList::Secrets => needed!(T, "docker.list-secrets", docker::list_secrets(fields)),
    }
}

pub(super) fn each<T: Table>(
    asked: DockerEach,
    ids: &[String],
    fields: &[String],
) -> Result<Vec<docker::Answer>, types::Error> {
    match asked {
        DockerEach::Containers => needed!(T, "docker.inspect-containers", docker::inspect_containers(ids, fields)),
        DockerEach::Processes => needed!(T, "docker.container-processes", docker::container_processes(ids)),
        DockerEach::Execs => needed!(T, "docker.inspect-execs", docker::inspect_execs(ids, fields)),
        DockerEach::Images => needed!(T, "docker.inspect-images", docker::inspect_images(ids, fields)),
        DockerEach::ImageManifests => {
            needed!(T, "docker.inspect-image-manifests", docker::inspect_image_manifests(ids, fields))
        }
        DockerEach::History => needed!(T, "docker.image-history", docker::image_history(ids, fields)),
    }
}
