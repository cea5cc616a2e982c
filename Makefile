# Two commands do everything: `make serve` and `make test`. The others are for people who change Sealbox.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
WHEEL_INPUTS := pyproject.toml hatch_build.py README.md LICENSE $(shell find mock_server conformance openapi fixtures -type f -not -name '*.pyc')
CODE := mock_server conformance tests bench hatch_build.py

.PHONY: serve test interpreted judge check differential bench mutants reached flips blind-mutants false-alarms evidence drawings \
  screenshots lock format clean help

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / ## /' | column -t -s '#'

serve: $(VENV)/.sealbox ## serve both APIs on http://127.0.0.1:4780
	@exec $(BIN)/sealbox serve $(ARGS)

test: $(VENV)/.test-tools $(VENV)/.sealbox check ## everything that judges the project
	$(BIN)/pytest -n auto --dist loadgroup $(ARGS)
	$(if $(ARGS),,@$(MAKE) --no-print-directory interpreted)

interpreted: $(VENV)/.test-tools $(VENV)/.sealbox ## rules and application once more, on the source of what is compiled
	SEALBOX_INTERPRETED=1 PYTHONPATH=mock_server:conformance $(BIN)/pytest -n auto tests/domain tests/app $(ARGS)

judge: $(VENV)/.test-tools $(VENV)/.sealbox ## install the suite: .venv/bin/sealbox-conformance URL
	@echo "$(BIN)/sealbox-conformance judges the server at an address: docs/judging.md"

differential: $(VENV)/.test-tools $(VENV)/.sealbox ## the compiled path beside plain Connexion, over 10,000 requests and more
	SEALBOX_DIFFERENTIAL=$(or $(REQUESTS),10000) $(BIN)/pytest -n auto tests/app/test_differential.py $(ARGS)

check: $(VENV)/.test-tools $(VENV)/.sealbox ## lint, types, import contracts, OpenAPI documents
	$(BIN)/ruff check --quiet $(CODE)
	$(BIN)/ruff format --quiet --check $(CODE)
	$(BIN)/mypy --no-error-summary mock_server/sealbox conformance/sealbox_conformance tests bench hatch_build.py
	$(BIN)/lint-imports --no-logo
	$(BIN)/openapi-spec-validator openapi/*/openapi.yaml

mutants: $(VENV)/.test-tools $(VENV)/.sealbox ## every mutant against the checks: build/mutants/matrix.md
	@$(BIN)/python -m tests.oracle.mutants.matrix $(ARGS)

reached: $(VENV)/.test-tools $(VENV)/.sealbox ## which documented answers a run of the suite meets, as a table
	@$(BIN)/python -m tests.oracle.reached $(ARGS)

flips: $(VENV)/.test-tools $(VENV)/.sealbox ## no alternative reading, alone, raises an alarm
	@$(BIN)/python -m tests.oracle.false_alarms --seeds 0 $(ARGS)

format: $(VENV)/.test-tools ## what ruff can mend by itself
	$(BIN)/ruff check --quiet --fix $(CODE)
	$(BIN)/ruff format --quiet $(CODE)

bench: $(VENV)/.bench build/peers/.installed $(VENV)/.sealbox ## measure Sealbox beside its peers, some 25 minutes
	@$(BIN)/python -m bench.peers --half $(ARGS)

# Sealbox itself is installed as the wheel that ships, never from the source tree: what runs here is what users get.
$(VENV)/.sealbox: $(VENV)/.libraries $(WHEEL_INPUTS)
	@echo "building Sealbox, a minute the first time, and installing it into $(VENV)" >&2
	@rm -rf build/wheel
	@$(PIP) wheel --no-deps --no-build-isolation --no-index --wheel-dir build/wheel .
	@$(PIP) install --no-deps --no-index --force-reinstall build/wheel/sealbox-*.whl
	@$(BIN)/sealbox --version >&2
	@touch $@

$(VENV)/.libraries: requirements/serve.txt | $(VENV)/bin/python
	@echo "installing the locked libraries into $(VENV)" >&2
	@$(PIP) install --require-hashes -r requirements/serve.txt
	@touch $@

$(VENV)/.test-tools: requirements/test.txt $(VENV)/.libraries
	@echo "installing the locked test tools into $(VENV)" >&2
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.test-tools
	@echo "installing the locked servers to measure with into $(VENV)" >&2
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

# Scripts of packages are not run: what one of them would have to fetch from elsewhere is reported as missing.
build/peers/.installed: bench/peers/node/package.json
	@echo "installing the peers into build/peers" >&2
	@mkdir -p build/peers && cp $< build/peers/
	@cd build/peers && npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error >&2 \
	  || echo "npm could not install them: those peers are left out" >&2
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

blind-mutants: $(VENV)/.test-tools $(VENV)/.sealbox ## how many small changes of the mock the suite sees (long)
	$(BIN)/python -m tests.oracle.blind.campaign $(ARGS)

false-alarms: $(VENV)/.test-tools $(VENV)/.sealbox ## 100 seeds and every decision turned round: nothing may fail (long)
	$(BIN)/python -m tests.oracle.false_alarms $(ARGS)

evidence: $(VENV)/.sealbox ## write the README's counts anew
	@$(BIN)/python -c 'import pathlib, re; from sealbox import contract; from sealbox.contract import evidence; p = pathlib.Path("README.md"); \
	  p.write_text(re.sub(r"(<!-- evidence: generated.*?-->\n).*?(<!-- evidence: end)", \
	  lambda m: m[1] + evidence.markdown(contract.apis()) + m[2], p.read_text(), flags=re.S))'

drawings: $(VENV)/.sealbox ## draw the state machines anew
	@$(BIN)/python -c 'import pathlib; from sealbox.commands import listing; \
	  pathlib.Path("openapi/vec/lifecycle.md").write_text(listing.vec_lifecycle()); \
	  pathlib.Path("openapi/certifiqi/lifecycle.md").write_text(listing.certifiqi_lifecycle()); \
	  pathlib.Path("fixtures/magic.md").write_text(listing.magic_page()); \
	  pathlib.Path("fixtures/vec/csv/README.md").write_text(listing.csv_samples_page())'

screenshots: $(VENV)/.test-tools $(VENV)/.sealbox ## take the pictures of the live page anew
	$(BIN)/python -m tests.page.screenshots docs/screenshots

lock: ## resolve again: both lock files, with hashes, for Python 3.11 to 3.14
	$(PYTHON) -m venv build/lock && build/lock/bin/pip --quiet install uv
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command 'make lock' --group build --extra signatures pyproject.toml -o requirements/serve.txt
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command 'make lock' --group build --group dev --extra conformance --extra signatures \
	  --extra redis --extra dask -c requirements/serve.txt pyproject.toml -o requirements/test.txt
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command 'make lock' --group bench -c requirements/test.txt -o requirements/bench.txt

clean: ## remove what the other commands made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
