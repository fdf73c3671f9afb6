# Every target sets itself up: a virtual environment in .venv with the pinned packages. Needs Python 3.11 or newer and make, nothing else.
VENV ?= .venv
HOME_OF_DEMO ?= .demo
ARGS ?=
export VENV

.PHONY: help demo test lint bench docs serve pins

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

demo:  ## a simulated campaign tracked for 30 days in .demo, its six numbers, what to try next; in a terminal, the web pages
	@.ci/setup demo
	@$(VENV)/bin/hexameter demo --home $(HOME_OF_DEMO) $(ARGS)
	@if [ -t 0 ] && [ -t 1 ]; then $(VENV)/bin/hexameter serve --home $(HOME_OF_DEMO) --no-track; else echo "The web pages: make serve"; fi
	@echo "hexameter is in $(VENV)/bin; to type it as above, first: source $(VENV)/bin/activate"

test:  ## every test, on two workers; one folder: make test ARGS=tests/kpis
	@.ci/setup test
	@$(VENV)/bin/python -m pytest -n 2 $(ARGS)

lint:  ## format, lint and types, as .ci/run checks them
	@.ci/setup test
	@$(VENV)/bin/ruff format --check src tests bench docs
	@$(VENV)/bin/ruff check src tests bench docs
	@$(VENV)/bin/mypy

bench:  ## measure imports and KPIs beside pandas and plain SQL, at 1 M and 10 M readings; 100 M too: make bench ARGS=--large
	@.ci/setup test
	@$(VENV)/bin/python -m bench $(ARGS)

docs:  ## write the pages in docs/ that come from the code, and the pictures of every page (ARGS=HOME: of a demo that is there)
	@.ci/setup test
	@$(VENV)/bin/python docs/generate.py
	@$(VENV)/bin/python docs/pictures.py $(ARGS)

serve:  ## the web pages over the demo's home, on port 8686
	@.ci/setup demo
	@$(VENV)/bin/hexameter serve --home $(HOME_OF_DEMO) --no-track $(ARGS)

pins:  ## resolve the packages anew into constraints.txt and constraints-test.txt
	@.ci/setup pins
