/**
 * Questions to the Docker Engine, answered with its own JSON, parsed.
 *
 * `fields` says what of an object comes back ("HostConfig.Privileged"); each must stand below a field that the manifest
 * lists for the function. A field that the engine did not send is absent.
 */

import type { HostError, Judgement, Verdict } from "./index.js";

/** A value of the engine's JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Types {
  boolean: boolean;
  number: number;
  string: string;
  list: Json[];
  object: { [key: string]: Json };
}

/** One object of the engine's, read by path, so that a missing field is an error and never a default. */
export interface EngineObject {
  /** What evidence calls it: "container web". */
  readonly subject: string;
  /** The engine's id; empty where it has none. */
  readonly id: string;
  /** All that the engine sent. */
  readonly data: { [key: string]: Json };
  readonly error?: undefined;
  /**
   * The value at a dotted path, which must be of that type: `read("HostConfig.Privileged", "boolean")`.
   * null counts as empty where the type is string, list or object: Go sends it for what was never set.
   */
  read<T extends keyof Types>(path: string, type: T): Types[T];
  /** The same, and null for a field that was not sent: only where the engine's API says that it is optional. */
  optional<T extends keyof Types>(path: string, type: T): Types[T] | null;
}

/** An object that was listed and could not be read. */
export interface Unread {
  readonly subject: string;
  readonly id: string;
  readonly error: HostError;
}

type Inspected = EngineObject | Unread;

/** `GET /version`. Capability: `docker.version`. */
export function version(fields: string[]): EngineObject;
/** `GET /info`. Capability: `docker.info`. */
export function info(fields: string[]): EngineObject;
/** `GET /swarm`; `unavailable` on an engine that is no swarm manager. Capability: `docker.swarm`. */
export function swarm(fields: string[]): EngineObject;
/** Every container, running or not, by name. Capability: `docker.list-containers` with "Id" and "Names". */
export function listContainers(fields?: string[]): EngineObject[];
/** Every image, by name. Capability: `docker.list-images` with "Id" and "RepoTags". */
export function listImages(fields?: string[]): EngineObject[];
/** Every network, by name. Capability: `docker.list-networks` with "Id" and "Name". */
export function listNetworks(fields?: string[]): EngineObject[];
/** Every volume, by name. Capability: `docker.list-volumes` with "Name". */
export function listVolumes(fields?: string[]): EngineObject[];
/** The swarm's nodes. Capability: `docker.list-nodes` with "ID" and "Description.Hostname". */
export function listNodes(fields?: string[]): EngineObject[];
/** The swarm's services. Capability: `docker.list-services` with "ID" and "Spec.Name". */
export function listServices(fields?: string[]): EngineObject[];
/** The swarm's secrets, by name. Capability: `docker.list-secrets` with "ID" and "Spec.Name". */
export function listSecrets(fields?: string[]): EngineObject[];
/** Every container (or those listed), inspected; vanished ones are left out. Capability: `docker.inspect-containers`. */
export function inspectContainers(fields: string[], listed?: EngineObject[]): Inspected[];
/** Every image (or those listed), inspected; vanished ones are left out. Capability: `docker.inspect-images`. */
export function inspectImages(fields: string[], listed?: EngineObject[]): Inspected[];
/** Every image's layers, newest first, as `data.Layers`. Capability: `docker.image-history`. */
export function imageHistory(fields: string[], listed?: EngineObject[]): Inspected[];
/** Every container's processes, as `data.Processes`. Capability: `docker.container-processes`. */
export function containerProcesses(listed?: EngineObject[]): Inspected[];
/** Running `docker exec` sessions, by the ids in a container's `ExecIDs`. Capability: `docker.inspect-execs`. */
export function inspectExecs(ids: string[], fields: string[]): Inspected[];
/** Judges every container, running or not, and sums up. */
export function eachContainer(fields: string[], judge: (container: EngineObject) => Judgement): Verdict;
/** Judges every image and sums up. */
export function eachImage(fields: string[], judge: (image: EngineObject) => Judgement): Verdict;
