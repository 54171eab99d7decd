"""docs/reference.md: every public name of the library, from its docstring."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cli.pages.declarations import Declared, Field, Function, declared, declared_in, names_in
from cli.pages.docstrings import Said
from local.places import ROOT

PAGE: Final = ROOT / "docs" / "reference.md"
_WORKER: Final = ROOT / "src" / "tillroll_durable" / "worker.py"
_HEADER: Final = """# Reference: every public name

Made from the code by `make docs`. For each name: how it is called, its fields with type and
default, and what it raises. A name that ends in `_seconds` counts seconds, one in `_bytes` bytes,
one in `_hours` hours. [Writing workflows](writing-workflows.md) shows how they belong together.

"""
SECTIONS: Final = {
    "A workflow": (
        "Workflow Params NoParams Contract Step Effect Retries Retry OnFailure Then RollbackConfig "
        "State Status NextSafeAction Concurrency Rate"
    ),
    "The body": "WorkflowRun Decision Child ChildEnd Failed ReviewNeeded",
    "Waiting": "Signal Timer ReviewStates Topic",
    "A step's function": (
        "StepContext CallContext RollbackContext Outcome Beat Statement statement NeedsReview "
        "NonRetryable"
    ),
    "An effect elsewhere": (
        "ExternalCall Reading Done NotDone Unknown Refused AccessDenied SystemsDisagree "
        "OutcomeUnknown HttpRequest HttpAnswer HttpFailed AnswerCut AnswerUnfit StoredAnswer "
        "store_answer next_link Throttled check_throttled"
    ),
    "Beginning runs": (
        "begin begin_as_asked Actor BegunRun NotBegun KeyReused InvalidParams Trigger Triggered "
        "Schedule Tick NothingBegun Allowed"
    ),
    "Asking and showing runs": "query Query RunRecord View Detail",
    "Beside the workflow": "Registry Settlement ObjectsInUse ValuesRefused ContractError",
}
"""The names of `tillroll_durable`, as a reader looks for them. What is new stands at the end."""
_MORE: Final = "More"
_AWAIT: Final = "await "
# Whose methods an author calls, each with the name that it has in the guides. Those of a
# declaration are for what executes it.
_CALLED: Final = {
    "Faults": "faults",
    "HttpAnswer": "answer",
    "Registry": "registry",
    "RunRecord": "record",
    "State": "State",
    "StepContext": "context",
    "Tillroll": "app",
    "World": "world",
    "WorkflowRun": "run",
}
_MADE_BY_AUTHORS: Final = frozenset({"Registry", "Tillroll"})
_OF_THE_CORE: Final = frozenset({"close", "end", "end_early", "must_end"})


def reference_page() -> str:
    """The whole page, in Markdown."""
    parts = [_HEADER]
    known = names_in("tillroll_durable")
    for title, names in _sections(known):
        parts.append(f"## {title}\n\n`from tillroll_durable import …`\n\n")
        parts += [_shown(declared(name, known[name])) for name in names]
    parts.append("## Calls over HTTP\n\n`from tillroll_durable import http`\n\n")
    calls = names_in("tillroll_durable.http")
    parts += [_shown(declared(name, each), prefix="http.") for name, each in calls.items()]
    parts.append("## The Worker\n\n`from tillroll_durable.worker import Tillroll`\n\n")
    parts.append(_shown(declared_in(_WORKER, "Tillroll")))
    parts.append("## Testing\n\n`from tillroll_testing import …`\n\n")
    for name, each in names_in("tillroll_testing").items():
        if callable(each):
            parts.append(_shown(declared(name, each)))
    return "".join(parts).rstrip() + "\n"


def everything() -> Iterator[Declared]:
    """All that the page shows."""
    for module in ("tillroll_durable", "tillroll_durable.http", "tillroll_testing"):
        for name, each in names_in(module).items():
            if callable(each):
                yield declared(name, each)
    yield declared_in(Path(_WORKER), "Tillroll")


def _sections(known: dict[str, object]) -> Iterator[tuple[str, list[str]]]:
    left = {*known}
    for title, names in SECTIONS.items():
        here = [name for name in names.split() if name in left]
        left -= {*here}
        yield title, here
    if left:
        yield _MORE, sorted(left)


def _shown(each: Declared, prefix: str = "") -> str:
    lines = [f"### `{prefix}{each.name}`\n"]
    if not each.fields and (each.name not in _CALLED or each.name in _MADE_BY_AUTHORS):
        lines.append(f"```python\n{prefix}{each.call}\n```\n")
    if each.said.text:
        lines.append(f"{_escaped(each.said.text)}\n")
    if each.fields:
        lines.append(_table(each))
    else:
        lines += _listed(each.said)
    if each.said.raises:
        lines.append(f"Raises: {_escaped(each.said.raises)}\n")
    lines += [_method(method, _CALLED[each.name]) for method in _called(each)]
    return "\n".join(lines) + "\n"


def _method(method: Function, of: str) -> str:
    call = f"{of}.{method.call}"
    if method.call.startswith(_AWAIT):
        call = f"{_AWAIT}{of}.{method.call.removeprefix(_AWAIT)}"
    lines = [
        f"#### `{of}.{method.name}`\n",
        f"```python\n{call}\n```\n",
        f"{_escaped(method.said.text)}\n",
        *_listed(method.said),
    ]
    if method.said.raises:
        lines.append(f"Raises: {_escaped(method.said.raises)}\n")
    return "\n".join(lines)


def _listed(said: Said) -> list[str]:
    if not said.of:
        return []
    return [*(f"- `{name}`: {_escaped(says)}" for name, says in said.of.items()), ""]


def _called(each: Declared) -> list[Function]:
    if each.name not in _CALLED:
        return []
    return [method for method in each.methods if method.name not in _OF_THE_CORE]


def _table(each: Declared) -> str:
    if all(not field.type for field in each.fields):
        rows = [f"| `{field.name}` | {field.default} | {_cell(field)} |" for field in each.fields]
        return "\n".join(["| member | value | means |", "| --- | --- | --- |", *rows, ""])
    rows = [
        f"| `{field.name}` | `{_piped(field.type)}` | {_default(field)} | {_cell(field)} |"
        for field in each.fields
    ]
    return "\n".join(
        ["| field | type | by default | means |", "| --- | --- | --- | --- |", *rows, ""]
    )


def _default(field: Field) -> str:
    if field.default is None:
        return "to be given"
    if field.default.startswith("_"):
        return "as it says"
    return f"`{_piped(field.default)}`"


def _cell(field: Field) -> str:
    return _piped(_escaped(field.says)) or "see above"


def _piped(text: str) -> str:
    return text.replace("|", "\\|")


def _escaped(text: str) -> str:
    """A text of a docstring, in which an asterisk or an angle is a plain character."""
    return text.replace("*", "\\*").replace("<", "&lt;")
