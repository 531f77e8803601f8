/* Written by `cargo xtask bindings` from the table of operations (host/contract/src/ops) and wit/; not to be edited.
 *
 * The questions to the engine; the capability is docker.NAME. keelmark.h declares km_docker_NAME() for each:
 *
 * version
 *     `GET /version`.
 * info
 *     `GET /info`.
 * list_containers
 *     `GET /containers/json?all=true`: a list, stopped ones included. Only `--running` narrows it, to the editions' sections 4 and 5.
 * inspect_containers
 *     `GET /containers/{id}/json` for each id, concurrently.
 * container_processes
 *     What `GET /containers/{id}/top` tells, for each id: a list of {"pid", "comm"}. No arguments, they can hold secrets.
 *     Of an engine on the audited host itself it is read from /proc, by the containers' control groups, and each has its
 *     effective user beside that: "uid" as the host numbers it, and "uid-inside" as the container does.
 *     The list is empty only where the container does not run, or stopped since it was listed.
 * inspect_execs
 *     `GET /exec/{id}/json` for each id, concurrently: a running `docker exec`, without its arguments.
 * list_images
 *     `GET /images/json`: a list, intermediate images left out.
 * inspect_images
 *     `GET /images/{id}/json` for each id, concurrently.
 * inspect_image_manifests
 *     `GET /images/{id}/json?manifests=1` for each id, concurrently: the image with its `Manifests`, one for each platform
 *     that its index has. An engine that keeps several of an image (Docker 28 and later, with containerd's image store)
 *     answers it for an image without the host's own platform too, which `inspect-images` does not find. Any other engine
 *     ignores the wish: its answer is that of `inspect-images`, without `Manifests`.
 * image_history
 *     `GET /images/{id}/history` for each id, concurrently: a list, newest layer first.
 * list_networks
 *     `GET /networks`.
 * list_volumes
 *     `GET /volumes`: its list. Of the driver `local`, `Options` tells the type, the device and those mount options that
 *     are known to hold no credentials; the options of other drivers are masked. On Docker before 1.9: `unavailable`.
 * disk_usage
 *     `GET /system/df`: what images, containers, volumes and the build cache take of the disk. The engine adds up what lies
 *     there, which on a large host may take longer than it is given: `timeout`. Volumes are masked as in `list-volumes`,
 *     the build steps of the cache as in `image-history`.
 * swarm
 *     `GET /swarm`. On an engine that is not a swarm manager: `unavailable`.
 * list_nodes
 *     `GET /nodes`. On an engine that is not a swarm manager: `unavailable`.
 * list_services
 *     `GET /services`. On an engine that is not a swarm manager: `unavailable`.
 * list_secrets
 *     `GET /secrets`: names and labels; the engine never tells a secret's content.
 */
#ifndef KEELMARK_QUESTIONS_H
#define KEELMARK_QUESTIONS_H

/* With one answer. */
#define KM_QUESTIONS_ONE(question) \
  question(version) \
  question(info) \
  question(list_containers) \
  question(list_images) \
  question(list_networks) \
  question(list_volumes) \
  question(disk_usage) \
  question(swarm) \
  question(list_nodes) \
  question(list_services) \
  question(list_secrets)

/* With an answer about each of several objects. */
#define KM_QUESTIONS_EACH(question) \
  question(inspect_containers) \
  question(inspect_execs) \
  question(inspect_images) \
  question(inspect_image_manifests) \
  question(image_history)

/* The same, of whose answers no fields are chosen. */
#define KM_QUESTIONS_EACH_WHOLE(question) \
  question(container_processes)

#endif
