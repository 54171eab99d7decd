"""The results of engines in a file, and the table that is made of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tillroll_testing.conformance.rules import ASKED
from tillroll_testing.conformance.suite import Came, Played

_MOST_TOLD: Final = 4
_MOST_WORDS: Final = 20


def read(file: Path) -> dict[str, Any]:
    """The results by the names of the engines."""
    if not file.exists():
        return {}
    return json.loads(file.read_text(encoding="utf-8"))


def write(file: Path, played: Played, day: str) -> None:
    """Put an engine's results into the file, in place of its former ones."""
    kept = read(file)
    kept[played.name] = {
        "version": played.version,
        "day": day,
        "documented": {str(number): said for number, said in played.documented.items()},
        "rules": {str(number): _as_json(came) for number, came in played.rules.items()},
    }
    text = json.dumps(kept, indent=2, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def _as_json(came: Came) -> dict[str, Any]:
    return {"scenes": came.scenes, "broken": came.broken, "notOffered": came.not_offered}


def verdict(engine: Mapping[str, Any], number: int) -> str:
    """What came of a rule, in a word or two."""
    came = engine["rules"].get(str(number))
    if came is None:
        return "not played"
    if came["broken"]:
        if str(number) in engine["documented"]:
            return "broken, as documented"
        return "**broken**"
    if came["notOffered"]:
        return "not offered"
    return "held"


def table(kept: Mapping[str, Any]) -> str:
    """A row a rule, a column an engine."""
    header = ["", "rule", *kept]
    rows = [
        [f"R{number}", sentence, *[verdict(engine, number) for engine in kept.values()]]
        for number, sentence in ASKED.items()
    ]
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def losses(engine: Mapping[str, Any]) -> list[str]:
    """What an engine lost, did twice or did not say: a list of the rules that it breaks, each with
    its scenes below it, in Markdown.
    """
    lines: list[str] = []
    for number in ASKED:
        came = engine["rules"].get(str(number), {"broken": [], "notOffered": [], "scenes": 0})
        found = came["broken"]
        if found:
            lines.append(f"- **R{number}**, of {came['scenes']} scenes:")
            lines += [f"  - {_short(_plain(each))}" for each in found[:_MOST_TOLD]]
            if len(found) > _MOST_TOLD:
                lines.append(f"  - and {len(found) - _MOST_TOLD} more")
            said = engine["documented"].get(str(number))
            if said:
                lines.append(f"  - Documented: {said}")
        elif came["notOffered"]:
            lines.append(f"- R{number}: not offered: {came['notOffered'][0]}.")
    return lines


def _plain(text: str) -> str:
    """A line of a report, as text of a page."""
    return " ".join(text.split()).replace("|", "/").replace("<", "(").replace(">", ")")


def _short(text: str) -> str:
    """Without the end of an engine's long words."""
    words = text.split()
    if len(words) <= _MOST_WORDS:
        return text
    return f"{' '.join(words[:_MOST_WORDS])} …"
