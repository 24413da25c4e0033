# `make` alone explains itself: it prints every line below that has a ## in it.

VENV ?= .venv
# The first Python that works and is new enough; the pins are made on 3.11.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# Four at once at most: each worker opens a browser, and Redis has only so many databases.
PYTEST_ARGS ?= --numprocesses=auto --maxprocesses=4 --cov
export PORTAL_PORT ?= 8000
export ADMIN_PORT ?= 8001

BIN := $(VENV)/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
# bleach's own test vectors are in its source package only.
VECTORS := $(VENV)/vectors/.fetched
# Pins come from the public index alone, whatever this machine's pip is told.
PIP_COMPILE := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
	CUSTOM_COMPILE_COMMAND='make requirements' $(BIN)/pip-compile --quiet --generate-hashes \
	--allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check browser format lint types contracts templates unit translations requirements upgrade setup clean

help: ## Print this table
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Variables: PORTAL_PORT=$(PORTAL_PORT) ADMIN_PORT=$(ADMIN_PORT) VENV=$(VENV) PYTHON=$(PYTHON)"

run: $(VENV)/.runtime $(CATALOGUES) ## Start both sites with the demonstration county (Ctrl-C ends them)
	$(BIN)/python manage.py run

setup: $(VENV)/.development $(VECTORS) $(CATALOGUES) ## Install everything that developing needs into VENV

test: check browser unit ## Run everything that must pass: format, lint, types, contracts, templates, tests

check: lint types contracts templates ## Run all of `make test` but the tests: some seconds

lint: $(VENV)/.development ## Check format and lint of the Python code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.development ## Check types
	$(BIN)/mypy .

contracts: $(VENV)/.development ## Check who imports whom
	$(BIN)/lint-imports --no-logo

templates: $(VENV)/.development ## Lint the HTML templates
	$(BIN)/djlint templates --lint --quiet

unit: $(VENV)/.development $(VECTORS) $(CATALOGUES) ## Run all tests with branch coverage, or some: PYTEST_ARGS='-k word'
	$(BIN)/python -m pytest $(PYTEST_ARGS)

browser: ## Install Chromium and Chinese fonts if they are missing and this account may
	@.ci/browser

format: $(VENV)/.development ## Format the Python code and apply safe fixes
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

translations: $(VENV)/.runtime ## Collect the texts of code and templates into the catalogues, to be translated there
	@mkdir -p var
	$(BIN)/pybabel --quiet extract --mapping-file=babel.cfg --keywords='Refused N_ lazy_gettext lazy_pgettext:1c,2 ngettext:1,2' \
		--add-location=file --sort-by-file --output-file=var/messages.pot .
	$(BIN)/pybabel --quiet update --input-file=var/messages.pot --output-dir=translations \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

requirements: $(VENV)/.development ## Pin again after requirements*.in changed, keeping what can stay
	$(PIP_COMPILE) --output-file=requirements.txt requirements.in
	$(PIP_COMPILE) --output-file=requirements-dev.txt requirements-dev.in

upgrade: $(VENV)/.development ## Pin the newest release of every package
	$(PIP_COMPILE) --upgrade --output-file=requirements.txt requirements.in
	$(PIP_COMPILE) --upgrade --output-file=requirements-dev.txt requirements-dev.in

clean: ## Remove VENV and caches; data in var/ stays
	rm -rf $(VENV) .coverage .coverage.* htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	rm -f $(CATALOGUES)
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

# The environment. Made again only when a requirements file is newer than the mark of its installation.

$(BIN)/python:
	@test -n "$(PYTHON)" || \
		{ echo "Mingquan needs Python 3.11 or newer. Say where it is: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) could not make an environment; on Debian install python3-venv." >&2; exit 1; }

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(VECTORS): requirements.txt | $(VENV)/.development
	@rm -rf $(@D) && mkdir -p $(@D)
	@sed -n '/^bleach==/,/^[^ ]/{/^bleach==/p;/--hash/p;}' requirements.txt > $(@D)/pin.txt
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary=bleach \
		--no-build-isolation --require-hashes --dest $(@D) --requirement $(@D)/pin.txt
	@touch $@

%.mo: %.po | $(VENV)/.runtime
	$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@
