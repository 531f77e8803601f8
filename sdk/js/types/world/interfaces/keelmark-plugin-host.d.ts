/// <reference path="./keelmark-plugin-types.d.ts" />
declare module 'keelmark:plugin/host@0.1.0' {
  /**
   * Capability: `op = "host.facts"`.
   */
  export function describe(): Facts;
  /**
   * The time of the audit, in seconds since 1970-01-01T00:00:00Z; of the recording when one is replayed.
   * Capability: `op = "host.now"`.
   */
  export function now(): bigint;
  /**
   * One of the operator's settings from keelmark.toml, as JSON; none where it is unset.
   * 
   * Capability: `op = "host.setting"`, `keys = ["trusted-users"]`.
   */
  export function setting(key: string): string | undefined;
  export type Error = import('keelmark:plugin/types@0.1.0').Error;
  export interface Facts {
    hostname: string,
    /**
     * `uname -r` and `uname -m`.
     */
    kernel: string,
    architecture: string,
    /**
     * ID, VERSION_ID and PRETTY_NAME of /etc/os-release; empty where it has none.
     */
    osId: string,
    osVersion: string,
    osName: string,
    /**
     * Whether keelmark runs with uid 0. Without, many facts are `permission`.
     */
    privileged: boolean,
    /**
     * Whether the engine runs on the host whose files are read. Where it does not, or where that cannot be told, the
     * facts above are its own host's as far as it tells them, and every question to files, programs and processes fails.
     */
    engineIsLocal: boolean,
    /**
     * Known keys: `unreadable`, why files, programs and processes cannot be asked.
     */
    info: Array<[string, string]>,
  }
}
