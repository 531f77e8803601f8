// A host that answers from a recording: tests of checks without WebAssembly, without root and without an engine.

import { readFileSync } from "node:fs";

import { replace } from "./current.js";
import { HostError } from "./errors.js";
import { FORMAT_1 } from "./questions.js";

const IDS_PER_CALL = 1_000;
const PLAIN_WORD = /^[A-Za-z0-9_./:=,@%+-]+$/;

/** The key of format 2 for one of recordings of format 1; any other stays. */
export function currentKey(key) {
  const [verb, word, ...rest] = key.split(" ");
  return verb === "docker" ? [verb, FORMAT_1[word] ?? word, ...rest].join(" ") : key;
}

const currentKeys = (answers) => Object.fromEntries(Object.entries(answers).map(([key, answer]) => [currentKey(key), answer]));

/** Answers by request key, as recordings hold them; a request without an answer is an error that names it. */
export class FakeHost {
  constructor(answers = {}, settings = {}) {
    this.answers = Object.fromEntries(Object.entries(answers).map(([key, ok]) => [currentKey(key), { ok }]));
    this.settings = settings;
    this.findings = new Map();
    this.logged = [];
  }

  /** The host of a recording, as `keelmark record` and `keelmark plugin test --record` write it. */
  static fromRecording(path) {
    const host = new FakeHost();
    host.answers = currentKeys(JSON.parse(readFileSync(path, "utf8")).answers);
    return host;
  }

  /** Answers a request with an error. */
  refuse(key, kind, message) {
    this.answers[currentKey(key)] = { error: { kind, message } };
    return this;
  }

  /** Runs `act` with this host being the one that is asked. */
  during(act) {
    const before = replace(this);
    try {
      return act(this);
    } finally {
      replace(before);
    }
  }

  run(program, args) {
    const words = [program, ...args].map((word) => (PLAIN_WORD.test(word) ? word : JSON.stringify(word)));
    return this.#ask(`exec ${words.join(" ")}`);
  }

  stat(path, follow) {
    const found = this.#ask(`${follow ? "stat" : "lstat"} ${path}`);
    return { owner: null, group: null, target: null, ...found, mode: Number.parseInt(found.mode, 8) };
  }

  readText(path) {
    return this.#resolved("read", path);
  }

  listDir(path) {
    return this.#resolved("list", path);
  }

  findProcesses(name) {
    return this.#ask(`process ${name}`);
  }

  docker(name, fields) {
    return project(this.#ask(`docker ${name}`), fields);
  }

  dockerEach(name, ids, fields) {
    if (ids.length > IDS_PER_CALL) throw new HostError("too-large", `docker.${name} with ${ids.length} ids`);
    return ids.map((id) => [id, this.#each(`docker ${name} ${id}`, fields)]);
  }

  facts() {
    const camel = ([key, value]) => [key.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase()), value];
    return Object.fromEntries(Object.entries(this.#ask("facts")).map(camel));
  }

  now() {
    return this.#ask("now");
  }

  setting(key) {
    return this.settings[key] ?? null;
  }

  emit(id, verdict) {
    this.findings.set(id, verdict);
  }

  progress() {}

  log(level, message) {
    this.logged.push([level, message]);
  }

  #ask(key) {
    const answer = this.answers[key];
    if (answer === undefined) throw new HostError("other", `not recorded: ${key}`);
    if (answer.error !== undefined) throw new HostError(answer.error.kind, answer.error.message);
    return answer.ok;
  }

  /** A link's answer says where it leads, which is a request of its own. */
  #resolved(verb, path) {
    const answer = this.#ask(`${verb} ${path}`);
    const isLink = typeof answer === "object" && !Array.isArray(answer);
    return isLink ? this.#ask(`${verb} ${answer.resolved}`) : answer;
  }

  #each(key, fields) {
    try {
      const answer = this.#ask(key);
      return fields === null ? answer : project(answer, fields);
    } catch (error) {
      return error;
    }
  }
}

/** What the host leaves of an answer: the named fields, lists item by item. Keys may hold dots themselves. */
export function project(value, fields) {
  if (Array.isArray(value)) return value.map((item) => project(item, fields));
  // What has no fields is not below one: a text in a list is null, and as a field it is left out.
  if (typeof value !== "object" || value === null) return null;
  const kept = {};
  for (const [key, inner] of Object.entries(value)) {
    const below = fields.filter((field) => field.startsWith(`${key}.`)).map((field) => field.slice(key.length + 1));
    if (fields.includes(key)) kept[key] = inner;
    else if (below.length > 0 && typeof inner === "object") kept[key] = project(inner, below);
  }
  return kept;
}
