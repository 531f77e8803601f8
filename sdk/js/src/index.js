// Checks for keelmark in JavaScript: a section, its checks, what they may ask, and the verdicts they return.

export { HostError } from "./errors.js";
export { Judgement, Verdict, formatEvidence, sumUp } from "./verdict.js";
export { Section } from "./section.js";
export * as docker from "./docker.js";
export * as files from "./files.js";
export * as host from "./host.js";
