// Verdicts, and the evidence without which nobody need believe one.

import { HostError } from "./errors.js";

/** A check's answer. There is no constructor for an error: throw the HostError, or let it pass. */
export class Verdict {
  constructor(status, message, evidence) {
    this.status = status;
    this.message = message;
    this.evidence = required(evidence);
  }

  /** The facts are as they should be. */
  static passed(message = "", ...evidence) {
    return new Verdict("pass", message, evidence);
  }

  /** The facts are not as they should be; the message is one sentence, the evidence says where. */
  static failed(message, ...evidence) {
    return new Verdict("fail", message, evidence);
  }

  /** A person must judge; the message says what, the evidence is what there is to go by. */
  static manual(message, ...evidence) {
    return new Verdict("manual", message, evidence);
  }

  /** The recommendation has nothing to apply to. */
  static notApplicable(reason) {
    return new Verdict("not-applicable", reason, []);
  }
}

/** Said where the author's own line is near, not when the host refuses what comes out. */
function required(evidence) {
  for (const one of evidence) {
    if (typeof one?.subject !== "string") throw new TypeError(`the evidence ${shown(one) || one} has no subject`);
  }
  return evidence;
}

/** What a check says of one container, image or other subject; `sumUp` makes the verdict of them. */
export class Judgement {
  constructor(word, evidence) {
    this.word = word;
    this.evidence = required(evidence);
  }

  /** As it should be. */
  static good() {
    return new Judgement("good", []);
  }

  /** Not as it should be. */
  static bad(...evidence) {
    return new Judgement("bad", evidence);
  }

  /** Bad where there is any evidence, else good. */
  static badIfAny(evidence) {
    return evidence.length > 0 ? Judgement.bad(...evidence) : Judgement.good();
  }

  /** A person must judge this one. */
  static ask(...evidence) {
    return new Judgement("ask", evidence);
  }

  /** The recommendation does not apply to this one. */
  static skip() {
    return new Judgement("skip", []);
  }
}

/** A value as evidence shows it. */
export function shown(value) {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `container web: HostConfig.Privileged = true (expected false)` */
export function formatEvidence({ subject, property = "", found, expected }) {
  const named = property === "" ? "" : ` ${property} =`;
  const wanted = shown(expected) === "" ? "" : ` (expected ${shown(expected)})`;
  return `${subject}:${named} ${shown(found)}${wanted}`;
}

/** A subject that could not be read, and why. */
export function unread(subject, error) {
  return { subject, property: "", found: "could not be read", error: error.message };
}

/**
 * The verdict over all subjects: a bad one decides; else one that could not be read; else one to ask about.
 *
 * `noun` is the plural of what was judged ("containers"). Where some are bad and others could not be read, the verdict is
 * `fail` and the unread ones stand in its evidence with an error: the audit counts as incomplete.
 */
export function sumUp(noun, judged) {
  const evidence = { good: [], bad: [], ask: [], skip: [] };
  const counts = { good: 0, bad: 0, ask: 0, skip: 0 };
  const errors = [];
  for (const [subject, judgement] of judged) {
    if (judgement instanceof HostError) {
      errors.push([subject, judgement]);
    } else if (judgement instanceof Judgement) {
      counts[judgement.word] += 1;
      evidence[judgement.word].push(...judgement.evidence);
    } else {
      throw new TypeError(`the judgement on ${subject} is ${shown(judgement) || judgement}; it should be a Judgement`);
    }
  }
  const total = counts.good + counts.bad + counts.ask;
  if (counts.bad > 0) {
    // What else there is to say stays in sight: a person's part, and what makes the audit incomplete.
    const also = counts.ask > 0 ? `, and ${counts.ask} to judge` : "";
    const rest = [...evidence.ask, ...errors.map(([subject, error]) => unread(subject, error))];
    return new Verdict("fail", `${counts.bad} of ${total} ${noun}${also}`, [...evidence.bad, ...rest]);
  }
  if (errors.length > 0) throw firstOf(errors.map(([, error]) => error));
  if (counts.ask > 0) return new Verdict("manual", `${counts.ask} of ${total} ${noun} to judge`, evidence.ask);
  if (total > 0) return Verdict.passed(`${total} ${noun}`);
  return Verdict.notApplicable(counts.skip > 0 ? `applies to none of the ${counts.skip} ${noun}` : `no ${noun}`);
}

function firstOf([first, ...others]) {
  const count = others.length === 1 ? "one" : others.length;
  const more = others.length === 0 ? "" : ` (and ${count} more could not be read)`;
  return new HostError(first.kind, first.message + more);
}
