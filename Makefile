# Every target is safe to repeat: what is installed already is not installed again.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv/bin/python

.PHONY: help run test check format bench demo lock reference pictures clean

help: ## say what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start Allay with its demonstration program (PORT=8000)
	@$(PYTHON) tools/run.py --port $(PORT)

test: ## run every test this machine can run, on SQLite and on PostgreSQL (ARGS= goes to pytest)
	@$(PYTHON) tools/suite.py $(ARGS)

check: ## format, lint, types, import directions, migrations, templates, docs (ONLY=noun)
	@$(PYTHON) tools/environment.py dev
	@$(VENV) tools/check.py $(ONLY)

format: ## put the code into the project's format
	@$(PYTHON) tools/environment.py dev
	@$(VENV) -m ruff check --fix --quiet .
	@$(VENV) -m ruff format .

bench: ## run the benchmarks, each beside its limit (ONLY=noun)
	@$(PYTHON) tools/environment.py dev
	@$(VENV) benchmarks/run.py $(ONLY)

demo: ## reset the demonstration data (AS_OF=2026-11-22)
	@$(PYTHON) tools/run.py --reset-demo $(if $(AS_OF),--as-of $(AS_OF))

reference: ## write docs/reference anew from the code, the data files and the behavior tests
	@$(PYTHON) tools/environment.py dev
	@$(VENV) tools/build_reference.py

pictures: ## take the pictures the documents show, from the demonstration
	@$(PYTHON) tools/environment.py dev
	@$(VENV) tools/pictures.py --docs

lock: ## write requirements/*.txt anew (UPGRADE=1 moves to newer versions)
	@$(PYTHON) tools/environment.py dev
	@$(VENV) tools/lock.py $(if $(UPGRADE),--upgrade)

clean: ## remove what was made, but neither .venv nor the databases in var/
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist test-results
	@find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
