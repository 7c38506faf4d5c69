# make demo      open the bundled synthetic study in the app
# make test      every check: format, lint, types, import contracts, tests
# make bench     the speed table          make screenshots   the pictures of the README
# make data      rebuild data/song2024    make torture       the long soaks
# make bench-scale   assess up to a million simulated patients (some minutes, 10 GB of disk), after:
# make bench-survival  survival of a million patients, against lifelines and R where it is installed

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
APP := $(VENV)/.app-installed
DEV := $(VENV)/.dev-installed

# Where it is set, every process of the tests would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench bench-scale bench-survival torture screenshots data clean

demo: $(APP)
	$(BIN)/hlh-tui demo

test: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 3 --dist worksteal --ignore=tests/benchmarks --ignore=tests/torture

bench: $(DEV)
	$(BIN)/python -m tests.benchmarks

bench-scale: bench-survival
	$(BIN)/python -m tests.benchmarks.scale

bench-survival: $(DEV)
	$(BIN)/python -m tests.benchmarks.survival_scale

torture: $(DEV)
	$(BIN)/python -m pytest tests/torture --timeout=3600

screenshots: $(DEV)
	$(BIN)/python screenshots/make.py

data: $(DEV)
	$(BIN)/python data/song2024/build.py

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("hlh-tui needs Python 3.11 or newer; set PYTHON=python3.11") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(APP): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(DEV): $(APP)
	$(PIP) install --quiet --constraint constraints.txt --editable ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
