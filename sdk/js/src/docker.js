// Questions to the Docker Engine, answered with its own JSON, parsed.
//
// `fields` says what of an object comes back ("HostConfig.Privileged"); each must stand below a field that the manifest
// lists for the function. A field that the engine did not send is absent.

import { current } from "./current.js";
import { HostError } from "./errors.js";
import { EngineObject } from "./object.js";
import { sumUp } from "./verdict.js";

/** How many objects one call asks about. The host allows 1,000. */
const IDS_PER_CALL = 500;

export const version = (fields) => one("version", "daemon", fields);
export const info = (fields) => one("info", "daemon", fields);
export const swarm = (fields) => one("swarm", "swarm", fields);

const byName = (item) => item.Name;
const bySpec = (item) => item.Spec?.Name;

export const listContainers = (fields = []) =>
  list("list-containers", "container", ["Id", "Names", ...fields], (c) => c.Names?.[0]?.replace(/^\//, ""));
export const listImages = (fields = []) => list("list-images", "image", ["Id", "RepoTags", ...fields], imageName);
export const listNetworks = (fields = []) => list("list-networks", "network", ["Id", "Name", ...fields], byName);
export const listVolumes = (fields = []) => list("list-volumes", "volume", ["Name", ...fields], byName);
export const listNodes = (fields = []) =>
  list("list-nodes", "node", ["ID", "Description.Hostname", ...fields], (n) => n.Description?.Hostname);
export const listServices = (fields = []) => list("list-services", "service", ["ID", "Spec.Name", ...fields], bySpec);
export const listSecrets = (fields = []) => list("list-secrets", "secret", ["ID", "Spec.Name", ...fields], bySpec);

export const inspectContainers = (fields, listed = listContainers()) => inspect("inspect-containers", listed, fields);
export const inspectImages = (fields, listed = listImages()) => inspect("inspect-images", listed, fields);
export const imageHistory = (fields, listed = listImages()) => inspect("image-history", listed, fields, "Layers");
export const containerProcesses = (listed = listContainers()) =>
  inspect("container-processes", listed, null, "Processes");
export const inspectExecs = (ids, fields) =>
  inspect("inspect-execs", ids.map((id) => new EngineObject(`exec ${shortId(id)}`, id, {})), fields);

/** Judges every container, running or not, and sums up. */
export function eachContainer(fields, judge) {
  return sumUp("containers", judged(inspectContainers(fields), judge));
}

/** Judges every image and sums up. */
export function eachImage(fields, judge) {
  return sumUp("images", judged(inspectImages(fields), judge));
}

function* judged(found, judge) {
  for (const one of found) {
    if (one.error !== undefined) {
      yield [one.subject, one.error];
      continue;
    }
    try {
      yield [one.subject, judge(one)];
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      yield [one.subject, error];
    }
  }
}

function one(name, subject, fields) {
  const answer = current().docker(name, fields);
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
    throw new HostError("failed", `docker.${name} did not answer with an object`);
  }
  return new EngineObject(subject, "", answer);
}

function list(name, noun, fields, nameOf) {
  const answer = current().docker(name, [...new Set(fields)]);
  if (!Array.isArray(answer)) throw new HostError("failed", `docker.${name} did not answer with a list`);
  const objects = answer.map((item) => {
    const id = String(item.Id ?? item.ID ?? "");
    return new EngineObject(`${noun} ${nameOf(item) || shortId(id)}`, id, item);
  });
  // By code unit, not by locale: every host sorts alike.
  return objects.sort((a, b) => (a.subject < b.subject ? -1 : Number(a.subject > b.subject)));
}

function inspect(name, listed, fields, wrap) {
  const answers = new Map();
  for (let start = 0; start < listed.length; start += IDS_PER_CALL) {
    const ids = listed.slice(start, start + IDS_PER_CALL).map((found) => found.id);
    for (const [id, answer] of current().dockerEach(name, ids, fields)) answers.set(id, answer);
  }
  const inspected = [];
  for (const { subject, id } of listed) {
    // Only "not found" means that an object vanished: silence about one is no reason to leave it out.
    const answer = answers.get(id) ?? new HostError("failed", `docker.${name} gave no answer about ${subject}`);
    if (answer instanceof HostError) {
      if (answer.kind !== "not-found") inspected.push({ subject, id, error: answer });
    } else {
      inspected.push(new EngineObject(subject, id, wrap === undefined ? answer : { [wrap]: answer }));
    }
  }
  return inspected;
}

function imageName(image) {
  const names = [...(image.RepoTags ?? []), ...(image.RepoDigests ?? [])];
  return names.find((name) => !name.startsWith("<none>"));
}

/** Twelve characters of an id, as docker prints it. */
function shortId(id) {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
