#!/usr/bin/env bash
# Says what to do when Go, Node or npm is missing or too old. Silent when all is well.
set -euo pipefail
cd "$(dirname "$0")/.."

problems=0

problem() {
  printf '%s\n' "$1" >&2
  problems=$((problems + 1))
}

# at_least FOUND WANTED: is version FOUND (like 1.26.3) WANTED or newer?
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# need PROGRAM WANTED FOUND ADVICE: FOUND is empty when the program is missing or would not say.
need() {
  if ! command -v "$1" >/dev/null; then
    problem "$1 is missing: $4"
  elif [ -z "$3" ] || ! at_least "$3" "$2"; then
    problem "$1 ${3:-of an unknown version} is too old, $2 or newer is needed: $4"
  fi
}

# Asked for inside the project: a Go that fetches the version named in go.mod by itself answers with that one.
go_version=$(go env GOVERSION 2>/dev/null || true)
go_version=${go_version#go}
node_version=$(node --version 2>/dev/null || true)

need go 1.26 "${go_version%% *}" "install Go from go.dev/dl (Debian's own is older) and put its bin folder into PATH."
need node 20.19 "${node_version#v}" "install Node.js 20.19 or newer from nodejs.org."
need npm 11 "$(npm --version 2>/dev/null || true)" "run 'npm install -g npm@11' (as root where Node is the system's)."

[ "$problems" -eq 0 ]
