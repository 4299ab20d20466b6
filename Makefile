# KITT RTC: everything a developer types. `make help` lists it.
#
# A bare clone and Python 3.11 or later are enough: the first run makes a virtual environment in .venv and installs
# what is missing; the second starts in seconds.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV := $(VENV)/.ready-dev
PAGES := web/vendor/.ready

.DEFAULT_GOAL := help
.PHONY: help install demo run test check lint types floors web-test fast journeys tools eval eval-coach eval-support eval-hearing bench chaos clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(DEV) $(PAGES) ## the virtual environment and the pages' libraries

demo: $(READY) ## two spoken calls through the real doors, with no account, key or server
	$(BIN)/python -m kitt_rtc demo

run: $(READY) $(PAGES) ## serve the pages at http://127.0.0.1:8000
	$(BIN)/python -m kitt_rtc serve

test: $(DEV) $(PAGES) tools check fast web-test journeys ## everything CI runs

check: lint types floors ## style, types, floors

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

floors: $(DEV)
	$(BIN)/lint-imports --no-logo

fast: $(DEV) ## tests without real engines and without a browser, on every core
	$(BIN)/python -m pytest -n auto -m "not engines and not browser"

# Journeys play sound in real time, and a machine that others use too may take the processor away in mid-sentence: what
# fails is tried once more, and pytest prints that it was.
journeys: $(DEV) $(PAGES) tools ## whole calls: real engines, real browser
	$(BIN)/python -m pytest -n auto --dist loadfile --reruns 1 -m "browser and not engines"
	$(BIN)/python -m pytest --reruns 1 -rR -m engines

web-test: ## the pages' own tests
	@if command -v node >/dev/null; then node --test tests/web/ && (cd web && npx --no-install tsc -p .); \
	else echo "node is not installed: the pages' tests are left out (apt-get install nodejs npm)"; fi

tools: ## what only the tests need: a browser, two free voices, and weights that hear French
	@sh tests/tools.sh

eval: eval-coach eval-support ## figures of the coach and of the technician's helper

eval-coach: $(DEV) ## every figure of the coach beside its target: without a key, and by a scripted model on this machine
	$(BIN)/python -m evals.coach

eval-support: $(DEV) ## every figure of the technician's helper beside its target: questions, dialogues, threshold
	$(BIN)/python -m evals.support

eval-hearing: $(DEV) tools ## every figure of hearing beside its target; fetches and makes its speech, an hour or so
	$(BIN)/python -m evals.hearing

bench: $(DEV) ## what a frame and a leg cost, how long a word is on its way, how soon a reply falls silent
	$(BIN)/python -m bench.line
	$(BIN)/python -m bench.peers
	$(BIN)/python -m bench.mouth
	$(BIN)/python -m bench.barge_in

chaos: $(DEV) ## ten minutes of a call whose stream is cut ten times and whose server is killed once
	$(BIN)/python -m bench.chaos

clean: ## forget the virtual environment and what was made
	rm -rf $(VENV) web/node_modules web/vendor .mypy_cache .ruff_cache .pytest_cache artifacts

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; say which with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@echo "Installing KITT RTC and its libraries into $(VENV) (about a minute, once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[tts,fast]'
	@touch $@

$(DEV): $(READY)
	@echo "Installing what the tests need into $(VENV) (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps 'resemblyzer>=0.1.4,<0.2'
	@touch $@

$(PAGES): web/package.json web/package-lock.json web/vendor.mjs
	@if command -v npm >/dev/null; then \
	  echo "Installing the pages' libraries into web/vendor (once) …"; \
	  cd web && npm ci --silent --no-audit --no-fund && node vendor.mjs && touch vendor/.ready; \
	else \
	  echo "npm is not installed: /docs and /redoc stay empty until it is (apt-get install nodejs npm)"; \
	fi
