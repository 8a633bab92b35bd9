#!/usr/bin/env bash
# Checks for macOS what needs none of Apple's headers: everything but the window. SQLite's driver is C, so a stand-in
# without a body takes its place.
set -euo pipefail
tags=$1
here=build/test/darwin
mkdir -p "$here/sqlite3"
cp tools/darwin/sqlite3.go.txt "$here/sqlite3/sqlite3.go"
printf 'module github.com/mattn/go-sqlite3\n' >"$here/sqlite3/go.mod"
cp go.mod "$here/darwin.mod"
cp go.sum "$here/darwin.sum"
go mod edit -replace "github.com/mattn/go-sqlite3=./$here/sqlite3" "$here/darwin.mod"
mapfile -t packages < <(go list -tags "$tags" ./... | grep -vE '^meterside(/app)?$')
GOOS=darwin CGO_ENABLED=0 go vet -modfile "$here/darwin.mod" -tags "$tags" "${packages[@]}"
