# `make` builds the environment, `make demo` shows the product, `make test` checks everything.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
INSTALLED_DEV := .venv/.installed-dev
SOURCES := pyproject.toml client/pyproject.toml requirements.lock

.PHONY: install demo test lint types imports unit faults faults-quick bench bench-peers browser pictures lock migration browser-installed redis-installed

install: $(INSTALLED)

$(BIN)/pip:
	$(PYTHON) -m venv .venv

$(INSTALLED): $(SOURCES) | $(BIN)/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock -e ./client -e .
	touch $@

$(INSTALLED_DEV): $(SOURCES) | $(BIN)/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint requirements.lock -e ./client -e '.[dev]'
	touch $@ $(INSTALLED)

demo: $(INSTALLED)
	$(BIN)/sayso demo

test: lint types unit faults-quick browser

lint: $(INSTALLED_DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED_DEV)
	$(BIN)/pyright

imports: $(INSTALLED_DEV)
	$(BIN)/lint-imports

unit: $(INSTALLED_DEV) redis-installed
	$(BIN)/pytest -n 2 --ignore tests/browser --ignore tests/faults

# Real server processes that are killed, frozen and lied to: the quick form, minutes.
faults-quick: $(INSTALLED_DEV) redis-installed
	$(BIN)/pytest -n 2 tests/faults

# The long form: 1,000 kills and all the rest a thousand times, about an hour. It prints its seed and what it counted;
# `make faults SEED=…` makes the same choices again, `KILLS=100` makes fewer (for each kind of database).
faults: $(INSTALLED_DEV) redis-installed
	SAYSO_FAULTS=long SAYSO_FAULT_SEED=$(SEED) SAYSO_FAULT_KILLS=$(KILLS) $(BIN)/pytest -n 2 tests/faults

browser: $(INSTALLED_DEV) browser-installed
	$(BIN)/pytest -n 2 tests/browser

# The nine benchmarks, about ten minutes on an idle machine; `make bench NUMBERS="1 4"` runs some of them.
bench: $(INSTALLED_DEV)
	$(BIN)/python -m tests.bench --publish $(NUMBERS)

# What benchmarks 1 and 2 are also compared with, in an environment of its own.
bench-peers:
	$(PYTHON) -m venv build/peers
	build/peers/bin/pip install --quiet --disable-pip-version-check 'dbos>=3.4,<4' 'langgraph>=1.2,<2' 'langgraph-checkpoint-sqlite>=3.1,<4'

# The browser that the tests click in: Debian's package, if it is not there already.
browser-installed:
	@command -v chromium >/dev/null || { \
	  echo "installing chromium"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	  elif command -v sudo >/dev/null; then sudo apt-get update -qq && sudo apt-get install -y -qq chromium >/dev/null; \
	  else echo "chromium is needed for the browser tests: install it and run make again" >&2; exit 1; fi; }

# The broker that the tests publish to; NATS comes as a Python package.
redis-installed:
	@command -v redis-server >/dev/null || { \
	  echo "installing redis-server"; \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq redis-server >/dev/null; \
	  elif command -v sudo >/dev/null; then sudo apt-get update -qq && sudo apt-get install -y -qq redis-server >/dev/null; \
	  else echo "redis-server is needed for the tests: install it and run make again" >&2; exit 1; fi; }

# The pictures of docs/pictures, from the real page.
pictures: $(INSTALLED_DEV) browser-installed
	$(BIN)/python -m tests.browser.pictures docs/pictures

# After a change of dependencies: resolve anew. No index address is written.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check -e ./client -e '.[dev]'
	build/lock/bin/pip freeze --exclude-editable > requirements.lock
	rm -rf build/lock

# After a change of tables: make migration NAME="what changed"
migration: $(INSTALLED_DEV)
	$(BIN)/python -m tests.migration "$(NAME)"
