# Entry points. Each target installs what it needs; the scripts are in scripts/.
.DEFAULT_GOAL := help
.PHONY: fleet fleet-load fleet-story suites help setup demo audit-demo audit-corpus audit-bench test check measure golden fuzz bench attack image deb deb-audit package clean evasion exports browser dist

# Seconds a fuzz target runs, and which ones: make fuzz SECONDS=600 TARGETS=PacketFuzz
SECONDS ?= 60
TARGETS ?=
IMAGE ?= egret

help: ## Lists the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: ## Installs the packages that building and testing need.
	@scripts/setup.sh test

demo: ## Builds egret and analyzes a bundled capture of real clients.
	@scripts/demo.sh

audit-demo: ## Builds egret-audit and runs it on bundled recordings with their keys.
	@scripts/audit_demo.sh

audit-corpus: ## Holds that 10 MB of ordinary text bring no finding of grade signature.
	@scripts/setup.sh build
	@swift build --product egret-audit
	@scripts/audit_corpus.py

audit-bench: ## Measures the audit with a release build: speed beside tshark, and memory on bombs, 1 GiB bodies and 10,000 streams.
	@scripts/setup.sh test
	@swift build -c release --product egret-audit
	@scripts/audit_bench.py --check
	@Tests/Scripts/audit_memory.py --egret-audit .build/release/egret-audit

test: ## Runs every check: build, conventions, unit, golden, schema and live tests.
	@scripts/test.sh

check: ## Checks the conventions: format, documentation, imports, words.
	@scripts/setup.sh test
	@scripts/check.sh

measure: ## Measures the source code: sizes, documentation, unlabeled parameters, tests.
	@scripts/measure.py

golden: ## Regenerates the golden outputs; review the diff.
	@scripts/setup.sh test
	@scripts/build.sh
	@scripts/golden.py --write

suites: ## Runs all checks over the captures beside the project, the long ones too.
	@scripts/setup.sh test
	@scripts/shared.py --long

evasion: ## Compares what egret says of evasions with what a real kernel and OpenSSL or Go saw; needs root.
	@scripts/setup.sh test
	@scripts/build.sh
	@Tests/Live/evasion_test.py
	@Tests/Live/evasion_test.py --server go

fleet: ## Tests the tables, the delivery and the rules of a fleet on ClickHouse (chdb, 1 GB), and the recipes; installs what is missing.
	@scripts/setup.sh fleet
	@swift build --product egret
	@scripts/fleet.sh

fleet-load: ## Measures what loading events into ClickHouse costs, against the limits of docs/FLEET.md.
	@scripts/setup.sh fleet
	@swift build --product egret
	@.build-fleet/bin/python3 Tests/Fleet/load.py --check

fleet-story: ## Simulates use that no single gateway sees and that the compiled rule does, and draws docs/fleet-story.svg.
	@scripts/setup.sh fleet
	@swift build --product egret
	@.build-fleet/bin/python3 scripts/fleet_story.py --plot docs/fleet-story.svg

exports: ## Reads every export of the catalog back with the program that it is for.
	@scripts/setup.sh exports
	@swift build --product egret
	@Tests/Scripts/exports.py --require

browser: ## Opens reports in Chromium: escaping, contrast, narrow windows, print; screenshots go to out/browser.
	@scripts/setup.sh browser
	@swift build --product egret
	@scripts/browser.py --egret .build/debug/egret

fuzz: ## Runs the fuzz targets, SECONDS each.
	@scripts/setup.sh build
	@scripts/fuzz.sh $(SECONDS) $(TARGETS)

bench: ## Builds and runs the benchmarks.
	@scripts/setup.sh build
	@scripts/bench.sh

attack: ## Measures the worst input for each parser with a release build, against limits kept in git.
	@scripts/setup.sh build
	@swift build -c release --product egret
	@scripts/attack.py

image: ## Builds the container image.
	docker build --tag $(IMAGE) .

deb: ## Builds the Debian package, into out/.
	@scripts/setup.sh build
	@scripts/deb.sh

deb-audit: ## Builds the Debian package of the audit, into out/.
	@scripts/setup.sh build
	@scripts/deb_audit.sh

dist: ## Builds what a release has, into out/: a tarball for any prefix, the Debian package, checksums.
	@scripts/setup.sh build
	@scripts/dist.sh

package: ## Builds, installs and runs the Debian package and the image: about ten minutes, as root.
	@scripts/setup.sh package
	@Tests/Scripts/package_test.sh
	@Tests/Scripts/package_audit_test.sh

clean: ## Removes all build results.
	rm -rf .build .build-* Fuzz/build out
