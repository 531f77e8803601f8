// Why a fact could not be read.

/**
 * A fact that could not be read. Left alone, it becomes the verdict of the check that asked: `error`, with this message.
 * Catch it only where the absence of the fact is an answer: `error.kind === "not-found"` for a file that need not exist.
 */
export class HostError extends Error {
  constructor(kind, message) {
    super(message);
    this.name = "HostError";
    this.kind = kind;
  }
}

/** What `ask` returns, and null where that does not exist. */
export function nullIfNotFound(ask) {
  try {
    return ask();
  } catch (error) {
    if (error instanceof HostError && error.kind === "not-found") return null;
    throw error;
  }
}

/** Does what the plugin may lack the capability for. */
export function quietly(act) {
  try {
    act();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
  }
}
