"""Money of a claim that goes the other way: a payment is taken back, a rest written off, what is owed back sent."""

from dataclasses import dataclass

from tillroll.claims.standing import Book, Bounced, refund, unpay, write_off
from tillroll.durable import Actor, ValuesRefused
from tillroll.ledger.record.accounts import AnotherAccount
from tillroll.platform.services import Platform
from tillroll.workflows.claim.books import booked, open_accounts
from tillroll.workflows.claim.rows.claims import Claim, Event, load_event, load_kept, load_owed_back
from tillroll.workflows.claim.service.changing import Act, Once, change


@dataclass(frozen=True)
class Refund:
    """What was sent back to whoever paid, in minor units."""

    currency: str
    amount: int
    reason: str


async def reverse_payment(platform: Platform, actor: Actor, run_id: str, version: int, reason: str) -> Claim:
    """Take a payment back that was recorded by mistake, or bounced, by facts that name its transfers. Done again, it
    changes nothing. What is open then is waited for; behind the end of its run, nobody is asked for it.

    Raises:
        NoSuchClaim, Unchangeable: as `change`.
        ValuesRefused: nothing of this version was paid.
    """

    async def reversed_(claim: Claim, now: str) -> Act:
        payment = await _payment(platform, claim, version)
        currency, amount = payment.currency or "", payment.amount or 0
        transfers = await booked(platform, claim.account_id, f"{run_id}:{payment.key}")
        by_book = {book: sum(of for each, of in transfers.values() if each is book) for book in Book}
        kept = (
            await load_kept(platform.database, run_id, currency) - amount
            if currency == claim.standing.currency
            else None
        )
        bounced = Bounced((*transfers,), by_book[Book.RECEIVABLE], by_book[Book.LOST], kept)
        moved = unpay(claim.standing, bounced)
        event = Event(
            "reversed",
            f"reversed:{payment.key}",
            actor.name,
            now,
            currency=currency,
            amount=amount,
            applied=moved.applied,
            day=payment.day,
            said=reason,
            reverses=version,
        )
        return Act(moved, event)

    async def same(_: Event) -> bool:
        return True

    payment = await load_event(platform.database, run_id, version, actor.account_id)
    key = f"reversed:{'' if payment is None else payment.key}"
    return await change(platform, actor.account_id, run_id, reversed_, Once(key, same))


async def write_off_rest(platform: Platform, actor: Actor, run_id: str, reason: str) -> Claim:
    """Give up what is open of a claim. What is paid of it all the same is taken all the same.

    Raises:
        NoSuchClaim, Unchangeable: as `change`.
        ValuesRefused: an account of the ledger stands in the way.
    """

    async def written_off(claim: Claim, now: str) -> Act:
        try:
            await open_accounts(platform, actor.account_id, actor.name, claim.standing.currency)
        except AnotherAccount as error:
            said = f"The ledger has an account {error} of another currency, side or limit: nothing can be written off."
            raise ValuesRefused([("reason", said)]) from error
        moved, key = write_off(claim.standing), f"written_off:{claim.version + 1}"
        event = Event(
            "written_off", key, actor.name, now, currency=claim.standing.currency, amount=moved.applied, said=reason
        )
        return Act(moved, event)

    return await change(platform, actor.account_id, run_id, written_off)


async def record_refund(platform: Platform, actor: Actor, run_id: str, sent: Refund, key: str) -> Claim:
    """Book that what is owed back was sent back, once under its key.

    Raises:
        NoSuchClaim, Unchangeable, KeyReused: as `change`.
    """

    async def refunded(claim: Claim, now: str) -> Act:
        owed = await load_owed_back(platform.database, claim, sent.currency)
        moved = refund(claim.standing, sent.currency, sent.amount, owed)
        event = Event(
            "refunded", f"refund:{key}", actor.name, now, currency=sent.currency, amount=sent.amount, said=sent.reason
        )
        return Act(moved, event)

    async def same(event: Event) -> bool:
        return (event.currency, event.amount, event.said) == (sent.currency, sent.amount, sent.reason)

    return await change(platform, actor.account_id, run_id, refunded, Once(f"refund:{key}", same))


async def _payment(platform: Platform, claim: Claim, version: int) -> Event:
    """
    Raises:
        ValuesRefused: see there.
    """
    event = await load_event(platform.database, claim.run_id, version, claim.account_id)
    if event is None or event.kind != "payment":
        said = "Name a payment of this claim by the `version` of its event: GET /api/claims/{claim_id} has them."
        raise ValuesRefused([("version", said)])
    return event
