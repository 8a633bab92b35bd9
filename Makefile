# Everything that is done with this project, each by one word: `make help` lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

# SQLite with its full-text search; the window's own tags; the two together are what ships.
TAGS := sqlite_fts5,webkit2_41
DESK_TAGS := desktop,production,$(TAGS)
TOOL := go tool -modfile=tools/go.mod
NOTES := build/test/notes

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: demo
demo: check-display check-tools deps-build binaries ## the portal and a desk on a made-up town (CSV=FOLDER: on your own files)
	@scripts/demo.sh

.PHONY: dev
dev: check-tools frontend-modules ## the window's pages in a browser, reloading as they are edited, on made-up data
	@cd frontend && npm run dev

.PHONY: test
test: ## every check there is, on a fresh machine too: the last line is the sum
	@scripts/test.sh

.PHONY: bench
bench: check-tools deps-build desk ## how fast it is beside the bare floor (QUICK=1: within five minutes; HUGE=1: one town of a million accounts)
	@scripts/deps.sh test
	@mkdir -p build/bench
	go run -tags $(TAGS) ./sync/e2e/bench $(if $(QUICK),--quick) $(if $(HUGE),--huge)

.PHONY: scan
scan: check-tools ## holes in the customers' pages, looked for by sqlmap and wapiti within an hour; what they say is in build/scan
	@scripts/deps.sh build scan
	go test -v -count 1 -timeout 60m -tags e2e,$(TAGS) -skip Three ./frontend/e2e/scan

.PHONY: lint
lint: lint-go lint-frontend ## what the linters say

.PHONY: build
build: check-tools deps-build binaries ## the three programs, into build/bin

.PHONY: gen
gen: check-tools ## generated code: the customers' pages
	$(TOOL) templ generate -log-level error

.PHONY: clean
clean: ## away with everything that was built
	rm -rf build/bin build/test build/e2e build/bench build/scan frontend/node_modules
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete

# --- What the ones above are made of ---

.PHONY: check-display
check-display:
	@scripts/check-display.sh

.PHONY: check-tools
check-tools:
	@scripts/check-tools.sh

.PHONY: deps-build deps
deps-build:
	@scripts/deps.sh build keyring
deps:
	@scripts/deps.sh build keyring test cross scan

# npm leaves this file last, so it stands for a folder of modules that is whole.
MODULES := frontend/node_modules/.package-lock.json
.PHONY: frontend-modules frontend
frontend-modules: $(MODULES)
$(MODULES): frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

FRONTEND := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -path frontend/e2e -prune -o -type f -print) \
	$(wildcard care/text/*.json)
frontend: frontend/dist/index.html
frontend/dist/index.html: $(MODULES) $(FRONTEND)
	cd frontend && npm run --silent build
	@touch $@

.PHONY: binaries desk portald deskctl
binaries: desk portald deskctl
desk: frontend
	go build -tags $(DESK_TAGS) -o build/bin/meterside .
portald:
	go build -tags $(TAGS) -o build/bin/portald ./portal/cmd/portald
deskctl:
	go build -tags $(TAGS) -o build/bin/deskctl ./backend/cmd/deskctl

.PHONY: gen-check
gen-check: # the customers' pages as generated are the ones committed
	$(TOOL) templ generate -log-level error
	git diff --exit-code -- '*_templ.go'

.PHONY: lint-go lint-frontend
lint-go:
	$(TOOL) golangci-lint run ./...
lint-frontend: frontend-modules
	cd frontend && npm run --silent typecheck && npm run --silent lint

.PHONY: test-go test-frontend test-pages test-screens window-test
test-go:
	@mkdir -p build/test
	go vet -tags $(TAGS) ./...
	METERSIDE_REQUIRE_POSTGRES=1 scripts/with-keyring.sh --private build/test/keyring \
		go test -json -race -p 3 -timeout 40m -tags $(TAGS) ./sync/e2e ./... | node scripts/tally.mjs go $(NOTES) # the longest first

test-frontend: frontend-modules
	@mkdir -p build/test
	@rm -f build/test/vitest.json
	@code=0; \
	(cd frontend && npm run --silent test -- --reporter=default --reporter=json --outputFile=../build/test/vitest.json) || code=$$?; \
	node scripts/tally.mjs vitest build/test/vitest.json $(NOTES); \
	exit $$code

test-pages: frontend-modules portald # the customers' pages and the masquerade's, in Chromium
	@scripts/node-test.sh pages $(filter-out frontend/e2e/desk/% frontend/e2e/window/%,$(sort $(wildcard frontend/e2e/*/*.test.mjs)))

test-screens: frontend-modules # every screen of the window, in Chromium on an invented desk (UPDATE=1: take the pictures anew)
	@scripts/node-test.sh screens frontend/e2e/window/window.test.mjs

window-test: binaries # the desk itself, as it ships, in a window nobody sees
	@scripts/deps.sh test
	@xvfb-run -a -s "-screen 0 1280x800x24 -nolisten tcp" scripts/with-keyring.sh --private build/test/keyring-window \
		scripts/node-test.sh window $(sort $(wildcard frontend/e2e/desk/*.test.mjs))

.PHONY: scan-forms
scan-forms: # three forms of the customers' pages by the same scanners, and planted holes that they have to find
	@scripts/deps.sh scan
	@mkdir -p build/test
	go test -json -count 1 -timeout 5m -tags e2e,$(TAGS) -skip Every ./frontend/e2e/scan | node scripts/tally.mjs go $(NOTES)

.PHONY: cross-windows vet-darwin
cross-windows: frontend
	@mkdir -p build/bin/windows
	export GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc; \
	go build -tags $(DESK_TAGS) -ldflags '-H windowsgui' -o build/bin/windows/meterside.exe . && \
	go build -tags $(TAGS) -o build/bin/windows/ ./portal/cmd/portald ./backend/cmd/deskctl

# The window itself needs Apple's headers; everything below it is checked here.
vet-darwin:
	@scripts/vet-darwin.sh $(TAGS)
