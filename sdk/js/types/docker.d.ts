/**
 * Questions to the Docker Engine, answered with its own JSON, parsed.
 *
 * `fields` says what of an object comes back ("HostConfig.Privileged"); each must stand below a field that the manifest
 * lists for the function. A field that the engine did not send is absent.
 */

import type { HostError, Judgement, Verdict } from "./index.js";

/** A value of the engine's JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Types {
  boolean: boolean;
  number: number;
  string: string;
  list: Json[];
  object: { [key: string]: Json };
}

/** One object of the engine's, read by path, so that a missing field is an error and never a default. */
export interface EngineObject {
  /** What evidence calls it: "container web". */
  readonly subject: string;
  /** The engine's id; empty where it has none. */
  readonly id: string;
  /** All that the engine sent. */
  readonly data: { [key: string]: Json };
  readonly error?: undefined;
  /**
   * The value at a dotted path, which must be of that type: `read("HostConfig.Privileged", "boolean")`.
   * null counts as empty where the type is string, list or object: Go sends it for what was never set.
   */
  read<T extends keyof Types>(path: string, type: T): Types[T];
  /** The same, and null for a field that was not sent: only where the engine's API says that it is optional. */
  optional<T extends keyof Types>(path: string, type: T): Types[T] | null;
}

/** An object that was listed and could not be read. */
export interface Unread {
  readonly subject: string;
  readonly id: string;
  readonly error: HostError;
}

/** An object, or why it could not be read. */
export type Inspected = EngineObject | Unread;

export * from "./questions.js";

/** Judges every container, running or not, and sums up. */
export function eachContainer(fields: string[], judge: (container: EngineObject) => Judgement): Verdict;
/** Judges every image and sums up. */
export function eachImage(fields: string[], judge: (image: EngineObject) => Judgement): Verdict;
