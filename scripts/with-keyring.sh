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

# unlock_and_run FOLDER COMMAND...: the second half, already inside the private bus.
unlock_and_run() {
  local folder=$1
  shift
  mkdir -p "$folder"
  chmod 700 "$folder"
  printf 'meterside' | XDG_DATA_HOME=$folder XDG_RUNTIME_DIR=$folder \
    gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || true
  local tries
  for ((tries = 0; tries < 50; tries++)); do
    if answers; then
      METERSIDE_KEYRING=private exec "$@"
    fi
    sleep 0.1
  done
  METERSIDE_KEYRING=none exec "$@"
}

case "${1:-}" in
--inside)
  shift
  unlock_and_run "$@"
  ;;
--private)
  folder=$2
  shift 2
  ;;
*)
  if answers; then
    METERSIDE_KEYRING=session exec "$@"
  fi
  folder=${METERSIDE_KEYRING_FOLDER:-${XDG_DATA_HOME:-$HOME/.local/share}/meterside-demo/keyring}
  ;;
esac

if command -v dbus-run-session >/dev/null && command -v gnome-keyring-daemon >/dev/null; then
  exec dbus-run-session -- "$0" --inside "$folder" "$@"
fi
METERSIDE_KEYRING=none exec "$@"
