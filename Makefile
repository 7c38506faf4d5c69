# make demo      open the bundled synthetic study in the app
# make test      every check: format, lint, types, import contracts, tests
# make data      rebuild data/song2024    make screenshots   the pictures of the README
# make torture   the long soaks, and properties of other examples than the gate has
# make bench     every speed table (half an hour, 10 GB of disk):
# make bench-app       the app, against a terminal program that only says hello
# make bench-survival  survival of a million patients, against lifelines and R where it is installed
# make bench-scale     assess 10 000, 100 000 and 1 000 000 simulated patients, against GROUP BY and pandas

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
APP := $(VENV)/.app-installed
DEV := $(VENV)/.dev-installed

# Where it is set, every process of the tests would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench bench-app bench-survival bench-scale torture screenshots data clean

demo: $(APP)
	$(BIN)/hlh-tui demo

test: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 3 --dist worksteal --ignore=tests/benchmarks --ignore=tests/torture

# All parts run, also after one that missed a promise.
bench: $(DEV)
	@missed=0; for part in app survival scale; do $(MAKE) --no-print-directory bench-$$part || missed=1; done; exit $$missed

bench-app: $(DEV)
	$(BIN)/python -m tests.benchmarks

bench-survival: $(DEV)
	$(BIN)/python -m tests.benchmarks.survival_scale

bench-scale: $(DEV)
	$(BIN)/python -m tests.benchmarks.scale

torture: $(DEV)
	$(BIN)/python -m pytest tests/torture --timeout=3600
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=explore --ignore=tests/benchmarks --ignore=tests/torture

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
