// Written by `cargo xtask bindings` from the table of operations (host/contract/src/ops) and wit/; not to be edited.
// The questions to the engine, one function for each.

import { ask, inspect, listAll, shortId } from "./engine.js";
import { EngineObject } from "./object.js";

export const version = (fields) => ask("version", "daemon", fields);
export const info = (fields) => ask("info", "daemon", fields);
export const listContainers = (fields = []) =>
  listAll("list-containers", "container", ["Id", "Names", ...fields], "Names");
export const inspectContainers = (fields, listed = listContainers()) => inspect("inspect-containers", listed, fields);
export const containerProcesses = (listed = listContainers()) =>
  inspect("container-processes", listed, null, "Processes");
export const inspectExecs = (ids, fields) =>
  inspect("inspect-execs", ids.map((id) => new EngineObject(`exec ${shortId(id)}`, id, {})), fields);
export const listImages = (fields = []) => listAll("list-images", "image", ["Id", "RepoTags", ...fields], "RepoTags");
export const inspectImages = (fields, listed = listImages()) => inspect("inspect-images", listed, fields);
export const inspectImageManifests = (fields, listed = listImages()) =>
  inspect("inspect-image-manifests", listed, fields);
export const imageHistory = (fields, listed = listImages()) => inspect("image-history", listed, fields, "Layers");
export const listNetworks = (fields = []) => listAll("list-networks", "network", ["Id", "Name", ...fields], "Name");
export const listVolumes = (fields = []) => listAll("list-volumes", "volume", ["Name", ...fields], "Name");
export const diskUsage = (fields) => ask("disk-usage", "daemon", fields);
export const swarm = (fields) => ask("swarm", "swarm", fields);
export const listNodes = (fields = []) =>
  listAll("list-nodes", "node", ["ID", "Description.Hostname", ...fields], "Description.Hostname");
export const listServices = (fields = []) =>
  listAll("list-services", "service", ["ID", "Spec.Name", ...fields], "Spec.Name");
export const listSecrets = (fields = []) =>
  listAll("list-secrets", "secret", ["ID", "Spec.Name", ...fields], "Spec.Name");

/** The words that recordings of format 1 had for some functions. */
export const FORMAT_1 = {
  containers: "list-containers",
  container: "inspect-containers",
  processes: "container-processes",
  exec: "inspect-execs",
  images: "list-images",
  image: "inspect-images",
  history: "image-history",
  networks: "list-networks",
  volumes: "list-volumes",
  nodes: "list-nodes",
  services: "list-services",
  secrets: "list-secrets",
};
