"""How the house is built: wings inside the core, and endpoints that only translate."""

import re
from graphlib import CycleError

import pytest

from cli.pages.docs import LAYERS_PAGE
from cli.pages.layers import CORE, imports_inside, layers, layers_page, wings
from local.places import ROOT
from tests.rules.sources import files, text

_SQL = re.compile(
    r"\b(?:SELECT\s+[\w.*(]|INSERT INTO|UPDATE \w+ SET|DELETE FROM)|[^_]\bstatement\("
)
_WRITES = re.compile(r"\b(?:INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b|\.batch\(|\bawait write\(")


def test_the_imports_inside_the_core_form_no_circle() -> None:
    assert len(layers(imports_inside())) > 1


def test_the_layers_page_is_made_from_the_imports() -> None:
    assert LAYERS_PAGE.read_text(encoding="utf-8") == layers_page(), (
        "run `make docs` and commit the page"
    )


def test_a_circle_is_found() -> None:
    with pytest.raises(CycleError):
        layers({"a": {"b"}, "b": {"c"}, "c": {"a"}})


def test_a_module_stands_above_the_highest_that_it_imports() -> None:
    assert layers({"top": {"middle", "low"}, "middle": {"low"}, "low": set(), "other": set()}) == [
        ["low", "other"],
        ["middle"],
        ["top"],
    ]


def test_imports_for_the_type_checker_are_left_out() -> None:
    found = imports_inside()
    assert f"{CORE}._execution.workflow_run" not in found[f"{CORE}.workflow"]
    assert f"{CORE}.workflow" in found[f"{CORE}.dispatch"]
    assert "_execution" not in wings(found)["workflow"]


def test_endpoints_only_translate() -> None:
    """What is written stands in a service or a repository, which needs no HTTP."""
    endpoints = [
        path for path in files("src", ".py") if path.name.endswith(("endpoints.py", "native.py"))
    ]
    assert len(endpoints) > 30
    assert [path.parts[-2:] for path in endpoints if _WRITES.search(text(path))] == []


@pytest.mark.parametrize(
    "line",
    [
        'query = "UPDATE notes SET text = ?"',
        "await platform.database.batch([end_session(user_id, session_id)])",
        "await write(platform.database, batch, NoSuchPerson())",
    ],
)
def test_an_endpoint_that_writes_is_found(line: str) -> None:
    assert _WRITES.search(line)


def test_runs_have_one_writer() -> None:
    """What a run's status, next safe action and deadline are follows from its state, in one
    place. Besides, others may note that something changed beside a run, and pause runs.
    """
    written = {
        path.name: re.findall(r"UPDATE runs(?: AS mine)?\s+SET (\w+|\{sets\}) ", text(path))
        for path in files("src", ".py")
        if "UPDATE runs" in text(path)
    }
    assert written == {
        "changes.py": ["{sets}"],
        "runs.py": ["updated_at", "updated_at", "paused_at", "paused_at"],
    }


def test_routes_contain_no_sql() -> None:
    """What is read is asked of a repository, too."""
    routes = [
        path
        for path in files("src", ".py")
        if path.name.endswith(("endpoints.py", "native.py", "payer.py"))
    ]
    assert len(routes) >= 20
    assert [str(path.relative_to(ROOT)) for path in routes if _SQL.search(text(path))] == []


_FOLDED_BY_SQL = re.compile(
    r"\b(?:lower|upper)\([^()]+\) (?:=|<>|IN) |\bCOLLATE NOCASE", re.IGNORECASE
)
# Where case by SQL is meant or borne, and why.
_KNOWN_FOLDS = {
    "companies/rows.py",  # addresses of mail: a hash takes too many for the same
    "0009_expenses_records.sql",  # triggers name categories, and SQL has no other case
}


def test_names_are_compared_by_their_folded_form() -> None:
    """SQLite knows the case of ASCII alone: by it, ÖBB and öbb are two."""
    paths = [*files("src", ".py"), *files("migrations", ".sql")]
    folding = {"/".join(path.parts[-2:]) for path in paths if _FOLDED_BY_SQL.search(text(path))}
    assert {each.removeprefix("migrations/") for each in folding} == _KNOWN_FOLDS, "use `fold_name`"


@pytest.mark.parametrize(
    "sql", ["WHERE account_id = ? AND lower(name) = lower(?)", "ORDER BY name collate nocase"]
)
def test_a_name_that_sql_folds_is_found(sql: str) -> None:
    assert _FOLDED_BY_SQL.search(sql)


_SUPPRESSED = re.compile(
    r"# (?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|(?:type|pyright): ignore(?:\[[^\]]*\])?)$"
)


def _suppressed_without_reason(lines: list[str]) -> list[int]:
    """The numbers of lines that silence a checker and say why neither there nor in a comment
    beside.
    """
    found: list[int] = []
    for number, line in enumerate(lines, start=1):
        if not _SUPPRESSED.search(line):
            continue
        beside = [*lines[max(number - 2, 0) : number - 1], *lines[number : number + 1]]
        if not any(each.lstrip().startswith("#") for each in beside):
            found.append(number)
    return found


def test_what_silences_a_checker_says_why() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("src", "testing", "cli", "local", "bench", "tests")
        for path in files(folder, ".py")
        for number in _suppressed_without_reason(text(path).split("\n"))
    ]
    assert found == [], "say behind `noqa` or `ignore` why: ` - constants`"


def test_a_checker_silenced_without_a_reason_is_found() -> None:
    silent = "x = f()  # noqa" + ": S608"
    assert _suppressed_without_reason([silent, "y = 1"]) == [1]
    assert _suppressed_without_reason([f"{silent} - a constant"]) == []
    assert _suppressed_without_reason(["# A constant.", silent]) == []
