"""Copy the core's schema to migrations/: `python -m local.schema` (a part of `make docs`).

The core has it in one place, beside its code. A migration is a copy under the same name.
"""

from collections.abc import Mapping
from typing import Final

from local.places import MIGRATIONS, ROOT

SCHEMA: Final = ROOT / "src" / "tillroll_durable" / "schema"


def core_migrations() -> Mapping[str, str]:
    """The text of each migration that is the core's, by the file's name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(SCHEMA.glob("*.sql"))}


def copy_schema() -> None:
    for name, sql in core_migrations().items():
        (MIGRATIONS / name).write_text(sql, encoding="utf-8")


if __name__ == "__main__":
    copy_schema()
