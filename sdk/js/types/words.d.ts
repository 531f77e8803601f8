/// <reference path="./world/plugin.d.ts" />

/** Why the host could not answer. */
export type ErrorKind = import("keelmark:plugin/types@0.1.0").ErrorKind;

/** The five verdicts. */
export type Status = import("keelmark:plugin/types@0.1.0").Status;
