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
     * Known keys: `started`, when it started, in seconds since 1970-01-01T00:00:00Z by the clock of the audit; `exe`, the
     * path of its program; `unit`, the systemd service that it runs in. Of a process called dockerd, dockerd-current or
     * dockerd-ce also `config-file`, the path of its configuration file, whether that exists or not, and `config-changed`,
     * when what is found there last changed: the file, a link on the way, or the directory that it was taken out of; and
     * of one without root `xdg-config-home`, `xdg-data-home` and `xdg-runtime-dir`, as far as they are set.
     */
    info: Array<[string, string]>,
  }
}
