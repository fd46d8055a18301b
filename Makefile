# Two commands on a fresh machine: `make demo` and `make test`. Needs Python 3.11+, make and a package registry.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# Four workers for two cores: half of the time a test waits for a server, a clock or a child. A file is one worker's
# (its servers and crawls are made once), in the order of tests/conftest.py.
PYTEST = $(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder
READY = $(VENV)/.ready

.PHONY: demo test check docs torture clean-venv

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Columnist needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $@

demo: $(READY)
	$(BIN)/columnist demo

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST) -m 'not slow and not torture'

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST) -m 'not torture'

docs: $(READY)
	$(BIN)/python -m columnist.scraper.cli.readme_tables

torture: $(READY)
	$(BIN)/pytest -m torture

clean-venv:
	rm -rf $(VENV)
