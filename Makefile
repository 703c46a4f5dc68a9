# What a person types. Each target sets up what it needs; the work is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check golden fuzz bench image deb package clean

# Seconds a fuzz target runs, and which ones: make fuzz SECONDS=600 TARGETS=PacketFuzz
SECONDS ?= 60
TARGETS ?=
IMAGE ?= egret

help: ## This list.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: ## Installs what building and testing need.
	@scripts/setup.sh test

demo: ## Builds egret and shows what it says of a capture of real clients.
	@scripts/demo.sh

test: ## Everything that must hold: build, check, unit, golden, schema and live tests.
	@scripts/test.sh

check: ## The rules of the house: format, docs, imports, words, warnings.
	@scripts/setup.sh test
	@scripts/check.sh

golden: ## Writes the golden outputs anew; the diff is the review.
	@scripts/setup.sh test
	@scripts/build.sh
	@scripts/golden.py --write

fuzz: ## Runs the fuzz targets, SECONDS each.
	@scripts/setup.sh build
	@scripts/fuzz.sh $(SECONDS) $(TARGETS)

bench: ## Builds and runs the benchmarks.
	@scripts/setup.sh build
	@scripts/bench.sh

image: ## Builds the container image.
	docker build --tag $(IMAGE) .

deb: ## Builds the Debian package, into out/.
	@scripts/setup.sh build
	@scripts/deb.sh

package: ## Builds the Debian package and the image, installs and runs both: some ten minutes, as root.
	@scripts/setup.sh package
	@Tests/Scripts/package_test.sh

clean: ## Removes what was built.
	rm -rf .build .build-* Fuzz/build out
