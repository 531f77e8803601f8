/** The audited host itself: its programs, its processes, what it is, what its operator has settled. */

import type { Json } from "./docker.js";

/** How a program that the host ran ended. */
export interface Output {
  /** The exit code; null when a signal ended the program. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** The program printed more than the host's limit; what is here is its beginning. */
  truncated: boolean;
}

/** A process of the audited host. */
export interface Process {
  pid: number;
  argv: string[];
  /** The effective user id. */
  euid: number;
  /** When it started, in seconds since 1970; absent where that is not known. */
  started?: number;
}

/** What the audited host is. */
export interface Facts {
  hostname: string;
  kernel: string;
  architecture: string;
  osId: string;
  osVersion: string;
  osName: string;
  /** Whether keelmark runs with uid 0. */
  privileged: boolean;
  /** Whether the engine runs on the host whose files are read. */
  engineIsLocal: boolean;
}

/** Runs one of the host's own programs, without a shell. Capability: `exec`. */
export function run(program: string, ...args: string[]): Output;
/** The processes whose program has this file name, by pid. Capability: `process.find`. */
export function findProcesses(name: string): Process[];
/** What the host is. Capability: `host.facts`. */
export function facts(): Facts;
/** The time of the audit, in seconds since 1970. Capability: `host.now`. */
export function now(): number;
/** One of the operator's settings, parsed; null where it is unset. Capability: `host.setting`. */
export function setting(key: string): Json;
/** A setting that is a list of strings; null where it is unset. */
export function settingList(key: string): string[] | null;
/** A line for `keelmark --verbose`. Capability: `report.log`. */
export function log(message: string, level?: "debug" | "info" | "warn"): void;
