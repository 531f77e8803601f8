# Written by `cargo xtask bindings` from the table of operations (host/contract/src/ops) and wit/; not to be edited.
"""The questions to the engine, one function for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ._engine import Object, Unread, ask, inspect, list_all, short_id

__all__ = [
    "version",
    "info",
    "list_containers",
    "inspect_containers",
    "container_processes",
    "inspect_execs",
    "list_images",
    "inspect_images",
    "inspect_image_manifests",
    "image_history",
    "list_networks",
    "list_volumes",
    "disk_usage",
    "swarm",
    "list_nodes",
    "list_services",
    "list_secrets",
]


def version(fields: Sequence[str]) -> Object:
    """``GET /version``.
    Capability: ``docker.version``.
    """
    return ask("version", "daemon", fields)


def info(fields: Sequence[str]) -> Object:
    """``GET /info``.
    Capability: ``docker.info``.
    """
    return ask("info", "daemon", fields)


def list_containers(fields: Sequence[str] = ()) -> list[Object]:
    """Every container, by name.
    ``GET /containers/json?all=true``: a list, stopped ones included. Only ``--running`` narrows it, to the editions' sections 4 and 5.
    Capability: ``docker.list-containers``, with "Id" and "Names".
    """
    return list_all("list-containers", "container", ["Id", "Names", *fields], "Names")


def inspect_containers(fields: Sequence[str], listed: Iterable[Object] | None = None) -> list[Object | Unread]:
    """About every container, or those listed; one that has vanished since is left out.
    ``GET /containers/{id}/json`` for each id, concurrently.
    Capability: ``docker.inspect-containers``, and ``docker.list-containers`` where none are given.
    """
    return inspect("inspect-containers", list_containers() if listed is None else listed, fields)


def container_processes(listed: Iterable[Object] | None = None) -> list[Object | Unread]:
    """About every container, or those listed; one that has vanished since is left out.
    What ``GET /containers/{id}/top`` tells, for each id: a list of {"pid", "comm"}. No arguments, they can hold secrets.
    Of an engine on the audited host itself it is read from /proc, by the containers' control groups, and each has its
    effective user beside that: "uid" as the host numbers it, and "uid-inside" as the container does.
    The list is empty only where the container does not run, or stopped since it was listed.
    The answer is ``data["Processes"]``.
    Capability: ``docker.container-processes``, and ``docker.list-containers`` where none are given.
    """
    return inspect("container-processes", list_containers() if listed is None else listed, None, "Processes")


def inspect_execs(ids: Sequence[str], fields: Sequence[str]) -> list[Object | Unread]:
    """About each exec, by the ids in other answers.
    ``GET /exec/{id}/json`` for each id, concurrently: a running ``docker exec``, without its arguments.
    Capability: ``docker.inspect-execs``.
    """
    return inspect("inspect-execs", [Object(f"exec {short_id(id)}", id, {}) for id in ids], fields)


def list_images(fields: Sequence[str] = ()) -> list[Object]:
    """Every image, by name.
    ``GET /images/json``: a list, intermediate images left out.
    Capability: ``docker.list-images``, with "Id" and "RepoTags".
    """
    return list_all("list-images", "image", ["Id", "RepoTags", *fields], "RepoTags")


def inspect_images(fields: Sequence[str], listed: Iterable[Object] | None = None) -> list[Object | Unread]:
    """About every image, or those listed; one that has vanished since is left out.
    ``GET /images/{id}/json`` for each id, concurrently.
    Capability: ``docker.inspect-images``, and ``docker.list-images`` where none are given.
    """
    return inspect("inspect-images", list_images() if listed is None else listed, fields)


def inspect_image_manifests(fields: Sequence[str], listed: Iterable[Object] | None = None) -> list[Object | Unread]:
    """About every image, or those listed; one that has vanished since is left out.
    ``GET /images/{id}/json?manifests=1`` for each id, concurrently: the image with its ``Manifests``, one for each platform
    that its index has. An engine that keeps several of an image (Docker 28 and later, with containerd's image store)
    answers it for an image without the host's own platform too, which ``inspect-images`` does not find. Any other engine
    ignores the wish: its answer is that of ``inspect-images``, without ``Manifests``.
    Capability: ``docker.inspect-image-manifests``, and ``docker.list-images`` where none are given.
    """
    return inspect("inspect-image-manifests", list_images() if listed is None else listed, fields)


def image_history(fields: Sequence[str], listed: Iterable[Object] | None = None) -> list[Object | Unread]:
    """About every image, or those listed; one that has vanished since is left out.
    ``GET /images/{id}/history`` for each id, concurrently: a list, newest layer first.
    The answer is ``data["Layers"]``.
    Capability: ``docker.image-history``, and ``docker.list-images`` where none are given.
    """
    return inspect("image-history", list_images() if listed is None else listed, fields, "Layers")


def list_networks(fields: Sequence[str] = ()) -> list[Object]:
    """Every network, by name.
    ``GET /networks``.
    Capability: ``docker.list-networks``, with "Id" and "Name".
    """
    return list_all("list-networks", "network", ["Id", "Name", *fields], "Name")


def list_volumes(fields: Sequence[str] = ()) -> list[Object]:
    """Every volume, by name.
    ``GET /volumes``: its list. Of the driver ``local``, ``Options`` tells the type, the device and those mount options that
    are known to hold no credentials; the options of other drivers are masked. On Docker before 1.9: ``unavailable``.
    Capability: ``docker.list-volumes``, with "Name".
    """
    return list_all("list-volumes", "volume", ["Name", *fields], "Name")


def disk_usage(fields: Sequence[str]) -> Object:
    """``GET /system/df``: what images, containers, volumes and the build cache take of the disk. The engine adds up what lies
    there, which on a large host may take longer than it is given: ``timeout``. Volumes are masked as in ``list-volumes``,
    the build steps of the cache as in ``image-history``.
    Capability: ``docker.disk-usage``.
    """
    return ask("disk-usage", "daemon", fields)


def swarm(fields: Sequence[str]) -> Object:
    """``GET /swarm``. On an engine that is not a swarm manager: ``unavailable``.
    Capability: ``docker.swarm``.
    """
    return ask("swarm", "swarm", fields)


def list_nodes(fields: Sequence[str] = ()) -> list[Object]:
    """Every node, by name.
    ``GET /nodes``. On an engine that is not a swarm manager: ``unavailable``.
    Capability: ``docker.list-nodes``, with "ID" and "Description.Hostname".
    """
    return list_all("list-nodes", "node", ["ID", "Description.Hostname", *fields], "Description.Hostname")


def list_services(fields: Sequence[str] = ()) -> list[Object]:
    """Every service, by name.
    ``GET /services``. On an engine that is not a swarm manager: ``unavailable``.
    Capability: ``docker.list-services``, with "ID" and "Spec.Name".
    """
    return list_all("list-services", "service", ["ID", "Spec.Name", *fields], "Spec.Name")


def list_secrets(fields: Sequence[str] = ()) -> list[Object]:
    """Every secret, by name.
    ``GET /secrets``: names and labels; the engine never tells a secret's content.
    Capability: ``docker.list-secrets``, with "ID" and "Spec.Name".
    """
    return list_all("list-secrets", "secret", ["ID", "Spec.Name", *fields], "Spec.Name")


#: The words that recordings of format 1 had for some functions.
FORMAT_1 = {
    "containers": "list-containers",
    "container": "inspect-containers",
    "processes": "container-processes",
    "exec": "inspect-execs",
    "images": "list-images",
    "image": "inspect-images",
    "history": "image-history",
    "networks": "list-networks",
    "volumes": "list-volumes",
    "nodes": "list-nodes",
    "services": "list-services",
    "secrets": "list-secrets",
}
