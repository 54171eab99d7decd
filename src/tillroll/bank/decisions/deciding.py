"""Decisions on matches, and what a person says of an entry."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from tillroll.access.behind import PersonBehind
from tillroll.bank.decisions import matches
from tillroll.bank.decisions.booking import DecidedMeanwhile, accept, note_reversed, undo
from tillroll.bank.decisions.claim_returns import amount_in_currency, plan_return
from tillroll.bank.decisions.documents import (
    find_documents,
    load_paired,
)
from tillroll.bank.decisions.effects import work_off
from tillroll.bank.decisions.lines import line_id, load_lines
from tillroll.bank.decisions.matches import NewMatch
from tillroll.bank.decisions.models import (
    AskedEntry,
    BankMatch,
    DocumentAsked,
    EntryWithMatches,
    Explanation,
    MatchDecision,
    Matched,
    MatchRequest,
    NewPair,
    Undoing,
)
from tillroll.bank.decisions.named_amounts import are_amounts_named
from tillroll.bank.decisions.pair_requests import pairs_of, say_what_is_over
from tillroll.bank.decisions.rivals import propose_again, refused_by
from tillroll.bank.models import Entry
from tillroll.bank.repository import is_person
from tillroll.bank.statements.showing import find_entry
from tillroll.bank.statements.undoing import payouts_of
from tillroll.claims.rules import is_payment
from tillroll.claims.service import load_claim
from tillroll.notifications.service import Subject, notify, why_no_mail
from tillroll.notifications.topics import BANK_DOCUMENT_OWED
from tillroll.payouts.bank_entries import check_may_match, check_may_undo
from tillroll.payouts.payments import PaymentStatus
from tillroll_documents.matching.learning import alias_of
from tillroll_documents.matching.models import Decision, Line, MatchKind
from tillroll_documents.money import Money
from tillroll_durable import Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append_if_changed, guarded_batch
from tillroll_durable.errors import LostGuard
from tillroll_durable.platform.bindings.database import ConstraintFailed
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform

_CERTAIN: Final = 1_000
_LONGEST_NAMED: Final = 80
_REVERSED: Final = "the bank took the entry back"


class NoSuchEntry(Refusal):
    thing = "bank entry"


class NoSuchMatch(Refusal):
    thing = "match"


async def show_entry(platform: Platform, account_id: str, id_: str) -> EntryWithMatches:
    """An entry with what was proposed or accepted for it. Raises NoSuchEntry."""
    entry = await find_entry(platform.database, account_id, id_)
    if entry is None:
        raise NoSuchEntry(id_)
    matches_by_entry = await matches.matches_of(platform.database, account_id, [id_])
    return EntryWithMatches(**vars(entry), matches=matches_by_entry.get(id_, []))


async def load_match(platform: Platform, account_id: str, id_: str) -> BankMatch:
    """Raises NoSuchMatch."""
    matches_by_id = await matches.load_matches(platform.database, account_id, [id_])
    if not matches_by_id:
        raise NoSuchMatch(id_)
    return matches_by_id[0]


async def decide(
    platform: Platform, actor: Actor, person: PersonBehind, id_: str, decision: MatchDecision
) -> BankMatch:
    """Accept a match, which books it at once, or decline it. The same again changes nothing.
    Raises NoSuchMatch; DecidedMeanwhile; MayNotReport, SecondNeeded, NotSettleable: they may not
    say what became of a payout in it, or it is not for people to say; NothingToReturn.
    """
    match = await load_match(platform, actor.account_id, id_)
    done = "accepted" if decision.decision == "accept" else "declined"
    if match.state == done:
        return match
    if match.state != "proposed":
        raise await refused_by(platform.database, actor.account_id, match)
    if done == "declined":
        await _decline(platform, actor, match=match, reason=decision.said)
    else:
        undone = await _undone_by(platform, actor.account_id, match)
        await check_right(platform, actor.account_id, person=person, match=match, undone=undone)
        await _accept(platform, actor, match, undone=undone, reason=decision.said)
    return await load_match(platform, actor.account_id, id_)


async def check_right(
    platform: Platform,
    account_id: str,
    person: PersonBehind,
    match: BankMatch,
    undone: Sequence[BankMatch] = (),
) -> None:
    """Hold a person's right against what a match says elsewhere, and the undoing of some others by
    it. Raises MayNotReport, SecondNeeded, NotSettleable: of a payout; NothingToReturn: of a
    claim."""
    await check_may_match(
        platform, account_id, statuses=said_of_payouts(match, undone), person=person
    )
    await _check_returns(platform, account_id, match)


def said_of_payouts(match: BankMatch, undone: Sequence[BankMatch] = ()) -> dict[str, PaymentStatus]:
    """What a match says of payouts, by their ids: that they have left, or that they came back. What
    an entry that the bank takes back had paid came back."""
    statuses: dict[str, PaymentStatus] = {}
    for pair in match.pairs:
        if pair.document_kind == "payout" and pair.settles < 0:
            statuses[pair.document_id] = PaymentStatus.POSTED
        elif pair.document_kind == "payout":
            statuses[pair.document_id] = PaymentStatus.RETURNED
    for each in undone:
        for pair in each.pairs:
            if pair.document_kind == "payout":
                statuses[pair.document_id] = PaymentStatus.RETURNED
    return statuses


async def _check_returns(platform: Platform, account_id: str, match: BankMatch) -> None:
    """Raises NothingToReturn: money of a claim went back that never was paid to it."""
    for pair in match.pairs:
        if pair.document_kind != "claim":
            continue
        claim = await load_claim(platform, account_id, pair.document_id)
        if is_payment(pair.amount, claim.payer_kind):
            continue
        currency = claim.standing.currency
        amount = amount_in_currency(
            currency, entry_currency=pair.currency, amount=pair.amount, settles=pair.settles
        )
        await plan_return(
            platform.database, claim, currency=currency, amount=abs(amount), effect_id=""
        )


async def _undone_by(platform: Platform, account_id: str, match: BankMatch) -> list[BankMatch]:
    """What explains the entry that the bank takes back: it is undone with the match, and its
    document is open again.
    """
    if match.kind != MatchKind.REVERSAL:
        return []
    matches_by_entry = await matches.matches_of(
        platform.database, account_id, [pair.entry_id for pair in match.pairs]
    )
    accepted = {
        each.id: each
        for those in matches_by_entry.values()
        for each in those
        if each.state == "accepted"
    }
    return [*accepted.values()]


async def _accept(
    platform: Platform,
    actor: Actor,
    match: BankMatch,
    *,
    undone: Sequence[BankMatch],
    reason: str | None,
    before: Sequence[Statement] = (),
) -> None:
    lines = await _lines(platform, actor.account_id, match)
    taken_back: list[Statement] = []
    try:
        for each in undone:
            own = await _lines(platform, actor.account_id, each)
            taken_back += await undo(platform, actor, chosen=[each], lines=own, reason=_REVERSED)
        if undone:
            taken_back.append(note_reversed(actor.account_id, undone, match))
        await platform.database.batch(
            [
                *before,
                *taken_back,
                *await accept(platform, actor, chosen=[match], lines=lines, reason=reason),
                *await _teach(
                    platform, actor.account_id, match=match, lines=lines, is_accepted=True
                ),
            ]
        )
    except ConstraintFailed as error:
        raise await refused_by(platform.database, actor.account_id, match) from error
    await work_off(platform, [each.id for each in (match, *undone)])


async def _decline(platform: Platform, actor: Actor, match: BankMatch, reason: str | None) -> None:
    lines = await _lines(platform, actor.account_id, match)
    now = to_text(platform.clock.now())
    query = """
      UPDATE bank_matches SET state = 'declined', decided_by = ?3, decided_at = ?4, said = ?5
      WHERE account_id = ?1 AND id = ?2 AND state = 'proposed'
    """
    # A match may be declined, taken back and declined again.
    key = f"{Matched.MATCH_DECLINED}:{match.id}:{new_id('say')}"
    event = actor.event(Matched.MATCH_DECLINED, key, at=now, detail={"match": match.id})
    statements = [
        statement(query, [actor.account_id, match.id, actor.name, now, reason]),
        append_if_changed(event),
        *await _teach(platform, actor.account_id, match=match, lines=lines, is_accepted=False),
        matches.match_again(actor.account_id),
    ]
    try:
        await platform.database.batch(statements)
    except ConstraintFailed as error:
        raise await refused_by(platform.database, actor.account_id, match) from error


async def _lines(platform: Platform, account_id: str, match: BankMatch) -> dict[str, Line]:
    ids = dict.fromkeys(pair.entry_id for pair in match.pairs)
    return await load_lines(platform.database, account_id, ids)


async def _teach(
    platform: Platform,
    account_id: str,
    match: BankMatch,
    lines: dict[str, Line],
    *,
    is_accepted: bool,
) -> Sequence[Statement]:
    pairs = [(line_id(pair.entry_id, pair.payment), pair.document_id) for pair in match.pairs]
    alias = await _alias(platform, account_id, match=match, lines=lines, is_accepted=is_accepted)
    return matches.teach(account_id, pairs, alias, is_accepted=is_accepted)


async def _alias(
    platform: Platform,
    account_id: str,
    match: BankMatch,
    lines: Mapping[str, Line],
    *,
    is_accepted: bool,
) -> tuple[str, str] | None:
    """The payee and the merchant that a decision is about, None where it says nothing of them."""
    documents = tuple((await load_paired(platform.database, account_id, match.pairs)).values())
    line = lines.get(line_id(match.pairs[0].entry_id, match.pairs[0].payment))
    if line is None:
        return None
    return alias_of(Decision(is_accepted=is_accepted, line=line, documents=documents))


async def make_match(
    platform: Platform, actor: Actor, person: PersonBehind, request: MatchRequest
) -> BankMatch:
    """Book entries with documents as a person says. Raises ValuesRefused: by the field of a pair;
    DecidedMeanwhile; what `check_right` raises."""
    id_ = new_id("mat")
    pairs = await pairs_of(platform, actor.account_id, request.pairs)
    now = to_text(platform.clock.now())
    reasons = ["a person says so"]
    expenses = [pair.document_id for pair in pairs if pair.document_kind == "expense"]
    documents_by_id = (
        await find_documents(platform.database, actor.account_id, kind="expense", ids=expenses)
        if expenses
        else {}
    )
    if any(document.says_cash for document, _ in documents_by_id.values()):
        reasons.append("and that it was paid from this account, though the receipt says cash")
    documents = {each: document for each, (document, _) in documents_by_id.items()}
    reasons += say_what_is_over(pairs, documents)
    new = NewMatch(
        id_, "by_hand", level="by_hand", score=_CERTAIN, reasons=reasons, twins=[], pairs=pairs
    )
    match = await matches.preview(platform.database, actor.account_id, new=new, now=now)
    await check_right(platform, actor.account_id, person=person, match=match)
    # In the batch that accepts it: nobody decides on it before, and a refusal leaves nothing of it.
    insert = matches.insert_matches(actor.account_id, [new], now)
    await _accept(platform, actor, match, undone=[], reason=None, before=insert)
    return await load_match(platform, actor.account_id, id_)


async def undo_match(
    platform: Platform, actor: Actor, person: PersonBehind, id_: str, undoing: Undoing
) -> BankMatch:
    """Take an accepted match back: facts name what they undo, and what was closed is open again. It
    is proposed again, as is what was declined. The same again changes nothing. Raises NoSuchMatch,
    DecidedMeanwhile; MayNotReport, SecondNeeded: nobody but the match says what became of a payout,
    and they may not take that back."""
    match = await load_match(platform, actor.account_id, id_)
    if match.state == "undone":
        return match
    if match.state == "declined":
        await _take_decline_back(platform, actor, match=match, reason=undoing.reason)
        return await load_match(platform, actor.account_id, id_)
    if match.state != "accepted":
        raise DecidedMeanwhile(id_)
    await check_may_undo(
        platform,
        actor.account_id,
        run_ids=await payouts_of(platform.database, [id_]),
        person=person,
    )
    lines = await _lines(platform, actor.account_id, match)
    documents = await load_paired(platform.database, actor.account_id, match.pairs)
    are_unnamed = not are_amounts_named(match, lines=lines, documents=documents)
    now = to_text(platform.clock.now())
    try:
        await platform.database.batch(
            [
                *await undo(platform, actor, chosen=[match], lines=lines, reason=undoing.reason),
                *await _unlearn(platform, actor.account_id, match=match, lines=lines),
                *_propose_again(actor.account_id, match, now, are_unnamed=are_unnamed),
            ]
        )
    except ConstraintFailed as error:
        raise DecidedMeanwhile(id_) from error
    await work_off(platform, [id_])
    if match.level == "by_hand" or are_unnamed:
        await propose_again(platform, actor.account_id, lines)
    return await load_match(platform, actor.account_id, id_)


async def _unlearn(
    platform: Platform, account_id: str, match: BankMatch, lines: Mapping[str, Line]
) -> Sequence[Statement]:
    """The payee is that merchant once less. The pair is none that was declined."""
    alias = await _alias(platform, account_id, match=match, lines=lines, is_accepted=False)
    return matches.teach(account_id, (), alias, is_accepted=False)


def _propose_again(
    account_id: str, match: BankMatch, now: str, *, are_unnamed: bool
) -> Sequence[Statement]:
    """What was undone as a proposal: a person declines it, or accepts it anew. What they put
    together is none, nor are two amounts of one currency, of which nothing says why they differ.
    """
    if match.level == "by_hand" or are_unnamed:
        return ()
    pairs = [
        NewPair(
            each.entry_id,
            each.payment,
            document_kind=each.document_kind,
            document_id=each.document_id,
            amount=each.amount,
            settles=each.settles,
        )
        for each in match.pairs
    ]
    new = NewMatch(
        new_id("mat"),
        match.kind,
        level="proposed",
        score=match.score,
        reasons=match.reasons,
        twins=match.twins,
        pairs=pairs,
    )
    return matches.insert_matches(account_id, [new], now)


async def _take_decline_back(
    platform: Platform, actor: Actor, match: BankMatch, reason: str | None
) -> None:
    """Propose the match again, unless something else explains its entries by now."""
    lines = await _lines(platform, actor.account_id, match)
    now = to_text(platform.clock.now())
    pairs = [(line_id(pair.entry_id, pair.payment), pair.document_id) for pair in match.pairs]
    # Where its import was undone, it has no pairs.
    are_open = bool(pairs) and all(id_ in lines and not lines[id_].is_settled for id_, _ in pairs)
    query = """
      UPDATE bank_matches SET state = ?3, said = ?4, decided_by = NULL, decided_at = NULL
      WHERE account_id = ?1 AND id = ?2 AND state = 'declined'
    """
    state, sentence = ("proposed", None) if are_open else ("undone", reason)
    # A match may be declined and taken back several times.
    key = f"{Matched.MATCH_UNDONE}:{match.id}:{new_id('say')}"
    event = actor.event(
        Matched.MATCH_UNDONE, key, at=now, detail={"match": match.id, "reason": reason}
    )
    try:
        await platform.database.batch(
            [
                statement(query, [actor.account_id, match.id, state, sentence]),
                append_if_changed(event),
                matches.forget_decline(actor.account_id, pairs),
                matches.match_again(actor.account_id),
            ]
        )
    except ConstraintFailed as error:
        raise DecidedMeanwhile(match.id) from error


async def ask_for_document(
    platform: Platform, actor: Actor, user_id: str, id_: str, request: DocumentAsked
) -> AskedEntry:
    """Name the person who owes an entry's document, and ask them for `user_id`, once; or nobody any
    more. Raises NoSuchEntry; ValuesRefused: there is no such person.
    """
    entry = await show_entry(platform, actor.account_id, id_)
    if request.person is not None and not await is_person(
        platform.database, actor.account_id, request.person
    ):
        raise ValuesRefused([("person", "There is nobody of this id in your account.")])
    if request.person is None:
        not_mailed = None
    else:
        not_mailed = await why_no_mail(platform, BANK_DOCUMENT_OWED, request.person)
    if entry.owed_by == request.person:
        return AskedEntry(**vars(entry), not_mailed=not_mailed)
    now = to_text(platform.clock.now())
    query = """
      UPDATE bank_entries SET owed_by = ?3, asks = 0,
        asked_at = CASE WHEN ?3 IS NOT NULL THEN ?4 END
      WHERE account_id = ?1 AND id = ?2 AND owed_by IS NOT ?3
    """
    key = f"{Matched.DOCUMENT_ASKED}:{id_}:{new_id('ask')}"
    event = actor.event(
        Matched.DOCUMENT_ASKED, key, at=now, detail={"entry": id_, "person": request.person}
    )
    notices: Sequence[Statement] = ()
    if request.person is not None:
        # Once for each person, however often they are named.
        subject = Subject(id_, about=_about(entry), asked_by=user_id, occasion=request.person)
        notices = notify(
            actor.account_id, BANK_DOCUMENT_OWED, subject=subject, now=now, person=request.person
        )
    change = statement(query, [actor.account_id, id_, request.person, now])
    # Where it is said at the same time by somebody else, it stands already.
    with suppress(LostGuard):
        await guarded_batch(platform.database, change, event, *notices)
    return AskedEntry(
        **vars(await show_entry(platform, actor.account_id, id_)), not_mailed=not_mailed
    )


def _about(entry: Entry) -> str:
    """What somebody who has no access to the bank needs to know an entry again."""
    amount = Money(abs(entry.amount), entry.currency).to_decimal_string()
    words = "" if entry.words == entry.counterparty else entry.words
    named = [each[:_LONGEST_NAMED] for each in (entry.counterparty, words) if each]
    return ", ".join([f"{amount} {entry.currency}", f"{entry.day}", *named])


async def explain(
    platform: Platform, actor: Actor, id_: str, explanation: Explanation
) -> EntryWithMatches:
    """Say why no document explains an entry, or take that back. The same again changes nothing.
    Raises NoSuchEntry; ValuesRefused: a kind without a reason."""
    entry = await show_entry(platform, actor.account_id, id_)
    if explanation.kind is not None and explanation.reason is None:
        raise ValuesRefused([("kind", "Only a reason has a kind.")])
    now = to_text(platform.clock.now())
    query = """
      UPDATE bank_entries SET reason = ?3, reason_kind = ?4,
        reason_by = CASE WHEN ?3 IS NOT NULL THEN ?5 END,
        reason_at = CASE WHEN ?3 IS NOT NULL THEN ?6 END
      WHERE account_id = ?1 AND id = ?2 AND (reason IS NOT ?3 OR reason_kind IS NOT ?4)
    """
    if entry.reason == explanation.reason and entry.reason_kind == explanation.kind:
        return entry
    key = f"{Matched.ENTRY_EXPLAINED}:{id_}:{new_id('say')}"
    event = actor.event(
        Matched.ENTRY_EXPLAINED,
        key,
        at=now,
        detail={
            "entry": id_,
            "isTakenBack": explanation.reason is None,
            "kind": explanation.kind,
        },
    )
    # What was proposed for it fits another entry then, or is no twin any more.
    dropped: Sequence[Statement] = (
        () if explanation.reason is None else matches.drop_proposals(actor.account_id, [id_])
    )
    follows = [*dropped, matches.match_again(actor.account_id)]
    values = [id_, explanation.reason, explanation.kind, actor.name, now]
    change = statement(query, [actor.account_id, *values])
    # Where it is said at the same time by somebody else, it stands already.
    with suppress(LostGuard):
        await guarded_batch(platform.database, change, event, *follows)
    return await show_entry(platform, actor.account_id, id_)
