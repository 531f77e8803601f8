#!/usr/bin/env node
// Writes types/world/ anew from wit/, or with --check says whether it is stale. Run it in a folder that has
// jco-transpile: `npm install --no-save @bytecodealliance/jco-transpile@JCO`, with the version of tests/toolchains.sh.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const SDK = dirname(fileURLToPath(import.meta.url));
const TARGET = join(SDK, "types", "world");

const require = createRequire(join(process.cwd(), "package.json"));
const load = (name, from = require) => import(pathToFileURL(from.resolve(name)));
const jco = require.resolve("@bytecodealliance/jco-transpile");
// Its component reads the WIT through WASI, which shows it no folder unless told to.
const { _addPreopen } = await load("@bytecodealliance/preview2-shim/filesystem", createRequire(jco));
_addPreopen("/", "/");
const { generateGuestTypes } = await load("@bytecodealliance/jco-transpile");
const made = await generateGuestTypes(join(SDK, "../../wit"), { worldName: "plugin", outDir: "" });

const text = ([name, bytes]) => [relative("/", join("/", name)), Buffer.from(bytes).toString()];
const wanted = new Map(Object.entries(made).map(text));
const there = existsSync(TARGET) ? readdirSync(TARGET, { recursive: true }).filter((name) => name.endsWith(".ts")) : [];
if (process.argv.includes("--check")) {
  const isStale = ([name, text]) => !there.includes(name) || readFileSync(join(TARGET, name), "utf8") !== text;
  const stale = [...wanted].filter(isStale).map(([name]) => name);
  stale.push(...there.filter((name) => !wanted.has(name)));
  const again = `node sdk/js/${basename(import.meta.url)}`;
  for (const name of stale) console.error(`sdk/js/types/world/${name} is stale: ${again}`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  rmSync(TARGET, { recursive: true, force: true });
  for (const [name, text] of wanted) {
    mkdirSync(dirname(join(TARGET, name)), { recursive: true });
    writeFileSync(join(TARGET, name), text);
  }
}
