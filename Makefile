# `make demo` and `make test` are all a newcomer needs; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help demo test quick long oracle accessibility injection api-lint lint format docs man screenshots bench bench-large retrieval torture fuzz audit opensearch bench-opensearch lock clean

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/ready  ## Index corpus/ and serve it (HOST=127.0.0.1 PORT=8000)
	$(BIN)/vigie index corpus --index var/demo
	$(BIN)/vigie serve --index var/demo --host $(HOST) --port $(PORT)

test: .venv/ready var/checkers/ready lint  ## Lint, types and every test
	$(BIN)/pytest -n auto --dist loadfile

quick: .venv/ready  ## The tests without browser and long cases
	$(BIN)/pytest -q -m "not browser and not slow and not peers and not long"

long: .venv/ready var/checkers/ready  ## Every test in its whole length (an hour)
	$(BIN)/pytest -m "not peers" -n auto --dist loadfile

oracle: .venv/ready  ## Hold what is found and counted against stock Whoosh in more than 20,000 drawn cases (10 minutes)
	$(BIN)/pytest tests/search/test_against_stock_whoosh.py -m "long or not long" -n auto

accessibility: .venv/ready var/checkers/ready  ## Check every state of the pages with axe in all nine looks (10 minutes)
	$(BIN)/pytest tests/browser/test_axe.py -m "long or not long" -n auto

injection: .venv/ready  ## Have 1,000 hostile articles and 1,000 hostile addresses shown, with the policy and without it (5 minutes)
	$(BIN)/pytest tests/browser/test_injection.py -m "long or not long"

api-lint: .venv/ready var/checkers/ready  ## Lint the OpenAPI document with redocly’s recommended rules
	$(BIN)/pytest tests/web/test_openapi_lint.py

lint: .venv/ready  ## Lint and types only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy docs/conf.py docs/reference/made.py

format: .venv/ready  ## Format and mend what the linter can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# -E reads every page again: what is made from the code changes without its page.
docs: .venv/ready  ## Make the documentation in var/site; warnings are errors
	$(BIN)/sphinx-build -q -W --keep-going -E -d var/doctrees docs var/site

man: .venv/ready  ## Make the man page, var/man/vigie.1
	$(BIN)/sphinx-build -q -W --keep-going -E -b man -d var/doctrees docs var/man

screenshots: .venv/ready  ## Take the pictures of docs/ in a real Chromium
	$(BIN)/python -m tests.browser.screenshots docs

bench: .venv/ready  ## Time Vigie beside Lucene, tantivy and stock Whoosh over 100,000 articles (20 minutes)
	$(BIN)/pip install --disable-pip-version-check -q -e '.[bench]'
	$(BIN)/python -m tests.bench --documents 100000 --json var/bench/result-100000.json

retrieval: .venv/ready  ## Judge the ranking on French questions beside Lucene's, and on the judged queries (10 minutes)
	$(BIN)/python -m tests.bench.retrieval
	$(BIN)/python -m tests.judged

torture: .venv/ready  ## Power cuts, kills, flipped bits, refusals and churn at length; writes docs/reliability.md (hours)
	$(BIN)/python -m tests.faults --write docs/reliability.md

bench-large: .venv/ready  ## The same over 500,000 and 1,000,000 articles (some hours)
	$(BIN)/pip install --disable-pip-version-check -q -e '.[bench]'
	for number in 500000 1000000; do \
		$(BIN)/python -m tests.bench --documents $$number --threads 2 --no-whoosh --json var/bench/result-$$number.json || exit 1; done

fuzz: .venv/ready  ## Fuzz every target for SECONDS=600 each; what fails is saved in tests/fuzz/cases/
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600)

audit: .venv/ready  ## bandit over the code, pip-audit over requirements.lock (asks the registry for known faults)
	$(BIN)/pip install --disable-pip-version-check -q -e '.[audit]'
	$(BIN)/python -m tests.audit

opensearch: .venv/ready  ## Hold a real cluster of three nodes against one machine, and kill nodes of it (an hour)
	$(BIN)/pytest tests/opensearch -m opensearch -s

bench-opensearch: .venv/ready  ## Time indexing and searching on one, two and three nodes (half an hour)
	$(BIN)/python -m tests.bench.opensearch

lock: .venv/ready  ## Renew requirements.lock from pyproject.toml
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --extra test --generate-hashes \
		--no-emit-index-url --upgrade --custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean:  ## Remove the environment and every index made here
	rm -rf .venv var dist

# axe, vnu and redocly, pinned with their hashes too; without npm the tests that use them are skipped. vnu would fetch a Java
# runtime by its install script: the system's is used.
var/checkers/ready: tests/checkers/package.json tests/checkers/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)
	@if command -v npm >/dev/null; then npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --silent && touch $@; \
		else echo "No npm: the pages are not checked by axe and vnu."; fi

# The lock pins every package with its hash, so that these commands give the same result next year.
.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Vigie needs Python 3.11 or newer: install it, or run make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make environments: install its venv package (Debian: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --disable-pip-version-check -q --require-hashes -r requirements.lock
	$(BIN)/pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@
