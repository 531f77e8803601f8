// Questions to the Docker Engine, answered with its own JSON, parsed.
//
// `fields` says what of an object comes back ("HostConfig.Privileged"); each must stand below a field that the manifest
// lists for the function. A field that the engine did not send is absent.

import { HostError } from "./errors.js";
import { inspectContainers, inspectImages } from "./questions.js";
import { sumUp } from "./verdict.js";

export * from "./questions.js";

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
