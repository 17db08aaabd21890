# Two commands do all on a fresh machine: `make run` and `make test`. `make` alone lists the rest.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BUNDLE := build/bundle
SCORED := build/scored
REPORT := build/report.html
SETFIT := build/setfit-venv
# One pass over so many sentences, beside what a larger network takes them to be (decisions 23 and 25);
# frames are rarer in news than in the corpus.
RECIPE := --epochs 1 --soft-labels data/soft_labels.parquet --network-weight 0.67 --framed-share 0.2

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench bench-quality bench-training bench-scoring bench-retraining clean

help: ## List the goals
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# torch comes first and alone: resolved together with the rest it may bring gigabytes of CUDA.
$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet torch==2.13.0 --editable '.[train,warc,openvino,onnx,ray,report,dev]'
	@touch $@

setup: $(STAMP) ## Make .venv with everything in it

$(BUNDLE)/training.json: $(wildcard data/corpus/*.jsonl) data/soft_labels.parquet data/codebook.yaml | $(STAMP)
	$(BIN)/framescope train $(RECIPE) --output $(BUNDLE) --overwrite

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
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: $(STAMP) ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) $(BUNDLE)/training.json ## Run the benchmarks (minutes to hours; results go to docs/benchmarks.md by hand)
	$(BIN)/python -m benchmarks.gold $(BUNDLE)
	$(BIN)/python -m benchmarks.capabilities $(BUNDLE)
	$(BIN)/python -m benchmarks.language
	$(BIN)/python -m benchmarks.alarms $(BUNDLE)
	$(BIN)/python -m benchmarks.explain.agreement $(BUNDLE)
	$(BIN)/python -m benchmarks.comparison.wire
	$(BIN)/python -m benchmarks.comparison.voice
	$(BIN)/python -m benchmarks.comparison.changes
	$(BIN)/python -m benchmarks.comparison.cross_fit

# SetFit lives apart, with the libraries of .venv in sight: what it asks for cannot move them.
$(SETFIT)/.installed: | $(STAMP)
	$(PYTHON) -m venv $(SETFIT)
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
		> "$$($(SETFIT)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/framescope.pth"
	$(SETFIT)/bin/pip install --quiet --no-deps setfit==1.2.0
	@touch $@

bench-quality: $(STAMP) $(SETFIT)/.installed ## Compare with other methods on three data sets (hours; goes on where it stopped; ONLY=ours,gvfc)
	$(BIN)/python -m benchmarks.quality --only "$(ONLY)" --setfit-python $(SETFIT)/bin/python
	$(BIN)/python -m benchmarks.quality.table

bench-training: $(STAMP) $(SETFIT)/.installed ## Compare training speed with plain Trainer and SetFit (about an hour)
	$(BIN)/python -m benchmarks.training.speed --setfit-python $(SETFIT)/bin/python

bench-scoring: $(STAMP) $(BUNDLE)/training.json ## Scoring beside a plain script, memory, kills, hostile input (an hour or more, on an idle machine)
	$(BIN)/pip install --quiet torch==2.13.0 --editable ".[train,openvino,onnx]"
	for engine in openvino onnx; do $(BIN)/framescope bundles export $(BUNDLE) --engine $$engine --overwrite; done
	$(BIN)/python -m benchmarks.scoring.model_stage $(BUNDLE)
	$(BIN)/python -m benchmarks.scoring.whole_line $(BUNDLE)
	$(BIN)/python -m benchmarks.scoring.cascade $(BUNDLE)
	$(BIN)/python -m benchmarks.scoring.kills
	$(BIN)/python -m benchmarks.scoring.hostile --bundle $(BUNDLE)/baseline
	$(BIN)/python -m benchmarks.scoring.scaling --bundle $(BUNDLE)/baseline

bench-retraining: $(STAMP) ## A year of ten batches with the network, and warm against cold retraining (hours)
	$(BIN)/python -m benchmarks.retraining.year --model network
	$(BIN)/python -m benchmarks.retraining.speed

clean: ## Remove what run and the tools leave behind, but not .venv nor the results of hours in build/bench
	find build -mindepth 1 -maxdepth 1 ! -name bench -exec rm -rf {} + 2>/dev/null || true
	rm -rf dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache src/*.egg-info
