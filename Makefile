# Two commands do everything: `make dev` runs Tillroll, `make test` tests it. Both install what is missing first. `make` alone
# says what else there is.
PYTHON ?= python3
PORT ?= 8787
STATE ?= .tillroll
ARGS ?=
ROOM ?=
LIST ?=
PARTS ?=
ROUNDS ?= 20
CASES ?= 12
SEED ?=
SECONDS ?= 300
PAIR ?=
EVENTS ?= 5000
SEEDS ?= 100
HTTP ?= 4
YEAR_MONTHS ?= 12
FILM ?= .build/year.html
EVENTS_OUT ?= 50
ITEMS ?= 10000
EXAMPLES ?= 65
FILES ?= 200
TRANSFERS ?= 10000
HEALTH ?= 1
NAME ?=
EXPENSES ?= 100000
MOVED_EXPENSES ?= 10000
MONTHS ?= 200
FIRMS ?= 4
CELLS ?= 240
SHARE ?= 100
ONLY ?=
ENGINE ?=
SCENE ?=
AREA ?=
MUTANTS ?=
RUNS ?= 200
PHOTOS ?=
TRANSCRIPTS ?=
INVOICES ?=
WRITE ?=
TABLE ?=
STEPS ?=
STACKS ?= 2
MACHINE ?=
VERSION ?=
TAG ?=
NETWORK ?=
VENV := .venv/bin
# A dozen processes import the same thousand modules. Compile each once, also where the environment forbids to keep that.
unexport PYTHONDONTWRITEBYTECODE
NODE := node_modules/.bin/node

.DEFAULT_GOAL := help
.PHONY: help dev deploy rollback deployments test tests-of every-test prove new-workflow wheel release release-twice record-release audit wheel-project tutorial examples workflow chaos engine money at-once year arrivals receivers clients points pairs ledger mutants fuzz bench peers bench-order conformance soak accuracy restore versions stack journeys anywhere long-lists long-maps moves triples patterns matching views matrix check check-style plain checks units check-types check-rules check-page format setup wrangler docs site pictures lock

# What people need most, of the targets below: those with a word behind them. CONTRIBUTING.md has all.
help:
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1: \2/p' Makefile
	@echo "CONTRIBUTING.md has the others."

dev: setup ## run Tillroll; PORT=8787, STATE=.tillroll
	@exec $(VENV)/python -m local.dev --port "$(PORT)" --state "$(STATE)"

# To Cloudflare: the first time, and each later time as an update. docs/deploying.md has the whole way.
deploy: setup ## deploy to Cloudflare, or update what is deployed; NAME=tillroll
	@exec $(VENV)/tillroll deploy $(NAME) $(ARGS)

# The version before answers all requests again.
rollback: setup ## have the version before answer again; NAME=tillroll
	@exec $(VENV)/tillroll rollback $(NAME) $(ARGS)

# Deployments on a fake of Cloudflare's API, each call of which fails, is answered by "too many", or loses its answer: then the
# same command goes on. Prints a transcript of all cases. CASES=0 takes all calls; takes a minute a case.
deployments: setup
	@PYTHONPATH=src $(VENV)/python -m tests.deploying --cases "$(CASES)" --seed "$(SEED)" --part "$(or $(PART),1/1)"

# What proves that the product works: all checks and unit tests, the simulation at some of its points, and the tests of the
# genuine stack and of the browser that are marked essential. ARGS choose tests instead. It prints what it takes of a
# processor, and fails where that is a third above tests/cost/recorded.json.
test: setup ## check and test all that must hold before a commit; ARGS="tests/unit -k money" chooses
ifeq ($(strip $(ARGS)),)
	@$(VENV)/python -m tests.cost --record "$(MACHINE)" test $(MAKE) --no-print-directory every-test
else
	@$(VENV)/python -m pytest $(ARGS)
endif

# The tests that concern a room of src, by what they import, ask and play: ROOM=payouts, ROOM=payouts/owed. LIST=1 only lists
# them, PARTS=unit,simulation chooses.
tests-of: setup ## run the tests that concern a room; ROOM=payouts, LIST=1, PARTS=unit,simulation
	@PYTHONPATH=src:. $(VENV)/python -m tests.rooms "$(ROOM)" $(if $(LIST),--list) $(if $(PARTS),--parts "$(PARTS)")

# What computes only uses every core, beside the checks. What talks to a stack waits much of the time, so STACKS of pytest's
# workers share the machine, each with its own stacks and a file at a time; the longest begin first.
every-test:
	@$(MAKE) --no-print-directory check-style
	@status=0; \
	$(MAKE) --no-print-directory --keep-going --jobs 2 checks units || status=1; \
	$(ON_STACKS) -m essential || status=1; \
	exit $$status

# Each worker collects all of them, so more than eight take longer to begin than they save.
units: setup ## run the unit tests and the simulation alone
	@$(VENV)/python -m tests.cost --record "$(MACHINE)" units \
	  $(VENV)/python -m pytest -n auto --maxprocesses 8 --dist worksteal tests/unit tests/simulation

ON_STACKS = $(VENV)/python -m pytest -n "$(STACKS)" --dist loadfile --no-loadscope-reorder --durations 20 \
  --ignore tests/unit --ignore tests/simulation --ignore tests/rules

# Everything, in about an hour on two cores: each part that has no valid result, one after the other, and one table.
# FROM=money, ONLY=pairs,chaos, AGAIN=1, SEED=7, ROUNDS=30 and the like: tests/prove/__main__.py says what each does.
prove: setup ## run what takes longer, as far as it has no valid result; ONLY=pairs,chaos
	@$(VENV)/python -m tests.prove $(MAKEOVERRIDES)

# Everything on the genuine stack that no other part of `make prove` has, whether it is marked essential or not.
OF_OTHERS := tests/browser tests/integration/test_versions.py tests/integration/test_restore.py tests/engine/test_restored.py \
  tests/engine/test_rounds.py tests/chaos tests/money/test_money.py tests/fuzz
stack: setup
	@$(ON_STACKS) $(addprefix --ignore ,$(OF_OTHERS)) tests

# Everything in the browser.

journeys: setup
	@$(ON_STACKS) tests/browser

# The whole of `make test` as another user with other settings, in a folder with a blank; then units and simulation a year later.
# Takes as long as both, and what each installs. ARGS chooses tests.
anywhere: setup
	@PYTHONPATH=src $(VENV)/python -m tests.anywhere $(ARGS)

# A backup that is restored in another place goes on there.
restore: setup
	@$(ON_STACKS) tests/integration/test_restore.py tests/engine/test_restored.py

# Runs and the versions of their bodies, through saves and deploys.
versions: setup
	@$(ON_STACKS) tests/integration/test_versions.py

# A hundred thousand expenses in the browser.
long-lists: setup
	@PYTHONPATH=src $(VENV)/python -m bench.long_list --expenses "$(EXPENSES)"

# A new workflow in a copy of this folder: written, checked, played and taken back. Takes about a minute.
new-workflow: setup
	@$(VENV)/python -m pytest -q tests/making/new_workflow.py

# The library as a wheel, into dist/: tillroll_durable, and tillroll_testing by its extra dev. The same sources give the same bytes.
wheel: ## build the library's wheel into dist/, without a set-up
	@$(PYTHON) -m local.wheel dist

# A release of the sources as they stand, into .build/release/VERSION: the library's wheel and source distribution, the Worker's
# bundle, the bill of materials, licences and checksums. TAG=1 makes the tag too, of what is committed; a person pushes it.
release: setup ## build a release; VERSION=0.1.0, TAG=1 makes its tag
	@PYTHONPATH=src $(VENV)/python -m local.release "$(VERSION)" $(if $(TAG),--tag)

# A release is built in two clones of the commit, as two people would; all files are the same, and can be used. It takes some minutes.
release-twice: setup
	@PYTHONPATH=src $(VENV)/python -m tests.release_twice

# Just before a release's tag: keep its migrations and a small database, which every later schema has to grow from.
record-release: setup
	@PYTHONPATH=src $(VENV)/python -m tests.releases "$(VERSION)"

# The licences of everything that is locked, by installed metadata alone. NETWORK=1 asks for known weaknesses too.
audit: setup ## hold the dependencies to their licences; NETWORK=1 looks known weaknesses up
	@$(VENV)/python -m local.release.audit $(if $(NETWORK),--network)

# A project of the built wheel, in an empty folder with nothing of this one: tested, run, killed in a step. It installs the
# wheel from the registries, so it takes some minutes.
wheel-project: setup
	@$(VENV)/python -m tests.wheel

# The tutorial, typed as its reader would, in an empty folder with the wheel. It takes some minutes.
tutorial: setup
	@PYTHONPATH=src $(VENV)/python -m tests.wheel.tutorial

# A run of each example in a project of the wheel, whose other sides fail; everything is killed twice a round. The wheel and Node's
# tools are installed first; a round takes about two minutes.
examples: setup
	@PYTHONPATH=src $(VENV)/python -m tests.examples --rounds "$(ROUNDS)" --seed "$(SEED)"

# A workflow of your own, such as NAME=nightly-close STEPS="fetch:read, charge:external, record:write" ARGS="--wait approved".
workflow: setup ## write a workflow of your own; NAME=nightly-close STEPS="fetch:read, record:write"
	@$(VENV)/tillroll new workflow "$(NAME)" $(if $(STEPS),--steps "$(STEPS)") $(ARGS)

# kill -9 of everything at random moments, with 50 runs in flight; takes about half a minute a round.
chaos: setup
	@PYTHONPATH=src $(VENV)/python -m tests.chaos --rounds "$(ROUNDS)" --seed "$(SEED)"

# Payouts on the genuine engine, at every moment of which everything is killed (kill -9), round after round; takes half a
# minute a round. The first round meets a save of the sources.
engine: setup
	@PYTHONPATH=src $(VENV)/python -m tests.engine --rounds "$(ROUNDS)" --seed "$(SEED)"

# The deployed payouts and claims on the genuine engine, at every moment of which everything is killed (kill -9), round after
# round, then a claim that is two months late; takes about a minute a round. ROUNDS=30 is what the project is held to.
money: setup
	@PYTHONPATH=src $(VENV)/python -m tests.money --rounds "$(ROUNDS)" --seed "$(SEED)"

# 25 requests about money at once, drawn by SEED, round after round: SEEDS plays on the host, HTTP on the genuine stack.
# Takes two seconds a play on the host, and half a minute by HTTP.
at-once: setup
	@PYTHONPATH=src $(VENV)/python -m tests.at_once --seeds "$(SEEDS)" --http "$(HTTP)" --seed "$(SEED)"

# A year of a firm of 50, played from SEED on the host: 5,000 receipts and twelve closings, with every adapter and other side
# faulty. Takes YEAR_MONTHS of it, and writes FILM. Without SEED, the seeds that have failed once come first. One hash seed, so
# that a seed is one year.
year: setup
	@PYTHONHASHSEED=0 PYTHONPATH=src $(VENV)/python -m tests.year --months "$(YEAR_MONTHS)" --seed "$(SEED)" --film "$(FILM)"

# What comes from outside, on the genuine stack: a burst of signed events, then kills between accepting and starting, of
# events and of triggers. EVENTS=0 or ROUNDS=0 leaves one of them out; takes about a quarter of an hour each.
arrivals: setup
	@PYTHONPATH=src $(VENV)/python -m tests.arrivals --events "$(EVENTS)" --rounds "$(ROUNDS)" --seed "$(SEED)"

# An account with MOVED_EXPENSES expenses moves between three databases on the genuine stack, while its owner uploads; everything
# is killed in each round but the first. Takes about a minute a round.
moves: setup
	@PYTHONPATH=src $(VENV)/python -m tests.moves --rounds "$(ROUNDS)" --expenses "$(MOVED_EXPENSES)" --seed "$(SEED)"

# EVENTS_OUT events to receivers that fail, answer slowly, without an end, or never; takes some minutes.
receivers: setup
	@PYTHONPATH=src $(VENV)/python -m tests.receivers --events "$(EVENTS_OUT)"

# A map of ITEMS calls on the genuine stack: each once, the last thousand as fast as the first, in the same memory; takes
# some minutes.
long-maps: setup
	@PYTHONPATH=src $(VENV)/python -m tests.long_maps --items "$(ITEMS)"

# The OpenAPI document by the rules of others, and clients that are generated from it on the genuine stack.
clients: setup
	@PYTHONPATH=src $(VENV)/python -m tests.clients

# SHARE percent of the points of every story of the simulation, beginning where SEED says, and the random campaigns whole,
# with other examples each time; `make test` plays a point of each, and a tenth of a campaign. All points take long: `make
# prove` plays a SHARE of 2.
points: setup
	@SHARE="$(SHARE)" SEED="$(SEED)" $(VENV)/python -m pytest -n auto --dist worksteal tests/simulation $(ARGS)
	@SHARE="$(SHARE)" $(VENV)/python -m pytest -n auto --dist worksteal -m "hypothesis or campaign" tests/unit

# Interleaved transfers of a ledger, with failures before and after the commit; TRANSFERS of them take a few minutes.
ledger: setup
	@PYTHONPATH=src $(VENV)/python -m tests.ledger --transfers "$(TRANSFERS)" --seed "$(SEED)"

# Small faults, planted into the rules of an AREA one by one, and which of them its unit tests see: docs/mutants.md. MUTANTS=300 draws
# so many by SEED=1; ONLY= plays those with a text in their name; AGAIN=1 those that survived the kept result; WRITE=1 keeps the result.
# Takes some minutes an area.
mutants: setup ## plant faults into an area's rules, and see which its tests notice; AREA=ledger, MUTANTS=300
	@PYTHONPATH=src $(VENV)/python -m tests.mutants "$(AREA)" --mutants "$(MUTANTS)" --seed "$(SEED)" --only "$(ONLY)" $(if $(AGAIN),--again) $(if $(WRITE),--write)

# Two things that happen in one run of the simulation, pair after pair in the order of SEED, for SECONDS; PAIR=n plays one.
pairs: setup
	@PYTHONPATH=src nice $(VENV)/python -m tests.simulation.pairs --seed "$(SEED)" --seconds "$(SECONDS)" --pair "$(PAIR)"

# Three things and more that happen in one run of the simulation, in stories of every kind, drawn by SEED, for SECONDS.
triples: setup
	@PYTHONPATH=src nice $(VENV)/python -m tests.simulation.triples --seconds "$(SECONDS)" $(if $(SEED),--seed "$(SEED)")

# Each regular expression of the Worker with 100 KB of its worst input: twice the text takes at most 2.5 times as long.
patterns: setup
	@PYTHONPATH=src $(VENV)/python -m tests.patterns

# MONTHS months of two generators: bank lines matched with documents. Prints how many automatic matches are right.
matching: setup
	@PYTHONPATH=src $(VENV)/python -m bench.matching --seeds 1 "$(MONTHS)" --lines 0 --check

# Three months of FIRMS firms by the API, drawn from SEED: each figure in list, search, report, CSV, DATEV, tax report, ledger,
# bank months, owed and books must be what the requests come to. Takes half a minute a firm.
views: setup
	@PYTHONPATH=src $(VENV)/python -m tests.views --firms "$(FIRMS)" --seed "$(SEED)"

# CELLS cells, drawn from SEED, of each path that changes an expense × each field × each state: what happens must be what
# docs/approval.md says. 0: all of them. Takes half a second a cell.
matrix: setup
	@PYTHONPATH=src $(VENV)/python -m tests.matrix --cells "$(CELLS)" --seed "$(SEED)"

# 20,000 hostile requests of every role, a limited token and nobody, and hostile files, against a stack of its own; takes half an
# hour on a quiet machine. Prints the requests of each by class of status, and the operations that never succeeded.
fuzz: setup
	@PYTHONPATH=src $(VENV)/python -m tests.fuzz --seed "$(SEED)" --examples "$(EXAMPLES)" --files "$(FILES)" \
	  --health-seconds "$(HEALTH)"

# Every script of bench/ that measures, at a short length, and one table; some ten minutes. ONLY=speed,heap chooses. WRITE=1 takes
# the full lengths and puts the figures into docs/benchmarks.md.
bench: setup ## measure; ONLY=speed,heap
	@$(VENV)/python -m bench --only "$(ONLY)" --photos "$(PHOTOS)" --transcripts "$(TRANSCRIPTS)" --invoices "$(INVOICES)" \
	  $(if $(WRITE),--write)

# Tillroll beside DBOS, Restate and others on the same job in one sitting: times, memory, and what a kill -9 costs. Then what
# orders with effects elsewhere lose. The first time installs them into .build/peers. RUNS=200 of each; ONLY=DBOS,FastAPI
# chooses; WRITE=1 puts the figures into docs/benchmarks.md.
peers: setup
	@PYTHONPATH=src $(VENV)/python -m bench.peers --runs "$(RUNS)" --only "$(ONLY)" $(if $(WRITE),--write)
	@PYTHONPATH=src $(VENV)/python -m bench.peers --losses --only "$(ONLY)" $(if $(WRITE),--write)

# One order in DBOS, Restate, bare Workflows and Tillroll: what is done twice where 30 of 100 requests fail, and after a kill -9. Takes
# some fifteen minutes. ORDERS=40; SEED=1; ONLY=DBOS,Tillroll
bench-order: setup
	@PYTHONPATH=src $(VENV)/python -m bench.peers.orders --orders "$(or $(ORDERS),40)" --seed "$(or $(SEED),1)" --only "$(ONLY)"

# The recovery rules, asked of an engine from outside: it is killed at each point. ENGINE=Tillroll, or "DBOS; DBOS, with care";
# SCENE=undone chooses scenes; WRITE=1 puts the results into docs/conformance.md. Takes some minutes an engine.
conformance: setup
	@PYTHONPATH=src $(VENV)/python -m bench.peers.conformance --engine "$(or $(ENGINE),toy; Tillroll)" --scene "$(SCENE)" $(if $(WRITE),--write)

# 5,000 uploads by 32 clients, then mixed use at half of that rate with a kill -9 every five minutes: nothing may be lost or
# done twice, and clients that send again as documented see no error. SECONDS=2700 of use, UPLOADS=, KILL_EVERY=300, SEED=.
soak: setup
	@PYTHONPATH=src $(VENV)/python -m bench.soak $(if $(UPLOADS),--uploads "$(UPLOADS)") \
	  $(if $(filter-out file,$(origin SECONDS)),--seconds "$(SECONDS)") \
	  $(if $(KILL_EVERY),--kill-every "$(KILL_EVERY)") $(if $(SEED),--seed "$(SEED)") $(if $(WRITE),--write)

# How right readings are, how far a sure one can be trusted, and a page of what was accepted and is wrong. COUNT is of invented
# receipts; without SEED they are new ones. TRANSCRIPTS takes folders with commas between them.
accuracy: setup
	@PYTHONPATH=src $(VENV)/python -m bench.accuracy $(if $(COUNT),--count "$(COUNT)") $(if $(SEED),--seed "$(SEED)") \
	  --transcripts "$(TRANSCRIPTS)" $(if $(PHOTOS),--photos "$(PHOTOS)") $(if $(INVOICES),--invoices "$(INVOICES)") \
	  $(if $(WRITE),--write)

check: setup check-style checks ## check style, types, rules and the page, without the tests

check-style: setup
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(MAKE) --no-print-directory plain
	@echo "src: $$(find src -name '*.py' | wc -l) files, $$(find src -name '*.py' -exec cat {} + | wc -l) lines"

# What makes the code hard to read may only get less: local/plain.txt has the counts. WRITE=1 lowers them, and lets the counts of
# moved files go along; TABLE=1 prints them per 1,000 lines.
plain: setup ## count what is hard to read; WRITE=1 lowers the counts, TABLE=1 prints them
	@$(VENV)/python -m local.plain $(if $(WRITE),--write) $(if $(TABLE),--table)

# pyright takes most of the time, much of it on one core. The rest runs beside it, and `make test` runs the unit tests there;
# what a check says comes in one piece.
checks: setup
	@$(MAKE) --no-print-directory --keep-going --output-sync=target --jobs 2 check-types check-rules check-page

check-types: setup
	@$(NODE) node_modules/pyright/index.js --threads

# The rules over all sources, in one process, and whether the pages that are made from the code are current.
check-rules: setup
	@$(VENV)/lint-imports --no-logo
	@$(VENV)/python -m pytest -q tests/rules

# The page's types and style, and the tests of its modules, by Node alone. They load TypeScript by local/page_hooks.mjs.
check-page: setup
	@$(NODE) node_modules/typescript/bin/tsc -p tsconfig.json
	@node_modules/.bin/biome check --error-on-warnings --log-level=warn
	@LC_ALL=en_US.UTF-8 TZ=UTC $(NODE) --import ./local/page_hooks.mjs --disable-warning=MODULE_TYPELESS_PACKAGE_JSON \
	  --test --test-reporter=dot "tests/page/*.test.mjs"

format: setup ## let ruff and biome put right what they can
	@$(VENV)/ruff check --fix-only .
	@$(VENV)/ruff format .
	@node_modules/.bin/biome check --write --log-level=warn

# The genuine wrangler on the local configuration and state, for instance:
#   make wrangler ARGS="d1 execute DB --local --command 'SELECT state, count(*) FROM runs GROUP BY state'"
wrangler: setup ## run wrangler on the local data; ARGS="d1 migrations list DB"
	@exec $(VENV)/python -m local.wrangler --state "$(STATE)" -- $(value ARGS)

setup:
	@$(PYTHON) -m local.setup

# Renew what is made from the code and committed: pages of docs/, and the API in lines.
docs: setup ## renew the pages that are made from the code
	@PYTHONPATH=src $(VENV)/python -m cli.pages.docs

# The documentation as a site, in .build/site: each of its links is followed, and it is opened in a browser without a network.
site: setup
	@PYTHONPATH=src:testing $(VENV)/python -m local.site
	@PYTHONPATH=src:testing $(VENV)/python -m tests.site

# Pictures of the documentation, of a genuine stack in a browser, into .build/pictures; WRITE=1 puts them into docs/images.
pictures: setup
	@PYTHONPATH=src:testing $(VENV)/python -m tests.pictures $(if $(WRITE),--write)

# Renew the lock files. They are exact and hashed, and name no registry's host.
lock: setup ## renew the lock files
	@$(VENV)/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --override requirements/overrides.txt requirements/host.in -o requirements/host.txt
	@$(VENV)/uv pip compile --no-config --quiet --python-platform wasm32-pyodide2024 --python-version 3.14 --generate-hashes \
	  --no-header --no-annotate requirements/worker.in -o requirements/worker.txt
	@$(VENV)/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  bench/peers/requirements.in -o bench/peers/requirements.txt
	@$(VENV)/python -m local.pins

	@$(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  tests/clients/requirements.in -o tests/clients/requirements.txt
	@$(VENV)/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  requirements/site.in -o requirements/site.txt
	@npm install --prefix local/site --package-lock-only
	@npm install --package-lock-only
	@$(VENV)/python -m local.complete_lock
	@$(PYTHON) -m local.setup
	@PYTHONPATH=src $(VENV)/python -m local.vendor
