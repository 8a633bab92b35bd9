#!/usr/bin/env bash
# Every check there is, one after the other, each with its time; goes on after a failure, to tell all of them at once.
# The last line is the sum. A check that holds no tests of its own, such as a linter, counts as one.
set -euo pipefail
cd "$(dirname "$0")/.."

notes=build/test/notes
rm -rf build/test
mkdir -p build/test
: >"$notes"

steps=(check-tools deps frontend-modules gen-check lint-go lint-frontend frontend binaries
  test-go test-frontend test-pages test-screens scan-forms window-test cross-windows vet-darwin)
vital=" check-tools deps frontend-modules " # without these the rest would only say the same thing again
failed=()
number=0

for step in "${steps[@]}"; do
  number=$((number + 1))
  echo "==> [$number/${#steps[@]}] $step"
  begun=$SECONDS
  before=$(grep -c '^counts' "$notes" || true)
  code=0
  make --no-print-directory "$step" </dev/null || code=$?
  after=$(grep -c '^counts' "$notes" || true)

  if [ "$code" -ne 0 ]; then
    failed+=("$step")
    # What failed without a test's name still has to show in the sum.
    tail -n "+$((before + 1))" <(grep '^counts' "$notes") | grep -qv '^counts [0-9]* 0 ' || echo 'counts 0 1 0' >>"$notes"
    echo "    $step FAILED after $((SECONDS - begun)) s"
    [[ "$vital" != *" $step "* ]] || break
  else
    [ "$before" != "$after" ] || echo 'counts 1 0 0' >>"$notes"
    echo "    $step: $((SECONDS - begun)) s"
  fi
done

echo
echo "All in $((SECONDS / 60)) min $((SECONDS % 60)) s"
[ "${#failed[@]}" -eq 0 ] || echo "Failed: ${failed[*]}"
node scripts/tally.mjs total "$notes" || true
[ "${#failed[@]}" -eq 0 ]
