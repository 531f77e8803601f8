/// <reference path="./keelmark-plugin-types.d.ts" />
declare module 'keelmark:plugin/report@0.1.0' {
  /**
   * The verdict on one of the ids that `audit` was asked for; a second one for the same id is `invalid`.
   * 
   * Capability: `op = "report.emit"`.
   */
  export function emit(finding: Finding): void;
  /**
   * How many of the ids are done, for the operator's progress line. Dropped when it comes too often.
   * Capability: `op = "report.progress"`.
   */
  export function progress(done: number, total: number): void;
  /**
   * A line for `--verbose`. The number of lines and their length are limited; what is over is dropped and counted.
   * Capability: `op = "report.log"`.
   */
  export function log(level: Level, message: string): void;
  export type Error = import('keelmark:plugin/types@0.1.0').Error;
  export type Finding = import('keelmark:plugin/types@0.1.0').Finding;
  /**
   * # Variants
   * 
   * ## `"debug"`
   * 
   * ## `"info"`
   * 
   * ## `"warn"`
   */
  export type Level = 'debug' | 'info' | 'warn';
}
