"""What somebody types to find expenses: tokens such as `from:ann`, `>50` or `2024-03`, and words.

The page, the API's `q` and the command read the same grammar, which is declared here and nowhere
else. Pure: the names that people and categories have are handed in. Each piece of the text is
looked at once, so it takes linear time.
"""

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from tillroll.expenses.fields import Searched, fields_of, json_name
from tillroll.expenses.models import Expense
from tillroll.expenses.search.plain_text import month_in, plain

DECLARED: Final[Mapping[str, Searched]] = {
    json_name(name): searched
    for name, searched in sorted(
        fields_of(Expense, Searched).items(), key=lambda each: each[1].token
    )
}
"""What the search finds by the whole value of one field, by the parameter of the API."""


@dataclass(frozen=True)
class TokenKind:
    """A token that has a name, and what it asks for. `values` are all there are; empty where people
    name them.
    """

    name: str
    parameter: str
    says: str
    example: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    """What is typed, and the value of the parameter that it stands for."""


STATUSES: Final = ("ready", "in_review", "approved", "voided")
# What an expense may lack, with what that means.
MISSING: Final[Mapping[str, str]] = {
    "category": "no category, or a part without one",
    "tax": "nobody knows the tax",
    "rate": "no amount in the account's base currency",
    "receipt": "it was made without a receipt",
    "number": "no number of a receipt or invoice",
    "payment": "nobody knows how it was paid",
}
# What became of an approved expense; each may be asked for, and with - before it, that it did not.
STANDINGS: Final[Mapping[str, str]] = {
    "exported": "an export has handed it on",
    "claimed": "it is in a claim",
    "paid": "a payout has paid it back, or the bank's entries settle it",
}
NOT: Final = "-"
_STATUSES: Final = {
    "to-review": "in_review",
    "to-approve": "ready",
    "approved": "approved",
    "voided": "voided",
}
NONE: Final = "none"

KINDS: Final[Mapping[str, TokenKind]] = {
    kind.name: kind
    for kind in (
        TokenKind("from", "person", says="Who handed it in", example="from:ann"),
        TokenKind("category", "category", says="Its category, or none", example="category:meals"),
        TokenKind(
            "status",
            "status",
            says="How far it has come",
            example="status:to-approve",
            values=_STATUSES,
        ),
        *(
            TokenKind(each.token, parameter, says=each.meaning, example=each.example)
            for parameter, each in DECLARED.items()
        ),
        TokenKind("tag", "tag", says="A tag", example="tag:trip"),
        TokenKind("currency", "currency", says="The currency of its total", example="currency:EUR"),
        TokenKind(
            "missing",
            "missing",
            says="What it lacks",
            example="missing:tax",
            values={name: name for name in MISSING},
        ),
        TokenKind(
            "is",
            "is",
            says="What became of it",
            example="is:claimed",
            values={name: name for name in STANDINGS},
        ),
    )
}

BARE: Final[Mapping[str, str]] = {
    ">50": "A total of more than 50",
    "<20": "A total of less than 20",
    "50..80": "A total from 50 to 80",
    "-is:exported": "Not exported; also -is:claimed and -is:paid",
    "2024-03": "A month, or a day: 2024-03-31",
    "mar 2018": "A month by its name",
    '"exact words"': "Words as they are, not only their beginning",
}
"""Examples of tokens without a name, and what each asks for."""

# A quoted piece is one, with what stands directly beside it. No two parts of it match the same
# letter.
_PIECE: Final = re.compile(r'[^\s"]*"[^"]*"[^\s"]*|\S+')
# Only what became of an expense can be asked for with - before it.
_TWO_WORDS: Final = "".join(f"|{name}" for name in KINDS if "-" in name)
_NAMED: Final = re.compile(
    rf"(-(?=is:))?([^\W\d_]{{2,20}}{_TWO_WORDS}):(.+)", re.DOTALL | re.IGNORECASE
)
_EXACT: Final = re.compile(r'(?:merchant|rate):"[^"]*"')
_COMPARED: Final = re.compile(r"([<>]=?)(.*)", re.DOTALL)
_AMOUNT: Final = re.compile(
    r"(-?)([0-9]{1,3}(?:[.,'][0-9]{3}){1,3}|[0-9]{1,11})(?:[.,]([0-9]{1,2}|[0-9]{4}))?", re.ASCII
)
_DAY: Final = re.compile(r"([12][0-9]{3})-([0-9]{2})(?:-([0-9]{2}))?", re.ASCII)
_LARGEST: Final = 99_999_999_999
_TEN_THOUSANDTHS: Final = 10_000
_MOST_NAMED: Final = 8


@dataclass(frozen=True)
class Known:
    """What the names in tokens may mean. `people` are ids by name; the others are as expenses have
    them.
    """

    people: Mapping[str, str] = field(default_factory=dict[str, str])
    names: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """By parameter: category, tag, and those of DECLARED. A name of a parameter that is left out
    stands for itself.
    """


@dataclass
class Understood:
    """What was typed, understood. `values` are those of parameters; days are included, amounts are
    in ten-thousandths and included. `text` is the rest as it was typed; `problems` are sentences.
    """

    values: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    first_day: date | None = None
    last_day: date | None = None
    least: int | None = None
    most: int | None = None
    text: str = ""
    problems: list[str] = field(default_factory=list[str])


def understand(
    typed: str,
    vocabulary: Known | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> Understood:
    """Take tokens out of a text.

    Without `vocabulary`, names stand for themselves. A month by its name stands for its days where
    it lies in those that are asked for, also by `first_day` and `last_day`. Elsewhere it stands for
    its words.
    """
    result = Understood(first_day=first_day, last_day=last_day)
    rest = list[str]()
    for piece in _PIECE.findall(typed):
        if not (_EXACT.fullmatch(piece) is None and _take(piece, result, vocabulary)):
            rest.append(piece)
    words: list[str] = []
    for piece in rest:
        words.append(piece)
        month = month_in(" ".join(words[-2:]))
        if (
            month
            and month.first_day <= (result.last_day or date.max)
            and month.last_day >= (result.first_day or date.min)
        ):
            result.first_day = _later(result.first_day, month.first_day)
            result.last_day = _earlier(result.last_day, month.last_day)
            del words[-2:]
    result.text = " ".join(words)
    return result


def asks_for_names(typed: str) -> bool:
    """Whether a token names a person or something else that only the account's own expenses
    tell.
    """
    named = (_NAMED.fullmatch(piece) for piece in _PIECE.findall(typed))
    return any(
        match and (kind := KINDS.get(match[2].casefold())) and not kind.values for match in named
    )


def _take(piece: str, result: Understood, vocabulary: Known | None) -> bool:
    """Whether a piece is a token, which is then noted."""
    named = _NAMED.fullmatch(piece)
    if named:
        return _take_named(
            piece,
            named[2].casefold(),
            operand=named[3],
            result=result,
            vocabulary=vocabulary,
            sign=named[1] or "",
        )
    if piece.endswith(":"):
        kind = KINDS.get(piece.removesuffix(":").casefold())
    else:
        kind = None
    if kind:
        result.problems.append(
            f"“{piece}” has no value: write it directly behind the colon, such as {kind.example}."
        )
        return True
    compared = _COMPARED.fullmatch(piece)
    if compared:
        return _take_compared(piece, compared[1], value=compared[2], result=result)
    first, dots, last = piece.partition("..")
    if dots and (least := _amount(first)) is not None and (most := _amount(last)) is not None:
        if least > most:
            result.problems.append(
                f"“{piece}” begins with the larger amount: write the smaller one first."
            )
        result.least, result.most = _later(result.least, least), _earlier(result.most, most)
        return True
    begins = _days(first)
    ends = _days(last) if dots else _days(piece)
    if begins is None or ends is None:
        return False
    if begins[0] > ends[1]:
        result.problems.append(f"“{piece}” begins with the later day: write the earlier one first.")
    result.first_day, result.last_day = (
        _later(result.first_day, begins[0]),
        _earlier(result.last_day, ends[1]),
    )
    return True


def _take_named(
    piece: str,
    name: str,
    operand: str,
    result: Understood,
    vocabulary: Known | None,
    *,
    sign: str = "",
) -> bool:
    value = operand.replace('"', "").strip()
    if operand.startswith("//") or not value:  # an address, or nothing yet
        return False
    kind = KINDS.get(name)
    if kind is None:
        names = ", ".join(f"{each}:" for each in KINDS)
        result.problems.append(
            f"There is no “{name}:”. Use {names}, or put it in quotes to find these words."
        )
        return True
    if name == "category" and value.casefold() == NONE:
        result.values.setdefault("missing", []).append("category")
        return True
    if kind.parameter == "person" and vocabulary is None:
        result.problems.append(f"“{piece}” is not understood here: name the person by `person`.")
        return True
    meant = _meant(kind, value, vocabulary)
    if not meant:
        choice = _choices(kind, vocabulary)
        hint = ""
        if choice:
            hint = f" There is {choice}."
        result.problems.append(f"Nothing fits “{name}:{value}”.{hint}")
    for each in (f"{sign}{value}" for value in meant):
        if each not in (values := result.values.setdefault(kind.parameter, [])):
            values.append(each)
    return True


def _meant(kind: TokenKind, value: str, vocabulary: Known | None) -> list[str]:
    """The values that a token stands for: one of that name, or all whose name, or a word of it,
    begins so.
    """
    if kind.values:
        word = value.casefold().replace("_", "-")
        if word in kind.values:
            return [kind.values[word]]
        return [each for each in kind.values.values() if each == value]
    if kind.parameter == "currency":
        if re.fullmatch(r"[A-Za-z]{3}", value):
            return [value.upper()]
        return []
    names = _names(kind, vocabulary)
    if names is None:
        return [value]
    typed = plain(value)
    same = [names[name] for name in names if plain(name) == typed or names[name] == value]
    return same or [
        names[name]
        for name in names
        if any(each.startswith(typed) for each in _beginnings(plain(name)))
    ]


def _names(kind: TokenKind, vocabulary: Known | None) -> Mapping[str, str] | None:
    """The value of each name; None where a name stands for itself."""
    if vocabulary is None:
        return None
    if kind.parameter == "person":
        return vocabulary.people
    names = vocabulary.names.get(kind.parameter)
    if names is None:
        return None
    return {each: each for each in names}


def _beginnings(name: str) -> list[str]:
    words = name.split()
    return [" ".join(words[place:]) for place in range(len(words))]


def _choices(kind: TokenKind, vocabulary: Known | None) -> str:
    """What there is, in words; empty where nothing is known."""
    if kind.values:
        return _listed(kind.values)
    if kind.parameter == "currency":
        return "EUR, USD or another code of ISO 4217"
    return _listed(_names(kind, vocabulary) or ())


def _listed(names: Iterable[str]) -> str:
    named = [*names]
    more = len(named) - _MOST_NAMED
    examples = ", ".join(named[:_MOST_NAMED])
    if more > 0:
        return f"{examples} and {more} more"
    return examples


def _take_compared(piece: str, sign: str, value: str, result: Understood) -> bool:
    amount = _amount(value)
    if amount is None:
        result.problems.append(
            f"“{piece}” has no amount: write it directly behind the sign, such as {sign}50."
        )
        return True
    beyond = 0 if sign.endswith("=") else 1
    if sign.startswith(">"):
        result.least = _later(result.least, amount + beyond)
    else:
        result.most = _earlier(result.most, amount - beyond)
    return True


def _amount(value: str) -> int | None:
    """Ten-thousandths; None where it is no amount. Three digits behind a mark are thousands."""
    match = _AMOUNT.fullmatch(value)
    if match is None:
        return None
    whole = int(re.sub(r"[.,']", "", match[2]))
    decimals = match[3] or ""
    if whole > _LARGEST:
        return None
    amount = whole * _TEN_THOUSANDTHS + int(decimals.ljust(4, "0"))
    if match[1]:
        return -amount
    return amount


def _days(value: str) -> tuple[date, date] | None:
    """The first and last day of a month, or a day twice; None where it is neither."""
    match = _DAY.fullmatch(value)
    if match is None:
        return None
    year = int(match[1])
    month = int(match[2])
    try:
        if match[3]:
            return (day := date(year, month, int(match[3]))), day
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None


T = TypeVar("T", int, date)


def _later(one: T | None, other: T) -> T:
    if one is None:
        return other
    return max(one, other)


def _earlier(one: T | None, other: T) -> T:
    if one is None:
        return other
    return min(one, other)
