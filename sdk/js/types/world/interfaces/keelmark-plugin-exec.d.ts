/// <reference path="./keelmark-plugin-types.d.ts" />
declare module 'keelmark:plugin/exec@0.1.0' {
  /**
   * Runs `program`, a bare name that the host looks up in its fixed list of directories, with `args`.
   * 
   * Capability: `op = "exec"`, `argv = ["auditctl", "-l"]`: literal words and typed holes.
   * Not available under `--host-root`, where the programs would be the container's, not the host's.
   */
  export function run(program: string, args: Array<string>): Output;
  export type Error = import('keelmark:plugin/types@0.1.0').Error;
  export interface Output {
    /**
     * The exit code; none when a signal ended the program.
     */
    code?: number,
    stdout: string,
    stderr: string,
    /**
     * The program printed more than the limit; what is here is its beginning.
     */
    truncated: boolean,
    info: Array<[string, string]>,
  }
}
