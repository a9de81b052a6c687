# Everything from nothing: only Python 3.11 or newer and the package registry are needed.
PYTHON ?= python3
BIN := .venv/bin
PROCESSES ?= 4

.PHONY: help install demo test coverage check audit fuzz examples bench bench-full accuracy openapi \
	lock clean

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed  ## the locked environment in .venv, with .venv/bin/candid
demo: .venv/installed  ## a running service with sample bookings, and one search answered
	@$(BIN)/candid demo $(if $(PHOTOS),--photos "$(PHOTOS)")
test: .venv/tested  ## the tests
	@$(BIN)/candid models install
	$(BIN)/pytest -n $(PROCESSES) --dist loadfile --max-worker-restart 0 $(AGAIN)
# With a real database, browser and kills a wait may run out on a busy machine: what failed is run
# again, and named at the end, so that it is mended although the run passes.
AGAIN := --reruns 2 -rfER
coverage: .venv/tested  ## the tests, traced (slower), and which lines none of them reaches
	@$(BIN)/candid models install
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report --skip-covered
check: .venv/tested  ## format, lint, types, imports, dependencies, OpenAPI and the AWS template
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry app adapters
	$(BIN)/cfn-lint --regions us-east-1 us-west-2 us-gov-west-1 -- deploy/aws/candid.yaml
	$(BIN)/candid openapi | diff openapi/openapi.json -
audit: .venv/tested  ## known holes in what is locked, and a bill of materials; needs the network
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements/run.lock
	$(BIN)/cyclonedx-py requirements requirements/run.lock --pyproject pyproject.toml \
		--spec-version 1.6 --output-reproducible --output-file $(SBOM)
SBOM ?= candid.cdx.json
fuzz: .venv/tested  ## 50,000 broken pictures through the process that reads photos
	$(BIN)/python -m tests.fuzz.images --count $(COUNT) --start $(START) --keep fuzz-found
COUNT ?= 50000
START ?= 0
examples: .venv/tested  ## 10,000 examples each of what reads heights, dates, names and codes
	$(BIN)/pytest -n $(PROCESSES) --hypothesis-profile thorough tests/domain/test_booking_*.py
bench: .venv/tested build/peers/made-of.lock  ## what is measured of speed, in half an hour
	@$(BIN)/candid models install
	$(BIN)/python -m bench
bench-full: .venv/tested build/peers/made-of.lock  ## all of it, in hours
	@$(BIN)/candid models install
	$(BIN)/python -m bench full
build/peers/made-of.lock: requirements/peers.lock .venv/tested
	$(BIN)/python -m bench.peers
accuracy: .venv/tested  ## measures docs/accuracy.md anew; needs the face sets beside the checkout
	@$(BIN)/candid models install
	$(BIN)/python -m bench.published
openapi: .venv/tested  ## writes openapi/openapi.json and docs/booking-fields.md
	$(BIN)/candid openapi > openapi/openapi.json
	$(BIN)/python -m app.api.booking_standards > docs/booking-fields.md
lock:  ## resolves the dependencies anew (needs uv)
	uv pip compile $(COMPILE) pyproject.toml -o requirements/run.lock
	uv pip compile $(COMPILE) pyproject.toml --group dev -c requirements/run.lock -o requirements/dev.lock
	uv pip compile $(COMPILE) --group bench-peers -o requirements/peers.lock
	printf 'hatchling\neditables\n' | uv pip compile $(COMPILE) - -o requirements/build.lock
COMPILE := --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
clean:  ## removes what was made here; data and models stay where they are
	rm -rf .venv .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		fuzz-found $(SBOM) build/peers build/laws

.venv/installed: requirements/run.lock requirements/build.lock pyproject.toml
	@sh requirements/install.sh "$(PYTHON)" requirements/run.lock
	@touch $@
.venv/tested: requirements/dev.lock requirements/build.lock pyproject.toml
	@sh requirements/install.sh "$(PYTHON)" requirements/dev.lock
	@touch $@ .venv/installed
