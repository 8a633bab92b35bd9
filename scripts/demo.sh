#!/usr/bin/env bash
# Runs a portal and a desk together on this machine, on a town made up for the purpose or on CSV files:
#   scripts/demo.sh              CSV=FOLDER scripts/demo.sh
# Everything is kept in METERSIDE_HOME, so the second run starts at once. Both programs end together.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/check-display.sh

home=${METERSIDE_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/meterside-demo}
csv=${CSV:-}
if [ -n "$csv" ]; then
  csv=$(cd "$csv" && pwd) # a relative folder names another one elsewhere
  home=$home/csv-$(printf '%s' "$csv" | cksum | cut -d ' ' -f 1)
fi

# answers PORT [PATH]: is something listening there, and does it say 200 when a path is asked for?
answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    [ -n "${2:-}" ] || exit 0
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$2" >&3
    read -r -t 2 _ status _ <&3 && [ "$status" = 200 ]
  ) 2>/dev/null
}

# A desk that is signed in stays with the address it knows, so the first run's port is the one of later runs too.
mkdir -p "$home"
kept=$(cat "$home/port" 2>/dev/null || true)
port=${PORT:-${kept:-8460}}
if [ -n "$kept" ] && [ -e "$home/running" ] && answers "$kept" /healthz; then
  read -r -a running <"$home/running"
  alive=() # a run that was killed may have left only its portal
  for program in "${running[@]}"; do
    if kill -0 "$program" 2>/dev/null; then alive+=("$program"); fi
  done
  if [ "${#alive[@]}" -gt 0 ]; then
    echo "The demo is already running, at http://127.0.0.1:$kept. To stop it, close its window, or: kill ${alive[*]}" >&2
    exit 1
  fi
fi
if answers "$port" && [ -n "$kept${PORT:-}" ]; then
  echo "Port $port is taken by another program. End that one, or choose another port: PORT=$((port + 1)) make demo" >&2
  exit 1
fi
while answers "$port"; do port=$((port + 1)); done
if [ -n "$kept" ] && [ "$port" != "$kept" ] && [ -e "$home/desk/session.json" ]; then
  echo "The port was $kept before. A desk that is signed in stays with that one: sign out in it, and in again at $port."
fi
echo "$port" >"$home/port"

if [ -z "${METERSIDE_KEYRING:-}" ]; then
  METERSIDE_KEYRING_FOLDER=$home/keyring exec scripts/with-keyring.sh "$PWD/scripts/demo.sh"
fi

# fill FOLDER: puts the town, or the files in $csv, into an empty portal.
fill() {
  if [ -z "$csv" ]; then
    build/bin/portald demo --data "$1" --accounts "${ACCOUNTS:-5000}" --seed 1
    return
  fi
  local code=0
  build/bin/portald import --data "$1" --csv "$csv" --report "$home/import-report.json" || code=$?
  if [ "$code" -eq 3 ]; then
    echo "Some rows were refused; the report says which and why: $home/import-report.json"
  elif [ "$code" -ne 0 ]; then
    return "$code"
  fi
  # Files bring no passwords, so this run brings somebody who can sign in.
  printf 'password\n' | build/bin/portald user add --data "$1" --id CSR001 --name "Demo CSR" --role csr --districts all --password-stdin
  printf 'password\n' | build/bin/portald user add --data "$1" --id SUP01 --name "Demo Supervisor" --role supervisor --districts all --password-stdin
  echo "Sign in as CSR001 or SUP01, password: password"
}

if [ ! -d "$home/portal" ]; then
  rm -rf "$home/portal.new" # of a run that was cut short
  fill "$home/portal.new" | tee "$home/people.txt"
  mv "$home/portal.new" "$home/portal"
else
  cat "$home/people.txt"
fi

# Both run in the background, so that a signal is heard at once and ends both.
portal='' desk=''
# shellcheck disable=SC2317 # called by the trap
finish() {
  local program
  for program in $desk $portal; do
    kill "$program" 2>/dev/null || continue
    wait "$program" || true
  done
  rm -f "$home/running"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

build/bin/portald serve --data "$home/portal" --listen "127.0.0.1:$port" --mail-folder "$home/mail" >"$home/portal.log" 2>&1 &
portal=$!
echo "$$ $portal" >"$home/running"
for ((tries = 0; ; tries++)); do
  answers "$port" /healthz && break
  if ! kill -0 "$portal" 2>/dev/null || [ "$tries" -ge 150 ]; then
    echo "The portal did not start; the end of $home/portal.log:" >&2
    tail -n 20 "$home/portal.log" >&2
    exit 1
  fi
  sleep 0.2
done

echo "Portal: http://127.0.0.1:$port (log: $home/portal.log). To see the desk offline, stop it: kill $portal"
echo "Messages to customers, such as a reset link that the desk sends: $home/mail"
secrets=()
if [ "$METERSIDE_KEYRING" = none ]; then
  echo "No keyring could be had: the desk keeps its secrets in a file, and says so."
  secrets=(--secret-file "$home/desk/secrets")
fi
build/bin/meterside --profile "$home/desk" --portal "http://127.0.0.1:$port" --demo "${secrets[@]}" &
desk=$!
code=0
wait "$desk" || code=$?
desk=''
exit "$code"
