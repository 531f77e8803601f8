/// <reference path="./keelmark-plugin-types.d.ts" />
declare module 'keelmark:plugin/guest@0.1.0' {
  /**
   * What the plugin audits. Called with every import denied: the answer must not depend on the host.
   */
  export function describe(): Section;
  /**
   * Audits the recommendations `ids`, emitting one finding for each through `report.emit`.
   */
  export function audit(ids: Array<string>): void;
  export type Error = import('keelmark:plugin/types@0.1.0').Error;
  export type Section = import('keelmark:plugin/types@0.1.0').Section;
}
