# `make demo` and `make test` each work on their own, from a fresh clone on a bare machine.
.DEFAULT_GOAL := help
SHELL := /usr/bin/env bash
BIN := .venv/bin
# Without a screen the demo runs offscreen. More options: make demo DEMO="--action ignore --keep out/demo"
HEADLESS := $(if $(DISPLAY)$(WAYLAND_DISPLAY),,--headless)
SCRIPTS := .ci/run $(wildcard packaging/*.sh packaging/*/*.sh)
# Our own build of PJSIP instead of the wheel on PyPI: make setup PJSIP=own, make test PJSIP=own
export PJSIP PJPROJECT

.PHONY: help setup setup-runtime setup-package setup-team pjsip run demo team-demo lint format test test-fast test-own faults faults-in-policy \
	bench bench-team \
	chroot-test package audit docs pictures lock clean

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install everything, tests included
	@packaging/setup.sh test

setup-runtime: ## install only what running the app needs
	@packaging/setup.sh runtime

setup-package: ## install what building dist/softphone needs
	@packaging/setup.sh package

setup-team: ## install what the team's demo needs: PostgreSQL, Kamailio, telephones of customers
	@packaging/setup.sh team

pjsip: ## build the wheel of our own PJSIP and print where it is; PJPROJECT=TARBALL
	@packaging/setup.sh pjsip
	@packaging/pjsip/build.sh

run: setup-runtime ## start the app; options: make run ARGS="--data-dir DIR"
	$(BIN)/softphone $(ARGS)

demo: setup-runtime ## two real callers on the agent's direct line, nothing to configure
	$(BIN)/softphone demo $(HEADLESS) $(DEMO)

team-demo: setup-team ## a team on this machine: database, proxy, three softphones, customers; TEAM="--keep DIR"
	$(BIN)/softphone demo --team $(TEAM)

lint: setup ## style, types, import contracts, shell scripts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	shellcheck $(SCRIPTS)

format: setup ## put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Most tests wait for SIP, sound or windows: two at a time use the time of waiting, a file stays on one worker
PYTEST := $(BIN)/pytest --numprocesses 2 --dist loadfile

test: lint $(if $(PJSIP)$(TESTS),,test-own) ## lint, then every test; options: make test TESTS="tests/unit -k prompt" PJSIP=own
	$(PYTEST) $(TESTS)

# The inner loop: no programs are started, and no walk visits all states
test-fast: lint ## lint, then the tests of single units that take moments; options: make test-fast TESTS="tests/unit/policy"
	$(PYTEST) -m "not programs and not slow" $(or $(TESTS),tests/unit)

# Where the wheel on PyPI is in use, what depends on PJSIP is tried on our own build first: that is the one to be shipped
test-own: lint
	@if [[ $$(packaging/setup.sh library) == pypi ]]; then \
		echo "On our own PJSIP, engine and integration tests only; then every test on the wheel:" && \
		PJSIP=own packaging/setup.sh test && $(PYTEST) tests/unit/engine tests/integration && packaging/setup.sh test; \
	fi

faults: setup pjsip ## all that a hostile network can do, on both builds of PJSIP; FAULTS="--only acks floods --seed 7"
	$(BIN)/python -m tests.faults $(FAULTS)
	$(BIN)/python -m tests.faults.deaths
	$(BIN)/python -m tests.faults.outages

faults-in-policy: setup ## put small random faults into the policies and name those no test sees; FAULTS="--faults 150 --seed 7"
	$(BIN)/python tests/faults_in_policy.py $(FAULTS)

bench: setup pjsip ## measure call set-up times beside other softphones, and with both builds of PJSIP; BESIDE=../before: and another checkout
	$(BIN)/python -m tests.bench $(if $(BESIDE),--beside "$(BESIDE)")

bench-team: setup ## measure twenty softphones on one PostgreSQL; a part of it: make bench-team BENCH="growth"
	$(BIN)/python -m tests.bench.team $(BENCH)

chroot-test: ## make demo and make test on a bare Debian: make chroot-test SUITE=trixie (or bookworm); RUN="make demo"
	@packaging/chroot_test.sh $(SUITE) $(if $(RUN),"$(RUN)")

package: setup-package ## build dist/softphone with PyInstaller and try it
	packaging/check_build.sh

audit: setup ## known weaknesses, licences and a bill of materials of what is shipped, in out/audit; needs a connection
	@packaging/audit.sh

docs: setup ## renew what is made from the code in docs
	$(BIN)/python packaging/make_docs.py

pictures: setup ## draw the windows in docs/images/admin and docs/images/team again
	$(BIN)/python packaging/make_pictures.py

lock: setup ## renew requirements.lock from pyproject.toml
	packaging/lock.sh

clean: ## remove everything that was made here
	rm -rf .venv build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
