// How the engine is asked; questions.js has a function for each question.

import { current } from "./current.js";
import { HostError } from "./errors.js";
import { EngineObject } from "./object.js";

/** How many objects one call asks about. The host allows 1,000. */
const IDS_PER_CALL = 500;

/** The answer to a question that has one object for an answer. */
export function ask(name, subject, fields) {
  const answer = current().docker(name, fields);
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
    throw new HostError("failed", `docker.${name} did not answer with an object`);
  }
  return new EngineObject(subject, "", answer);
}

/** Every object of a kind, by the name at that path. */
export function listAll(name, noun, fields, path) {
  const answer = current().docker(name, [...new Set(fields)]);
  if (!Array.isArray(answer)) throw new HostError("failed", `docker.${name} did not answer with a list`);
  const objects = answer.map((item) => {
    const id = String(item.Id ?? item.ID ?? "");
    return new EngineObject(`${noun} ${nameOf(item, path) || shortId(id)}`, id, item);
  });
  // By code unit, not by locale: every host sorts alike.
  return objects.sort((a, b) => (a.subject < b.subject ? -1 : Number(a.subject > b.subject)));
}

/** An answer about each of the objects; one that has vanished is left out. */
export function inspect(name, listed, fields, wrap) {
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

/** The name at a dotted path. Of several names, the first that is one. */
function nameOf(item, path) {
  const value = path.split(".").reduce((inner, key) => inner?.[key], item);
  const names = path === "RepoTags" ? [...(value ?? []), ...(item.RepoDigests ?? [])] : [value].flat();
  // Containers' names begin with a slash; an image without a tag is called "<none>:<none>".
  return names.find((name) => name && !name.startsWith("<none>"))?.replace(/^\//, "");
}

/** Twelve characters of an id, as docker prints it. */
export function shortId(id) {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
