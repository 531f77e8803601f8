/** A host that answers from a recording: tests of checks without WebAssembly, without root and without an engine. */

import type { ErrorKind, Verdict } from "./index.js";

export class FakeHost {
  /** Answers by request key, as recordings hold them; a request without an answer is an error that names it. */
  constructor(answers?: Record<string, unknown>, settings?: Record<string, unknown>);
  /** The host of a recording, as `keelmark record` and `keelmark plugin test --record` write it. */
  static fromRecording(path: string): FakeHost;
  /** Answers a request with an error. */
  refuse(key: string, kind: ErrorKind, message: string): this;
  /** Runs `act` with this host being the one that is asked. */
  during<T>(act: (host: FakeHost) => T): T;
  /** What was emitted, by id. */
  readonly findings: Map<string, Verdict>;
  /** What was logged. */
  readonly logged: [level: string, message: string][];
}

/** What the host leaves of an answer: the named fields. */
export function project(value: unknown, fields: string[]): unknown;
