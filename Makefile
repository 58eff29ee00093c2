# The project's tasks. Every target sets up what it needs; `make` alone lists them.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
READY   = $(VENV)/.ready
PLANS   = data/plans
CHECKED = build/checked

.DEFAULT_GOAL := help
.PHONY: help setup run test browser eval bless check format bench lock clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# Exactly the versions that were tested (requirements.lock), then the project itself
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(READY)

setup: $(READY)  ## make the virtual environment with everything in it

run: $(READY)  ## ingest the official plans and serve the chat at http://127.0.0.1:7860
	$(BIN)/cchc ingest $(PLANS)
	$(BIN)/python app.py

check: $(READY)  ## format check, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# The browser of the end-to-end tests. Without it they are skipped, and pytest says so at the end.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq >/dev/null && \
	    apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; } || \
	  echo "no Chromium here, and none can be installed (apt-get install chromium, as root): the browser tests will be skipped"

test: check browser  ## format check, lint, types, tests, and the gold questions against the blessed run
	rm -rf $(CHECKED)
	$(BIN)/cchc --library $(CHECKED)/library ingest $(PLANS) >/dev/null
	@echo "two halves side by side: the browser's tests, and all others"
	export TEST_LIBRARY=$(CHECKED)/library; \
	  $(BIN)/python -m pytest --ignore tests/web -p no:cacheprovider & others=$$!; \
	  $(BIN)/python -m pytest tests/web -p no:cacheprovider; web=$$?; \
	  wait $$others && exit $$web
	$(BIN)/cchc --library $(CHECKED)/library eval --output $(CHECKED)/eval-report

eval: $(READY)  ## ask the gold questions: scores, comparison with the blessed run, report in eval-report/
	$(BIN)/cchc ingest $(PLANS) >/dev/null
	$(BIN)/cchc eval

bless: $(READY)  ## the same, and make the run the blessed one
	$(BIN)/cchc ingest $(PLANS) >/dev/null
	$(BIN)/cchc eval --bless

format: $(READY)  ## format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## time ingest and answers, each as a ratio to its floor
	$(BIN)/python -m eval.bench

lock: $(READY)  ## resolve the version ranges anew into requirements.lock
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --extra dev --extra peers --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.lock pyproject.toml

clean:  ## remove the virtual environment, caches and the library
	rm -rf $(VENV) .cchc build eval-report *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
