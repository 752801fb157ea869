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

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint format bench clean libraries

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
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

clean: ## remove .venv, caches and what builds leave
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

libraries:
	@packaging/system-libraries.sh

$(PY):
	packaging/make-venv.sh $(VENV)

# $(call install,WHAT): what pyproject.toml asks for, at the versions that constraints.txt pins.
ifdef BUILD
# uv knows where PyTorch keeps its CPU builds. Reinstalling them matters where the CUDA ones are here already.
define install
	$(PY) -m pip install --quiet --constraint constraints.txt uv
	$(BIN)/uv pip install --python $(PY) --torch-backend cpu --constraint constraints.txt \
	    $(if $(wildcard $(VENV)/.cpu),,--reinstall-package torch --reinstall-package torchvision) --editable '$(1)'
	touch $(VENV)/.cpu
endef
else
define install
	$(PY) -m pip install --disable-pip-version-check --constraint constraints.txt --editable '$(1)'
endef
endif

$(RUNTIME): pyproject.toml constraints.txt | $(PY)
	$(call install,.)
	@touch $@

$(DEV): pyproject.toml constraints.txt | $(PY)
	$(call install,.[dev])
	@touch $(RUNTIME) $@
