/// <reference path="./keelmark-plugin-types.d.ts" />
declare module 'keelmark:plugin/process@0.1.0' {
  /**
   * The processes whose program's file name is exactly `name`, in order of pid; empty when none runs.
   * 
   * Processes inside containers are left out: a dockerd in a container is not the host's daemon.
   * Capability: `op = "process.find"`, `names = ["dockerd"]`.
   */
  export function find(name: string): Array<Running>;
  export type Error = import('keelmark:plugin/types@0.1.0').Error;
  export interface Running {
    pid: number,
    argv: Array<string>,
    /**
     * The effective user id.
     */
    euid: number,
    /**
     * Known keys: `started`, when it started, in seconds since 1970-01-01T00:00:00Z by the clock of the audit.
     */
    info: Array<[string, string]>,
  }
}
