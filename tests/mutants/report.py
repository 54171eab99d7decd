"""What the areas came to: kept in results.json, and shown as a table of docs/mutants.md."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from local.places import ROOT
from tests.mutants.areas import AREAS
from tests.mutants.playing import Result, share_bounds

RESULTS: Final = Path(__file__).parent / "results.json"
EQUIVALENT: Final = Path(__file__).parent / "equivalent.txt"
PAGE: Final = ROOT / "docs" / "mutants.md"
_COLUMNS: Final = (
    "area",
    "mutants",
    "played",
    "killed",
    "timeout",
    "equivalent",
    "survived",
    "share",
    "at least",
    "seed",
    "commit",
    "day",
)
_BEGIN: Final = "<!-- results: made by `make mutants WRITE=1` -->"
_END: Final = "<!-- end of results -->"


@dataclass(frozen=True)
class Report:
    """An area's mutants.

    Attributes:
        date: the day, as 2026-11-29, and `commit` what was checked out.
        all: how many mutants the area has; `played` of them were.
        seed: what the sample was drawn by; None where all were played.
        seconds: how long it took.
        equivalent: how many survived and are named in equivalent.txt: no test can tell them apart.
        survivors: the names of the others.
        is_renewed: whether tests were written for this sample's survivors, and these played again.
    """

    date: str
    commit: str
    all: int
    played: int
    seed: int | None
    seconds: int
    killed: int
    timeout: int
    equivalent: int
    survivors: Sequence[str]
    is_renewed: bool = False

    @property
    def counted(self) -> int:
        """How many can be killed."""
        return self.played - self.equivalent

    @property
    def share(self) -> float:
        return (self.killed + self.timeout) / max(1, self.counted)

    @property
    def least_share(self) -> float | None:
        """Under the share of the whole area, at 95 %; the share itself where all were played.

        None for a sample that tests were written for: it is not drawn at random any more.
        """
        if self.played == self.all:
            return self.share
        if self.is_renewed:
            return None
        return share_bounds(self.killed + self.timeout, max(1, self.counted))[0]


def report_of(results: Mapping[str, Result], equivalent: Mapping[str, str], **facts: Any) -> Report:
    """Count results. `facts` are the other fields of a Report."""
    survivors = [
        name for name, result in results.items() if result in {Result.SURVIVED, Result.UNREACHED}
    ]
    counts = [*results.values()]
    return Report(
        killed=counts.count(Result.KILLED),
        timeout=counts.count(Result.TIMEOUT),
        played=len(results),
        equivalent=sum(1 for name in survivors if name in equivalent),
        survivors=[name for name in survivors if name not in equivalent],
        **facts,
    )


def renewed(kept: Report, again: Report) -> Report:
    """A kept result whose survivors alone were played again: what was killed before stays so."""
    return replace(
        again,
        all=kept.all,
        played=kept.played,
        seed=kept.seed,
        killed=kept.killed + again.killed,
        timeout=kept.timeout + again.timeout,
        equivalent=kept.equivalent + again.equivalent,
        is_renewed=True,
    )


def equivalents() -> dict[str, str]:
    """The mutants that no test can tell from the rule, by name, each with its reason."""
    named: dict[str, str] = {}
    name = ""
    for line in EQUIVALENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            named[name] = f"{named[name]} {line.strip()}".strip()
        elif line and not line.startswith("#"):
            name = line
            named[name] = ""
    return named


def load() -> dict[str, Report]:
    if not RESULTS.exists():
        return {}
    told = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {area: Report(**facts) for area, facts in told.items()}


def store(area: str, report: Report) -> None:
    """Keep an area's report, and show it on the page."""
    reports = {**load(), area: report}
    told = {name: vars(reports[name]) for name in AREAS if name in reports}
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    page = f"{before}{_BEGIN}\n{table(reports)}\n{_END}{after}"
    PAGE.write_text(page, encoding="utf-8")


def table(reports: Mapping[str, Report], areas: Iterable[str] = AREAS) -> str:
    """One row an area, in Markdown."""
    rows = [
        f"| {' | '.join(_COLUMNS)} |",
        f"| {' | '.join('---' for _ in _COLUMNS)} |",
    ]
    rows += [_row(area, reports.get(area)) for area in areas]
    return "\n".join(rows)


def _row(area: str, report: Report | None) -> str:
    if report is None:
        return f"| {area} | not played {'| ' * (len(_COLUMNS) - 1)}|"
    least = "unknown"
    if report.least_share is not None:
        least = f"{report.least_share:.1%}"
    seed = ""
    if report.seed is not None:
        seed = str(report.seed)
    cells = [
        area,
        report.all,
        report.played,
        report.killed,
        report.timeout,
        report.equivalent,
        len(report.survivors),
        f"{report.share:.1%}",
        least,
        seed,
        report.commit,
        report.date,
    ]
    return f"| {' | '.join(str(cell) for cell in cells)} |"
