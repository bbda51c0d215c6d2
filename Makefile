# The one spelling of each command; CI calls the same.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VAR ?= var

.PHONY: serve test lint bench screenshots ingest install install-dev lock catalogues clean

serve: install
	@test -e $(VAR)/current || $(BIN)/equity-map ingest --sample --var $(VAR)
	$(BIN)/equity-map serve --var $(VAR)

ingest: install
	$(BIN)/equity-map ingest --var $(VAR)

test: install-dev
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install-dev
	$(BIN)/python -m tests.benchmarks

screenshots: install-dev
	@test -e $(VAR)/current || $(BIN)/equity-map ingest --sample --var $(VAR)
	$(BIN)/python -m tests.browser.screenshots $(VAR) screenshots

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; give it as: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Python cannot make an environment; on Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/.made
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# pip-tools resolves; hashes yes, addresses no
LOCK := pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	--strip-extras --allow-unsafe --all-build-deps
lock:
	$(LOCK) -o requirements.lock pyproject.toml
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

# what is said in the code goes into the catalogues; whoever translates fills in what is new there
WORDS := build/messages.pot
LOCALES := es_US zh_Hans
catalogues: install-dev
	@mkdir -p build
	$(BIN)/pybabel -q extract -F pyproject.toml -k _ -k N_ -k t -k tn:2,3 --no-wrap --sort-by-file --omit-header -o $(WORDS) .
	@for locale in $(LOCALES); do \
		file=app/translations/$$locale/LC_MESSAGES/messages.po; \
		test -e $$file && action="update -N --no-wrap --ignore-pot-creation-date" || action="init"; \
		mkdir -p $$(dirname $$file); \
		$(BIN)/pybabel -q $$action -i $(WORDS) -o $$file -l $$locale || exit 1; \
	done

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
