# The commands of this checkout. Each sets up what it needs first; a second run finds it done and starts at once.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help demo test check bench soak fuzz lock types clean setup console screenshots

help:
	cat <<-'END'
	make demo            set up everything and watch a simulated city; REAL=folder replays recorded trucks instead
	make test            set up everything and run all tests; ARGS="-k name" picks some
	make check           format, lint, types and import directions
	make bench           measure; every figure is a ratio to a peer of the same run
	make soak            kill everything under load, the long form; MINUTES=60
	make fuzz            ask every operation of the API 500 times with made-up requests, an hour; ARGS="--only cases"
	make screenshots     take the README's pictures from a real demo
	make lock            write requirements.lock anew from pyproject.toml
	make types           write the console's types of the API anew, after what it takes or answers has changed
	make clean           stop the embedded servers and remove everything that was set up
	END

demo: setup console
	exec .venv/bin/muckline demo $(if $(REAL),--real "$(REAL)")

test: setup console
	# Half of their time tests wait, for servers, clocks and pages: one process more than there are cores keeps these busy;
	# of browsers, whose maps are drawn in software, one for each core. What measures frames comes last and alone, as its
	# figures mean something only then.
	part() { .venv/bin/pytest "$$@" $(ARGS) || [ $$? = 5 ]; }
	failed=0
	cores=$$(nproc)
	part -n $$((cores + 1)) --dist loadfile --no-loadscope-reorder -m "not browser" || failed=1
	part -n $$cores --dist loadfile --no-loadscope-reorder -m "browser and not frames" || failed=1
	part -m frames || failed=1
	exit $$failed

check: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: setup
	exec .venv/bin/python -m benchmarks $(ARGS)

soak: setup
	exec .venv/bin/python tests/fault_drill.py $(if $(MINUTES),--minutes $(MINUTES)) $(ARGS)

fuzz: setup
	exec .venv/bin/python -m tests.api_fuzz $(ARGS)

# The file holds versions and hashes, no address: pip takes them from whichever index this machine is told to use.
lock: setup
	.venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --all-extras --group dev \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
	  --output-file requirements.lock $(ARGS)

types: setup
	.venv/bin/python console/api_types.py

screenshots: setup console
	exec .venv/bin/python -m tests.screenshots $(ARGS)

console: setup
	.venv/bin/python console/build.py

clean:
	if [ -x .venv/bin/muckline ]; then .venv/bin/muckline down; fi
	for link in .muckline/elsewhere .muckline/test/*/elsewhere; do
	  if [ -L "$$link" ]; then rm -rf "$$(readlink "$$link")"; fi
	done
	rm -rf .muckline .venv api/console console/node_modules console/api_types/node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist

# Done when the stamp holds the hash of what was installed.
setup:
	wanted=$$(cat requirements.lock pyproject.toml | sha256sum)
	if [ "$$wanted" = "$$(cat .venv/installed 2>/dev/null || true)" ]; then exit 0; fi
	say() { printf '  %s\n' "$$*" >&2; }
	done_in() { printf '  done %s (%d s)\n' "$$1" "$$((SECONDS - $$2))" >&2; }
	may_install() { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
	install_packages() {
	  local since=$$SECONDS told
	  if ! may_install; then say "missing: $$1. Run: sudo apt-get install --yes $$1"; exit 1; fi
	  say "Installing $$1 ..."
	  export DEBIAN_FRONTEND=noninteractive
	  local install="apt-get install --yes -qq --no-install-recommends $$1"
	  # A new machine has no package lists yet.
	  told=$$($$install 2>&1) || told=$$({ apt-get update -qq && $$install; } 2>&1) || { say "$$told"; exit 1; }
	  done_in "Installing $$1" $$since
	}
	find_python() {
	  for name in python3.13 python3.12 python3.11 python3; do
	    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$name"; return; fi
	  done
	}
	python=$$(find_python)
	if [ -z "$$python" ]; then install_packages python3; python=$$(find_python); fi
	if [ -z "$$python" ]; then say "Python 3.11 or newer is needed, and this system's package is older."; exit 1; fi
	if ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
	  if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then
	    install_packages "$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
	  fi
	  since=$$SECONDS
	  rm -rf .venv
	  "$$python" -m venv .venv
	  done_in "Creating .venv with $$("$$python" --version)" $$since
	fi
	since=$$SECONDS
	say "Installing $$(grep -c == requirements.lock) packages ..."
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	done_in "Installing packages" $$since
	since=$$SECONDS
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	done_in "Installing muckline" $$since
	printf '%s\n' "$$wanted" > .venv/installed
