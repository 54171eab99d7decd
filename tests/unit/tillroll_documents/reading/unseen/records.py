"""What came out of the papers before the rules were changed, and which do not hold yet; both are
files with a heading for each root.
"""

from collections import Counter
from typing import Final

from tests.unit.tillroll_documents.reading.unseen.papers import (
    FOLDER,
    ROOTS,
    Outcome,
    every_paper,
    outcome_of,
)

_HEADING: Final = "# "


def before() -> dict[str, dict[str, Outcome]]:
    """What came out of each paper before, by root and name."""
    outcomes: dict[str, dict[str, Outcome]] = {}
    for root, lines in _lines("before.txt").items():
        pairs = [line.split(": ", 1) for line in lines]
        outcomes[root] = {pair[1]: Outcome(pair[0]) for pair in pairs}
    return outcomes


def not_yet() -> dict[str, set[str]]:
    """The names of the papers that do not come out as they must, by root."""
    return {root: set(lines) for root, lines in _lines("not_yet.txt").items()}


def _lines(file: str) -> dict[str, list[str]]:
    """The lines of a file by the root that heads them."""
    lines: dict[str, list[str]] = {root: [] for root in ROOTS}
    root = ""
    for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
        if line.startswith(_HEADING):
            root = line.removeprefix(_HEADING)
        elif line:
            lines[root].append(line)
    return lines


def table(outcomes: dict[str, dict[str, Outcome]]) -> str:
    """How many papers of each root came out how, in Markdown."""
    rows = [
        f"| papers | {' | '.join(Outcome)} |",
        f"| --- |{' ---: |' * len(Outcome)}",
    ]
    for root, title in ROOTS.items():
        counts = Counter(outcomes[root].values())
        cells = " | ".join(str(counts[outcome]) for outcome in Outcome)
        rows.append(f"| {title} | {cells} |")
    return "\n".join(rows)


def today() -> dict[str, dict[str, Outcome]]:
    """What comes out of each paper now, by root and name."""
    outcomes: dict[str, dict[str, Outcome]] = {root: {} for root in ROOTS}
    for root, paper in every_paper():
        outcomes[root][paper.name] = outcome_of(paper)
    return outcomes
