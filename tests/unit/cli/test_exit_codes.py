"""Exit codes of commands that ask neither a server nor a database, by the table of docs/cli.md; no
command is in none of the three tables.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
import typer
from typer.core import TyperGroup

from tests.unit.cli.client.test_exit_codes import COMMANDS as OF_A_SERVER
from tests.unit.cli.test_written_sql import BESIDE
from tests.unit.cli.test_written_sql import COMMANDS as OF_A_DATABASE
from tillroll_command.app import application
from tillroll_command.endings import Code
from tillroll_command.main import main

KEY: Final = f"{'A' * 43}="
# Arguments that name what there is not, and how the command ends.
TABLE: Final[Mapping[str, tuple[list[str], Code]]] = {
    "audit public-key": (["none"], Code.NOT_FOUND),
    "audit verify": (["none", "--public-key", KEY], Code.NOT_FOUND),
    "secrets names": (["none"], Code.NOT_FOUND),
    "play": (["no-such"], Code.NOT_FOUND),
    "rollback": (["no-such"], Code.NOT_FOUND),
    "verify": (["no-such"], Code.NOT_FOUND),
    "wrangler": (["--deployment", "no-such", "tail"], Code.NOT_FOUND),
    "new workflow": (["Bad Name"], Code.USAGE),
    "check": (["--against-live", "no-such"], Code.USAGE),
    "init": (["Bad/Name"], Code.USAGE),
    "build": ([], Code.NOT_FOUND),
    "dev": ([], Code.NOT_FOUND),
    "eject": (["no-such"], Code.NOT_FOUND),
    "migrate": ([], Code.NOT_FOUND),
    "test": ([], Code.NOT_FOUND),
    "docs": (["no-such"], Code.NOT_FOUND),
}
# What has nothing to find: it makes a key; or logs in to Cloudflare first, in tests/deploying.
WITHOUT: Final = {"audit key", "deploy"}


def _leaves(group: TyperGroup, before: str = "") -> Iterator[str]:
    for name, each in group.commands.items():
        full = f"{before} {name}".strip()
        if isinstance(each, TyperGroup):
            yield from _leaves(each, full)
        else:
            yield full


def test_every_command_is_in_a_table() -> None:
    group = typer.main.get_command(application())
    assert isinstance(group, TyperGroup)
    assert {*_leaves(group)} == {*OF_A_SERVER, *OF_A_DATABASE, *BESIDE, *TABLE, *WITHOUT}


@pytest.mark.parametrize("name", TABLE)
def test_what_is_not_there_ends_by_the_table(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TILLROLL_DEPLOYMENTS", str(tmp_path))
    words, code = TABLE[name]
    assert main([*name.split(), *words]) == code
    assert capsys.readouterr().err


@pytest.mark.parametrize("name", sorted({*TABLE, *WITHOUT}))
def test_an_option_that_there_is_not_is_not_understood(name: str) -> None:
    words = ["--nothing-like-this"]
    if name == "wrangler":
        words = []  # what it does not know is wrangler's
    with pytest.raises(SystemExit, match="2"):
        main([*name.split(), *words])
