// Facts about files. Paths are absolute, in the audited host's own view.

import { current } from "./current.js";
import { nullIfNotFound } from "./errors.js";

/** Facts about a file, or about the one that a symlink leads to. Capability: `fs.stat`. */
export function stat(path, { follow = true } = {}) {
  return current().stat(path, follow);
}

/** The same, and null where there is no such file. */
export function statIfExists(path, options) {
  return nullIfNotFound(() => stat(path, options));
}

/** The text of a regular file. Capability: `fs.read-text`. */
export function readText(path) {
  return current().readText(path);
}

/** The same, and null where there is no such file. */
export function readTextIfExists(path) {
  return nullIfNotFound(() => readText(path));
}

/** The names in a directory, sorted. Capability: `fs.list-dir`. */
export function listDir(path) {
  return current().listDir(path);
}

/** The permission bits as people write them: "0644". */
export function octal(mode) {
  return mode.toString(8).padStart(4, "0");
}

/** Whether a bit is set that `allowed` does not have: modes are sets of bits, not numbers to compare. */
export function allowsMoreThan(mode, allowed) {
  return (mode & ~allowed & 0o7777) !== 0;
}

/** "root:docker", with numbers where there is no name. */
export function ownership({ owner, uid, group, gid }) {
  return `${owner ?? uid}:${group ?? gid}`;
}
