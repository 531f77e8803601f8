// A section: the recommendations that a plugin audits, each with the function that decides it.

import { current } from "./current.js";
import { HostError, quietly } from "./errors.js";
import { inFull, inOneLine } from "./failure.js";
import { Verdict } from "./verdict.js";

const ID = /^[A-Za-z0-9._-]{1,32}$/;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Texts about a recommendation, by their names in the contract. */
const TEXTS = ["means", "why", "audited", "fix", "impact", "default"];

/** One section of one benchmark; the same two words must stand in plugin.toml. */
export class Section {
  #checks = new Map();

  constructor({ benchmark, number, title }) {
    requireText({ benchmark, number, title });
    this.benchmark = benchmark;
    this.number = number;
    this.title = title;
  }

  /** Declares a recommendation and the function that decides it. What is not said of it stays unknown. */
  check(about, decide) {
    const { id, title, slug } = about;
    requireText({ id, title, slug });
    for (const key of TEXTS) if (about[key] !== undefined) requireText({ [key]: about[key] });
    for (const reference of about.references ?? []) requireText({ reference });
    if (!ID.test(id)) throw new RangeError(`the id ${JSON.stringify(id)} is not of the form ${ID.source}`);
    if (!SLUG.test(slug)) {
      throw new RangeError(`the slug ${JSON.stringify(slug)} of ${id} is not lower-case words with dashes between them`);
    }
    if (this.#checks.has(id)) throw new RangeError(`the id ${JSON.stringify(id)} is declared twice`);
    if (typeof decide !== "function") throw new TypeError(`the check of ${id} is no function`);
    this.#checks.set(id, { title, slug, decide, info: infoOf(about) });
    return this;
  }

  /** What the contract's `describe` returns. */
  describe() {
    const recommendations = [...this.#checks].map(([id, { title, slug, info }]) => ({ id, title, check: slug, info }));
    return { benchmark: this.benchmark, number: this.number, title: this.title, recommendations, info: [] };
  }

  /** Decides one recommendation; whatever goes wrong in its check is its verdict, and nobody else's. */
  verdict(id) {
    const found = this.#checks.get(id);
    if (found === undefined) {
      return new Verdict("error", `section ${this.number} of ${this.benchmark} has no recommendation ${id}`, []);
    }
    try {
      const verdict = found.decide();
      if (verdict instanceof Verdict) return verdict;
      const returned = verdict instanceof Promise ? "a promise (a check cannot be async)" : String(verdict);
      return new Verdict("error", `the check of ${id} returned ${returned}; it should return a Verdict`, []);
    } catch (error) {
      if (error instanceof HostError) return new Verdict("error", error.message, []);
      // A defect of the check's, which costs its own verdict and no other.
      quietly(() => current().log("warn", inFull(error)));
      return new Verdict("error", `the check broke: ${inOneLine(error)}`, []);
    }
  }

  /** Emits one finding for each id. */
  audit(ids) {
    ids.forEach((id, index) => {
      current().emit(id, this.verdict(id));
      // A refused progress report must not cost a verdict.
      quietly(() => current().progress(index + 1, ids.length));
    });
  }

  /** What the plugin's main module exports under the name `guest`. */
  guest() {
    return { describe: () => this.describe(), audit: (ids) => this.audit(ids) };
  }
}

/** Said while the plugin is built, and not by a plugin that ends without a word. */
function requireText(words) {
  for (const [name, value] of Object.entries(words)) {
    if (typeof value !== "string") throw new TypeError(`${name} is ${JSON.stringify(value)}; it should be text`);
  }
}

function infoOf(about) {
  const info = [["assessment", about.automated === false ? "manual" : "automated"]];
  if (about.level !== undefined) info.push(["level", String(about.level)]);
  for (const key of TEXTS) if (about[key]) info.push([key, about[key]]);
  for (const reference of about.references ?? []) info.push(["reference", reference]);
  return info;
}
