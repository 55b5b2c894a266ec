# Everything one types while working on the hub. Extra arguments go in ARGS: make test ARGS="-k audit"

PYTHON ?= python3
MARIADB_URL ?= mysql://root@127.0.0.1:3306/hub_test
ARGS ?=
export MARIADB_URL

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/pytest -n logical
CACHES := .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix bench shell doctor clean distclean new-venv

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo '  Options go in ARGS: make test ARGS="-k audit". Another Python: make setup PYTHON=python3.12'

setup: $(INSTALLED) .env ## Create .venv and .env, install what the requirement files pin
	@:

demo: setup ## Try everything on generated data: a whole day, then the admin
	@HUB_DEMO=1 $(MANAGE) demo $(ARGS)

test: setup ## Run the tests on SQLite, then those that touch a database again on MariaDB
	@echo "--- lane 1 of 2: SQLite"
	@DATABASE_URL=sqlite:///var/hub.sqlite3 $(PYTEST) $(ARGS)
	@echo "--- lane 2 of 2: MariaDB"
	@if reason=$$($(MARIADB_LOGIN) 2>&1); then \
		DATABASE_URL="$$MARIADB_URL" $(PYTEST) $(ARGS); \
	else \
		echo "!!! The MariaDB lane did NOT run: $${reason##*Error: }"; \
		echo "!!! Start a server there, or name another: make test MARIADB_URL=mysql://user:password@host:3306/hub_test"; \
		test -z "$$CI"; \
	fi

check: setup ## Lint, format, types, import rules, migrations: what CI checks
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(CHECK) $(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(CHECK) $(MANAGE) makemigrations --check --dry-run
	@$(CHECK) $(MANAGE) check

fix: setup ## Mend what ruff can mend, and format
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: setup ## Measure the import, also its memory with ARGS=--memory
	@$(BIN)/python -m bench.import_ $(ARGS)

shell: setup ## Open a Python shell with the models loaded
	@$(MANAGE) shell $(ARGS)

doctor: setup ## Say what is wrong here, and what to type
	@$(MANAGE) doctor $(ARGS)

clean: ## Remove the caches and var/, the local database and lake included
	@rm -rf var $(CACHES)
	@find . -path ./$(VENV) -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## Remove .venv too; .env stays, its keys open stored data
	@rm -rf $(VENV)

# Checks look at the code, so they never open the database that .env names.
CHECK := DATABASE_URL=sqlite:///var/check.sqlite3

MARIADB_LOGIN = $(BIN)/python -c 'import os, pathlib, pymysql, hub.addresses; \
	db = hub.addresses.parse_database(os.environ["MARIADB_URL"], pathlib.Path()); \
	pymysql.connect(host=db["HOST"], port=db["PORT"], user=db["USER"], password=db["PASSWORD"]).close()'

$(INSTALLED): requirements.txt requirements-dev.txt
	@$(BIN)/python -c 'import pip, sys; $(NEW_ENOUGH)' 2>/dev/null || $(MAKE) new-venv
	@echo "Installing what requirements-dev.txt pins"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -r requirements-dev.txt
	@touch $@

NEW_ENOUGH := sys.exit(sys.version_info < (3, 11))

new-venv:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "There is no $(PYTHON) here. Name another: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; $(NEW_ENOUGH)' || \
		{ echo "The hub needs Python 3.11 or newer, but $(PYTHON) is $$($(PYTHON) -V 2>&1)." \
		"Name another: make setup PYTHON=python3.12" >&2; exit 1; }
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)

# Only where there is none: the keys of an existing .env are never replaced.
.env: | $(INSTALLED)
	@echo "Writing .env with fresh random keys"
	@umask 077; $(BIN)/python -c 'import re, secrets, sys; \
	sys.stdout.write(re.sub(r"(?m)^(HUB_\w+_KEY=)$$", lambda m: m[1] + secrets.token_urlsafe(32), sys.stdin.read()))' \
		< .env.example > .env.new && mv .env.new .env
