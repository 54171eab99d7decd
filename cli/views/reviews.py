"""A review for people: what is asked, what was read, and on which line."""

from dataclasses import dataclass
from typing import Any, Final

from tillroll_command.output import Output

_NOTHING: Final[dict[str, Any]] = {}
# The values that a person may correct in a receipt's review, in the order in which they are shown.
CORRECTABLE: Final = (
    "merchant",
    "registeredName",
    "date",
    "total",
    "tax",
    "currency",
    "category",
    "documentKind",
    "receiptNumber",
    "dueDate",
    "amountDue",
    "buyer",
)
_ALWAYS: Final = frozenset({"merchant", "date", "total", "currency"})
# A reason such as `total_missing` is about the field that it begins with.
_FIELD_OF: Final = {
    "total": "total",
    "voucher": "total",
    "date": "date",
    "merchant": "merchant",
    "currency": "currency",
    "number": "receiptNumber",
    "document": "documentKind",
}


@dataclass(frozen=True)
class Field:
    """A value that was read. `evidence` is the printed line; `instead` is what another reader
    read.
    """

    name: str
    value: str | None
    is_doubtful: bool
    evidence: str | None
    instead: str | None


def fields_of(run: dict[str, Any]) -> list[Field]:
    """What can be corrected in a receipt's run; nothing for a run of another kind, or while nothing
    was read.
    """
    extraction: dict[str, Any] | None = run.get("extraction")
    if extraction is None:
        return (
            []
            if run.get("receipt") is None
            else [Field(name, None, True, None, None) for name in sorted(_ALWAYS)]
        )
    reasons: list[str] = (run["review"] or _NOTHING).get("reasons", [])
    doubtful = {_FIELD_OF.get(reason.split("_")[0]) for reason in reasons}
    alternatives: dict[str, Any] = extraction.get("alternatives") or {}
    return [
        _field(
            name,
            extraction.get(name) or {},
            name in doubtful or name in alternatives,
            alternatives.get(name),
        )
        for name in CORRECTABLE
    ]


def show_review(show: Output, run: dict[str, Any]) -> None:
    """What is asked, and what was read."""
    receipt: dict[str, Any] = run.get("receipt") or {}
    show.say(f"{run['id']}  {receipt.get('fileName') or run['kind']}", style="bold")
    review = run["review"]
    for sentence in review["sentences"] if review else ():
        show.say(f"  {sentence}")
    if review and review.get("duplicateOf"):
        twin = review["duplicateOf"]
        show.say(
            f"  The other one: {twin['merchant']}, {twin['date']}, {twin['total']} "
            f"{twin['currency']}: {twin['runId']}"
        )
    for field in fields_of(run):
        if field.value is None and not field.is_doubtful and field.name not in _ALWAYS:
            continue
        mark = "?" if field.is_doubtful else " "
        line = f"{mark} {field.name:<15} {field.value or '(nothing)'}"
        if field.evidence:
            line += f"    from “{field.evidence}”"
        if field.instead:
            line += f"    or {field.instead}"
        show.say(line, style="yellow" if field.is_doubtful else "")
    proposed = (run.get("extraction") or _NOTHING).get("proposedCategory")
    if proposed:
        show.say(
            f"  {'category':<15} {proposed['category']}? {proposed['reason']} Take it by --set "
            "category=…"
        )


def _field(
    name: str, read: dict[str, Any], is_doubtful: bool, instead: dict[str, Any] | None
) -> Field:
    evidence: dict[str, Any] = read.get("evidence") or {}
    value = read.get("value")
    other = None if instead is None else str(instead.get("value"))
    return Field(
        name, None if value is None else str(value), is_doubtful, evidence.get("text"), other
    )
