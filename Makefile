# Two commands do all on a fresh machine: `make run` and `make test`. `make` alone lists the rest.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BUNDLE := build/bundle
SCORED := build/scored
REPORT := build/report.html

.DEFAULT_GOAL := help
.PHONY: help setup run test test-all lint bench clean

help: ## List the goals
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# torch comes first and alone: resolved together with the rest it may bring gigabytes of CUDA.
$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet torch==2.13.0 --editable '.[train,html,report,dev]'
	@touch $@

setup: $(STAMP) ## Make .venv with everything in it

$(BUNDLE)/training.json: $(wildcard data/corpus/*.jsonl) data/codebook.yaml | $(STAMP)
	$(BIN)/framescope train --output $(BUNDLE) --overwrite

run: $(STAMP) $(BUNDLE)/training.json ## Train the default model, score the example archive, write the report
	$(BIN)/framescope score data/examples/archive.jsonl --bundle $(BUNDLE) --output $(SCORED) --overwrite
	$(BIN)/framescope compare $(SCORED) --output $(REPORT) --overwrite
	@echo
	@echo "Made:"
	@echo "  $(BUNDLE)/        the trained model; its model card is $(BUNDLE)/README.md"
	@echo "  $(SCORED)/        the example archive, scored sentence by sentence (Parquet)"
	@echo "  $(REPORT)    the comparison of its five outlets"
	@echo "Look first at $(REPORT), in a browser."

test: $(STAMP) ## Run all tests (tests that need a browser or test data skip where it is missing)
	$(BIN)/python -m pytest -q

lint: $(STAMP) ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) $(BUNDLE)/training.json ## Run the benchmarks (minutes to hours; results go to docs/benchmarks.md by hand)
	$(BIN)/python -m benchmarks.gold $(BUNDLE)
	$(BIN)/python -m benchmarks.capabilities $(BUNDLE)
	$(BIN)/python -m benchmarks.language

clean: ## Remove what run and the tools leave behind, but not .venv
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache src/*.egg-info
