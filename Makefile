# Everything runs in .venv, which is made when it is first needed, from the releases and hashes in
# requirements/, which `make lock` writes. PYTHON chooses the interpreter it is made with.
PYTHON ?= python3
VENV ?= .venv
# Two for each core, as many tests wait for something; more than 16 only take memory.
JOBS ?= $(shell $(PYTHON) -c 'import os; print(min(16, 2 * (os.cpu_count() or 1)))')
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
PARTS := setup.cfg pyproject.toml
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SPREAD := --numprocesses $(JOBS) --dist worksteal
# The tests start hundreds of processes; each would compile every module where the environment says
# that nothing compiled is to be kept.
COMPILED := PYTHONDONTWRITEBYTECODE=
PYTEST := $(COMPILED) $(BIN)/python -m pytest
QUICK := tests/house $(wildcard tests/unit/test_*.py) \
	$(addprefix tests/unit/,conditions parameters runtimes store tasks)

.DEFAULT_GOAL := help
.PHONY: help run test test-all test-quick test-newest test-pythons lint format client golden docs \
	report bench lock clean
.PRECIOUS: $(STAMP)-%

help: ## Say what can be made.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("redengine needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(STAMP)-%: requirements/%.txt $(PARTS) | $(VENV)/bin/python
	$(PIP) install --require-hashes --requirement $<
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

run: $(STAMP)-run ## Start the example session with its API on http://127.0.0.1:5000.
	@exec $(BIN)/python examples/machine_watch.py

test: $(STAMP)-test ## Run every test but the long ones.
	$(PYTEST) $(SPREAD)

test-all: $(STAMP)-test ## Run every test, the long ones too.
	$(PYTEST) $(SPREAD) -m "slow or not slow" --timeout 3600

test-quick: $(STAMP)-test ## Run the tests of single parts.
	$(PYTEST) $(SPREAD) $(QUICK)

test-pythons: ## Run the tests on every Python that the package claims and this machine has.
	@for python in $$($(PYTHON) tools/pythons.py $(OTHERS)); do \
		$(MAKE) --no-print-directory $(or $(TESTS),test) \
			PYTHON=$$python VENV=.venv-$${python##*/} || exit; \
	done

test-newest: ## Run the tests with the newest release of everything, in an environment of its own.
	$(PYTHON) -m venv .venv-newest
	.venv-newest/bin/python -m pip --disable-pip-version-check --quiet install \
		--upgrade --upgrade-strategy eager --editable '.[test]'
	$(COMPILED) .venv-newest/bin/python -m pytest $(SPREAD) $(if $(TESTS),$($(TESTS)))

lint: $(STAMP)-lint ## Check style, types and layers.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)-lint ## Put the code into shape.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

client: $(STAMP)-lint ## Write the sync client from the async one, and the TypeScript client.
	$(BIN)/python tools/make_sync_client.py
	$(BIN)/python tools/make_typescript_client.py

golden: $(STAMP)-test ## Write what users see into tests/house/golden again.
	$(PYTEST) -q -p no:randomly tests/house/test_house_golden.py --rewrite-golden

docs: $(STAMP)-docs ## Build the documentation; a warning is an error.
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

report: ## Measure the package: lines, functions, and which modules import which.
	@$(PYTHON) tools/report.py

bench: $(STAMP)-run ## Measure this package beside its peers; prints one table of ratios.
	$(BIN)/python -m benchmarks

lock: $(STAMP)-lock ## Lock the newest releases that setup.cfg allows, with hashes, in requirements/.
	$(BIN)/python tools/lock.py

clean: ## Remove what was made.
	rm -rf $(VENV) .venv-* docs/_build build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
