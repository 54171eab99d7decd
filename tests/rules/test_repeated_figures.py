"""Figures that a page repeats are those of docs/benchmarks.md."""

from typing import Final

import pytest

from local.places import ROOT

_DOCS: Final = ROOT / "docs"


def _row(section: str, first_cell: str) -> list[str]:
    """The cells of a row in a section that a script writes."""
    text = (_DOCS / "benchmarks.md").read_text(encoding="utf-8")
    written = text.partition(f"<!-- {section} -->")[2].partition(f"<!-- /{section} -->")[0]
    for line in written.splitlines():
        cells = [cell.strip().replace("*", "") for cell in line.strip("|").split("|")]
        if cells[0] == first_cell:
            return cells
    raise LookupError(f"{section} has no row {first_cell!r}")


def test_what_a_step_costs_is_what_was_measured() -> None:
    _, bare, _, contract, ratio, _ = _row("step_cost", "20")
    times = ratio.partition(" ")[0]
    page = (_DOCS / "when-to-use.md").read_text(encoding="utf-8")
    assert f"| {times} times as long ({contract} against {bare} ms, of 20) |" in page
    migrating = (_DOCS / "migrating.md").read_text(encoding="utf-8")
    assert f"A step takes {float(times):.1f} times as long" in migrating


def test_what_a_receipt_costs_is_what_was_measured() -> None:
    page = (_DOCS / "when-to-use.md").read_text(encoding="utf-8")
    processor = _row("speed", "CPU of workerd a run (ms)")
    assert f"| {processor[5]} and {processor[7]} ms |" in page
    complete = _row("speed", "submit to complete, p50 (ms)")
    assert f"takes {float(complete[5]):.0f} ms from upload to end" in page


def test_a_row_that_is_not_there_is_found() -> None:
    with pytest.raises(LookupError):
        _row("speed", "seconds of nothing")
