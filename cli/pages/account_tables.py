"""Which tables have rows of accounts, as two modules of src say it: made from the migrations."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from local.places import MIGRATIONS, ROOT
from local.schema import core_migrations
from tillroll_durable.platform.bindings.whose_rows import COLUMN
from tillroll_testing.host.sqlite import SqliteDatabase

CORE_MODULE: Final = ROOT / "src" / "tillroll_durable" / "account_tables.py"
PRODUCT_MODULE: Final = ROOT / "src" / "tillroll" / "workflows" / "account_tables.py"
# Where an account stands between two databases is no row of the account.
_QUERY: Final = """
  SELECT tables.name FROM sqlite_master AS tables
  WHERE tables.type = 'table' AND tables.name <> 'moved_accounts' AND (
    tables.name = 'accounts'
    OR EXISTS (SELECT 1 FROM pragma_table_info(tables.name) WHERE name = ?)
  )
  ORDER BY tables.name
"""
_HEAD: Final = '''"""The tables{} with rows of accounts: a batch that writes one says whose rows.
Made by `make docs` from the migrations.
"""

from typing import Final

'''


def account_tables_modules() -> Mapping[Path, str]:
    """The text of each module."""
    database = SqliteDatabase()
    database.migrate(MIGRATIONS)
    tables = [str(name) for (name,) in database.connection.execute(_QUERY, (COLUMN,))]
    core = [name for name in tables if _is_core(name)]
    return {
        CORE_MODULE: _module(" of the core", "TABLES_OF_ACCOUNTS", core),
        PRODUCT_MODULE: _module("", "TABLES_OF_ACCOUNTS", tables),
    }


def _is_core(table: str) -> bool:
    return any(f"CREATE TABLE {table} (" in sql for sql in core_migrations().values())


def _module(whose: str, constant: str, tables: Collection[str]) -> str:
    lines = [_HEAD.format(whose), f"{constant}: Final = frozenset(\n    {{\n"]
    lines += [f'        "{table}",\n' for table in tables]
    return "".join([*lines, "    }\n)\n"])
