# Two commands do everything: `make run` serves the app, `make test` checks the project. Each sets
# itself up. Plain enough for the GNU make 3.81 of macOS and any POSIX shell; every path is relative,
# so the folder may have spaces in its name.

PORT ?= 8501
HOST ?= localhost
# Which Python makes .venv; empty: the newest fitting one on PATH.
PYTHON ?=
# Handed to pip and to pytest: make test PYTEST_FLAGS="tests/landscapes -x"
PIP_FLAGS ?=
PYTEST_FLAGS ?=
# One benchmark by name; empty: all of them.
BENCH ?=
# Of the full counts of `make fuzz`.
FUZZ ?= 1

python := .venv/bin/python
pip_install = $(python) -m pip install --disable-pip-version-check $(PIP_FLAGS)

.DEFAULT_GOAL := help
.PHONY: help run test lint format browser bench screenshot words fuzz lock plotly clean remake

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1: /p' Makefile

run: .venv/run.stamp ## serve the app (PORT=8501, HOST=localhost; HOST=0.0.0.0 for the whole network)
	@echo "Serving Downhill at http://$(HOST):$(PORT) (Ctrl-C stops it)"
	@exec $(python) -m streamlit run app.py \
	    --server.port "$(PORT)" --server.address "$(HOST)"

test: lint browser ## check everything: lint, types, import contracts, unit, page and browser tests
ifeq ($(strip $(PYTEST_FLAGS)),)
	@verdict=0; set -x; \
	$(python) -m pytest --ignore=tests/browser --numprocesses=auto --dist=loadfile || verdict=1; \
	$(python) -m pytest tests/browser || verdict=1; \
	exit $$verdict
else
	$(python) -m pytest $(PYTEST_FLAGS)
endif

lint: .venv/test.stamp ## lint, format, types and import contracts only
	@verdict=''; \
	stage() { \
	    name=$$1; shift; echo "== $$name: $$*"; \
	    if "$$@"; then verdict="$$verdict  $$name: passed\n"; \
	    else verdict="$$verdict  $$name: FAILED\n"; failed=yes; fi; \
	}; \
	stage lint $(python) -m ruff check .; \
	stage format $(python) -m ruff format --check .; \
	stage types $(python) -m mypy; \
	stage imports .venv/bin/lint-imports --no-logo; \
	printf "\n$$verdict\n"; test -z "$$failed"

format: .venv/test.stamp ## rewrite the Python code in the house format
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

browser: .venv/test.stamp
	@$(python) -m tests.browser.chromium

bench: .venv/test.stamp ## run the benchmarks and save their results (BENCH=name for one of them)
	@for script in $$(grep -l '^def main' benchmarks/$(if $(BENCH),$(BENCH),*).py); do \
	    $(python) -m "benchmarks.$$(basename "$$script" .py)" || exit 1; \
	done

screenshot: browser ## make docs/screenshot.png anew
	$(python) -m docs.screenshot

words: .venv/test.stamp ## bring the catalogues of translations up to date with the code
	$(python) -m docs.words

fuzz: .venv/test.stamp ## damaged links, specs of jobs and frames, in full (FUZZ=0.1: a tenth; a long time)
	DOWNHILL_FUZZ="$(FUZZ)" $(python) -m pytest tests/hostile $(PYTEST_FLAGS)

lock: .venv/test.stamp ## write requirements.lock and the list of licences anew (needs uv on the PATH)
	$(python) -m docs.locking
	$(python) -m docs.licences

# In a folder of its own, for Node.js fills it with what it builds from.
plotly: ## build assets/plotly/plotly.min.js anew (needs Node.js; see assets/plotly/build.mjs)
	rm -rf build/plotly && mkdir -p build/plotly && cp assets/plotly/*.json assets/plotly/build.mjs build/plotly
	cd build/plotly && npm ci --ignore-scripts && node build.mjs
	cp build/plotly/plotly.min.js build/plotly/plotly.min.js.LEGAL.txt assets/plotly

clean: ## remove everything that these commands made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results build/plotly

# A stamp is newer than the requirements it was installed from: running again installs nothing.
.venv/run.stamp: requirements.txt
	@$(make_environment)
	@echo "Installing what the app needs (once; on Linux torch alone can be gigabytes," \
	    "docs/install.md tells of the small build)"
	@$(pip_install) -r requirements.txt
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements-dev.txt requirements-dask.txt
	@echo "Installing what the tests need"
	@$(pip_install) -r requirements.txt -r requirements-dev.txt
	@touch $@

# An environment that was left half-made, or whose Python has gone, is made anew whatever the stamps say.
fits := import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ifneq ($(shell $(python) -c '$(fits)' >/dev/null 2>&1 && echo fits),fits)
.venv/run.stamp: remake
endif

# Candidates are run, not only looked for: a version manager puts names on PATH that do not start.
define make_environment
if $(python) -c '$(fits)' >/dev/null 2>&1; then exit 0; fi; \
bare=''; \
for candidate in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3); do \
    version=$$("$$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null); \
    case "$$version" in 3.11|3.12|3.13) ;; *) continue ;; esac; \
    if "$$candidate" -c 'import ensurepip, venv' 2>/dev/null; then \
        echo "Making .venv with Python $$version"; \
        "$$candidate" -m venv --clear .venv && exit 0; \
        echo "Python $$version could not make .venv: see above." >&2; exit 1; \
    fi; \
    bare="$${bare:-$$version}"; \
done; \
if [ -n "$$bare" ]; then \
    echo "Python $$bare lacks its venv module: install it (Debian, Ubuntu: sudo apt install python$$bare-venv) and run make again." >&2; \
else \
    echo "Downhill needs Python 3.11, 3.12 or 3.13$(if $(PYTHON), and $(PYTHON) is not one of them): install one (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.13) and run make again." >&2; \
fi; \
exit 1
endef
