"""What was recorded, and how a cost compares with it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tests.cost.measuring import Cost

FILE: Final = Path(__file__).with_name("recorded.json")
_MARGIN: Final = 1 / 3


@dataclass(frozen=True)
class Record:
    """A cost as it was recorded.

    Attributes:
        turns: the seconds over those of a turn of the fixed loop.
        seconds: of processor, on the machine that `measured` names.
        measured: when, where and how.
    """

    turns: int
    seconds: int
    measured: str

    @property
    def most_turns(self) -> float:
        """A third more."""
        return self.turns * (1 + _MARGIN)


def load(file: Path = FILE) -> dict[str, Record]:
    """The records by the name of what was measured.

    Raises:
        OSError, ValueError, TypeError: the file is not there, or not as `store` writes it.
    """
    return {
        name: Record(**record)
        for name, record in json.loads(file.read_text(encoding="utf-8")).items()
    }


def store(name: str, cost: Cost, measured: str, file: Path = FILE) -> None:
    """Put a cost in the place of the one that was recorded under this name."""
    records = load(file) if file.exists() else {}
    records[name] = Record(round(cost.turns), round(cost.seconds), measured)
    content = {each: asdict(record) for each, record in sorted(records.items())}
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def is_too_much(cost: Cost, record: Record) -> bool:
    """Whether it takes a third more than what was recorded."""
    return cost.turns > record.most_turns


def report(name: str, cost: Cost, record: Record | None) -> str:
    """What is printed of it."""
    figure = (
        f"{name}: {cost.seconds:.0f} s of processor, {cost.turns:,.0f} turns of the fixed loop "
        f"({cost.turn_seconds * 1000:.1f} ms each)"
    )
    if record is None:
        return (
            f'{figure}. Nothing is recorded to compare it with: `make {name} MACHINE="which '
            'machine"` does so.'
        )
    compared = f"{figure}. Recorded: {record.turns:,}; the most is {record.most_turns:,.0f}."
    if is_too_much(cost, record):
        return (
            f"{compared}\nThe tests have become slow: `--durations 30` finds the slowest. Nothing "
            "else failed by this."
        )
    return compared
