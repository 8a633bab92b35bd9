#!/usr/bin/env bash
# Installs the Debian packages that are missing from the named groups: scripts/deps.sh build test cross keyring
# As root it installs; else with a sudo that asks nothing; else it prints the command to run (as root, where there is
# no sudo) and fails.
set -euo pipefail

declare -A group=(
  [build]="build-essential pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev"
  [keyring]="dbus gnome-keyring"
  [test]="xvfb xauth matchbox-window-manager xdotool scrot dbus gnome-keyring webkit2gtk-driver chromium postgresql libxml2-utils poppler-utils"
  [scan]="sqlmap wapiti"
  [cross]="gcc-mingw-w64-x86-64"
)

want=()
for name in "$@"; do
  if [ -z "${group[$name]:-}" ]; then
    echo "deps.sh: no group named '$name'; there are: ${!group[*]}" >&2
    exit 2
  fi
  read -ra names <<<"${group[$name]}"
  want+=("${names[@]}")
done

if ! command -v dpkg-query >/dev/null; then
  echo "This is not a Debian system: make sure that it has what Debian calls ${want[*]}" >&2
  exit 0
fi

# One question for all of them. dpkg-query fails when it does not know one; what it prints is what counts.
installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${want[@]}" 2>/dev/null || true)
missing=()
for package in "${want[@]}"; do
  grep -qx -- "$package installed" <<<"$installed" || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    {
      echo "These Debian packages are missing: ${missing[*]}"
      if command -v sudo >/dev/null; then
        echo "Run this, then try again:"
        echo "  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}"
      else
        echo "Run this as root, then try again:"
        echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
      fi
    } >&2
    exit 1
  fi
  as_root=(sudo -n)
fi

echo "Installing Debian packages: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
