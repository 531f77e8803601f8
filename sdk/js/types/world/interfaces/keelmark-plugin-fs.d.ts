/// <reference path="./keelmark-plugin-types.d.ts" />
declare module 'keelmark:plugin/fs@0.1.0' {
  /**
   * Facts about `path`. With `follow`, those of the file that a symlink leads to, which must be granted too.
   * 
   * Capability: `op = "fs.stat"`, `paths = ["/etc/docker/**"]`.
   */
  export function stat(path: string, follow: boolean): Metadata;
  /**
   * The text of a regular file, symlinks followed under the same rule. Bytes that are not UTF-8 are `failed`. Secrets
   * are masked as in the engine's answers, "<masked>" and "<masked credential>"; JSON stays JSON and TOML stays TOML.
   * 
   * Capability: `op = "fs.read-text"`, `paths = [...]`.
   */
  export function readText(path: string): string;
  /**
   * The names in a directory, sorted, without "." and "..".
   * 
   * Capability: `op = "fs.list-dir"`, `paths = [...]`.
   */
  export function listDir(path: string): Array<string>;
  export type Error = import('keelmark:plugin/types@0.1.0').Error;
  /**
   * # Variants
   * 
   * ## `"file"`
   * 
   * ## `"directory"`
   * 
   * ## `"symlink"`
   * 
   * ## `"socket"`
   * 
   * ## `"other"`
   */
  export type Kind = 'file' | 'directory' | 'symlink' | 'socket' | 'other';
  export interface Metadata {
    kind: Kind,
    /**
     * The permission bits, 0o7777 at most.
     */
    mode: number,
    uid: number,
    gid: number,
    /**
     * The names behind uid and gid in the host's /etc/passwd and /etc/group, where there are any.
     */
    owner?: string,
    group?: string,
    /**
     * Bytes.
     */
    size: bigint,
    /**
     * Seconds since 1970-01-01T00:00:00Z.
     */
    modified: bigint,
    /**
     * The device that holds the file, as "major:minor". Two files on one filesystem share it.
     */
    device: string,
    /**
     * Where a symlink points, as written in it; only when it was not followed.
     */
    target?: string,
    /**
     * Known keys: `resolved`, the path that a followed link led to; `changed`, when content, owner, mode or name last
     * changed (ctime), in seconds since 1970-01-01T00:00:00Z, which unlike `modified` nobody can set; `inode`; `acl`, the
     * named entries and the mask of its POSIX access control list ("user:1000:rw-,mask::rw-"), absent where it has none;
     * `acl-error`, why that could not be read; `loose-directories`, a JSON list of the directories on the way in which
     * others than root may put another file in its place: {"path", "uid", "gid", "mode", "acl"?}, the mode as octal text.
     */
    info: Array<[string, string]>,
  }
}
