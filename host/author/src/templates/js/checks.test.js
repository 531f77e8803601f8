// The checks without WebAssembly, in milliseconds: `npm test`. The recordings are those of `keelmark plugin test`.

import assert from "node:assert/strict";
import test from "node:test";

import { FakeHost } from "@keelmark/sdk/testing";

import { section } from "../src/plugin.js";

const status = (recording) => {
  const path = new URL(recording, import.meta.url).pathname;
  return FakeHost.fromRecording(path).during(() => section.verdict("1.1").status);
};

test("a guarded service passes and an open one fails", () => {
  assert.equal(status("guarded.json"), "pass");
  assert.equal(status("open.json"), "fail");
});
