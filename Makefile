# make help lists the targets. The two that matter: make test, make demo.
SHELL := /bin/bash
GO ?= go
BIN := bin/syncproof
GOLANGCI = $(GO) tool -modfile=tools/go.mod golangci-lint
SOURCES := $(shell find cmd internal suites schemas fixtures -type f -not -name '*_test.go' 2>/dev/null) go.mod go.sum

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: build
build: $(BIN) ## build bin/syncproof

$(BIN): $(SOURCES) scripts/build
	@scripts/build $@

.PHONY: setup
setup: ## install what the tests need (PHP and a few tools, through apt)
	@scripts/setup

.PHONY: demo
demo: ## set up what is missing, then judge a good and a broken module
	@scripts/setup --demo || true
	@$(MAKE) --no-print-directory build
	@$(BIN) demo

.PHONY: test
test: setup lint unit race cross ## everything that has to hold: lint, tests, race detector, other platforms

.PHONY: unit
unit: build ## run the tests
	@# Thousands of PHP processes: on a slow machine more than go test's ten minutes.
	SYNCPROOF_REQUIRE_PHP=1 SYNCPROOF_REQUIRE_TOOLS=1 $(GO) test -timeout 40m ./...

.PHONY: test-matrix
test-matrix: build ## run the PHP code under PHP 7.4 to 8.5 (needs npm; downloads 500 MB once)
	@scripts/test-matrix

.PHONY: race
race: ## run the packages that share memory under the race detector
	$(GO) test -race ./internal/judge ./internal/transcript ./internal/target ./internal/schema

.PHONY: cross
cross: ## compile for the other platforms
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 $(GO) build -o /dev/null ./cmd/syncproof
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build -o /dev/null ./cmd/syncproof
	GOOS=darwin $(GO) vet ./...
	GOOS=windows $(GO) vet ./...

.PHONY: lint
lint: ## gofmt, go vet, staticcheck, golangci-lint, php -l
	@unformatted=$$(gofmt -l ci cmd internal suites schemas fixtures); \
		if [ -n "$$unformatted" ]; then echo "not gofmt'd: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GOLANGCI) run ./...
	@scripts/lint-php

.PHONY: generate
generate: build ## write the generated documents (rule reference, kill matrix)
	$(BIN) rules --markdown > docs/rules.md
	$(BIN) rules --pages docs/rules
	$(GO) test ./fixtures -run 'TestKillMatrix|TestStoredRuns' -update
	$(GO) test ./suites -run TestWhatTheRulesNeed -update

.PHONY: man
man: ## write the manual pages into build/man
	$(GO) run ./cmd/manpages build/man

.PHONY: fuzz
fuzz: ## run every fuzz test for a while (FUZZTIME=30s)
	@scripts/fuzz $(or $(FUZZTIME),30s)

.PHONY: cover
cover: build ## how much of the rules and targets the tests run, held against tools/coverage.txt (half an hour; QUICK=1 without fixtures)
	@scripts/cover $(if $(QUICK),--quick)

.PHONY: supply
supply: ## licences, known vulnerabilities, and the same bytes from two builds
	@$(GO) run ./cmd/selfcheck licences
	@scripts/vulnerabilities
	@scripts/reproduce

.PHONY: licences
licences: ## check the licences of all dependencies and write THIRD_PARTY.md
	@$(GO) run ./cmd/selfcheck licences -update

.PHONY: reproduce
reproduce: ## build the last commit twice in different folders and compare the bytes
	@scripts/reproduce

.PHONY: release
release: ## write dist/: binaries, bills of materials, checksums (PLATFORMS="linux/amd64")
	@scripts/release

.PHONY: stress
stress: ## the same verdicts however the machine suffers, in the time there is (MINUTES=30, RUNS=50, FIXTURES='reference|endless-loop'); goes on in build/stress
	@scripts/stress --runs $(or $(RUNS),50) --minutes $(or $(MINUTES),0) $(if $(FIXTURES),--fixtures '$(FIXTURES)')

.PHONY: mutate
mutate: ## change the rule checks and faults one bit at a time; every change must be noticed (MUTATE="suites/status.go", SHARD=1/4, AGAIN=1 for those missed)
	@mkdir -p bin
	$(GO) run ./cmd/selfcheck mutate -shard $(or $(SHARD),1/1) $(if $(wildcard bin/runs/*.ndjson),-runs bin/runs) \
		-log bin/mutants.tsv $(if $(AGAIN),-again) -scores docs/mutants.md $(MUTATE)

.PHONY: runs
runs: build ## keep the transcripts of all fixtures in bin/runs, for make mutate (takes half an hour)
	@mkdir -p bin/runs
	SYNCPROOF_KEEP=$(CURDIR)/bin/runs $(GO) test -count 1 -timeout 60m ./fixtures -run 'TestFixturesFailWhatTheySay|TestFixturesMeetFaults'

.PHONY: bench
bench: build ## measure everything that has a target, as ratios (a quarter of an hour; ONLY=start,calls; figures go to bin/bench.json)
	@scripts/setup --bench
	$(GO) run ./cmd/selfcheck bench $(if $(ONLY),-only $(ONLY))
	@if [ -f bin/bench.old.txt ]; then $(GO) tool -modfile=tools/go.mod benchstat bin/bench.old.txt bin/bench.txt; \
		else echo "benchstat compares with bin/bench.old.txt: cp bin/bench.txt bin/bench.old.txt before a change"; fi

.PHONY: bench-docs
bench-docs: ## write the figures and plots of the last make bench into docs/performance.md
	$(GO) run ./cmd/selfcheck bench-docs

.PHONY: microbench
microbench: ## run the Go benchmarks of all packages
	$(GO) test -run '^$$' -bench . -benchmem ./suites ./internal/...

.PHONY: clean
clean: ## remove what make built
	rm -rf bin build dist syncproof-results
