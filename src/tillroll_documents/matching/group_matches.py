"""One line for several documents, and several lines for one document, by what adds up."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from tillroll_documents.matching.candidates import words_of
from tillroll_documents.matching.evidence import (
    SURE_NAME,
    DocumentView,
    LineView,
    named_of,
    says,
    written_of,
)
from tillroll_documents.matching.lags import lag_in_words
from tillroll_documents.matching.models import (
    Document,
    DocumentKind,
    Level,
    Match,
    MatchKind,
)
from tillroll_documents.matching.open_amounts import Open, level, score, whole
from tillroll_documents.matching.subset_sums import MOST_AMOUNTS, find_sum
from tillroll_documents.matching.transaction_codes import has_wage_code

_BY_REFERENCE: Final = 900
_BY_PARTY: Final = 600
_LATEST: Final = 30
"""Days between an expense and the lines that pay it in parts."""
_MOST_WRITTEN: Final = 5
"""References that a reason names."""
_MOST_BY_REFERENCE: Final = 1_000
"""Payments of one file that are booked as one line."""


def match_named_groups(opened: Open) -> None:
    """Match lines whose references name several documents that add up to them: claims that are paid
    together, or the payouts of one payment file.
    """
    totals: dict[tuple[str, ...], int] = {}
    for line in opened:
        named = opened.index.named_by(line, _MOST_BY_REFERENCE + 1)
        if len(named) > MOST_AMOUNTS:
            # Every payment of a large file may name the file: its sum is not added up for each of
            # them.
            total = totals.get(line.named)
            if total is None:
                total = totals[line.named] = sum(
                    opened.remainder(view.document.id) for view in named
                )
            if total not in {line.line.amount, line.net}:
                continue
        documents = [view for view in named if _is_open(opened, line, view.document)]
        if not 2 <= len(documents) <= _MOST_BY_REFERENCE or line.line.is_pending:
            continue
        remainders = [opened.remainder(view.document.id) for view in documents]
        reason = f"the reference names {_list(line, documents)}"
        if sum(remainders) in {line.line.amount, line.net}:
            reasons = (f"the same amount as {len(documents)} documents together", reason)
            is_asked = any(opened.weigher.is_of_employee(line, view) for view in documents)
            twins = _payers_own(opened, line, documents)
            which = level(is_sure=not is_asked, is_tie=bool(twins))
            opened.add(
                _one_to_many(
                    opened,
                    line,
                    documents=documents,
                    points=_BY_REFERENCE,
                    reasons=reasons,
                    which=which,
                    twins=twins,
                )
            )
        elif sum_of_documents := find_sum(remainders, line.net):
            chosen = [documents[at] for at in sum_of_documents.positions]
            reasons = (
                f"the same amount as {len(chosen)} documents together",
                reason,
                "some that it names are left out",
            )
            which = Level.PROPOSED if sum_of_documents.is_only else Level.TIE
            opened.add(
                _one_to_many(
                    opened, line, documents=chosen, points=_BY_PARTY, reasons=reasons, which=which
                )
            )


def _payers_own(opened: Open, line: LineView, named: Sequence[DocumentView]) -> tuple[str, ...]:
    """Documents of the line's other side with just its amount, where it names those of others."""
    if any(_is_party(opened, line, view) for view in named):
        return ()
    ids = {view.document.id for view in named}
    return tuple(
        view.document.id
        for view in opened.index.of_party(line, MOST_AMOUNTS)
        if view.document.id not in ids
        and opened.remainder(view.document.id) in {line.line.amount, line.net}
        and _is_party(opened, line, view)
    )


def match_groups(opened: Open) -> None:
    """Propose what adds up among the documents of one party, then among the lines of one."""
    for line in [*opened]:
        if opened.is_free(line.line.id) and not line.line.is_pending:
            _match_party(opened, line)
    _match_parts(opened)


def _match_party(opened: Open, line: LineView) -> None:
    documents = [
        view
        for view in opened.index.of_party(line, MOST_AMOUNTS)
        if _is_open(opened, line, view.document)
        and abs(opened.remainder(view.document.id)) < abs(line.net)
        and _is_in_time(line, view)
        and _is_party(opened, line, view)
    ]
    documents.sort(key=lambda view: (abs((line.day or 0) - (view.day or 0)), view.document.id))
    documents = sorted(documents[:MOST_AMOUNTS], key=lambda view: (view.day or 0, view.document.id))
    sum_of_documents = find_sum(
        [opened.remainder(view.document.id) for view in documents], line.net
    )
    if sum_of_documents is None:
        return
    chosen = [documents[at] for at in sum_of_documents.positions]
    reasons = (
        f"the same amount as {len(chosen)} documents together",
        "the same name or bank account",
    )
    which = Level.PROPOSED if sum_of_documents.is_only else Level.TIE
    opened.add(
        _one_to_many(opened, line, documents=chosen, points=_BY_PARTY, reasons=reasons, which=which)
    )


def _match_parts(opened: Open) -> None:
    """Several lines for one document of which nothing is matched."""
    by_word: dict[tuple[str, str, bool], list[LineView]] = defaultdict(list)
    for line in opened:
        if not line.line.is_pending and line.day is not None:
            for word in words_of(line.name.tokens):
                by_word[word, line.line.currency, line.line.amount > 0].append(line)
    for view in opened.index.views.values():
        document = view.document
        remainder = opened.remainder(document.id)
        if document.kind.is_rule or not remainder or remainder != document.remainder:
            continue
        words = dict.fromkeys(word for name in view.names for word in words_of(name.tokens))
        lines = {
            line.line.id: line
            for word in words
            for line in _around(by_word.get((word, document.currency, remainder > 0), ()), view)
            if opened.is_free(line.line.id)
            and abs(line.line.amount) < abs(remainder)
            and _is_open(opened, line, document)
            and _is_in_time(line, view)
            and _is_party(opened, line, view)
        }
        ordered = sorted(lines.values(), key=lambda line: (line.day or 0, line.line.id))[
            :MOST_AMOUNTS
        ]
        sum_of_lines = find_sum([line.line.amount for line in ordered], remainder)
        if sum_of_lines is not None:
            chosen = [ordered[at] for at in sum_of_lines.positions]
            is_asked = any(opened.weigher.is_of_employee(line, view) for line in chosen)
            opened.add(_many_to_one(chosen, view, is_only=sum_of_lines.is_only, is_asked=is_asked))


def _around(lines: Sequence[LineView], view: DocumentView) -> Sequence[LineView]:
    """The lines nearest after a document's day; `lines` are in the order of their days."""
    if len(lines) <= MOST_AMOUNTS:
        return lines
    low = 0
    high = len(lines)
    least = (view.day or 0) - 3
    while low < high:
        middle = (low + high) // 2
        if (lines[middle].day or 0) < least:
            low = middle + 1
        else:
            high = middle
    return lines[low : low + MOST_AMOUNTS]


def _many_to_one(
    lines: Sequence[LineView],
    view: DocumentView,
    *,
    is_only: bool,
    is_asked: bool,
) -> Match:
    document = view.document
    named = [next((key for key in line.named if key in view.references), None) for line in lines]
    reasons = [f"{len(lines)} lines are together the same amount", "the same name or bank account"]
    is_named = all(named)
    if is_named and named[0] is not None:
        reasons.append(f"the reference names {says(document, named[0])}")
    last = lines[-1]
    if last.day is not None and view.day is not None:
        reasons.append(f"the last is {lag_in_words(last.day - view.day)}")
    return Match(
        kind=MatchKind.MANY_TO_ONE,
        lines=tuple(line.line.id for line in lines),
        pairs=tuple(whole(line, document, line.line.amount) for line in lines),
        score=_BY_REFERENCE if is_named else _BY_PARTY,
        reasons=tuple(reasons),
        level=level(is_sure=is_named and not is_asked, is_tie=not is_only),
    )


def _one_to_many(
    opened: Open,
    line: LineView,
    documents: Sequence[DocumentView],
    points: int,
    reasons: tuple[str, ...],
    which: Level,
    twins: tuple[str, ...] = (),
) -> Match:
    remainders = [opened.remainder(view.document.id) for view in documents]
    # charges go to the last
    amounts = [*remainders[:-1], remainders[-1] + line.line.amount - sum(remainders)]
    return Match(
        kind=MatchKind.ONE_TO_MANY,
        lines=(line.line.id,),
        pairs=tuple(
            whole(line, view.document, settles=remainder, amount=amount)
            for view, remainder, amount in zip(documents, remainders, amounts, strict=True)
        ),
        score=score(points),
        reasons=reasons,
        level=which,
        twins=twins,
    )


def _is_open(opened: Open, line: LineView, document: Document) -> bool:
    remainder = opened.remainder(document.id)
    is_account = document.bank_account in {None, line.line.account}
    is_same_way = (
        remainder != 0
        and (remainder > 0) == (line.line.amount > 0)
        and document.currency == line.line.currency
    )
    is_wage = document.kind is DocumentKind.EXPENSE and has_wage_code(line.line.code)
    may_be = is_same_way and is_account and not document.says_cash and not is_wage
    return may_be and not opened.weigher.is_declined(line.line.id, document.id)


def _is_party(opened: Open, line: LineView, view: DocumentView) -> bool:
    has_iban = line.line.counterparty in view.document.accounts and bool(line.line.counterparty)
    return has_iban or opened.weigher.name(line, view)[0] >= SURE_NAME


def _is_in_time(line: LineView, view: DocumentView) -> bool:
    if line.day is None or view.day is None:
        return False
    lag = line.day - view.day
    return (
        -3
        <= lag
        <= (400 if view.document.kind is DocumentKind.CLAIM or view.document.due else _LATEST)
    )


def _list(line: LineView, documents: Sequence[DocumentView]) -> str:
    """The references that a line names, at most five of them."""
    pairs = list[tuple[Document, str]]()
    for view in documents:
        key = next((each for each in line.named if each in view.references), None)
        if key is not None:
            pairs.append((view.document, key))
    written = [*dict.fromkeys(written_of(document, key) for document, key in pairs)]
    listed = named_of([document for document, _ in pairs], written[:_MOST_WRITTEN])
    if len(written) > _MOST_WRITTEN:
        return f"{listed} and {len(written) - _MOST_WRITTEN} more"
    return listed
