# The doors to everything. Each installs what it needs from Debian's packages first; a second call skips what is done.
.DEFAULT_GOAL := help
.PHONY: help build demo test bench asan tsan fuzz format clean

JOBS ?= $(shell nproc)

help:
	@echo 'make demo     build, and show a moving scene with two devices (ARGS="--duration 10")'
	@echo 'make test     everything that must hold: unit, end to end, sanitizers, fuzzing'
	@echo 'make build    build/release/app/aesel'
	@echo 'make bench    speed and size, beside the floor of this machine and the peers'
	@echo 'make asan     the tests with AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make tsan     the tests of what has threads with ThreadSanitizer'
	@echo 'make fuzz     every decoder, 20 s each'
	@echo 'make format   clang-format over the sources'
	@echo 'make clean    remove build/'

# Tests and benchmarks need more packages; they are configured by their own targets.
build:
	@tools/setup build
	@cmake --preset release -DAESEL_TESTS=OFF -DAESEL_BENCH=OFF >/dev/null
	@cmake --build build/release --parallel $(JOBS) --target aesel

demo: build
	@build/release/app/aesel demo $(ARGS)

test:
	@tools/setup build test fuzz
	@JOBS=$(JOBS) tools/test

asan:
	@tools/setup build test
	@JOBS=$(JOBS) tools/test asan

tsan:
	@tools/setup build test
	@JOBS=$(JOBS) tools/test tsan

fuzz:
	@tools/setup build fuzz
	@JOBS=$(JOBS) tools/test fuzz

bench:
	@tools/setup build test bench
	@cmake --preset release -DAESEL_TESTS=ON -DAESEL_BENCH=ON >/dev/null
	@cmake --build build/release --parallel $(JOBS)
	@bench/run $(ARGS)

format:
	@tools/setup format
	@git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format -i

clean:
	@rm -rf build
