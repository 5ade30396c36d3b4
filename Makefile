# The two commands that a newcomer needs: make demo, make test. Everything lands in .venv.

PYTHON ?= python3.11
BIN = .venv/bin

.PHONY: demo picture test generators test-comfyui test-kill fuzz bench lint types format clean

demo: .venv/installed
	$(BIN)/blogcovers build sample_site/content
	@echo "Open sample_site/static/images/covers/ to see them."

# The README's picture, made anew, and that of the painter's page: the covers of the sample site, and forty others.
picture: demo .venv/dev
	$(BIN)/blogcovers gallery sample_site/content --sheet docs/covers.webp
	$(BIN)/python tests/forty_covers.py docs/painter.webp

# One worker more than there are cores, since many tests wait for a server or a generator; the quick help the slow.
test: .venv/dev generators
	$(BIN)/pytest -q --dist worksteal -n $$($(BIN)/python -c "import os; print(1 + (os.cpu_count() or 1))")

# The static-site generators that npm installs, for the tests that run them. Without npm those tests are skipped.
generators:
	@test tests/generators/node_modules/.package-lock.json -nt tests/generators/package-lock.json \
		|| { command -v npm >/dev/null && npm ci --silent --prefix tests/generators; } \
		|| echo "npm could not install Eleventy and Hexo: their tests will be skipped."

# Against a real ComfyUI, before a release: BLOGCOVERS_TEST_SERVER=http://127.0.0.1:8188 make test-comfyui
test-comfyui: .venv/dev
	@test -n "$$BLOGCOVERS_TEST_SERVER" || { echo "Set BLOGCOVERS_TEST_SERVER to the address of a ComfyUI."; exit 1; }
	$(BIN)/pytest -q -p no:xdist tests/real

# A build killed at a hundred random moments; the suite does twelve.
test-kill: .venv/dev
	BLOGCOVERS_TEST_KILLS=100 $(BIN)/pytest -q tests/comfy/test_resume.py

# The readers of posts, configs, covers, workflows and servers' answers under fuzzing: make fuzz SECONDS=3600
SECONDS ?= 60
fuzz: .venv/fuzz
	$(BIN)/python tests/fuzz/run.py $(SECONDS) $(TARGETS)

bench: .venv/dev
	$(BIN)/python tests/bench_renderer.py
	$(BIN)/python tests/bench_painter.py

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev
	$(BIN)/mypy

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv tests/generators/node_modules .mypy_cache .pytest_cache .hypothesis .ruff_cache .fuzz

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not there: make PYTHON=python3 (3.11 or later)"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/dev: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ .venv/installed

.venv/fuzz: .venv/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	@touch $@
