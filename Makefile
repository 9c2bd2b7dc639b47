# The one door to the tools. `make` alone lists what stands behind it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install install-test run test check bench i18n migration lock clean ground system fonts catalogues

# The first Python here that is young enough; `make PYTHON=/path/to/python …` takes another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
export PYTHON := $(PYTHON)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_USER := 0

IN := .venv/bin
ARGS ?=

# Stamps: their names say what they were made of, so another Python, another folder or another lock makes anew.
sum = $(shell $(1) | sha256sum | cut -c1-12)
MADE := .venv/.made-$(call sum,{ echo '$(CURDIR)'; $(PYTHON) -VV || true; } 2>&1)
RUNTIME := .venv/.runtime-$(call sum,cat requirements.lock)
DEV := .venv/.dev-$(call sum,cat requirements-dev.lock)

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/messages.po))
LANGUAGES := zh_Hans_CN en

help:
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

install: ## set everything up: system packages, .venv, fonts, translations (quick when nothing changed)
	@mkdir -p build && flock build/.lock $(MAKE) --no-print-directory ground GROUPS_WANTED=runtime STAMP=$(RUNTIME)

install-test: ## the same, and what the tests need: chromium, PostgreSQL, two readers of PDF, the tools for developers
	@mkdir -p build && flock build/.lock $(MAKE) --no-print-directory ground GROUPS_WANTED='runtime test' STAMP=$(DEV)

run: export TAIZHANG_INSTANCE ?= instance/demo
run: install ## serve the demonstration house on HOST and PORT (127.0.0.1:8000); its users are printed first
	@$(IN)/flask --app app seed demo
	@exec $(IN)/python app.py

test: install-test ## the whole suite on both cores; ARGS="-k keys" for a part, ARGS="-n 0 -x" for one at a time
	@$(IN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: install-test ## ruff and mypy
	@$(IN)/ruff check $(ARGS) .
	@$(IN)/mypy

bench: install-test ## measure what is claimed to be fast
	@$(IN)/python -m benchmarks $(ARGS)

i18n: install-test ## gather the messages into both catalogues
	@$(IN)/python -m babel.messages.frontend -q extract -F pyproject.toml -k _ -k _n:1,2 --add-location=file --sort-output --width=120 \
		--project=taizhang --copyright-holder='the Taizhang authors' -o build/messages.pot .
	@for language in $(LANGUAGES); do \
		$(IN)/pybabel -q update --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=120 \
			-i build/messages.pot -d translations -l $$language; done
	@$(MAKE) --no-print-directory catalogues
	@$(IN)/python -m services.readings

migration: install-test ## write the migration for what changed in models/: make migration M="Keep the rectification notice"
	@TAIZHANG_INSTANCE=$$(mktemp -d) $(IN)/flask --app app migration "$(M)"

# Settings and indexes of whoever runs it must not leak into the locks: they are for everybody.
lock: install-test ## pin every dependency anew, with hashes (ARGS=--upgrade to take newer ones)
	@for name in $${!UV_@} $${!PIP_@}; do unset $$name; done; export UV_CUSTOM_COMPILE_COMMAND='make lock'; \
	compile="$(IN)/uv --no-config pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate $(ARGS) pyproject.toml"; \
	$$compile -o requirements.lock; \
	$$compile --group dev -c requirements.lock -o requirements-dev.lock; \
	if grep -nE '^(-|[^# ].*(@ |://))' requirements.lock requirements-dev.lock; then echo 'A lock names an address; it must not.'; exit 1; fi

clean: ## remove what was made here: .venv, build, compiled catalogues (never an instance)
	@rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache $(CATALOGUES)

# Behind the door.

ground: system $(STAMP) fonts catalogues

system:
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Taizhang needs Python 3.11 or newer, and found none. On Debian and Ubuntu: sudo apt-get install python3'; exit 1; }
	@.ci/system-packages $(GROUPS_WANTED)

$(MADE): | system
	@echo 'Making .venv with $(PYTHON)'
	@$(PYTHON) -m venv --clear .venv
	@touch $@

$(RUNTIME): $(MADE)
	@echo 'Installing the packages of requirements.lock: a minute or so, once'
	@$(IN)/python -m pip install -q --only-binary=:all: --require-hashes -r requirements.lock
	@touch $@

$(DEV): $(MADE)
	@echo 'Installing the packages of requirements-dev.lock: a minute or so, once'
	@$(IN)/python -m pip install -q --only-binary=:all: --require-hashes -r requirements-dev.lock
	@touch $@ $(RUNTIME)

fonts: $(STAMP)
	@$(IN)/python -m services.papers.fonts build/fonts

catalogues: $(CATALOGUES)

%.mo: %.po
	@$(IN)/pybabel -q compile -i $< -o $@
