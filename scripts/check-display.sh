#!/usr/bin/env bash
# Says what to do when there is no display for the desk's window. Silent when there is one.
set -euo pipefail

[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || exit 0
{
  echo "There is no display for the desk's window. Sit at one, or lend it one: xvfb-run -a make demo"
  if ! command -v xvfb-run >/dev/null || ! command -v xauth >/dev/null; then
    echo "Before that, as root: apt-get install xvfb xauth"
  fi
} >&2
exit 1
