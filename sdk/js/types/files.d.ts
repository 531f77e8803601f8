/** Facts about files. Paths are absolute, in the audited host's own view. */

/** Facts about a file. */
export interface Metadata {
  kind: "file" | "directory" | "symlink" | "socket" | "other";
  /** The permission bits, 0o7777 at most. */
  mode: number;
  uid: number;
  gid: number;
  owner: string | null;
  group: string | null;
  /** Bytes. */
  size: number;
  /** Seconds since 1970-01-01T00:00:00Z. */
  modified: number;
  /** The device that holds the file, "major:minor". */
  device: string;
  /** Where a symlink points; only when it was not followed. */
  target: string | null;
}

/** Facts about a file, or about the one that a symlink leads to. Capability: `fs.stat`. */
export function stat(path: string, options?: { follow?: boolean }): Metadata;
/** The same, and null where there is no such file. */
export function statIfExists(path: string, options?: { follow?: boolean }): Metadata | null;
/** The text of a regular file. Capability: `fs.read-text`. */
export function readText(path: string): string;
/** The same, and null where there is no such file. */
export function readTextIfExists(path: string): string | null;
/** The names in a directory, sorted. Capability: `fs.list-dir`. */
export function listDir(path: string): string[];
/** The permission bits as people write them: "0644". */
export function octal(mode: number): string;
/** Whether a bit is set that `allowed` does not have: modes are sets of bits, not numbers to compare. */
export function allowsMoreThan(mode: number, allowed: number): boolean;
/** "root:docker", with numbers where there is no name. */
export function ownership(found: Pick<Metadata, "owner" | "uid" | "group" | "gid">): string;
