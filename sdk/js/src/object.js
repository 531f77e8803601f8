// One object of the engine's, read by path, so that a missing field is an error and never a default.

import { HostError } from "./errors.js";

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The types that a field can be asked for: what they accept, and what null counts as. */
const TYPES = {
  boolean: { accepts: (value) => typeof value === "boolean", words: "true or false" },
  number: { accepts: (value) => typeof value === "number", words: "a number" },
  string: { accepts: (value) => typeof value === "string", words: "a string", empty: () => "" },
  list: { accepts: Array.isArray, words: "a list", empty: () => [] },
  object: { accepts: isObject, words: "an object", empty: () => ({}) },
};

export class EngineObject {
  constructor(subject, id, data) {
    this.subject = subject;
    this.id = id;
    this.data = data;
  }

  /**
   * The value at a dotted path, which must be of that type: `read("HostConfig.Privileged", "boolean")`.
   * null counts as empty where the type is string, list or object: Go sends it for what was never set.
   */
  read(path, type) {
    const { accepts, words, empty } = TYPES[type] ?? unknownType(type);
    const value = at(this.data, path);
    if (value === undefined) throw new HostError("failed", `${this.subject}: the engine's answer has no ${path}`);
    if (value === null && empty !== undefined) return empty();
    if (accepts(value)) return value;
    throw new HostError("failed", `${this.subject}: ${path} should be ${words}, but the engine sent ${short(value)}`);
  }

  /** The same, and null for a field that was not sent: only where the engine's API says that it is optional. */
  optional(path, type) {
    return (at(this.data, path) ?? null) === null ? null : this.read(path, type);
  }
}

function unknownType(type) {
  throw new TypeError(`there is no type ${type}; there are: ${Object.keys(TYPES).join(", ")}`);
}

function at(data, path) {
  let value = data;
  for (const key of path.split(".")) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function short(value) {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
