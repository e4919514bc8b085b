# The front door: `make demo` shows the main job, `make test` proves that it works.
# Both set themselves up: uv when it is installed, else a virtual environment with pip.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-spark differential coverage lint check fix cases docs lock clean

demo: .venv/.ready
	@$(BIN)/bedrock-doctor diagnose --exit-zero \
	  --snapshot examples/acme/snapshot \
	  --as arn:aws:iam::111122223333:role/service/checkout/orders-api \
	  --role arn:aws:iam::444455556666:role/platform/bedrock-gateway \
	  --model eu.anthropic.claude-sonnet-4-6 --region eu-central-1
	@echo
	@echo "More attempts, broken and working, with the command for each: examples/acme/README.md"

test: .venv/.ready
	$(BIN)/pytest -n auto

# The tests that need Apache Spark: PySpark, 434 MB, is installed for them alone; Java 17 has to be there.
test-spark: .venv/.spark
	SPARK_TESTS=required $(BIN)/pytest tests/spark

# The engine against the naive evaluator on many more random cases than `make test` takes.
CASES ?= 200000
SEED ?= 1

differential: .venv/.ready
	$(BIN)/python -m tests.differential.run --cases $(CASES) --seed $(SEED)

# The tests of the engine and of the ways take every branch of them; random ones do not count.
PROVING := tests/unit/evaluate tests/unit/path tests/differential/test_cases.py tests/differential/test_matrix.py

coverage: .venv/.ready
	$(BIN)/coverage run -m pytest -n auto -m "not sweep and not hypothesis" $(PROVING)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --show-missing --skip-covered --fail-under=100

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

fix: .venv/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

cases: .venv/.ready
	$(BIN)/pytest tests/casebook --update-cases

# The documentation site, into site/. A warning of the builder is an error.
docs: .venv/.ready
	@if command -v uv >/dev/null 2>&1; then \
	  uv run --quiet --isolated --frozen --only-group docs zensical build --clean --strict; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --group docs && \
	  $(BIN)/zensical build --clean --strict; \
	fi

.venv/.ready: pyproject.toml uv.lock requirements-dev.txt
	@if command -v uv >/dev/null 2>&1; then \
	  uv sync --quiet --frozen; \
	else \
	  $(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=python3.x") if sys.version_info < (3, 11) else None' && \
	  $(PYTHON) -m venv .venv && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=26' && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e . ; \
	fi
	@touch $@

.venv/.spark: .venv/.ready requirements-spark.txt
	@if command -v uv >/dev/null 2>&1; then \
	  uv sync --quiet --frozen --group spark; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-spark.txt; \
	fi
	@touch $@

clean:
	rm -rf .venv build dist site .pytest_cache .mypy_cache .ruff_cache

# After a change of dependencies: uv.lock, and its copies for the pip path.
lock:
	uv lock --quiet
	uv export --quiet --frozen --no-emit-project --no-header --format requirements.txt -o requirements-dev.txt
	uv export --quiet --frozen --no-emit-project --no-header --format requirements.txt --only-group spark -o requirements-spark.txt
