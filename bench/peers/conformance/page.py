"""The parts of docs/conformance.md that are made: of the results, and of what the suite asks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from local.places import ROOT
from tillroll_testing.conformance import results
from tillroll_testing.conformance.rules import ASKED, UNASKED
from tillroll_testing.conformance.workflows import WORKFLOWS

RESULTS: Final = Path(__file__).parent / "results.json"
PAGE: Final = ROOT / "docs" / "conformance.md"


def made(page: str, kept: Mapping[str, Any]) -> str:
    """The page, with the parts between its marks as they are now."""
    parts = {
        "results": _results(kept),
        "losses": _losses(kept),
        "workflows": _workflows(),
        "unasked": _unasked(),
    }
    for name, text in parts.items():
        page = _with_part(page, name, text)
    return page


def write_page() -> None:
    """Renew the page."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(made(page, results.read(RESULTS)), encoding="utf-8")


def _with_part(page: str, name: str, text: str) -> str:
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = page.partition(begin)
    if not found or end not in rest:
        raise LookupError(f"{PAGE.name} has no part {begin} … {end}")
    return f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}"


def _results(kept: Mapping[str, Any]) -> str:
    lines = [results.table(kept), "", "| engine | version | played on |", "| --- | --- | --- |"]
    lines += [f"| {name} | {each['version']} | {each['day']} |" for name, each in kept.items()]
    return "\n".join(lines)


def _losses(kept: Mapping[str, Any]) -> str:
    blocks: list[str] = []
    for name, engine in kept.items():
        lines = results.losses(engine) or ["- nothing"]
        blocks.append("\n".join([f"### {name}", "", *lines]))
    return "\n\n".join(blocks)


def _workflows() -> str:
    lines = ["| workflow | what it does |", "| --- | --- |"]
    lines += [f"| `{name}` | {text} |" for name, text in WORKFLOWS.items()]
    return "\n".join(lines)


def _unasked() -> str:
    why: dict[str, list[int]] = {}
    for number, reason in UNASKED.items():
        why.setdefault(reason, []).append(number)
    lines = [f"{len(ASKED)} of {len(ASKED) + len(UNASKED)} rules are asked. The others:", ""]
    for reason, numbers in why.items():
        names = ", ".join(f"R{number}" for number in numbers)
        lines.append(f"- {names}: {reason}.")
    return "\n".join(lines)


if __name__ == "__main__":
    write_page()
