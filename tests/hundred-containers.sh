#!/bin/sh
# Runs a command with DOCKER_HOST at a private dockerd that holds 100 containers, and takes the dockerd away again.
set -eu

[ "$(id -u)" = 0 ] || { echo "a private dockerd needs root" >&2; exit 77; }
folder=$(mktemp -d /tmp/keelmark-hundred.XXXXXX)
socket="unix://$folder/docker.sock"
dockerd --host "$socket" --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" \
    --bridge none --iptables=false >"$folder/log" 2>&1 &

cleanup() {
    [ ! -f "$folder/pid" ] || kill "$(cat "$folder/pid")" 2>/dev/null || true
    wait || true
    rm -rf "$folder"
}
trap cleanup EXIT INT TERM

tries=0
until docker --host "$socket" version >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 120 ] || { echo "dockerd did not start:" >&2; tail "$folder/log" >&2; exit 1; }
    sleep 0.5
done

mkdir "$folder/root"
cp "$(command -v busybox)" "$folder/root/busybox"
tar --create --directory "$folder/root" . | docker --host "$socket" import - demo:1 >/dev/null
# Created, not started: CIS audits them all, and starting a hundred takes minutes.
seq 100 | xargs -P 4 -I '{}' docker --host "$socket" create --name 'web-{}' --network none demo:1 /busybox sleep 1000 >/dev/null

DOCKER_HOST=$socket "$@"
