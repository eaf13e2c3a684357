# Everything a newcomer types. `make` alone explains itself.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast check fmt starter eval-starter eval pictures bench clean gallery torture lock site

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: $(STAMP) ## make .venv and install everything, pinned; quick when nothing changed

$(STAMP): pyproject.toml constraints.txt requirements.lock install.sh
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Draftroom needs Python 3.11 or newer. Install it and run: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' \
		|| { echo "Python lacks its venv module. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV)…"; $(PYTHON) -m venv $(VENV); }
	@sh install.sh
	@touch $(STAMP)

demo: setup ## the whole product on this machine: engine, practice workspace, bot
	@$(BIN)/draftroom demo

test: setup ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-fast: setup ## the tests that need no process, browser or model: four minutes on two cores
	$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder -m "not process and not browser and not model and not slow"

check: setup ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fmt: setup ## format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

starter: setup ## train the bundled model anew (hours)
	@for step in data autoencoder latents train export eval; do \
		echo "engine.starter $$step"; $(BIN)/python -m engine.starter $$step || exit 1; \
	done

eval-starter: setup ## measure the bundled model
	$(BIN)/python -m engine.starter eval

bench: setup ## measure against the peers (half an hour; ROW=name for one row)
	$(BIN)/python -m bench $(if $(ROW),--row $(ROW))

eval: setup ## does a model do what it is told? PROFILE=name, or URL=… for any server; table and sheets in evaluations/
	$(BIN)/python -m bench.evaluation $(if $(URL),--url $(URL),--profile $(or $(PROFILE),starter)) $(if $(MODEL),--model $(MODEL))

torture: setup ## bad days of every kind: kills, Slack, the engine, disks, load, rubbish (KILLS=300 for a night)
	$(BIN)/python -m tests.torture $(if $(KILLS),--kills $(KILLS)) $(if $(PART),--part $(PART))

pictures: setup ## take the pictures of the README and the guide anew
	UPDATE_PICTURES=1 $(BIN)/python -m pytest -q -n0 tests/end_to_end/test_pictures.py tests/end_to_end/test_guide_pictures.py

lock: setup ## renew requirements.lock from constraints.txt, by uv
	uv pip compile pyproject.toml --extra engine --extra test -c constraints.txt --python-version 3.11 --universal \
		--generate-hashes --no-annotate --custom-compile-command "make lock" --quiet -o requirements.lock
	$(BIN)/python -c 'import re; f = open("requirements.lock", "r+"); t = f.read(); f.seek(0); f.truncate(); \
		f.write(re.sub(r"(?m)^(torch|triton|cuda[\w-]*|nvidia-(?!ml-py)[\w-]+)==.*\n(    .*\n)+", "", t))'

site: setup ## the documents as a site, in build/site
	@$(BIN)/python -m zensical --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check '.[site]'
	$(BIN)/python docs/reference.py build/pages
	$(BIN)/zensical build --clean
	@echo "Open build/site/index.html"

gallery: setup ## photograph every message, form and page, into gallery/
	GALLERY=1 $(BIN)/python -m pytest -q -n0 tests/end_to_end/test_gallery.py && echo "Look at gallery/index.html"

clean: ## remove what was built (not your data)
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
