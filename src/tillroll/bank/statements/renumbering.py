"""Whether a bank makes its references anew for each download, as with the numbers of rows. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.bank.statements.entry_traits import Coverage, KnownEntry, Mention, Traits
from tillroll_documents.bank_files.entry_words import alike

_RECURRING: Final = 0.67
"""How alike the words of two payments are that recur under one reference, such as a standing
order.
"""


@dataclass(frozen=True, slots=True)
class PartEntry:
    """An entry to decide on, by its position in the statement."""

    position: int
    traits: Traits


def renumbered_statements(
    part: Sequence[PartEntry], stored: Iterable[KnownEntry], statement: Coverage
) -> frozenset[str]:
    """The keys of stored statements whose references are not comparable with those of this one.

    One reference that is another entry here proves it. What a person said counts more.
    """
    if statement.overlap == "apart":
        return frozenset()
    if statement.overlap == "same":
        mentions = (mention for entry in stored for mention in entry.mentions)
        return frozenset(
            each.statement.key for each in mentions if each.statement.family == statement.family
        )
    return frozenset(
        mention.statement.key
        for traits, mention in _of_one_reference(part, stored)
        if mention.statement.family == statement.family
        and mention.statement.key != statement.key
        and _are_others(traits, mention.traits)
    )


def statements_that_share_references(
    part: Sequence[PartEntry], stored: Iterable[KnownEntry]
) -> frozenset[str]:
    """The keys of stored statements of which an entry comes again with its reference."""
    return frozenset(
        mention.statement.key
        for traits, mention in _of_one_reference(part, stored)
        if traits.amount == mention.traits.amount and traits.days & mention.traits.days
    )


def _of_one_reference(
    part: Sequence[PartEntry], stored: Iterable[KnownEntry]
) -> Iterator[tuple[Traits, Mention]]:
    """Each booked entry with each mention that has its reference."""
    own = {each.traits.reference: each.traits for each in part if each.traits.is_booked}
    for entry in stored:
        for mention in entry.mentions:
            reference = mention.traits.reference
            if reference is not None and reference in own and mention.traits.is_booked:
                yield own[reference], mention


def _are_others(one: Traits, other: Traits) -> bool:
    """Whether they cannot be one entry, nor one that recurs."""
    if one.amount != other.amount:
        return True
    likeness = alike(one.words, other.words)
    is_recurring = likeness is not None and likeness >= _RECURRING
    return not (one.days & other.days) and not is_recurring
