#!/usr/bin/env node
// Makes a component of a plugin's JavaScript or TypeScript. `keelmark plugin build` runs it; by hand:
//
//   node build.mjs --project . --source src/plugin.ts --wit wit --scratch .keelmark --output plugin.wasm
//
// Nothing is bundled and no line moves: types are blanked out where they stand, so a stack trace names the author's own
// file and line. Imports are resolved by componentize-qjs while the component is made: relative ones, and packages below
// the project's node_modules.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const SDK = dirname(fileURLToPath(import.meta.url));

/** What has to be said to whoever reads the build's output, without a stack trace. */
class BuildError extends Error {}

function options() {
  const text = { type: "string" };
  const known = { project: text, source: text, wit: text, scratch: text, output: text };
  const { values } = parseArgs({ options: known });
  for (const name of Object.keys(known)) {
    if (values[name] === undefined) throw new BuildError(`--${name} is missing`);
  }
  return values;
}

async function main() {
  const { source, ...paths } = options();
  const [project, wit, scratch, output] = ["project", "wit", "scratch", "output"].map((name) => resolve(paths[name]));
  const require = createRequire(join(project, "package.json"));
  if (!existsSync(join(project, source))) throw new BuildError(`${source} does not exist in ${project}`);
  if (extname(source) === ".ts") checkTypes(project, require);
  const tree = join(scratch, "js");
  rmSync(tree, { recursive: true, force: true });
  copySources(project, source, tree, require);
  // A copy, not the link that npm makes: what stands outside the project cannot be read from inside the sandbox.
  const sdk = join(tree, "node_modules", "@keelmark", "sdk");
  mkdirSync(sdk, { recursive: true });
  cpSync(join(SDK, "src"), join(sdk, "src"), { recursive: true });
  cpSync(join(SDK, "package.json"), join(sdk, "package.json"));
  const entry = join(tree, "keelmark-entry.js");
  writeFileSync(entry, entryText(interfacesOf(wit), source));
  const { componentize } = require("componentize-qjs");
  const jsSource = readFileSync(entry, "utf8");
  // Without async, which hosts of the contract do not speak; without WASI, which the host offers in part only.
  const flags = { world: "plugin", sync: true, stubWasi: true };
  const made = await componentize({ witPath: wit, jsSource, jsPath: entry, moduleRoot: project, ...flags });
  writeFileSync(output, made.component);
}

/** The interfaces that the world imports: those that the manifest names a function of. */
function interfacesOf(wit) {
  const files = readdirSync(wit).filter((name) => name.endsWith(".wit"));
  const text = files.map((name) => readFileSync(join(wit, name), "utf8")).join("\n");
  const imports = text.matchAll(/^\s*import\s+(?:keelmark:plugin\/)?([a-z][a-z0-9-]*)(?:@[\d.]+)?\s*;/gm);
  const found = [...imports].map(([, name]) => name);
  return [...new Set(found)].filter((name) => name !== "types");
}

function entryText(interfaces, source) {
  const imports = interfaces.map((name) => `import * as ${name}_ from "keelmark:plugin/${name}@0.1.0";`);
  const table = interfaces.map((name) => `"${name}": ${name}_`).join(", ");
  return [
    ...imports,
    'import { component } from "@keelmark/sdk/component";',
    `import { guest as plugin } from ${JSON.stringify(`./${source.split(sep).join("/")}`)};`,
    `export const guest = component({ ${table} }, plugin);`,
    "",
  ].join("\n");
}

/** Copies the folder of the main source; TypeScript without its types. */
function copySources(project, source, tree, require) {
  const folder = join(project, dirname(source));
  const keep = (path) => !["node_modules", ".keelmark", ".git"].includes(relative(folder, path).split(sep)[0]);
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter(keep);
  for (const file of files.filter((path) => statSync(path).isFile())) {
    const target = join(tree, relative(project, file));
    mkdirSync(dirname(target), { recursive: true });
    if (extname(file) === ".ts" && !file.endsWith(".d.ts")) writeFileSync(target, withoutTypes(file, require));
    else cpSync(file, target);
  }
}

function withoutTypes(file, require) {
  const { transformSync } = require("amaro");
  try {
    return transformSync(readFileSync(file, "utf8"), { mode: "strip-only" }).code;
  } catch (error) {
    // Only types that can be blanked out: enums and parameter properties are code.
    throw new BuildError(`${file}: ${error.message ?? error}`);
  }
}

function checkTypes(project, require) {
  const folder = dirname(require.resolve("typescript/package.json"));
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const arguments_ = [join(folder, bin.tsc), "--noEmit", "-p", project];
  const checked = spawnSync(process.execPath, arguments_, { stdio: ["ignore", 2, 2] });
  if (checked.status !== 0) throw new BuildError("the types do not fit; what tsc says stands above");
}

try {
  await main();
} catch (error) {
  // What a plugin throws while it is loaded comes with its own stack.
  console.error(error instanceof BuildError ? `error: ${error.message}` : error);
  process.exitCode = 1;
}
