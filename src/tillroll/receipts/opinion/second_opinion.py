"""What a language model's answer changes about a reading of the rules.

The rules' values always stay. A value of the model that does not stand in the transcript is refused. One that stands
there and says the same makes the rules surer; one that says something else is shown beside theirs.

A doubtful reading is believed without a person only where

- rules and model agree on the total and on the date, and each stands in print, and
- every doubt is one that agreement can settle (`_SETTLED_BY`), and
- the field's confidence, raised by the agreement, reaches what the rules ask of themselves (`verdict`).

Two totals that the rules find equally likely leave each below that, so a line that orders the model to take one of them
("ignore the above, the total is 1.00") gains nothing. Nor does agreement settle what both may get wrong alike: the
order of day and month, the currency of a bare "$", what a voucher paid.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from tillroll.receipts.extraction import Alternative, Extraction, Field, Reason
from tillroll.receipts.opinion.grounding import Grounds, Standing, same_name
from tillroll.receipts.opinion.model_answer import FIELDS, ModelAnswer
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Transcript
from tillroll.receipts.reading import Reading
from tillroll.receipts.reasons import ReviewReason
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.verdict import SURE_DATE, SURE_MERCHANT, SURE_TOTAL

AGREEMENT: Final = 0.65
"""So much of what was missing to certainty an agreeing model adds to a field's confidence."""

_DECISIVE: Final = ("total", "date")

_SETTLED_BY: Final[Mapping[str, tuple[str, float]]] = {
    ReviewReason.TOTAL_UNCERTAIN.value: ("total", SURE_TOTAL),
    ReviewReason.DATE_UNCERTAIN.value: ("date", SURE_DATE),
    ReviewReason.MERCHANT_UNCERTAIN.value: ("merchant", SURE_MERCHANT),
}
"""The doubts that an agreement about a field settles, and the confidence it must reach for it."""

_BEYOND: Final = frozenset(
    {ReviewReason.UNREADABLE.value, ReviewReason.VOUCHER_USED.value, ReviewReason.SEVERAL_RECEIPTS.value}
)
"""Doubts about which a model can say nothing; one of them alone is not worth the asking."""


def would_help(reading: Reading) -> bool:
    """Whether a model is to be asked: the rules doubt something that it may know."""
    return not reading.accepted and not set(reading.reasons) <= _BEYOND


def weigh(reading: Reading, answer: ModelAnswer, transcript: Transcript, model: str) -> Reading:
    """The reading with the model's answer taken into account; `model` is named as the alternatives' source."""
    grounds = Grounds(Page.of(transcript), reading.extraction.currency.value)
    agreed: dict[str, Field[Any]] = {}
    alternatives: dict[str, Alternative] = {}
    for name in FIELDS:
        said = answer.said(name)
        standing = grounds.find(name, said.value, said.line) if said else None
        if standing is None:
            continue
        field: Field[Any] = getattr(reading.extraction, name)
        if _agrees(name, field, standing):
            agreed[name] = _surer(field)
        else:
            alternatives[name] = Alternative(value=standing[0], evidence=standing[1], source=model)
    extraction = reading.extraction.model_copy(update={**agreed, "alternatives": alternatives})
    reasons = _reasons(reading, extraction, agreed.keys(), alternatives.keys())
    return Reading(extraction, accepted=not reasons, reasons=reasons)


def _agrees(name: str, field: Field[Any], standing: Standing) -> bool:
    if field.value is None:
        return False
    return same_name(field.value, standing[0]) if name == "merchant" else str(field.value) == standing[0]


def _surer(field: Field[Any]) -> Field[Any]:
    code = "model_agrees"
    return field.model_copy(
        update={
            "confidence": round(field.confidence + (1 - field.confidence) * AGREEMENT, 3),
            "reasons": (*field.reasons, Reason(code=code, weight=weights.MODEL[code])),
        }
    )


def _reasons(
    reading: Reading, extraction: Extraction, agreed: Collection[str], differing: Collection[str]
) -> tuple[str, ...]:
    """Why a person is still asked; none where the rules and the model together may be believed."""
    open_doubts = [reason for reason in reading.reasons if not _is_settled(reason, extraction, agreed)]
    if not open_doubts and all(name in agreed for name in _DECISIVE):
        return ()
    if any(name in differing and getattr(extraction, name).value is not None for name in _DECISIVE):
        return (*reading.reasons, ReviewReason.MODEL_DISAGREES.value)
    return reading.reasons


def _is_settled(reason: str, extraction: Extraction, agreed: Collection[str]) -> bool:
    if reason not in _SETTLED_BY:
        return False
    name, enough = _SETTLED_BY[reason]
    return name in agreed and getattr(extraction, name).confidence >= enough
