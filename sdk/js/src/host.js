// The audited host itself: its programs, its processes, what it is, what its operator has settled.

import { current } from "./current.js";
import { HostError } from "./errors.js";
import { shown } from "./verdict.js";

/** Runs one of the host's own programs, without a shell. Capability: `exec`. */
export function run(program, ...args) {
  return current().run(program, args);
}

/** The processes whose program has this file name, by pid. Capability: `process.find`. */
export function findProcesses(name) {
  return current().findProcesses(name);
}

/** What the host is. Capability: `host.facts`. */
export function facts() {
  return current().facts();
}

/** The time of the audit, in seconds since 1970. Capability: `host.now`. */
export function now() {
  return current().now();
}

/** One of the operator's settings, parsed; null where it is unset. Capability: `host.setting`. */
export function setting(key) {
  return current().setting(key);
}

/** A setting that is a list of strings; null where it is unset. */
export function settingList(key) {
  const value = setting(key);
  if (value === null || (Array.isArray(value) && value.every((item) => typeof item === "string"))) return value;
  throw new HostError("failed", `setting ${key} should be a list of strings, but is ${shown(value)}`);
}

/** A line for `keelmark --verbose`; level is "debug", "info" or "warn". Capability: `report.log`. */
export function log(message, level = "info") {
  current().log(level, message);
}
