# Everything runs in .venv, which is made where it is missing. Nothing but Python 3.11+ and make is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-systems fuzz soak exports assets screenshots docs audit format clean bench

demo: $(VENV)/.installed
	@mkdir -p demo
	$(BIN)/kgraph build kgraph/data/sample/papers.jsonl -o demo/sample.kg --force
	@echo
	$(BIN)/kgraph info demo/sample.kg
	@echo
	@echo "Which techniques do the papers use that are evaluated on ImageNet?"
	$(BIN)/kgraph query demo/sample.kg 'SELECT ?technique (COUNT(?paper) AS ?papers) { ?paper kg:evaluatesOn/skos:prefLabel "ImageNet" ; kg:uses ?t . ?t a kg:Method ; skos:prefLabel ?technique } GROUP BY ?technique ORDER BY DESC(?papers) ?technique LIMIT 10'
	@echo
	$(BIN)/kgraph view demo/sample.kg -o demo/sample.html
	@echo "Now open demo/sample.html in a browser."

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -n 2

test-systems: $(VENV)/.systems
	$(BIN)/pytest tests/systems -m systems -o addopts="-q --strict-markers"

# Growing corpora, in ten minutes at the most.
bench: $(VENV)/.installed
	$(BIN)/python benchmarks/size_ladder.py

# 200,000 damaged inputs for each reader, the tagger and the rest, steered by the code that they reach; hours.
# RUNS=1000 TARGETS="bibtex tagger" tries less; killing.py, killing_servers.py and broken.py beside it do as much for
# kills and graphs (CONTRIBUTING.md).
RUNS ?= 200000
fuzz: $(VENV)/.fuzz
	$(BIN)/python tests/faults/fuzz.py --runs $(RUNS) $(TARGETS)

# A server under mixed load for ten minutes: what it takes of the machine, and what it leaves.
SECONDS ?= 600
soak: $(VENV)/.test
	$(BIN)/python tests/systems/soak.py --seconds $(SECONDS)

exports: $(VENV)/.installed
	$(BIN)/python tests/make_exports.py exports

# The pages' SPARQL engine and editor, from npm; installing the package does the same. Where npm does not answer, pages do without.
assets: | $(VENV)/bin/python
	$(BIN)/python web/build.py

screenshots: $(VENV)/.systems assets
	$(BIN)/python tests/systems/make_screenshots.py docs

# The documentation site, into build/site; a link inside that leads nowhere stops it.
docs: $(VENV)/.docs
	$(BIN)/python docs/make_site.py

# Known faults of what is installed, and of the code; SECURITY.md tells what is reported and why it stays.
audit: $(VENV)/.test
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit bandit
	build/audit/bin/pip-audit --path "$$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')"
	build/audit/bin/bandit --quiet --recursive kgraph web hatch_build.py --skip B101,B104,B301,B311,B403,B404,B405,B406,B603,B608

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) demo build dist

# The constraints keep the versions that the tests passed with.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("kgraph needs Python 3.11 or newer, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

$(VENV)/.fuzz: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,fuzz]'
	@touch $@

$(VENV)/.docs: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs,serve]'
	@touch $@

$(VENV)/.systems: $(VENV)/.test Makefile
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,systems]'
	@command -v npm >/dev/null || (apt-get update -qq && apt-get install -y -qq nodejs npm)
	@command -v java >/dev/null || (apt-get update -qq && apt-get install -y -qq --no-install-recommends default-jre-headless)
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium)
# The binaries alone: the package with the service, which would start itself, is not needed.
	@command -v virtuoso-t >/dev/null || (apt-get update -qq && apt-get install -y -qq --no-install-recommends virtuoso-opensource-7-bin)
	@touch $@
