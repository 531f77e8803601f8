#!/bin/sh
# Installs what the tests against real engines and registries need: Debian 12's Docker 20.10, Podman 4.3, audit tools
# and registry, and a tree of Debian 13 with Docker 26.1. Safe to run again: what is there stays. As root, on Debian 12 or
# a relative of it.
set -eu

if [ "$(id -u)" -ne 0 ]; then
    echo "tests/setup.sh: run it as root" >&2
    exit 1
fi

# Every program by the package that has it; apt-get is asked only for what is missing.
missing=""
need() { [ -e "/usr/sbin/$1" ] || [ -e "/usr/bin/$1" ] || [ -e "/bin/$1" ] || [ -e "/sbin/$1" ] || missing="$missing $2"; }
need dockerd docker.io
need docker docker.io
need containerd containerd
need auditctl auditd
need strace strace
need busybox busybox-static
need podman podman
need debootstrap debootstrap
need openssl openssl
need iptables iptables
need nsenter util-linux
need docker-registry docker-registry
# Plugins in Python and Go come with pip, those in JavaScript with npm: toolchains.sh, below.
python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
# Plugins in C. The headers and libraries are asked for by the files that clang will look for.
need clang clang
need wasm-ld lld
[ -e /usr/include/wasm32-wasi/stdlib.h ] || missing="$missing wasi-libc"
ls /usr/lib/llvm-*/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a >/dev/null 2>&1 || missing="$missing libclang-rt-dev-wasm32"
need script bsdutils
if [ -n "$missing" ]; then
    # Their services are not wanted: the tests start engines of their own.
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # the list is made of words
    apt-get install -y --no-install-recommends $missing || { apt-get update && apt-get install -y --no-install-recommends $missing; }
fi

# dockerd asks ps for the processes of a container, and a minimal tree has none.
# Unpacked beside its place and moved there, so that what broke off half-way is never taken for the whole.
tree=/var/cache/keelmark-tests/trixie
if [ ! -x "$tree/usr/sbin/dockerd" ] || [ ! -x "$tree/usr/bin/ps" ]; then
    mkdir -p "$(dirname "$tree")"
    rm -rf "$tree" "$tree.part"
    debootstrap --variant=minbase --include=docker.io,iptables,procps trixie "$tree.part"
    rm -rf "$tree.part"/var/cache/apt/archives/*.deb
    mv "$tree.part" "$tree"
fi

# The languages' own toolchains, from their registries.
sh "$(dirname "$0")/toolchains.sh"
