#!/usr/bin/env bash
# Runs test files by node's own runner, for people to read and for the tally to count: node-test.sh NAME FILES...
set -euo pipefail
cd "$(dirname "$0")/.."

report=build/test/$1.tap
shift
if [ "$#" -eq 0 ]; then
  echo "There is no such test file" >&2
  exit 1
fi
mkdir -p build/test
rm -f "$report"
code=0
node --test --test-concurrency=1 --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$report" "$@" || code=$?
node scripts/tally.mjs tap "$report" build/test/notes || code=1
exit "$code"
