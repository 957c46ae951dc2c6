# Two commands do everything: `make demo` and `make test`. Both set themselves up in .venv,
# with uv where it is installed, else with venv and pip; nothing outside this folder is written.

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
BOOT := python
else
BIN := .venv/bin
BOOT := python3
endif

PYTHON := $(BIN)/python
READY := .venv/ready
export PIP_CACHE_DIR := $(CURDIR)/.venv/cache/pip
export UV_CACHE_DIR := $(CURDIR)/.venv/cache/uv
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint bench relevance agreement check-pack test-content test-libraries test-editors test-fuzz test-kill clean help

help:           ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

demo: $(READY)  ## explain real code: modules of Python's standard library, through the real server
	@$(PYTHON) bench/demo.py

test: $(READY)  ## the default tests, and the linters
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest -q -n auto --dist worksteal

lint: $(READY)  ## format and check the code
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m mypy

test-content: $(READY) .venv/node/ready  ## every snippet: lint, example executed, brought up by its own example
	$(PYTHON) -m pip install --quiet --group content
	$(PYTHON) tests/content/check.py content_packs/*

test-libraries: $(READY)  ## the examples that need pandas, Django and other packages
	$(BOOT) -m venv .venv/libraries
	.venv/libraries/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	.venv/libraries/bin/python -m pip install --quiet --group libraries
	for pack in data machine-learning python-testing python-web; do \
	    $(PYTHON) tests/content/run_with.py .venv/libraries/bin/python content_packs/$$pack || exit 1; done

test-editors: ## nine real editors, driven and looked at; installs what it needs (apt, pip, npm)
	tests/editors/install.sh .venv/editors
	.venv/editors/bin/python -m pytest -q -n 0 -m editors tests/editors

# Tools from npm whose messages examples provoke; without npm these examples are skipped by name.
.venv/node/ready: $(READY)
	@mkdir -p .venv/node
	@if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix .venv/node \
	    typescript@5 @types/node@22 eslint@10 @eslint/js@10 typescript-eslint@8 @biomejs/biome@2 pyright@1; \
	else echo "npm is not here: examples in TypeScript and of its tools are not run"; fi
	@touch .venv/node/ready

test-fuzz: $(READY)     ## broken files and fifty thousand looks: minutes
	$(PYTHON) -m pytest -m heavy

test-kill: export LSP_LEARN_KILLS := $(or $(KILLS),60)
test-kill: $(READY)     ## processes killed while they install and index: make test-kill KILLS=500
	$(PYTHON) -m pytest -m heavy tests/e2e/test_store.py tests/e2e/test_registry.py

check-pack: $(READY)  ## the same for one pack: make check-pack PACK=content_packs/python
	$(PYTHON) tests/content/check.py $(PACK)

agreement: $(READY) ## names in real code compared with jedi's and the TypeScript compiler's
	$(PYTHON) -m pip install --quiet --group bench
	$(PYTHON) -W ignore bench/agreement.py
	$(PYTHON) bench/agreement_typescript.py

relevance: $(READY) ## how good the search is: questions with known answers, and times
	$(PYTHON) bench/relevance.py

bench: $(READY) ## hover latency, start and memory beside a bare server and jedi-language-server
	$(PYTHON) -m pip install --quiet --group bench
	$(PYTHON) bench/hover.py
	$(PYTHON) -W ignore bench/context.py
	$(PYTHON) bench/explain.py
	$(PYTHON) bench/index.py 500 5000

clean:          ## remove the environment
	rm -rf .venv

# pip can install dependency groups since 25.1; the pip that comes with Python may be older.
$(READY): pyproject.toml
ifneq ($(shell command -v uv 2>/dev/null),)
	uv venv --quiet --allow-existing --seed .venv
	uv pip install --quiet --python $(PYTHON) --editable . --group dev
else
	$(BOOT) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "lsp-learn needs Python 3.11 or newer")'
	$(BOOT) -m venv .venv
	$(PYTHON) -m pip install --quiet --upgrade "pip>=25.1"
	$(PYTHON) -m pip install --quiet --editable . --group dev
endif
	@$(PYTHON) -c "open('$(READY)', 'w').close()"
