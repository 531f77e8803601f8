declare module 'keelmark:plugin/types@0.1.0' {
  /**
   * Why the host could not answer. A plugin turns any of these into a finding with status `error`, except
   * where it knows that absence is an answer (`not-found` for a file that need not exist).
   * # Variants
   * 
   * ## `"denied"`
   * 
   * The gate refused: not in the manifest, not granted, or above the host's ceiling.
   * ## `"not-found"`
   * 
   * The file, container, image or program does not exist.
   * ## `"invalid"`
   * 
   * The argument has a form that is never valid (a relative path, an id with a slash).
   * ## `"timeout"`
   * 
   * The answer did not come within the time limit.
   * ## `"too-large"`
   * 
   * The answer is larger than the limit for one call.
   * ## `"unavailable"`
   * 
   * The source cannot be asked at all: no engine, no such program, not possible under `--host-root`.
   * ## `"permission"`
   * 
   * The operating system refused: keelmark runs without the privilege that this fact needs.
   * ## `"failed"`
   * 
   * The source answered with a failure or with something that cannot be read.
   * ## `"other"`
   * 
   * A cause that this version of the contract has no word for; `info` says more.
   */
  export type ErrorKind = 'denied' | 'not-found' | 'invalid' | 'timeout' | 'too-large' | 'unavailable' | 'permission' | 'failed' | 'other';
  export interface Error {
    kind: ErrorKind,
    /**
     * One sentence for the operator, complete without context.
     */
    message: string,
    info: Array<[string, string]>,
  }
  /**
   * # Variants
   * 
   * ## `"pass"`
   * 
   * ## `"fail"`
   * 
   * ## `"manual"`
   * 
   * A person must judge; the evidence is attached.
   * ## `"not-applicable"`
   * 
   * The recommendation has nothing to apply to; the message says why.
   * ## `"error"`
   * 
   * The fact could not be read; the message says why.
   */
  export type Status = 'pass' | 'fail' | 'manual' | 'not-applicable' | 'error';
  /**
   * One fact that a verdict rests on.
   */
  export interface Evidence {
    /**
     * What the fact is about: "container web", "file /etc/docker/daemon.json", "daemon".
     */
    subject: string,
    /**
     * Which property, in the words of its source: "HostConfig.Privileged".
     */
    property: string,
    found: string,
    /**
     * What would have been right; empty where there is nothing to compare with.
     */
    expected: string,
    /**
     * Known keys: `source` (where the fact was read), `error` (this subject could not be read, and why),
     * `note` (words about what was found), `subject-kind` (what kind of thing the subject is, where it does not begin
     * with that word: container, image, network, volume, file, process, registry, node, service, secret, daemon, host,
     * swarm), `subject-id` (the engine's id of it).
     */
    info: Array<[string, string]>,
  }
  /**
   * The verdict on one recommendation.
   */
  export interface Finding {
    /**
     * The recommendation's id in its section, for example "5.5".
     */
    id: string,
    status: Status,
    /**
     * One sentence; required for every status but `pass`.
     */
    message: string,
    evidence: Array<Evidence>,
    info: Array<[string, string]>,
  }
  export interface Recommendation {
    /**
     * Natural order inside the section: "5.9" comes before "5.10".
     */
    id: string,
    title: string,
    /**
     * The slug of the check that decides it: "privileged-container".
     */
    check: string,
    /**
     * Known keys: level, profile, assessment, scored, subsection, control, means, why, audited, fix, impact,
     * default, deviates (from the audit that the benchmark prints), finding (what was found when it fires, as a
     * headline), reference (repeats), need (repeats), param ("name=value", repeats).
     */
    info: Array<[string, string]>,
  }
  export interface Section {
    /**
     * The edition's id: "cis-docker-1.8.0".
     */
    benchmark: string,
    number: string,
    title: string,
    recommendations: Array<Recommendation>,
    info: Array<[string, string]>,
  }
}
