// The component's side: the contract's imports as a host, and the guard around its export.
//
// The build writes a small entry module that imports what the manifest asks for and hands it to `component`. What is
// not there is denied, as the gate would say.

import { replace } from "./current.js";
import { HostError, quietly } from "./errors.js";
import { inFull, inOneLine } from "./failure.js";
import { shown } from "./verdict.js";

/** The names of the contract's functions that are not their capabilities' names. */
const CAPABILITIES = { "exec.run": "exec", "host.describe": "host.facts" };

class ComponentHost {
  #imports;

  constructor(imports) {
    this.#imports = imports;
  }

  run(program, args) {
    const { code, stdout, stderr, truncated } = this.#call("exec", "run", program, args);
    return { code: code ?? null, stdout, stderr, truncated };
  }

  stat(path, follow) {
    const { info, owner, group, target, size, modified, ...found } = this.#call("fs", "stat", path, follow);
    const numbers = { size: Number(size), modified: Number(modified) };
    return { ...found, ...numbers, owner: owner ?? null, group: group ?? null, target: target ?? null };
  }

  readText(path) {
    return this.#call("fs", "read-text", path);
  }

  listDir(path) {
    return this.#call("fs", "list-dir", path);
  }

  findProcesses(name) {
    return this.#call("process", "find", name).map(({ info, ...found }) => {
      const started = new Map(info).get("started");
      return started === undefined ? found : { ...found, started: Number(started) };
    });
  }

  docker(name, fields) {
    return parse(this.#call("docker", name, fields));
  }

  dockerEach(name, ids, fields) {
    const answers = this.#call("docker", name, ids, ...(fields === null ? [] : [fields]));
    return answers.map(({ id, json }) => [id, json.tag === "ok" ? parsed(json.val) : toHostError(json.val)]);
  }

  facts() {
    const { info, ...facts } = this.#call("host", "describe");
    return facts;
  }

  now() {
    return Number(this.#call("host", "now"));
  }

  setting(key) {
    const text = this.#call("host", "setting", key) ?? null;
    return text === null ? null : parse(text);
  }

  emit(id, { status, message, evidence }) {
    const lines = evidence.map(({ subject, property, found, expected, source, error }) => {
      const info = Object.entries({ source, error }).filter(([, value]) => value);
      return {
        subject: shown(subject),
        property: shown(property),
        found: shown(found),
        expected: shown(expected),
        info: info.map(([key, value]) => [key, shown(value)]),
      };
    });
    this.#call("report", "emit", { id, status, message: shown(message), evidence: lines, info: [] });
  }

  progress(done, total) {
    this.#call("report", "progress", done, total);
  }

  /** One line of the log for each line of the message. */
  log(level, message) {
    for (const line of message.trimEnd().split("\n")) this.#call("report", "log", level, line);
  }

  #call(interfaceName, name, ...args) {
    const call = this.#imports[interfaceName]?.[camel(name)];
    if (call === undefined) {
      const capability = `${interfaceName}.${name}`;
      throw new HostError("denied", `plugin.toml has no capability ${CAPABILITIES[capability] ?? capability}`);
    }
    try {
      return call(...args);
    } catch (error) {
      // The runtime wraps the contract's error.
      const inner = error?.payload ?? error;
      throw isContractError(inner) ? toHostError(inner) : error;
    }
  }
}

/** Guards a plugin's `guest`, so that what it throws has its cause in the host's report. */
export function component(imports, guest) {
  const host = new ComponentHost(imports);
  replace(host);
  speakThrough(host);
  withoutClock();
  return {
    describe() {
      try {
        return described(guest.describe());
      } catch (error) {
        // describe has no way to fail but to trap; the host keeps the last words, even where logging is denied.
        quietly(() => host.log("warn", inOneLine(error)));
        throw error;
      }
    },
    audit(ids) {
      try {
        guest.audit(ids);
      } catch (error) {
        if (isContractError(error)) throw error;
        const kind = error instanceof HostError ? error.kind : "failed";
        throw { kind, message: error instanceof HostError ? error.message : inOneLine(error), info: [] };
      }
    },
  };
}

/** A guest that is written by hand may answer anything; what is no section would end it without a word. */
function described(section) {
  const isSection = ["benchmark", "number", "title"].every((name) => typeof section?.[name] === "string");
  if (isSection && Array.isArray(section.recommendations) && Array.isArray(section.info)) return section;
  throw new TypeError(`describe() returned ${JSON.stringify(section)}; it should return a section of the contract`);
}

/** What is printed becomes log lines: a component has no standard output, and writing to it would end it. */
function speakThrough(host) {
  const speak = (level) => (...words) => {
    // Without the capability report.log nobody wants to hear it.
    quietly(() => host.log(level, words.map((word) => (word instanceof Error ? inFull(word) : shown(word))).join(" ")));
  };
  const [debug, info, warn] = ["debug", "info", "warn"].map(speak);
  globalThis.console = { debug, info, log: info, warn, error: warn };
}

/** A component has no clock either, and asking for one would end it without a word. */
function withoutClock() {
  const refuse = () => {
    throw new Error("a plugin has no clock of its own: ask host.now()");
  };
  const Real = globalThis.Date;
  globalThis.Date = new Proxy(Real, {
    apply: refuse,
    construct: (_, args, target) => (args.length === 0 ? refuse() : Reflect.construct(Real, args, target)),
    get: (_, name) => (name === "now" ? refuse : Real[name]),
  });
}

const isContractError = (error) => typeof error?.kind === "string" && Array.isArray(error.info);

const toHostError = ({ kind, message }) => new HostError(kind, message);

function parsed(text) {
  try {
    return parse(text);
  } catch (error) {
    return error;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HostError("failed", `the host's answer is not JSON: ${error.message}`);
  }
}

const camel = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
