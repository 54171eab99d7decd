"""Rules as the API has them: amounts are decimal strings of the rule's currency."""

from typing import Annotated, Literal

from pydantic import Field

from tillroll.durable import ValuesRefused
from tillroll.expenses.sorting.rules.rule import Conditions, Gives, Rule
from tillroll.platform.shape import Asked, Shape
from tillroll.receipts.amounts.currencies import CODES
from tillroll.receipts.amounts.money import AmountError, Money, minor_from_decimal_string
from tillroll.receipts.correction import MAX_CATEGORY_LENGTH, MAX_MERCHANT_LENGTH
from tillroll.receipts.extraction import DocumentKind

Text = Annotated[str, Field(min_length=1, max_length=60)]
Amount = Annotated[str, Field(min_length=1, max_length=30)]


class WhenShape(Asked):
    """What a rule asks for: all that is given must hold. Amounts (both ends included, without sign) need the currency.
    `words` stand anywhere in the expense's names, number, buyer, note and items."""

    merchant: Annotated[str | None, Field(min_length=1, max_length=MAX_MERCHANT_LENGTH)] = None
    words: Annotated[list[Text], Field(max_length=10, default_factory=list[str])]
    min: Amount | None = None
    max: Amount | None = None
    currency: Annotated[str | None, Field(description="ISO 4217 code")] = None
    document_kind: DocumentKind | None = None


class GivesShape(Asked):
    """What an expense gets that a rule decides on. `paid_by` is employee."""

    category: Annotated[str | None, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)] = None
    project: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    tags: Annotated[list[Text], Field(max_length=10, default_factory=list[str])]
    paid_by: Literal["employee"] | None = None


class RuleShape(Shape):
    """A rule; `state` is active or paused."""

    id: str
    when: WhenShape
    gives: GivesShape
    state: str


def rule_shape(rule: Rule, state: str) -> RuleShape:
    asks, gives = rule.conditions, rule.gives
    return RuleShape(
        id=rule.id,
        when=WhenShape(
            merchant=asks.merchant,
            words=[*asks.words],
            min=_amount(asks.min_minor, asks.currency),
            max=_amount(asks.max_minor, asks.currency),
            currency=asks.currency,
            document_kind=None if asks.document_kind is None else DocumentKind(asks.document_kind),
        ),
        gives=GivesShape(category=gives.category, project=gives.project, tags=[*gives.tags], paid_by=_paid_by(gives)),
        state=state,
    )


def conditions_from(asked: WhenShape) -> Conditions:
    """Raises ValuesRefused: an amount or the currency cannot be used."""
    problems: list[tuple[str, str]] = []
    currency = None if asked.currency is None else asked.currency.strip().upper()
    if currency is not None and currency not in CODES:
        problems.append(("when.currency", "Give the currency by its three-letter ISO 4217 code, such as EUR or MYR."))
        currency = None
    bounds: dict[str, int | None] = {}
    for name, value in (("min", asked.min), ("max", asked.max)):
        bounds[name] = None
        if value is None:
            continue
        if currency is None:
            problems.append((f"when.{name}", "Name the currency that the amount is in."))
            continue
        try:
            bounds[name] = abs(minor_from_decimal_string(value.strip(), currency))
        except AmountError as error:
            problems.append((f"when.{name}", str(error)))
    least, most = bounds["min"], bounds["max"]
    if least is not None and most is not None and least > most:
        problems.append(("when.max", "Give an amount that is not below the lower one."))
    if problems:
        raise ValuesRefused(problems)
    return Conditions(
        merchant=_line(asked.merchant),
        words=tuple(dict.fromkeys(filter(None, map(_line, asked.words)))),
        min_minor=least,
        max_minor=most,
        currency=currency,
        document_kind=None if asked.document_kind is None else asked.document_kind.value,
    )


def gives_from(asked: GivesShape) -> Gives:
    tags = tuple(dict.fromkeys(filter(None, map(_line, asked.tags))))
    return Gives(_line(asked.category), _line(asked.project), tags, asked.paid_by)


def _line(text: str | None) -> str | None:
    """In one line; None for nothing."""
    return " ".join((text or "").split()) or None


def _amount(minor: int | None, currency: str | None) -> str | None:
    return None if minor is None or currency is None else Money(minor, currency).to_decimal_string()


def _paid_by(gives: Gives) -> Literal["employee"] | None:
    return "employee" if gives.paid_by == "employee" else None
