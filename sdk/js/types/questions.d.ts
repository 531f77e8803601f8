// Written by `cargo xtask bindings` from the table of operations (host/contract/src/ops) and wit/; not to be edited.
/** The questions to the engine, one function for each. */

import type { EngineObject, Inspected } from "./docker.js";

/**
 * `GET /version`.
 * Capability: `docker.version`.
 */
export function version(fields: string[]): EngineObject;
/**
 * `GET /info`.
 * Capability: `docker.info`.
 */
export function info(fields: string[]): EngineObject;
/**
 * Every container, by name.
 * `GET /containers/json?all=true`: a list, stopped ones included. Only `--running` narrows it, to the editions' sections 4 and 5.
 * Capability: `docker.list-containers`, with "Id" and "Names".
 */
export function listContainers(fields?: string[]): EngineObject[];
/**
 * About every container, or those listed; one that has vanished since is left out.
 * `GET /containers/{id}/json` for each id, concurrently.
 * Capability: `docker.inspect-containers`, and `docker.list-containers` where none are given.
 */
export function inspectContainers(fields: string[], listed?: EngineObject[]): Inspected[];
/**
 * About every container, or those listed; one that has vanished since is left out.
 * What `GET /containers/{id}/top` tells, for each id: a list of {"pid", "comm"}. No arguments, they can hold secrets.
 * Of an engine on the audited host itself it is read from /proc, by the containers' control groups, and each has its
 * effective user beside that: "uid" as the host numbers it, and "uid-inside" as the container does.
 * The list is empty only where the container does not run, or stopped since it was listed.
 * The answer is `data.Processes`.
 * Capability: `docker.container-processes`, and `docker.list-containers` where none are given.
 */
export function containerProcesses(listed?: EngineObject[]): Inspected[];
/**
 * About each exec, by the ids in other answers.
 * `GET /exec/{id}/json` for each id, concurrently: a running `docker exec`, without its arguments.
 * Capability: `docker.inspect-execs`.
 */
export function inspectExecs(ids: string[], fields: string[]): Inspected[];
/**
 * Every image, by name.
 * `GET /images/json`: a list, intermediate images left out.
 * Capability: `docker.list-images`, with "Id" and "RepoTags".
 */
export function listImages(fields?: string[]): EngineObject[];
/**
 * About every image, or those listed; one that has vanished since is left out.
 * `GET /images/{id}/json` for each id, concurrently.
 * Capability: `docker.inspect-images`, and `docker.list-images` where none are given.
 */
export function inspectImages(fields: string[], listed?: EngineObject[]): Inspected[];
/**
 * About every image, or those listed; one that has vanished since is left out.
 * `GET /images/{id}/json?manifests=1` for each id, concurrently: the image with its `Manifests`, one for each platform
 * that its index has. An engine that keeps several of an image (Docker 28 and later, with containerd's image store)
 * answers it for an image without the host's own platform too, which `inspect-images` does not find. Any other engine
 * ignores the wish: its answer is that of `inspect-images`, without `Manifests`.
 * Capability: `docker.inspect-image-manifests`, and `docker.list-images` where none are given.
 */
export function inspectImageManifests(fields: string[], listed?: EngineObject[]): Inspected[];
/**
 * About every image, or those listed; one that has vanished since is left out.
 * `GET /images/{id}/history` for each id, concurrently: a list, newest layer first.
 * The answer is `data.Layers`.
 * Capability: `docker.image-history`, and `docker.list-images` where none are given.
 */
export function imageHistory(fields: string[], listed?: EngineObject[]): Inspected[];
/**
 * Every network, by name.
 * `GET /networks`.
 * Capability: `docker.list-networks`, with "Id" and "Name".
 */
export function listNetworks(fields?: string[]): EngineObject[];
/**
 * Every volume, by name.
 * `GET /volumes`: its list. Of the driver `local`, `Options` tells the type, the device and those mount options that
 * are known to hold no credentials; the options of other drivers are masked. On Docker before 1.9: `unavailable`.
 * Capability: `docker.list-volumes`, with "Name".
 */
export function listVolumes(fields?: string[]): EngineObject[];
/**
 * `GET /system/df`: what images, containers, volumes and the build cache take of the disk. The engine adds up what lies
 * there, which on a large host may take longer than it is given: `timeout`. Volumes are masked as in `list-volumes`,
 * the build steps of the cache as in `image-history`.
 * Capability: `docker.disk-usage`.
 */
export function diskUsage(fields: string[]): EngineObject;
/**
 * `GET /swarm`. On an engine that is not a swarm manager: `unavailable`.
 * Capability: `docker.swarm`.
 */
export function swarm(fields: string[]): EngineObject;
/**
 * Every node, by name.
 * `GET /nodes`. On an engine that is not a swarm manager: `unavailable`.
 * Capability: `docker.list-nodes`, with "ID" and "Description.Hostname".
 */
export function listNodes(fields?: string[]): EngineObject[];
/**
 * Every service, by name.
 * `GET /services`. On an engine that is not a swarm manager: `unavailable`.
 * Capability: `docker.list-services`, with "ID" and "Spec.Name".
 */
export function listServices(fields?: string[]): EngineObject[];
/**
 * Every secret, by name.
 * `GET /secrets`: names and labels; the engine never tells a secret's content.
 * Capability: `docker.list-secrets`, with "ID" and "Spec.Name".
 */
export function listSecrets(fields?: string[]): EngineObject[];
