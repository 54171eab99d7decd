"""On which database a command works."""

from dataclasses import dataclass
from pathlib import Path

from tillroll_durable.platform.shards import FIRST_BINDING


@dataclass(frozen=True)
class Where:
    """`state` is this machine's folder, None for the deployed database: that of `deployment`, or of
    wrangler.jsonc where that is empty. `as_json`: what is answered is JSON. `database` is the
    binding of one of several databases; `is_database_given`: somebody asked for that one.
    """

    state: Path | None
    as_json: bool = False
    deployment: str = ""
    database: str = FIRST_BINDING
    is_database_given: bool = False
