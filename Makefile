# vae_desktop: `make run` opens the window, `make test` runs the tests; both first make .venv where it is missing.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python

# Once PyTorch's CPU builds were asked for, they stay the choice for this .venv. Other systems' wheels have no CUDA.
CPU ?= $(if $(wildcard $(VENV)/.cpu),1)
ifneq ($(shell uname -s),Linux)
override CPU :=
endif
ifneq ($(filter-out 0 no,$(CPU)),)
BUILD := .cpu
endif
RUNTIME := $(VENV)/.installed$(BUILD)
DEV := $(VENV)/.installed-dev$(BUILD)

# The environment that bundles are built from.
BUNDLER := build/bundler

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint format bench bundle installer verify-installer clean libraries

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo 'ARGS="..."     passes arguments on: make run ARGS="model.safetensors --data digits", make test ARGS="-k canvas"'
	@echo 'CPU=1          on Linux without an NVIDIA card: PyTorch without CUDA, several GB less to download and keep'
	@echo 'PYTHON=...     the Python to make .venv with (3.11, 3.12 or 3.13)'

run: libraries $(RUNTIME) ## open the window
	@$(PY) -m vae_desktop $(ARGS)

test: libraries $(DEV) ## run the tests, offscreen
	$(PY) -m pytest $(ARGS)

test-all: libraries $(DEV) ## run the slow tests too
	$(PY) -m pytest -m "" $(ARGS)

lint: $(DEV) ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV) ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: libraries $(DEV) ## measure against the figures to reach
	$(PY) -m tests.benchmarks.run $(ARGS)

bundle: libraries $(BUNDLER)/.installed$(BUILD) ## the program with its own Python in one folder, dist/vae-desktop
	@{ command -v strip && command -v objdump; } >/dev/null || packaging/debian-packages.sh "building the bundle needs tools that this machine lacks" binutils
	$(BUNDLER)/bin/python packaging/build_bundle.py

installer: bundle ## what people without Python install, for this system
	@packaging/make-installer.sh $(BUNDLER)/bin/python

verify-installer: ## install, use, upgrade and remove the Linux installers in a clean Debian; as root
	packaging/verify/verify.sh

clean: ## remove .venv, caches and what builds leave
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

libraries:
	@packaging/system-libraries.sh

$(PY):
	packaging/make-venv.sh $(VENV)

# $(call install,FOLDER,WHAT): into an environment, what pyproject.toml asks for, at the versions of constraints.txt.
ifdef BUILD
# uv knows where PyTorch keeps its CPU builds. Reinstalling them matters where the CUDA ones are here already.
define install
	$(1)/bin/python -m pip install --quiet --constraint constraints.txt uv
	$(1)/bin/uv pip install --python $(1)/bin/python --torch-backend cpu --constraint constraints.txt \
	    $(if $(wildcard $(1)/.cpu),,--reinstall-package torch --reinstall-package torchvision) --editable '$(2)'
	touch $(1)/.cpu
endef
else
define install
	$(1)/bin/python -m pip install --disable-pip-version-check --constraint constraints.txt --editable '$(2)'
endef
endif

$(RUNTIME): pyproject.toml constraints.txt | $(PY)
	$(call install,$(VENV),.)
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(PY)
	$(call install,$(VENV),.[dev])
	@touch $(RUNTIME) $@

# Made anew whenever what goes into it changes: what lies in this environment may end up in the bundle.
$(BUNDLER)/.installed$(BUILD): pyproject.toml constraints.txt
	packaging/make-venv.sh $(BUNDLER)
	$(call install,$(BUNDLER),.[installer])
	@touch $@
