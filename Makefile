# `make` lists the targets. Python stands in .venv, made here; everything else is found on PATH.
PYTHON ?= python3
PY := .venv/bin/python
CORE := .venv/core.stamp
DEV := .venv/dev.stamp
LIBRARIES := .venv/libraries/stamp
LIBRARY_LOCKS := tests/libraries/requirements.lock tests/libraries/package-lock.json

.DEFAULT_GOAL := help
.NOTPARALLEL:
# Where it is set, every process would compile every module anew, two seconds each time.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help demo setup run test check lint types contracts django translations pinned libraries docs widget widget-check cover lock messages reference shots coverage-study format

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

$(CORE): requirements.lock
	@$(PYTHON) scripts/install.py requirements.lock && touch $@

$(DEV): requirements-dev.lock $(CORE)
	@$(PYTHON) scripts/install.py requirements-dev.lock && touch $@

$(LIBRARIES): $(LIBRARY_LOCKS)
	@$(PYTHON) scripts/install_libraries.py && touch $@

demo: $(CORE) ## install, load the demonstration project, serve it and print address and sign-in
	@exec $(PY) manage.py demo

setup: $(CORE) ## install what the application needs into .venv
	@echo "Ready: make demo shows it, make run serves it."

run: $(CORE) ## serve what is in the database: web, worker and beat
	@exec $(PY) manage.py serve

test: $(DEV) ## run the tests: on SQLite, then on PostgreSQL and Redis where they are installed
	@$(PY) scripts/run_tests.py $(ARGS)

check: $(DEV) ## the gate: everything below, two at a time, then the tests
	@printf '%s\n' libraries types lint contracts django translations pinned widget-check | xargs -P 2 -I part $(MAKE) --no-print-directory part
	@$(MAKE) --no-print-directory test

lint: $(DEV) ## format and style of Python and templates, spelling
	@.venv/bin/ruff format --check --quiet . && .venv/bin/ruff check --quiet .
	@.venv/bin/djlint --lint --quiet templates
	@.venv/bin/codespell

types: $(DEV) ## mypy, strict
	@.venv/bin/mypy

contracts: $(DEV) ## which floor may import which
	@.venv/bin/lint-imports --no-logo

django: $(DEV) ## Django's own checks, also for deployment; no migration missing
	@$(PY) scripts/check_django.py

translations: $(DEV) ## every string in Japanese, the compiled catalogue fresh
	@$(PY) scripts/check_translations.py

pinned: $(DEV) ## the locks hold every dependency by hash and no address
	@$(PY) scripts/check_locks.py

libraries: $(DEV) ## evals, LangCheck and promptfoo read what gold exports (on Debian with python3-torch)
	@$(PY) scripts/check_libraries.py $(ARGS)

widget-check: $(DEV) ## the widget's files are built from their sources and small enough
	@$(PY) scripts/build_widget.py --check

docs: $(DEV) ## links resolve; every setting and command is documented
	@$(PY) -m pytest -q tests/docs $(ARGS)

cover: $(DEV) ## the tests on SQLite with branch coverage, written to htmlcov/
	@$(PY) -m pytest -q -n 2 --cov --cov-report=term:skip-covered --cov-report=html $(ARGS)

format: $(DEV) ## put Python into the house's format
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

widget: $(DEV) ## bundle and minify static/widget/src into static/widget/dist
	@$(PY) scripts/build_widget.py

lock: ## resolve the dependencies again and write every lock (needs uv and npm)
	@$(PYTHON) scripts/lock.py

reference: $(DEV) ## write docs/reference/commands.md and api.md from the code
	@$(PY) scripts/reference.py && $(PY) scripts/api_reference.py

messages: $(DEV) ## collect and compile the translations (needs gettext)
	@$(PY) manage.py makemessages --locale ja --no-obsolete --no-wrap --add-location=file --ignore=.venv --ignore=var --ignore=tests && $(PY) manage.py compilemessages --locale ja --ignore=.venv

coverage-study: $(DEV) ## simulate how often intervals cover, into docs/explanation (minutes)
	@$(PY) scripts/coverage_study.py $(ARGS)

shots: $(DEV) ## make the pictures of docs/img (needs Chromium)
	@$(PY) scripts/shots.py $(ARGS)
