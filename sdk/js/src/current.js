// The host that is asked: a component's imports, or a fake one in a test.

let asked = null;

export function current() {
  if (asked === null) throw new Error("there is no host: in a test, wrap the call in `new FakeHost(…).during(() => …)`");
  return asked;
}

/** Asks another host from now on; returns the one before. */
export function replace(host) {
  const before = asked;
  asked = host;
  return before;
}
