"""docs/cli.md, made from the command itself: `make docs`. A test fails where the two differ."""

import inspect
from collections.abc import Iterator
from typing import Any, Final

import typer

from cli.commands.operations.options import where
from cli.session import session
from tillroll_command.app import application
from tillroll_command.endings import MEANINGS

_HEADER: Final = """\
# The command line

`tillroll` has commands for what people type in a terminal: sending, reviewing and handing on
receipts, looking after runs, and what operators do. [`tillroll api`](#every-route) asks every other
route. `make` installs it as `.venv/bin/tillroll`; `python -m cli` is the same. A machine without
the project's folder has it from `make wheel` and `pip install dist/tillroll_durable-*.whl ./cli`,
without what operators do. The library's wheel has the command itself, with what an author of
workflows needs; the product adds the rest. This page is made from the code by `make docs`.

```sh
tillroll upload ~/Downloads/receipts --wait    # send a folder, and wait until it is read
tillroll review                                # what waits for you
tillroll review run_…                          # be asked about one
tillroll export --format xlsx --from 2026-03-01 --to 2026-03-31
```

## Which server, and who asks

Where `make dev` runs, in its folder or below it, nothing has to be said: the command finds its
address and token, whatever its `STATE`. Where several run, the command names them, and `--state
FOLDER` chooses one. For another server:

```sh
export TILLROLL_URL=https://tillroll.example.com
read -rs TILLROLL_TOKEN && export TILLROLL_TOKEN  # from the page, or `tillroll token create`
```

`--url` goes before `TILLROLL_URL`, and `--token-file` before `TILLROLL_TOKEN`; a token is never an
argument, since every user of a machine sees those. The token of `make dev` goes to its own server
only. With `--account acc_…` or `TILLROLL_ACCOUNT` the command works in no other account than this,
with any token. `tillroll doctor` says what it found, what is wrong, and what to do.

## For scripts

`--json` prints JSON on stdout and nothing else: one document, or a line each for `upload` and `run
--follow`. Members have the names that [the API](api.md) gives them, and no name goes away. An error
is a line of JSON with its `type`, its `detail` and the `exitCode`: the server's problem as it came,
or one whose type begins with `urn:tillroll:command:`. Without it, what is not printed on a terminal
is a line an item, its fields apart by tabs. Messages go to stderr. There are no colours where there
is no terminal, or `NO_COLOR` is set.

`tillroll --install-completion` lets the shell complete commands and options.

| exit code | means |
| --- | --- |
"""

_WATCHING: Final = """
## Every route

```sh
tillroll api --help clients                     # the routes that have this word
tillroll api POST /api/clients --help           # what a route takes and answers, with an example
tillroll api POST /api/clients -f name="ACME AG" -f mail=books@acme.example -f termsDays=14
tillroll api GET /api/clients --all             # all pages as one
tillroll api PATCH /api/clients/cli_… -f vatId= # nothing takes a value away
tillroll api POST /api/claims -f currency=EUR -f payerKind=customer -f clientId=cli_… --key march
tillroll api GET /api/claims/run_…/statement.csv -o statement.csv
```

Fields, their types, help and completion come from the description of the server that is asked (`GET
/api/openapi.json`), which is kept in `~/.cache/tillroll` (`XDG_CACHE_HOME`) until it changes. What
the description has not is refused before anything is sent, and names that are alike are named.

| written | is |
| --- | --- |
| `-f NAME=VALUE` | a field of the body, as the description types it; repeated, a list |
| `-f NAME=@FILE` | what stands in the file, or the file itself. `@-` is stdin |
| `-f NAME:=JSON` | JSON as it stands, such as `tags:=[]`, or `name:='"@ACME"'` |
| `-f NAME.MEMBER=VALUE` | a member of an object |
| `--data @FILE` | the whole body, such as a picture |
| `-q NAME=VALUE` | a parameter of the query |

What changes something has an Idempotency-Key of its own, so a lost answer is asked for again, and
nothing happens twice. `--key` gives one that holds for the next call too. The answer is JSON on
stdout; a file goes to `-o FILE`.

## A watched folder

```sh
tillroll upload --watch ~/Scans
```

A file is taken once it is complete: it has rested for two seconds (`--settle`), and a JPEG, PNG or
PDF has its end; without that it is waited for fifteen times as long. Files that begin with a dot or
end in `.part`, `.tmp` and the like are left alone. What was sent is remembered in
`~/.local/state/tillroll` (`XDG_STATE_HOME`; `--remember-in` names another file), for each folder,
server and account, and is on the disk before the command names the next file. So it may be killed
at any time: what it had sent and not yet remembered is sent again, and is the same receipt, because
the server knows its bytes. A server that is away is waited for. The folder is bound to the account
that it began with: a token that becomes another's stops it.

## Commands
"""


def commands_page() -> str:
    """The whole page, in Markdown."""
    codes = "".join(f"| {code.value} | {says} |\n" for code, says in MEANINGS.items())
    everywhere = [
        ("Every command that asks a server also takes:", session),
        ("Every command of operators that works on a database also takes:", where),
    ]
    shared = "".join(f"\n{title}\n{_options_of_function(build)}" for title, build in everywhere)
    root: Any = typer.main.get_command(application())
    return _HEADER + codes + _WATCHING + shared + "".join(_sections(root, "tillroll"))


def _sections(command: Any, path: str) -> Iterator[str]:
    children: dict[str, Any] | None = getattr(command, "commands", None)
    if children is None:
        yield _section(command, path)
        return
    for name, child in children.items():
        yield from _sections(child, f"{path} {name}")


def _section(command: Any, path: str) -> str:
    names = {each.name for each in command.params}
    shared = next(
        (found for found in map(_names_of, (session, where)) if found <= names), set[str]()
    )
    own = [each for each in command.params if each.name not in shared]
    words = [_word(each) for each in own if each.param_type_name == "argument"]
    usage = " ".join([path, *words, *(["[OPTIONS]"] if len(words) < len(own) else [])])
    return f"\n### `{usage}`\n\n{inspect.cleandoc(command.help or '')}\n{_table(own)}"


def _names_of(build: Any) -> set[str]:
    return {*inspect.signature(build).parameters} - {"context"}


def _word(argument: Any) -> str:
    word = str(argument.metavar or argument.name.upper())
    if argument.required or word.startswith("["):
        return word
    return f"[{word}]"


def _table(parameters: list[Any]) -> str:
    rows = [
        f"| {_names(each)} | {_cell(each)} |\n"
        for each in parameters
        if getattr(each, "help", None)
    ]
    return f"\n| option | |\n| --- | --- |\n{''.join(rows)}" if rows else ""


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{_word(parameter)}`"
    value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
    return ", ".join(f"`{name}{value}`" for name in parameter.opts)


def _cell(parameter: Any) -> str:
    says = str(parameter.help).removesuffix(".").replace("|", "\\|")
    choices = parameter.type_descriptor.choices
    if choices:
        says += f": {', '.join(f'`{choice}`' for choice in choices)}"
    if parameter.required:
        return f"{says}. Needed."
    default = parameter.default
    is_flag = getattr(parameter, "is_flag", False)  # an argument has none
    if default in (None, False, (), []) or is_flag or default == "":
        return f"{says}."
    return f"{says}. Else {_default(default)}."


def _default(default: Any) -> str:
    values: Any = [default]
    if isinstance(default, list):
        values = default  # pyright: ignore[reportUnknownVariableType] - what Typer keeps
    return ", ".join(f"`{getattr(each, 'value', each)}`" for each in values)


def _options_of_function(build: Any) -> str:
    """The table of the options that a function declares."""
    single = typer.Typer()
    single.command()(build)
    command: Any = typer.main.get_command(single)
    return _table([each for each in command.params if not each.name.endswith("completion")])
