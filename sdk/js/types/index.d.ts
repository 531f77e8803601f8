/** Checks for keelmark in JavaScript and TypeScript: a section, its checks, what they may ask, and their verdicts. */

import type { ErrorKind, Status } from "./words.js";

export type { ErrorKind, Status };

/**
 * A fact that could not be read. Left alone, it becomes the verdict of the check that asked: `error`, with this message.
 * Catch it only where the absence of the fact is an answer: `error.kind === "not-found"` for a file that need not exist.
 */
export class HostError extends Error {
  constructor(kind: ErrorKind, message: string);
  readonly kind: ErrorKind;
}

/** One fact that a verdict rests on. Values are shown as text. */
export interface Evidence {
  /** What the fact is about: "container web", "file /etc/docker/daemon.json", "daemon". */
  subject: string;
  /** Which property, in the words of its source: "HostConfig.Privileged". */
  property: string;
  found: unknown;
  /** What would have been right; left out where there is nothing to compare with. */
  expected?: unknown;
  /** Where the fact was read: "daemon.json". */
  source?: string;
  /** Why this subject could not be read. */
  error?: string;
}

/** `container web: HostConfig.Privileged = true (expected false)` */
export function formatEvidence(evidence: Evidence): string;

/** A check's answer. There is no constructor for an error: throw the HostError, or let it pass. */
export class Verdict {
  private constructor();
  readonly status: Status;
  readonly message: string;
  readonly evidence: Evidence[];
  /** The facts are as they should be. */
  static passed(message?: string, ...evidence: Evidence[]): Verdict;
  /** The facts are not as they should be; the message is one sentence, the evidence says where. */
  static failed(message: string, ...evidence: Evidence[]): Verdict;
  /** A person must judge; the message says what, the evidence is what there is to go by. */
  static manual(message: string, ...evidence: Evidence[]): Verdict;
  /** The recommendation has nothing to apply to. */
  static notApplicable(reason: string): Verdict;
}

/** What a check says of one container, image or other subject. */
export class Judgement {
  private constructor();
  readonly word: "good" | "bad" | "ask" | "skip";
  readonly evidence: Evidence[];
  /** As it should be. */
  static good(): Judgement;
  /** Not as it should be. */
  static bad(...evidence: Evidence[]): Judgement;
  /** Bad where there is any evidence, else good. */
  static badIfAny(evidence: Evidence[]): Judgement;
  /** A person must judge this one. */
  static ask(...evidence: Evidence[]): Judgement;
  /** The recommendation does not apply to this one. */
  static skip(): Judgement;
}

/**
 * The verdict over all subjects: a bad one decides; else one that could not be read; else one to ask about.
 * `noun` is the plural of what was judged ("containers").
 */
export function sumUp(noun: string, judged: Iterable<[subject: string, judgement: Judgement | HostError]>): Verdict;

/** What is told of a recommendation. What is left out stays unknown. */
export interface About {
  /** Natural order inside the section: "9.9" comes before "9.10". */
  id: string;
  title: string;
  /** Names the finding, never a number: "container-without-owner". */
  slug: string;
  level?: 1 | 2;
  /** What the recommendation asks for. */
  means?: string;
  /** Why it matters. */
  why?: string;
  /** Which facts decide, and where they come from. */
  audited?: string;
  /** How to mend it. */
  fix?: string;
  /** What mending it may break. */
  impact?: string;
  /** What a host has when nobody changed anything. */
  default?: string;
  references?: string[];
  /** False where a person always has the last word. */
  automated?: boolean;
}

/** One section of one benchmark; the same two words must stand in plugin.toml. */
export class Section {
  constructor(section: { benchmark: string; number: string; title: string });
  readonly benchmark: string;
  readonly number: string;
  readonly title: string;
  /** Declares a recommendation and the function that decides it. */
  check(about: About, decide: () => Verdict): this;
  /** Decides one recommendation: for tests. */
  verdict(id: string): Verdict;
  /** What the plugin's main module exports under the name `guest`. */
  guest(): Guest;
}

/** The contract's export. */
export interface Guest {
  describe(): import("keelmark:plugin/types@0.1.0").Section;
  audit(ids: string[]): void;
}

export * as docker from "./docker.js";
export * as files from "./files.js";
export * as host from "./host.js";
export type { EngineObject, Unread } from "./docker.js";
