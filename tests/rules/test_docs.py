"""The documentation keeps up with the code: what can be set, asked or answered is described, and
links lead on.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from cli.pages.api_lines import api_lines
from cli.pages.docs import (
    API_LINES,
    ARCHITECTURE_PAGE,
    INSIDE_PAGE,
)
from cli.pages.module_map import module_map, with_features, with_module_map, with_pages
from cli.pages.of_workflows import SECURITY_PAGE, with_kinds
from cli.pages.page_modules import page_modules
from cli.pages.who_may import with_who_may
from local import config
from local.places import ROOT
from tests.rules import sources
from tests.support.host_api import description
from tillroll.receipts.contract import (
    ENCRYPTED_PDF,
    POSSIBLE_DUPLICATE,
    RECEIPT_V1,
    TOO_MANY_PAGES,
    UNREADABLE_XML,
)
from tillroll.workflows.registry import SETTINGS
from tillroll_documents.reading.reasons import InvoiceReason, ReviewReason, XmlReason
from tillroll_durable.platform.refusals import KINDS
from tillroll_durable.platform.settings import Settings

API, ARCHITECTURE, CONFIGURATION = "docs/api.md", "docs/architecture.md", "docs/configuration.md"
CONTRIBUTING = "CONTRIBUTING.md"

_FENCED = re.compile(r"^( *)```.*?^\1```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:src|tests|cli|local|bench|migrations|modules)/[\w./-]*[\w/])`")
_A_READERS_OWN = re.compile(
    "NAME|/stocktake/|/contacts/|/shop/|^tests/test_"
)  # files that whoever reads the page writes
_GIVEN = re.compile(r"^\*\*`([^`]+)`\*\*$", re.MULTILINE)  # files that the page has in whole
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_ROUTE = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE) /api/[\w/{}.-]+)`")
_PROBLEM = re.compile(r"^\| `([a-z-]+)` \| (\d{3}) \|", re.MULTILINE)
_BINDING = re.compile(r'"binding": "(\w+)"')
_READ_FROM_ENVIRONMENT = re.compile(
    r"""(?:environ(?:\.get\(|\[)|getenv\(|process\.env\.)["']?(\w+)"""
)
_MAKE_VARIABLE = re.compile(r"^(\w+) \?=", re.MULTILINE)


def read(path: str | Path) -> str:
    return sources.text(ROOT / path)


def contents(folder: str, *suffixes: str) -> Iterator[str]:
    yield from (read(path) for path in sources.files(folder, *suffixes))


def variables() -> set[str]:
    """What the Worker asks for, and what wrangler.jsonc and the local configuration give it."""
    asked: set[str] = set()

    def variable(name: str) -> str:
        asked.add(name)
        return "a model" if name == "VISION_MODEL" else ""

    Settings(variable).check(SETTINGS)
    return asked | set(config.read_deployed()["vars"]) | set(config.SECRETS)


def environment() -> set[str]:
    """What the code of this machine reads from its environment; PATH is only passed on."""
    code = contents("local", ".py", ".cjs")
    return {name for source in code for name in _READ_FROM_ENVIRONMENT.findall(source)} - {"PATH"}


def make_targets() -> list[str]:
    [phony] = re.findall(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    return phony.split()


def review_reasons() -> set[str]:
    declared = {reason for step in RECEIPT_V1.steps for reason in step.reviews}
    return (
        declared
        | {reason.value for reason in (*ReviewReason, *InvoiceReason, *XmlReason)}
        | {POSSIBLE_DUPLICATE, TOO_MANY_PAGES, ENCRYPTED_PDF, UNREADABLE_XML}
    )


def routes() -> set[str]:
    paths = description()["paths"]
    described = {
        f"{method.upper()} {path}" for path, methods in paths.items() for method in methods
    }
    return described | {"GET /api/openapi.json", "GET /api/docs"}


def documents() -> list[str]:
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return [path.relative_to(ROOT).as_posix() for path in sorted(files)]


def test_the_pages_say_the_same_of_what_a_receipt_asks() -> None:
    """Of the counted round trips one notes when the token was used, by one statement: benchmarks.md
    says so.
    """
    benchmarks = read("docs/benchmarks.md")
    [counted] = re.findall(
        r"^(\d+) round trips to the database, (\d+) statements", benchmarks, re.MULTILINE
    )
    without_token = (int(counted[0]) - 1, int(counted[1]) - 1)
    pages = [read(f"docs/{page}.md") for page in ("when-to-use", "scale")]
    rows = [
        re.findall(
            r"^\| round trips to D1.*?\| (\d+), with (\d+) statements \|", page, re.MULTILINE
        )
        for page in pages
    ]
    assert [[(int(trips), int(statements)) for trips, statements in row] for row in rows] == [
        [without_token]
    ] * 2
    [trips] = re.findall(r"^- \*\*Round trips: (\d+)\.\*\*", benchmarks, re.MULTILINE)
    [statements] = re.findall(r"^- \*\*Statements: (\d+)\.\*\*", benchmarks, re.MULTILINE)
    assert (int(trips), int(statements)) == without_token


def test_a_thousand_photos_cost_a_thousand_times_what_one_was_measured_at() -> None:
    benchmarks = read("docs/benchmarks.md")
    [statements] = re.findall(r"^- \*\*Statements: (\d+)\.\*\*", benchmarks, re.MULTILINE)
    [steps] = re.findall(r"round trips to the database, \d+ statements, (\d+) steps", benchmarks)
    [objects] = re.findall(
        r"^\d+ changes of rows, \d+ bytes, (\d+) objects$", benchmarks, re.MULTILINE
    )
    [rows] = re.findall(r"^rows written: (\d+),", benchmarks, re.MULTILINE)
    page = read("docs/deploying.md")
    costs = dict(re.findall(r"^\| ([\w ]+) \|[^|]*\| ([\d,]+)(?: objects)? \|", page, re.MULTILINE))
    names = ("Workflow steps", "statements to D1", "rows written to D1", "R2")
    measured = (steps, statements, rows, objects)
    assert [costs[name] for name in names] == [f"{int(each) * 1000:,}" for each in measured]


def test_the_map_names_each_folder_and_table_once() -> None:
    first_columns = [
        line.split("|")[1] for line in read(ARCHITECTURE).splitlines() if line.startswith("| ")
    ]
    counts = Counter(name for column in first_columns for name in re.findall(r"`([^`]+)`", column))
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("names", "document"),
    [
        pytest.param(variables(), CONFIGURATION, id="variables and secrets"),
        pytest.param(
            _BINDING.findall(json.dumps(config.read_deployed())), CONFIGURATION, id="bindings"
        ),
        pytest.param(environment(), CONFIGURATION, id="environment"),
        pytest.param(_MAKE_VARIABLE.findall(read("Makefile")), CONFIGURATION, id="make variables"),
        pytest.param(
            [f"make {target}" for target in make_targets()], CONTRIBUTING, id="make targets"
        ),
        pytest.param([state.name for state in RECEIPT_V1.states], API, id="states"),
        pytest.param(review_reasons(), API, id="review reasons"),
        pytest.param(sorted(sources.tables()), ARCHITECTURE, id="tables"),
    ],
)
def test_every_name_is_documented(names: Iterable[str], document: str) -> None:
    # A workflow that was written by `tillroll new` has a page of its own.
    text = "\n".join([read(document), *contents("docs/workflows", ".md")])
    expected = sorted(names)
    assert expected
    assert [name for name in expected if f"`{name}`" not in text] == []


def test_every_route_is_documented_and_no_other() -> None:
    assert set(_ROUTE.findall(read(API))) == routes()


def test_the_lines_of_the_api_are_current() -> None:
    lines = API_LINES.read_text(encoding="utf-8")
    assert lines == api_lines(description()), (
        "run `make docs`, read what changed, and commit docs/api.txt"
    )


def test_the_page_knows_what_features_declare() -> None:
    texts = page_modules()
    assert len(texts) >= 4
    stale = [path for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs` and commit them"


def test_every_problem_is_documented_and_no_other() -> None:
    description()  # imports all routes, and with them the kinds of problems that they declare
    assert {(code, int(status)) for code, status in _PROBLEM.findall(read(API))} == {
        (kind.code, kind.status) for kind in KINDS.values()
    }


def test_who_may_is_said_as_the_code_has_it() -> None:
    page = SECURITY_PAGE.read_text(encoding="utf-8")
    assert page == with_kinds(with_who_may(page, description())), (
        "run `make docs` and commit the page"
    )


def test_the_modules_are_drawn_as_they_are_listed() -> None:
    page = ARCHITECTURE_PAGE.read_text(encoding="utf-8")
    assert page == with_module_map(page), "run `make docs` and commit the page"


def test_each_feature_is_named_without_a_row_of_its_own() -> None:
    for page, made in ((ARCHITECTURE_PAGE, with_features), (INSIDE_PAGE, with_pages)):
        text = page.read_text(encoding="utf-8")
        assert text == made(text), "run `make docs` and commit the page"


def test_what_follows_is_not_drawn_and_what_points_upwards_is_dotted() -> None:
    imports = {"high": {"middle", "low"}, "middle": {"low"}, "low": {"high"}}
    drawn = module_map([*imports], imports)
    assert (
        drawn
        == "```mermaid\nflowchart TD\n  high --> middle\n  middle --> low\n  low -.-> high\n```\n"
    )


@pytest.mark.parametrize("document", documents())
def test_paths_lead_to_files(document: str) -> None:
    page = read(document)
    given = _GIVEN.findall(page)
    named = {
        path
        for path in _PATH.findall(_FENCED.sub("", page))
        if path not in given and not _A_READERS_OWN.search(path)
    }
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@cache
def anchors(document: Path) -> set[str]:
    """The anchors that GitHub gives the headings."""
    headings = _HEADING.findall(_FENCED.sub("", read(document)))
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in words}


@pytest.mark.parametrize("document", documents())
def test_links_lead_somewhere(document: str) -> None:
    markdown = read(document)
    for link in _LINK.findall(_FENCED.sub("", markdown)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / document).parent / path if path else ROOT / document
        assert target.exists(), f"{document} links to {link}, which does not exist"
        if anchor:
            assert anchor in anchors(target.resolve()), (
                f"{document} links to {link}: no such heading"
            )
