"""The modules: what they own is there, their tables are all tables, and what they need is said."""

from pathlib import Path

import pytest

from cli.making.plan import Refused
from cli.making.projects.modules import CORE, chosen_of, load_modules, owner_of
from cli.making.projects.schema import baseline, migrated, statements_for, tables_of
from cli.making.projects.tree import modules_page
from cli.making.projects.writing import write_project
from local.places import MIGRATIONS, ROOT

MODULES = load_modules(ROOT / "modules")
_IS_CLONE = (ROOT / ".git").exists()
pytestmark = pytest.mark.skipif(not _IS_CLONE, reason="a project is made of a clone: nothing else says what is in it")
_MIGRATIONS = sorted(MIGRATIONS.glob("*.sql"))


def test_every_table_belongs_to_one_module() -> None:
    owned = [table for module in MODULES.values() for table in module.tables]
    with migrated(_MIGRATIONS) as database:
        assert sorted(owned) == sorted(tables_of(database))


@pytest.mark.parametrize("name", MODULES)
def test_what_a_module_names_is_there(name: str) -> None:
    module = MODULES[name]
    assert set(module.needs) <= MODULES.keys()
    assert (ROOT / "modules" / name / "README.md").read_text(encoding="utf-8").startswith("# ")
    missing = [path for path in (*module.owns, *module.seams) if not (ROOT / path).exists()]
    assert not missing


@pytest.mark.parametrize("name", MODULES)
def test_its_schema_is_what_the_migrations_make(name: str) -> None:
    tables = {table for module in chosen_of([name], MODULES) for table in module.tables}
    listed = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    with migrated(_MIGRATIONS) as whole:
        theirs = {row for row in whole.execute(listed) if row[0] != "trigger"}
        triggers = {row for row in whole.execute(listed) if row[0] == "trigger"}
        known = tables_of(whole)
        with migrated([]) as own:
            own.executescript(baseline(_MIGRATIONS, tables))
            made = set(own.execute(listed))
            assert tables_of(own) == tables
            referred = 'SELECT DISTINCT f."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) f'
            assert {parent for (parent,) in own.execute(referred)} <= tables
            assert {row for row in made if row[0] != "trigger"} <= theirs
            assert {row for row in made if row[0] == "trigger"} <= triggers
            # A trigger is left out only where it names a table that is not there.
            for _, trigger, sql in triggers - made:
                assert any(table in sql for table in known - tables), trigger


def test_later_migrations_are_taken_over_for_the_tables_that_are_there() -> None:
    script = (
        "ALTER TABLE runs ADD COLUMN a TEXT;\nALTER TABLE claims ADD COLUMN b TEXT;\nCREATE INDEX runs_a ON runs (a);\n"
    )
    kept = statements_for(script, {"runs"}, {"claims"})
    assert kept == ["ALTER TABLE runs ADD COLUMN a TEXT;", "CREATE INDEX runs_a ON runs (a);"]


def test_the_longest_path_owns() -> None:
    assert owner_of("src/tillroll/audit/search.py", MODULES) == "audit"
    assert owner_of("src/tillroll/durable/contract.py", MODULES) == CORE


def test_an_unknown_module_and_a_folder_that_is_not_empty_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no module telepathy\. Choose of: audit"):
        write_project(ROOT, tmp_path / "mine", ["telepathy"])
    assert not (tmp_path / "mine").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(Refused, match="is not empty"):
        write_project(ROOT, tmp_path / "full", [])
    with pytest.raises(Refused, match="such as my-project"):
        write_project(ROOT, tmp_path / "My Project", [])


def test_the_page_of_modules_is_made_of_them() -> None:
    page = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
    assert page == modules_page(ROOT, list(MODULES.values()))
