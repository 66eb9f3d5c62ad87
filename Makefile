# Needs python3 (3.11 or newer) and make; everything else is installed into .venv by `make setup`.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help setup demo up test test-all lint format bench browser clients lock

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## */\t/' | expand -t 10

setup: .venv/.ready ## .venv with the pinned dependencies

# The stamp is newer than the locks exactly when the environment matches them.
.venv/.ready: requirements/uv.txt requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; name one, as in: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements/dev.txt
	touch $@

demo: setup ## everything on one machine, with a demo institution
	@exec $(BIN)/python manage.py demo $(ARGS)

up: setup ## everything on one machine
	@exec $(BIN)/python manage.py up $(ARGS)

browser: ## Chromium for the browser tests (Debian and Ubuntu)
	@requirements/browser.sh

clients: ## OpenSSH's client and curl for the tests (Debian and Ubuntu)
	@requirements/clients.sh

# A process for each core, with a database of its own.
PARALLEL = -n auto --dist loadfile

test: setup browser clients ## the tests, save those that take long (ARGS: some of them)
	$(BIN)/pytest $(if $(ARGS),$(ARGS),$(PARALLEL))

# Random examples too, and what the tests reach: both take time.
test-all: setup browser clients ## every test, the long ones too, and the coverage
	HYPOTHESIS_PROFILE=default $(BIN)/pytest -m "" --cov $(PARALLEL) $(ARGS)

lint: setup ## everything that judges code without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py check --fail-level WARNING
	@# It would like to compare with a database; the tests do that, on one of their own.
	$(BIN)/python -W "ignore:Got an error checking:RuntimeWarning" manage.py makemigrations --check --dry-run

format: setup ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## the measurements of docs/benchmarks.md
	$(BIN)/python -m bench $(ARGS)

lock: ## compile requirements/*.in again (keeps the pins; ARGS=--upgrade moves them)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	$(LOCK) $(ARGS) requirements/dev.in -o requirements/dev.txt
	$(LOCK) $(ARGS) -c requirements/dev.txt requirements/base.in -o requirements/base.txt
	$(LOCK) $(ARGS) -c requirements/dev.txt requirements/uv.in -o requirements/uv.txt
	@! grep -nE '://|--find-links|--index' requirements/*.txt
