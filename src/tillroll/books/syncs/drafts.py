"""From an expense, claim or credit note to the document that the books should have. Pure.

A line's account is its category's, its tax code that of its treatment and rate. A rate that is not
said is found by the amounts. A claim is charged as its e-invoice says, line by line: net, tax and
treatment. Where it is no invoice, it names no tax.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple, cast

from tillroll.books.syncs.mapping import NO_CATEGORY, BooksMapping, Unmapped, Word, rate_of
from tillroll.books.syncs.purchases import Taxed, is_open, taxed_lines
from tillroll.books.syncs.subjects import ExpenseSubject, Subject
from tillroll.books.syncs.tax_words import NO_TAX, sale_word
from tillroll.books.targets.target import LONGEST_NUMBER, Document, Kind, Line, Role
from tillroll.claims.charged import ChargedClaim, ChargedCredit, ChargedLine
from tillroll.expenses.exported import Share
from tillroll_documents.money import minor_from_decimal_string, written_rate
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.naming import fold_name

_LONGEST_DESCRIPTION: Final = 200
_MANY_LINES: Final = 100
IN_REVIEW: Final = "in-review"
NOT_APPROVED: Final = "not-approved"
TAX_OPEN: Final = "tax-open"
_TAX_OPEN_SAYS: Final = (
    "Its document says that it is not taxed at home as usual: say in the tax report how it is."
)
NOT_DUE: Final = frozenset({IN_REVIEW, NOT_APPROVED})
"""Codes of what the books are to have once a person has decided on it."""


@dataclass(frozen=True)
class Party:
    """A supplier or customer of the books, by name."""

    role: Role
    name: str

    @property
    def word(self) -> str:
        """Give the name in the form in which names are compared."""
        return fold_name(self.name)


class ContactKey(NamedTuple):
    """What a contact of the books is known by. `currency` is empty where it has any."""

    role: str
    word: str
    currency: str


@dataclass(frozen=True)
class Draft:
    """A document whose contact is known by name only. `lines` add up to `total`, which is above
    zero.
    """

    kind: Kind
    number: str
    party: Party
    issued: date
    due: date
    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        return sum(line.net + line.tax for line in self.lines)

    def document(self, reference: str, contact: str) -> Document:
        """Raises ValueError: it could not be written anywhere."""
        return Document(
            self.kind,
            reference,
            number=self.number,
            contact=contact,
            issued=self.issued,
            due=self.due,
            currency=self.currency,
            lines=self.lines,
            total=self.total,
        )


@dataclass(frozen=True)
class Blocked:
    """The document cannot be written as things are. `code` names the obstacle, `reason` says it,
    `unmapped` are its words. `draft` is the document as far as it is known: without the codes
    that are missing."""

    code: str
    reason: str
    unmapped: tuple[Unmapped, ...] = ()
    draft: Draft | None = None


@dataclass(frozen=True)
class NotWanted:
    """The books should not have it. `is_over`: what they have of it is to be taken back, less what
    credits took back already: `credited` has all that was charged, with these marked; else it
    stays as it is. `code` names why; what is NOT_DUE may be wanted later.
    """

    reason: str
    is_over: bool
    credited: Sequence[ChargedLine] = ()
    code: str = "not-wanted"


@dataclass(frozen=True)
class Choices:
    """What of an account a connection writes. `home` is the country whose VAT the company deducts;
    None where nobody said.
    """

    first_day: date
    only_approved: bool = False
    home: str | None = None


Wanted = Draft | Blocked | NotWanted


def draft_of(subject: Wanted) -> Draft | None:
    """The document that the books should have, also where something keeps it back."""
    if isinstance(subject, Blocked):
        return subject.draft
    if isinstance(subject, Draft):
        return subject
    return None


def wanted(subject: Subject, mapping: BooksMapping, choices: Choices) -> Wanted:
    """What the books should have of a subject."""
    match subject:
        case ExpenseSubject():
            return _of_expense(subject, mapping, choices)
        case ChargedClaim():
            return _of_claim(subject, mapping)
        case ChargedCredit():
            return _of_credit_note(subject, mapping)


def _of_expense(subject: ExpenseSubject, mapping: BooksMapping, choices: Choices) -> Wanted:
    expense = subject.expense
    total = minor_from_decimal_string(expense.total, expense.currency)
    not_wanted = _unwanted(subject, total, choices)
    if not_wanted is not None:
        return not_wanted
    shares = expense.shares_by_rate
    if shares is None:
        return Blocked(
            "tax-unclear",
            "It has several tax rates, and does not say what is taxed at which: split it.",
        )
    if is_open(expense, shares, choices.home):
        return Blocked(TAX_OPEN, _TAX_OPEN_SAYS)
    sign = 1 if total > 0 else -1
    result = [
        _line(expense.merchant, share, taxed, mapping)
        for share in shares
        for taxed in taxed_lines(expense, share, sign)
    ]
    party = _creditor(subject, mapping)
    missing = {each for pair in result if isinstance(pair, tuple) for each in pair}
    if isinstance(party, Unmapped):
        missing.add(party)
    if missing or isinstance(party, Unmapped):
        return _unmapped(missing)
    if isinstance(party, Blocked):
        return party
    issued = date.fromisoformat(expense.date)
    if expense.due_date is None:
        due = issued
    else:
        due = max(issued, date.fromisoformat(expense.due_date))
    kind = Kind.BILL if sign > 0 else Kind.CREDIT_NOTE
    lines = tuple(each for each in result if isinstance(each, Line))
    number = number_of(expense.receipt_number, _named(expense.merchant, expense.id))
    return Draft(
        kind, number, party=party, issued=issued, due=due, currency=expense.currency, lines=lines
    )


_TOLD_APART_BY: Final = 6


def _named(merchant: str, id_: str) -> str:
    """What a bill without a number is called: as much of its merchant as there is room for, and the
    end of our id, so that no two have the same number.
    """
    end = id_[-_TOLD_APART_BY:]
    return f"{_line_of_text(merchant)[: LONGEST_NUMBER - len(end) - 1].rstrip()} {end}".strip()


def _unwanted(subject: ExpenseSubject, total: int, choices: Choices) -> NotWanted | None:
    is_early = subject.expense.date < choices.first_day.isoformat()
    reasons = (
        (subject.status == "voided", NotWanted("It was voided.", is_over=True)),
        (
            subject.status == "in_review",
            NotWanted("It is in review.", is_over=False, code=IN_REVIEW),
        ),
        (
            choices.only_approved and subject.status != "approved",
            NotWanted("It is not approved.", is_over=False, code=NOT_APPROVED),
        ),
        (
            is_early,
            NotWanted(
                f"It is before {choices.first_day}, from which on these books are kept.",
                is_over=True,
            ),
        ),
        (total == 0, NotWanted("It comes to nothing.", is_over=True)),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _creditor(subject: ExpenseSubject, mapping: BooksMapping) -> Party | Unmapped | Blocked:
    """Whom the money is owed to: the merchant, or the employee who has paid."""
    expense = subject.expense
    if expense.paid_by != "employee":
        return Party(Role.SUPPLIER, _line_of_text(expense.registered_name or expense.merchant))
    if subject.person is None:
        return Blocked(
            "person-unknown", "An employee paid it, and nobody says who: name the person."
        )
    name = mapping.find(Word.PERSON, subject.person)
    if isinstance(name, Unmapped):
        return replace(name, name=subject.person_name or "who handed it in")
    return Party(Role.SUPPLIER, name)


def _line(
    merchant: str, share: Share, taxed: Taxed, mapping: BooksMapping
) -> Line | tuple[Unmapped, ...]:
    """A line of a share, or what of it is not mapped."""
    account = mapping.find(Word.CATEGORY, share.category or NO_CATEGORY)
    word = taxed.word or _rate(share, taxed, mapping)
    code = mapping.find_tax(word, taxed.net, taxed.tax)
    if isinstance(account, Unmapped) or isinstance(code, Unmapped):
        return tuple(each for each in (account, code) if isinstance(each, Unmapped))
    description = merchant if share.category is None else f"{merchant}, {share.category}"
    return Line(
        _line_of_text(description),
        taxed.net,
        tax=taxed.tax,
        account=account,
        tax_code=code or None,
    )


def _rate(share: Share, taxed: Taxed, mapping: BooksMapping) -> str:
    if share.rate is not None:
        return written_rate(share.rate)
    if share.tax is None:
        return NO_TAX
    return rate_of(taxed.net, taxed.tax, mapping.rates(Word.TAX))


def _of_claim(subject: ChargedClaim, mapping: BooksMapping) -> Wanted:
    if subject.is_withdrawn:
        return NotWanted("It was withdrawn.", is_over=True, credited=subject.lines)
    return _charged(
        Kind.INVOICE,
        subject,
        due=max(subject.issued, subject.due),
        mapping=mapping,
    )


def _of_credit_note(subject: ChargedCredit, mapping: BooksMapping) -> Wanted:
    if not subject.lines:
        return Blocked("no-document", "What it took out of its claim is not what it is over.")
    return _charged(
        Kind.INVOICE_CREDIT, subject, due=subject.issued, mapping=mapping, comment=subject.reason
    )


def _charged(
    kind: Kind,
    subject: ChargedClaim | ChargedCredit,
    due: date,
    mapping: BooksMapping,
    comment: str = "",
) -> Wanted:
    missing: set[Unmapped] = set()
    lines: list[Line] = []
    for each in subject.lines:
        account = mapping.find(Word.INCOME, each.category or NO_CATEGORY)
        code = mapping.find_output_tax(sale_word(each.key), each.tax)
        missing |= {word for word in (account, code) if isinstance(word, Unmapped)}
        line = Line(
            _line_of_text(": ".join(filter(None, (each.description, comment)))),
            each.net,
            tax=each.tax,
            account=_code_or_nothing(account),
            tax_code=_code_or_nothing(code) or None,
        )
        lines.append(line)
    party = Party(Role.CUSTOMER, _line_of_text(subject.payer))
    number = number_of(subject.number, subject.id)
    draft = Draft(
        kind,
        number,
        party=party,
        issued=subject.issued,
        due=due,
        currency=subject.currency,
        lines=tuple(lines),
    )
    if missing:
        return replace(_unmapped(missing), draft=draft)
    return draft


def _code_or_nothing(code: str | Unmapped) -> str:
    if isinstance(code, Unmapped):
        return ""
    return code


def _unmapped(missing: set[Unmapped]) -> Blocked:
    words = tuple(sorted(missing))
    sentence = "; ".join(each.says for each in words[:_MANY_LINES])
    return Blocked("unmapped", f"{sentence[:1].upper()}{sentence[1:]}.", words)


@dataclass(frozen=True)
class Reversal:
    """How a document is taken back: under which reference, of which day, and less what credits took
    back already, as of `NotWanted`.
    """

    reference: str
    on: date
    credited: Sequence[ChargedLine] = ()


def reversing(kind: Kind, fields: JsonObject, number: str, by: Reversal) -> Document | None:
    """The credit that takes a document back, by what the books have of it: `fields` as of
    `Written`. It is of the document's own day where that is later. None: credits took all of it
    back.
    """
    written = tuple(_line_from(each) for each in _objects(fields["lines"]))
    lines = _remaining(written, by.credited)
    issued = max(by.on, date.fromisoformat(str(fields["issued"])))
    total = sum(line.net + line.tax for line in lines)
    if total <= 0:
        return None
    credit = number_of(f"{number[: LONGEST_NUMBER - 3]}-CR", by.reference)
    contact = str(fields["contact"])
    currency = str(fields["currency"])
    return Document(
        kind.credit,
        by.reference,
        number=credit,
        contact=contact,
        issued=issued,
        due=issued,
        currency=currency,
        lines=lines,
        total=total,
    )


def _remaining(written: tuple[Line, ...], charged: Sequence[ChargedLine]) -> tuple[Line, ...]:
    """What the books have of a claim, less the lines that credit notes took back. Where a person
    gave the document other lines there, what was taken back stands as lines below zero.
    """
    credited = [each for each in charged if each.is_credited]
    if not credited:
        return written
    if len(written) != len(charged):
        return (*written, *(_taken_back(each, written[0]) for each in credited))
    pairs = zip(written, charged, strict=True)
    remaining = [line for line, each in pairs if not each.is_credited]
    # Books that share tax out among lines may read a line's a unit apart.
    expected = sum(line.net + line.tax for line in written) - sum(each.amount for each in credited)
    difference = expected - sum(line.net + line.tax for line in remaining)
    if abs(difference) > len(written):
        return (*written, *(_taken_back(each, written[0]) for each in credited))
    if difference and remaining:
        place = max(range(len(remaining)), key=lambda number: abs(remaining[number].tax))
        remaining[place] = replace(remaining[place], tax=remaining[place].tax + difference)
    return tuple(remaining)


def _taken_back(each: ChargedLine, like: Line) -> Line:
    return Line(
        f"Credited before: {each.description}",
        -each.net,
        tax=-each.tax,
        account=like.account,
        tax_code=like.tax_code,
    )


def _line_from(stored: JsonObject) -> Line:
    """A line of `Written.fields`; what a person added to it there is left out."""
    net = stored["net"]
    tax = stored["tax"]
    code = stored.get("taxCode")
    if not isinstance(net, int) or not isinstance(tax, int):
        # What is kept is wrong.
        raise ValueError("a line of the books has no amounts")  # noqa: TRY004
    return Line(
        str(stored["description"]),
        net,
        tax=tax,
        account=str(stored["account"]),
        tax_code=None if code is None else str(code),
    )


def _objects(value: object) -> list[JsonObject]:
    if not isinstance(value, list):
        return []
    items = cast(list[object], value)
    return [cast(JsonObject, item) for item in items if isinstance(item, dict)]


def number_of(number: str | None, otherwise: str) -> str:
    """What people call it: its own number where the books take one so long, else what else it is
    called; of our id the end.
    """
    printable = (
        "" if number is None else "".join(each for each in number if each.isprintable()).strip()
    )
    if 0 < len(printable) <= LONGEST_NUMBER:
        return printable
    if len(otherwise) <= LONGEST_NUMBER:
        return otherwise
    return otherwise.rpartition("_")[2].replace(":", "-")[-LONGEST_NUMBER:]


def reference_of(subject_id: str, generation: int) -> str:
    """Our id of a document: its subject's, and from the second document on the count."""
    if generation == 1:
        return subject_id
    return f"{subject_id}-{generation}"


def credit_reference_of(subject_id: str, generation: int) -> str:
    """Our id of the credit that takes a document back."""
    return f"{reference_of(subject_id, generation)}-void"


def content_of(document: Document) -> JsonObject:
    """A document as JSON; `document_from` takes it back."""
    return {"kind": document.kind.value, "reference": document.reference, **document.fields()}


def document_from(stored: JsonObject) -> Document:
    total = stored["total"]
    assert isinstance(total, int)  # noqa: S101 - `content_of` has written it
    return Document(
        Kind(str(stored["kind"])),
        str(stored["reference"]),
        number=str(stored["number"]),
        contact=str(stored["contact"]),
        issued=date.fromisoformat(str(stored["issued"])),
        due=date.fromisoformat(str(stored["due"])),
        currency=str(stored["currency"]),
        lines=tuple(_line_from(each) for each in _objects(stored["lines"])),
        total=total,
    )


def _line_of_text(value: str) -> str:
    """One line of printable characters, of bounded length."""
    return " ".join("".join(each if each.isprintable() else " " for each in value).split())[
        :_LONGEST_DESCRIPTION
    ]


def dumped(document: Document) -> str:
    return dump(content_of(document))
