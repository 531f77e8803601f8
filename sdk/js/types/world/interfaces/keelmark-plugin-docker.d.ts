/// <reference path="./keelmark-plugin-types.d.ts" />
declare module 'keelmark:plugin/docker@0.1.0' {
  /**
   * `GET /version`.
   */
  export function version(fields: Array<string>): string;
  /**
   * `GET /info`.
   */
  export function info(fields: Array<string>): string;
  /**
   * `GET /containers/json?all=true`: a list, stopped ones included. Only `--running` narrows it, to the editions' sections 4 and 5.
   */
  export function listContainers(fields: Array<string>): string;
  /**
   * `GET /containers/{id}/json` for each id, concurrently.
   */
  export function inspectContainers(ids: Array<string>, fields: Array<string>): Array<Answer>;
  /**
   * What `GET /containers/{id}/top` tells, for each id: a list of {"pid", "comm"}. No arguments, they can hold secrets.
   * Of an engine on the audited host itself it is read from /proc, by the containers' control groups, and each has its
   * effective user beside that: "uid" as the host numbers it, and "uid-inside" as the container does.
   * The list is empty only where the container does not run, or stopped since it was listed.
   */
  export function containerProcesses(ids: Array<string>): Array<Answer>;
  /**
   * `GET /exec/{id}/json` for each id, concurrently: a running `docker exec`, without its arguments.
   */
  export function inspectExecs(ids: Array<string>, fields: Array<string>): Array<Answer>;
  /**
   * `GET /images/json`: a list, intermediate images left out.
   */
  export function listImages(fields: Array<string>): string;
  /**
   * `GET /images/{id}/json` for each id, concurrently.
   */
  export function inspectImages(ids: Array<string>, fields: Array<string>): Array<Answer>;
  /**
   * `GET /images/{id}/json?manifests=1` for each id, concurrently: the image with its `Manifests`, one for each platform
   * that its index has. An engine that keeps several of an image (Docker 28 and later, with containerd's image store)
   * answers it for an image without the host's own platform too, which `inspect-images` does not find. Any other engine
   * ignores the wish: its answer is that of `inspect-images`, without `Manifests`.
   */
  export function inspectImageManifests(ids: Array<string>, fields: Array<string>): Array<Answer>;
  /**
   * `GET /images/{id}/history` for each id, concurrently: a list, newest layer first.
   */
  export function imageHistory(ids: Array<string>, fields: Array<string>): Array<Answer>;
  /**
   * `GET /networks`.
   */
  export function listNetworks(fields: Array<string>): string;
  /**
   * `GET /volumes`: its list. Of the driver `local`, `Options` tells the type, the device and those mount options that
   * are known to hold no credentials; the options of other drivers are masked. On Docker before 1.9: `unavailable`.
   */
  export function listVolumes(fields: Array<string>): string;
  /**
   * `GET /system/df`: what images, containers, volumes and the build cache take of the disk. The engine adds up what lies
   * there, which on a large host may take longer than it is given: `timeout`. Volumes are masked as in `list-volumes`,
   * the build steps of the cache as in `image-history`.
   */
  export function diskUsage(fields: Array<string>): string;
  /**
   * `GET /swarm`. On an engine that is not a swarm manager: `unavailable`.
   */
  export function swarm(fields: Array<string>): string;
  /**
   * `GET /nodes`. On an engine that is not a swarm manager: `unavailable`.
   */
  export function listNodes(fields: Array<string>): string;
  /**
   * `GET /services`. On an engine that is not a swarm manager: `unavailable`.
   */
  export function listServices(fields: Array<string>): string;
  /**
   * `GET /secrets`: names and labels; the engine never tells a secret's content.
   */
  export function listSecrets(fields: Array<string>): string;
  export type Error = import('keelmark:plugin/types@0.1.0').Error;
  /**
   * The answer about one of several objects. An object that vanished since it was listed is `not-found`.
   */
  export interface Answer {
    id: string,
    json: Result<string, Error>,
  }
  export type Result<T, E> = { tag: 'ok', val: T } | { tag: 'err', val: E };
}
