# Everything runs in .venv, which is made when it is first needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
PARTS := setup.cfg pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint format client docs bench clean

help: ## Say what can be made.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("redengine needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(STAMP)-run: $(VENV)/bin/python $(PARTS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(STAMP)-%: $(VENV)/bin/python $(PARTS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@ $(STAMP)-run

run: $(STAMP)-run ## Start the example session with its API on http://127.0.0.1:5000.
	@exec $(BIN)/python examples/machine_watch.py

test: $(STAMP)-test ## Run every test but the long ones.
	$(BIN)/python -m pytest

test-all: $(STAMP)-test ## Run every test, the long ones too.
	$(BIN)/python -m pytest -m "slow or not slow" --timeout 3600

lint: $(STAMP)-lint ## Check style, types and layers.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)-lint ## Put the code into shape.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

client: $(STAMP)-lint ## Write the sync client anew from the async one.
	$(BIN)/python tools/make_sync_client.py

docs: $(STAMP)-docs ## Build the documentation; a warning is an error.
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(STAMP)-bench ## Measure this package beside its peers; prints one table of ratios.
	$(BIN)/python -m benchmarks

clean: ## Remove what was made.
	rm -rf $(VENV) docs/_build build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
