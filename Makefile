# SPDX-License-Identifier: Apache-2.0
# Thin: Meson builds, tools/ does the rest.  B is the build folder.
B ?= build

help:
	@sed -n 's/^## //p' Makefile

## make build    build/weir, and build/weir-prove and build/weir-verify beside it
build: setup-build
	@tools/build $B weir weir-prove weir-verify

## make run      build, then the whole path on a drawn world, in a sandbox
run: build
	@tools/run-demo $B/weir

## make test     everything: two builds, unit, fuzz-replay, tidy and end-to-end
test: setup-test
	@tools/test-all $B

## make sim      the simulation: SEEDS=20 seeds of STEPS=100000 steps (docs/SIMULATION.md)
SEEDS ?= 20
STEPS ?= 100000
SEED ?= 1
sim: setup-test
	@tools/build $B test-sim
	@$B/test-sim --seeds $(SEEDS) --steps $(STEPS) --seed $(SEED)
	@$B/test-sim --twin --seeds $(SEEDS) --steps 20000 --seed $(SEED)

## make lint     clang-tidy, cppcheck, mandoc and shellcheck (minutes)
lint: setup-lint
	@tools/lint $B

## make fuzz     every libFuzzer target, SECONDS_EACH=60 seconds
fuzz: setup-fuzz
	@tools/fuzz-all build-fuzz

## make page     build/weir-verify.html: the verifier as a page, one file
page: setup-test
	@tools/build $B weir-verify.html

## make bench    load, locate and submit, measured, with a plot (bench/README.md)
bench: setup-bench
	@tools/build $B weir weir-prove weir-bench
	@bench/run $B/weir
	@bench/scale $B

## make bench-nation  the same from 1 to 100 million people (long; tens of GB)
NATION ?= 1000000 3000000 10000000 30000000 100000000
bench-nation: setup-bench
	@tools/build $B weir weir-prove weir-bench
	@SIZES="$(NATION)" SUBMITS=10000000 REQUESTS=1280000 bench/scale $B

## make man      docs/man/weir.1 anew, from what the program says of itself
man: build
	@tools/gen-man $B/weir docs/man/weir.1.in >docs/man/weir.1.new
	@mv docs/man/weir.1.new docs/man/weir.1

## make install  into DESTDIR and the prefix of the build folder
install: build
	@meson install -C $B --no-rebuild

## make setup    the Debian and npm packages for building and testing
setup: setup-test

setup-%:
	@tools/setup $*

## make clean    what the targets above built
clean:
	rm -rf $B $B-san build-fuzz

.PHONY: help build run test sim lint fuzz page bench bench-nation man install setup \
	clean
