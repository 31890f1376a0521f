# Two commands do all the set-up: `make brief` builds the bundled Haiti brief, `make test` checks everything.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet
HAITI := build/haiti

.PHONY: help setup brief test lint types bench bench-ledger bench-reading docs lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/run.done ## make .venv with what running needs

$(VENV)/run.done: requirements/run.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.done: $(VENV)/run.done requirements/test.txt
	$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

brief: setup ## build the brief on the bundled Haiti dossier and print its summary
	@test -e $(HAITI)/mission.toml || $(BIN)/muster new $(HAITI) --example haiti
	@$(BIN)/muster brief $(HAITI)

test: $(VENV)/test.done lint types ## lint, type check and all tests
	$(BIN)/python -m pytest --numprocesses 2

lint: $(VENV)/test.done ## style, unused code, formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.done ## mypy, strict
	$(BIN)/mypy

bench: $(VENV)/test.done ## speed, ours beside a peer's in one run
	@for file in benchmarks/*.py; do $(BIN)/python $$file || exit 1; done

bench-ledger: $(VENV)/test.done ## disagreements found beside those labelled by hand, and the ledger at a million records
	$(BIN)/python benchmarks/disagreements.py
	$(BIN)/python benchmarks/ledger.py

bench-reading: $(VENV)/test.done ## how right the reader is, what each of its parts brings, and its speed beside a peer's
	$(BIN)/python benchmarks/reading_scores.py
	$(BIN)/python benchmarks/reading.py

docs: $(VENV)/test.done ## write the command reference, the data dictionary, the JSON Schema and the picture of places from the code
	$(BIN)/python scripts/write_commands.py
	$(BIN)/python scripts/write_exports.py
	$(BIN)/python scripts/draw_places.py

lock: $(VENV)/test.done ## pin what requirements/*.in ask for, with hashes and without addresses
	$(BIN)/uv pip compile $(LOCK) pyproject.toml requirements/run.in -o requirements/run.txt
	$(BIN)/uv pip compile $(LOCK) pyproject.toml requirements/test.in -o requirements/test.txt

LOCK := --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet

clean: ## remove what the targets made
	rm -rf $(VENV) build
