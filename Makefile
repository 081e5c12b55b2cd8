# One page of commands; `make` lists them. Everything installs itself into .venv.
PYTHON ?= $(firstword $(foreach v,3.11 3.12 3.13,$(shell command -v python$(v) 2>/dev/null)) python3)
PORT ?= 8501
SIZES ?= 0.4,4
BIN := .venv/bin
# In the order of the files: those of the browser take longest, and none of them should come last.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test test-thorough check bench shots docs system clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-13s %s\n", $$1, $$2}'

.venv/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up .venv (once, a minute or two) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "No venv module: install it (Debian: apt-get install python3-venv)"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt requirements-spark.txt .venv/.run
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: .venv/.dev ## Make .venv with everything pinned, for running and for testing

run: .venv/.run ## Build the demo city if there is none, then serve http://localhost:8501
	@$(BIN)/python -m pipeline prepare
	@SUNLINE_LOCAL_ACCOUNTS=demo $(BIN)/python -m supervision demo-accounts
	@SUNLINE_LOCAL_ACCOUNTS=demo exec $(BIN)/python -m web.serve --port $(PORT)

test: setup ## Run all checks and tests (installs nothing outside .venv but what `make system` does)
	@$(MAKE) --no-print-directory system
	@$(MAKE) --no-print-directory check
	@$(PYTEST) -m "not thorough"

test-thorough: setup ## Run what proves the same once more at a larger size
	@$(MAKE) --no-print-directory system
	@$(PYTEST) -m thorough

check: setup ## Format, lint, types and import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy .
	@NO_COLOR=1 $(BIN)/lint-imports | tail -n +9

bench: setup ## Measure ingest, counting, page reads and refresh in one run (SIZES=0.4,4,20: million cases)
	@$(BIN)/python -m tools.bench --sizes $(SIZES)

shots: setup ## Take screenshots of every public page into test-output/screenshots
	@SUNLINE_SCREENSHOTS=1 $(BIN)/python -m pytest -n 2 tests/browser/test_browser.py -k whole_and_quiet

docs: setup ## Write the generated documents
	@$(BIN)/python -m tools.docs

system: ## Install what the tests need from the system: chromium, a Chinese font, PostgreSQL, Java, LibreOffice Calc, R
	@bash tools/system.sh

clean: ## Remove .venv and the data folder
	rm -rf .venv data
