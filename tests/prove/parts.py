"""The parts of `make prove`. Each is a make target of the same name, so that it stays a command of
its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from local.places import ROOT

# What every part runs: the Worker, its schema, its packages, and what a machine lends in place of
# Cloudflare.
_WORKER: Final = ("src", "migrations", "wrangler.jsonc", "requirements/worker.txt")
# All but tests/prove, whose results each part changes.
_TESTS: Final = tuple(
    sorted(
        f"tests/{each.name}"
        for each in (ROOT / "tests").iterdir()
        if each.name not in {"prove", "__pycache__"}
    )
)
_STACK: Final = (
    *_WORKER,
    "local",
    "testing/tillroll_local",
    "package-lock.json",
    "requirements/host.txt",
    "tests/support",
    "tests/conftest.py",
)


@dataclass(frozen=True)
class Part:
    """One proof.

    Attributes:
        name: the make target.
        proves: what holds when it passes.
        covers: paths. A result counts as long as nothing below them has changed.
        minutes: how long it may take before it is ended as hanging: three times what two quiet
            cores need, or more.
        sizes: make variables with the default length. `make prove NAME=value` gives another one.
        has_seed: whether the target takes SEED.
    """

    name: str
    proves: str
    covers: tuple[str, ...]
    minutes: float
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    has_seed: bool = False


PARTS: Final = (
    Part(
        "points",
        "A kill, or an error, at SHARE percent of the points of every story loses and doubles "
        "nothing; a thousand "
        "tamperings are found.",
        (
            *_WORKER,
            "testing",
            "tests/simulation",
            "tests/support",
            "tests/unit",
            "tests/year",
        ),
        minutes=40,
        sizes={"SHARE": 2},
        has_seed=True,
    ),
    Part(
        "pairs",
        "Two disturbances in one run lose and double nothing.",
        (*_WORKER, "testing", "tests/simulation", "tests/support"),
        minutes=10,
        sizes={"SECONDS": 60},
        has_seed=True,
    ),
    Part(
        "triples",
        "Three disturbances and more in one run, of every kind, lose and double nothing.",
        (*_WORKER, "testing", "tests/simulation", "tests/support"),
        minutes=10,
        sizes={"SECONDS": 60},
        has_seed=True,
    ),
    Part(
        "patterns",
        "No regular expression that sees foreign text takes more than linear time for its worst "
        "input.",
        ("src", "tests/patterns"),
        minutes=20,
    ),
    Part(
        "views",
        "Each figure of a firm's months is the same in list, search, report, CSV, DATEV, tax "
        "report, ledger, bank months, owed and books, and is what its requests come to.",
        (*_WORKER, "testing", "local", "tests/views", "tests/year", "tests/simulation"),
        minutes=20,
        sizes={"FIRMS": 4},
        has_seed=True,
    ),
    Part(
        "matrix",
        "What changes of an expense by each path, in each field and state, is what the text on "
        "approvals says.",
        (
            *_WORKER,
            *("testing", "local", "docs/approval.md", "tests/matrix", "tests/views", "tests/year"),
        ),
        minutes=10,
        sizes={"CELLS": 240},
        has_seed=True,
    ),
    Part(
        "matching",
        "Bank lines that are matched without a person are matched right, in months of two "
        "generators.",
        (
            "src/tillroll/bank",
            "src/tillroll/expenses",
            "src/tillroll_documents",
            "bench",
            "tests/support",
        ),
        minutes=15,
        sizes={"MONTHS": 200},
    ),
    Part(
        "ledger",
        "Interleaved transfers that fail before and after the commit leave the books balanced.",
        (*_WORKER, "testing", "tests/ledger", "tests/support"),
        minutes=10,
        sizes={"TRANSFERS": 2_000},
        has_seed=True,
    ),
    Part(
        "chaos",
        "kill -9 at random moments, with 50 runs in flight, loses and doubles nothing.",
        (*_STACK, "tests/chaos"),
        minutes=15,
        sizes={"ROUNDS": 2},
        has_seed=True,
    ),
    Part(
        "engine",
        "kill -9 at every moment of a run with every verb, on the genuine engine.",
        (*_STACK, "tests/engine"),
        minutes=15,
        sizes={"ROUNDS": 2},
        has_seed=True,
    ),
    Part(
        "money",
        "kill -9 at every moment of payouts and claims: nothing is paid or posted twice, and books "
        "and provider agree.",
        (*_STACK, "tests/money", "tests/at_once"),
        minutes=20,
        sizes={"ROUNDS": 2},
        has_seed=True,
    ),
    Part(
        "at-once",
        "25 requests about money at once, of all roles and the cron: no fact without its match, "
        "nothing owed twice, "
        "nothing paid beyond what was approved, and no request answered by a fault.",
        (*_STACK, "tests/at_once", "tests/simulation"),
        minutes=30,
        sizes={"SEEDS": 100, "HTTP": 4},
        has_seed=True,
    ),
    Part(
        "year",
        "Three months of a firm of 50, with every adapter and other side faulty: everybody is paid "
        "what was approved, once, each fact has its event, and nobody is told of nothing.",
        (*_WORKER, "testing", "local", "tests/year", "tests/simulation", "tests/support"),
        minutes=30,
        sizes={"YEAR_MONTHS": 3},
        has_seed=True,
    ),
    Part(
        "arrivals",
        "Events and triggers from outside are stored once and take effect once, through kills.",
        (*_STACK, "tests/arrivals"),
        minutes=20,
        sizes={"EVENTS": 300, "ROUNDS": 2},
        has_seed=True,
    ),
    Part(
        "moves",
        "Accounts move between databases while one uploads and one pays, through kills: each is in "
        "one of them, each upload is one expense, each payout is paid once, and all seals hold.",
        (*_STACK, "tests/moves", "tests/money"),
        minutes=30,
        sizes={"ROUNDS": 3, "MOVED_EXPENSES": 1_000},
        has_seed=True,
    ),
    Part(
        "long-maps",
        "A map of 10,000 calls makes each once, the last as fast and in the same memory as the "
        "first.",
        (*_STACK, "tests/long_maps"),
        minutes=25,
        sizes={"ITEMS": 10_000},
    ),
    Part(
        "receivers",
        "Receivers that fail, answer slowly, without an end, or never hold nothing up, and get "
        "each event once.",
        (*_STACK, "tests/receivers"),
        # The one that never answers has at most five posts open, of 20 s each.
        minutes=45,
        sizes={"EVENTS_OUT": 5},
    ),
    Part(
        "clients",
        "The OpenAPI document passes the rules of others, and generated clients of Python and "
        "TypeScript are "
        "type-checked and do what an integrator does.",
        (*_STACK, "cli/reference", "tests/clients"),
        minutes=20,
    ),
    Part(
        "fuzz",
        "Hostile requests of every role, and hostile files, bring nothing down.",
        (*_STACK, "cli/reference", "tests/fuzz"),
        minutes=30,
        sizes={"EXAMPLES": 1, "FILES": 20},
        has_seed=True,
    ),
    Part(
        "restore",
        "A backup that is restored in another place goes on, and does nothing twice.",
        (
            *_STACK,
            "cli/operations",
            "tests/integration/test_restore.py",
            "tests/engine/test_restored.py",
        ),
        minutes=15,
    ),
    Part(
        "versions",
        "Each run is finished by the body that it began with, through saves and deploys of others.",
        (*_STACK, "tests/integration/test_versions.py", "tests/entries"),
        minutes=10,
    ),
    Part(
        "stack",
        "Everything else on the genuine stack: the API, mail, files, pausing, operating, the "
        "command, `make dev`.",
        (
            *_STACK,
            "cli",
            "public",
            "docs/api.md",
            "tests/integration",
            "tests/engine",
            "tests/shop",
            "tests/d1",
            "tests/bindings",
        ),
        minutes=60,
    ),
    Part(
        "journeys",
        "What a person does on the pages, in a real browser.",
        (*_STACK, "public", "tests/browser"),
        minutes=60,
    ),
    Part(
        "deployments",
        "Calls of a deployment fail or lose their answer; the same command goes on, and makes "
        "nothing twice.",
        ("cli", "local", "migrations", "wrangler.jsonc", "tests/deploying", "package-lock.json"),
        minutes=60,
        sizes={"CASES": 24},
        has_seed=True,
    ),
    Part(
        "anywhere",
        "`make test` passes in another folder, for another user, zone and locale; its units pass a "
        "year from now.",
        (
            "src",
            "migrations",
            "cli",
            "local",
            "public",
            "bench",
            *_TESTS,
            "Makefile",
            "wrangler.jsonc",
        ),
        minutes=150,
    ),
    Part(
        "long-lists",
        "Lists of 100,000 expenses stay fast in the browser.",
        (*_STACK, "public", "bench"),
        minutes=20,
    ),
    Part(
        "wheel-project",
        "A project of the built wheel, in an empty folder, passes its tests, and a run that is "
        "killed in a step ends with its effect once. The product does its main job on the same "
        "wheel.",
        (
            *_STACK,
            "testing",
            "public",
            "pyproject.toml",
            "tests/wheel",
            "tests/integration/test_main_job.py",
        ),
        minutes=30,
    ),
    Part(
        "release-twice",
        "Two builds of a release in two places are the same to the byte; pip builds the published "
        "wheel of its source distribution, and wrangler uploads of its bundle what it would of "
        "the repository.",
        (
            *_WORKER,
            "cli/reference",
            "docs",
            "examples",
            "local",
            "public",
            "testing",
            "CHANGELOG.md",
            "package-lock.json",
            "pyproject.toml",
            "requirements",
            "tests/release_twice",
            "tests/support/linked.py",
        ),
        minutes=40,
    ),
    Part(
        "tutorial",
        "Each command of the tutorial does what the page says, in an empty folder with the wheel.",
        (
            "src/tillroll_durable",
            "testing",
            "docs/tutorial.md",
            "local/wheel.py",
            "pyproject.toml",
            "requirements/worker.txt",
            "tests/wheel",
            "tests/support",
        ),
        minutes=30,
    ),
    Part(
        "examples",
        "Each example ends as it must in a project of the wheel, with each effect once, through "
        "kill -9 and other sides that fail.",
        (
            "src/tillroll_durable",
            "examples",
            "testing",
            "local/wheel.py",
            "pyproject.toml",
            "requirements/worker.txt",
            "tests/examples",
            "tests/wheel",
            "tests/support",
        ),
        minutes=45,
        sizes={"ROUNDS": 3},
        has_seed=True,
    ),
    Part(
        "conformance",
        "The recovery rules that can be asked from outside, asked of Tillroll and of a careful toy "
        "with a kill at each point: what is broken is what docs/conformance.md says.",
        (
            "src/tillroll_durable",
            "migrations",
            "local",
            "testing",
            "bench/peers/conformance",
            "package-lock.json",
            "requirements",
            "tests/unit/tillroll_testing/conformance",
        ),
        minutes=90,
    ),
    Part(
        "site",
        "The documentation is built as a site without a warning; each of its links leads "
        "somewhere; it is searched and read from a folder, by day and by night, without a network.",
        (
            "docs",
            "README.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "examples",
            "local/site",
            "requirements/site.txt",
            "tests/site",
        ),
        minutes=20,
    ),
    Part(
        "pictures",
        "Each picture of the documentation is made again, by one command, of the page as it is.",
        (*_STACK, "public", "tests/pictures"),
        minutes=20,
    ),
    Part(
        "new-workflow",
        "A new workflow is whole at once: it is checked, played and taken back.",
        (
            "src",
            "migrations",
            "cli",
            "local",
            "public",
            *_TESTS,
            "Makefile",
            "wrangler.jsonc",
        ),
        minutes=5,
    ),
)
