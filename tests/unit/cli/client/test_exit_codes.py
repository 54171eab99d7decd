"""Exit codes of every command that asks a server, by the table of docs/cli.md."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import typer
from typer.core import TyperGroup

from tests.unit.cli.client.fake_server import URL, problem, silent
from tillroll_command.app import application
from tillroll_command.endings import Code
from tillroll_command.main import main
from tillroll_command.surroundings import Surroundings

# What a server may answer to anything, and how a command ends then; test_endings.py has each kind
# of answer.
ANSWERS: Final = (
    (problem("not-permitted", 403), Code.NOT_ALLOWED),
    (problem("not-found", 404), Code.NOT_FOUND),
    (problem("not-possible", 409), Code.REFUSED),
    (problem("internal", 500), Code.UNREACHABLE),
)
# Where the parameters alone do not say what can be given: arguments that are understood.
ARGUMENTS: Final = {
    "upload": ["receipt.pdf"],
    "api": ["GET", "/api/clients"],
    "export": ["--format", "csv"],
    "bank month": ["2026-03"],
    "restart": ["run_1", "notify", "--reason", "the file was corrected"],
    "operate": ["run_1", "retry", "--reason", "the quota was raised"],
}
# It looks at several things, and ends by the gravest; tests/unit/cli/client/test_doctor.py has its
# codes.
BESIDE: Final = {"doctor"}


def leaves(group: TyperGroup, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, each in group.commands.items():
        if isinstance(each, TyperGroup):
            yield from leaves(each, (*words, name))
        elif any(parameter.name == "token_file" for parameter in each.params):
            yield " ".join((*words, name)), each


def all_commands() -> dict[str, Any]:
    group = typer.main.get_command(application())
    assert isinstance(group, TyperGroup)
    return dict(leaves(group))


COMMANDS: Final = all_commands()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "x_1").write_text("{}", encoding="utf-8")
    (tmp_path / "receipt.pdf").write_bytes(b"%PDF-1.4 %%EOF")
    return tmp_path


def words_of(name: str, folder: Path) -> list[str]:
    """The command with what it needs."""
    if name in ARGUMENTS:
        own = [str(folder / each) if each == "receipt.pdf" else each for each in ARGUMENTS[name]]
        return [*name.split(), *own]
    words = name.split()
    for parameter in COMMANDS[name].params:
        if parameter.required:
            if parameter.param_type_name != "argument":
                words.append(parameter.opts[0])
            words.append(_value(parameter, folder))
    return words


def _value(parameter: Any, folder: Path) -> str:
    """One that is understood. A word is also the name of a file that is there."""
    choices = [
        str(getattr(each, "value", each)) for each in parameter.type_descriptor.choices or ()
    ]
    return choices[0] if choices else str(folder / "x_1")


def ended(words: list[str], folder: Path, handle: Any) -> int:
    surroundings = Surroundings(
        environment={
            "TILLROLL_URL": URL,
            "TILLROLL_TOKEN": "till_x",
            "XDG_STATE_HOME": str(folder),
            "XDG_CACHE_HOME": str(folder),
        },
        folder=folder,
        transport=httpx.MockTransport(handle),
        sleep=lambda _: None,
    )
    return main(words, surroundings)


@pytest.mark.parametrize("name", sorted({*COMMANDS} - BESIDE))
def test_each_command_ends_as_the_table_says(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = words_of(name, folder)
    for answer, code in ANSWERS:

        def handle(_: httpx.Request, answer: httpx.Response = answer) -> httpx.Response:
            return httpx.Response(
                answer.status_code, content=answer.content, headers=dict(answer.headers)
            )

        assert ended(words, folder, handle) == code, answer.content
    assert ended(words, folder, silent) == Code.UNREACHABLE
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_refuses_an_option_that_there_is_not(name: str, folder: Path) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    with pytest.raises(SystemExit, match="2"):
        ended([*name.split(), "--nothing-like-this"], folder, nobody)


def test_the_table_of_arguments_has_commands_only() -> None:
    assert {*ARGUMENTS, *BESIDE} <= {*COMMANDS}
