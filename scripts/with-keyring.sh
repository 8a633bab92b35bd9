#!/usr/bin/env bash
# Runs a command where an operating system keyring (a Secret Service) answers:
#   scripts/with-keyring.sh [--private FOLDER] COMMAND...
# The session's own keyring is used when there is one, unless --private asks for another. A private one runs on a
# D-Bus of its own, keeps its file in FOLDER and is unlocked with a fixed word: it is for demonstrations and tests.
# Where neither can be had the command runs all the same. METERSIDE_KEYRING tells it which: session, private or none.
set -euo pipefail

# answers: does a Secret Service own its name on the session bus? Asking the bus for the owner starts nothing.
answers() {
  [ -n "${DBUS_SESSION_BUS_ADDRESS:-}" ] || [ -S "${XDG_RUNTIME_DIR:-/nonexistent}/bus" ] || return 1
  local reply
  reply=$(gdbus call --session --timeout 2 --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
    --method org.freedesktop.DBus.NameHasOwner org.freedesktop.secrets 2>/dev/null) || return 1
  [ "$reply" = "(true,)" ]
}

# await COMMAND...: tries it for up to five seconds.
await() {
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    "$@" && return
    sleep 0.05
  done
  return 1
}

folder=${METERSIDE_KEYRING_FOLDER:-${XDG_DATA_HOME:-$HOME/.local/share}/meterside-keyring}
if [ "${1:-}" = --private ]; then
  folder=$2
  shift 2
elif answers; then
  METERSIDE_KEYRING=session exec "$@"
fi

if ! command -v dbus-daemon >/dev/null || ! command -v gnome-keyring-daemon >/dev/null; then
  METERSIDE_KEYRING=none exec "$@"
fi

# What is started here ends here, also when this script is told to stop: the services on a bus leave with it.
# Sockets go to a short path, because theirs may not be longer than about a hundred characters.
sockets=$(mktemp -d)
bus='' command=''
# shellcheck disable=SC2317 # called by the trap
finish() {
  local program
  for program in $command $bus; do
    kill "$program" 2>/dev/null || continue
    wait "$program" || true
  done
  rm -rf "$sockets"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

dbus-daemon --session --nofork --nopidfile --address="unix:path=$sockets/bus" 2>"$sockets/bus.log" &
bus=$!
export DBUS_SESSION_BUS_ADDRESS=unix:path=$sockets/bus METERSIDE_KEYRING=none

mkdir -p "$folder"
chmod 700 "$folder"
if await test -S "$sockets/bus"; then
  printf 'meterside' | XDG_DATA_HOME=$folder XDG_RUNTIME_DIR=$sockets \
    gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || true
  await answers && METERSIDE_KEYRING=private
fi

# In the background, so that a signal is heard while it runs.
"$@" <&0 &
command=$!
code=0
wait "$command" || code=$?
command=''
exit "$code"
