"""The entries of a part of a file, as `entries.as_kept` keeps them until they are stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tillroll.bank.statements import entries
from tillroll.bank.statements.corrections import Correction, Corrections
from tillroll.bank.statements.entry_identity import PartEntry
from tillroll.bank.statements.entry_traits import Traits
from tillroll_durable import NonRetryable
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.platform.services import Platform


@dataclass(frozen=True)
class KeptLine:
    """One entry of a part.

    Attributes:
        position: its place in the statement, from 1.
        columns: of `bank_entries`, without the currency.
        traits: what other files know it by.
        corrects: the bank's reference of the entry that it replaces or takes back; None where it
            corrects none.
        is_deletion: whether it takes an entry back, or nothing came of it."""

    position: int
    columns: JsonObject
    traits: Traits
    corrects: str | None
    is_deletion: bool

    @property
    def reference(self) -> str | None:
        """The bank's reference of the entry itself."""
        reference = self.columns["bank_reference"]
        if reference is None:
            return None
        return str(reference)

    @property
    def is_declined(self) -> bool:
        """Whether it says that nothing came of it, and corrects no other entry."""
        return self.is_deletion and self.corrects is None


def _line_of(row: Mapping[str, Any]) -> KeptLine:
    return KeptLine(
        position=int(row["position"]),
        columns=row["columns"],
        traits=entries.traits_in(row["traits"]),
        corrects=row.get("corrects"),
        is_deletion=bool(row.get("is_deletion")),
    )


async def load_lines(platform: Platform, key: str) -> list[KeptLine]:
    """Load the lines of the part that lies under a key. Raises NonRetryable: it is gone."""
    content = await platform.objects.get_text(key)
    if content is None:
        raise NonRetryable("a part of the bank statement is missing: send the file again")
    return [_line_of(load_object(each)) for each in content.split("\n")]


def part_entries(lines: Iterable[KeptLine]) -> list[PartEntry]:
    """The lines as entries to decide on."""
    return [PartEntry(each.position, each.traits) for each in lines]


def without_replaced(
    lines: Sequence[KeptLine], corrections: Corrections
) -> tuple[list[KeptLine], list[tuple[KeptLine, int]]]:
    """The lines of a part without those that another line of the statement corrects; and each that
    is replaced, with the position of what replaces it.

    What a later part corrects is stored, and corrected there. Deletions take back what is stored.
    """
    last = lines[-1].position
    # Of a reference that comes twice, the last is meant.
    named = {each.reference: each.position for each in lines if each.corrects is None}
    remaining: list[KeptLine] = []
    replaced: list[tuple[KeptLine, int]] = []
    for line in lines:
        correction = _correction_of(line, corrections, named)
        if correction is None:
            remaining.append(_of_root(line, corrections))
        elif correction.position > last and line.corrects is None:
            remaining.append(line)
        elif correction.position <= last and not correction.is_deletion:
            replaced.append((line, correction.position))
    return remaining, replaced


def _correction_of(
    line: KeptLine, corrections: Corrections, named: Mapping[str | None, int]
) -> Correction | None:
    """What counts in place of a line; None where it stands. `named` are positions by reference."""
    if line.corrects is not None:
        return corrections.in_place_of(line.position)
    if named[line.reference] == line.position:
        return corrections.counting(line.reference)
    return None


def _of_root(line: KeptLine, corrections: Corrections) -> KeptLine:
    """A correction as one of the entry that it leads to; another line as it is."""
    root = corrections.root(line.position)
    if root is None:
        return line
    return replace(line, corrects=root)
