// An exception in one line, with the author's file and line: what a report has room for.

/** "TypeError: cannot read property 'x' of null (src/checks.ts:12:5)". */
export function inOneLine(error) {
  if (!(error instanceof Error)) return `it threw ${typeof error === "object" ? JSON.stringify(error) : String(error)}`;
  const place = placeOf(error.stack ?? "");
  return `${error.name}: ${error.message}${place === "" ? "" : ` (${place})`}`;
}

/** Everything there is to say. */
export function inFull(error) {
  return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ""}` : inOneLine(error);
}

/** The innermost frame of the author's: what this package does on the way is no help. */
function placeOf(stack) {
  for (const line of stack.split("\n")) {
    const found = /\(?((?:file:\/\/)?[^\s()]+\.[cm]?[jt]s):(\d+)(?::(\d+))?\)?\s*$/.exec(line);
    if (found && !isOurs(found[1])) return `${trimmed(found[1])}:${found[2]}${found[3] ? `:${found[3]}` : ""}`;
  }
  return "";
}

const isOurs = (file) => /(?:@keelmark\/sdk|keelmark-sdk|sdk\/js)\/src\//.test(file);

/** Without what stands before the project's own folders. */
const trimmed = (file) => file.replace(/^file:\/\//, "").replace(/^.*\/\.keelmark\/js\//, "").replace(/^\.?\//, "");
