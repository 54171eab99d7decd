"""What a record of a CRM comes to: which copy holds, and what became of a deal. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tillroll.books.targets.source import DealStatus, Record, RecordKind


class Fact(StrEnum):
    """What became of a deal. REOPENED: it was won or lost, and is so no more."""

    WON = "deal_won"
    LOST = "deal_lost"
    REOPENED = "deal_reopened"


class Came(StrEnum):
    """What a record was that was read."""

    NEW = "new"
    CHANGED = "changed"
    AGAIN = "unchanged"


@dataclass(frozen=True)
class Known:
    """What is kept of a record, as far as it is compared."""

    modified: datetime
    status: DealStatus | None


def came(record: Record, stored: Known | None) -> Came:
    """A copy that is no later than what is kept changes nothing."""
    if stored is None:
        return Came.NEW
    if record.modified > stored.modified:
        return Came.CHANGED
    return Came.AGAIN


def fact_of(record: Record, stored: Known | None) -> Fact | None:
    """What became of a deal since what is kept of it; None where nothing did."""
    if record.kind is not RecordKind.DEAL or came(record, stored) is Came.AGAIN:
        return None
    before = DealStatus.OPEN if stored is None else stored.status
    if record.status is before:
        return None
    return {DealStatus.WON: Fact.WON, DealStatus.LOST: Fact.LOST, DealStatus.OPEN: Fact.REOPENED}[
        record.status or DealStatus.OPEN
    ]


def latest(records: list[Record]) -> list[Record]:
    """Each record once: of several copies the later one."""
    newest: dict[tuple[RecordKind, str], Record] = {}
    for each in records:
        before = newest.get((each.kind, each.id))
        if before is None or each.modified >= before.modified:
            newest[each.kind, each.id] = each
    return [*newest.values()]


@dataclass(frozen=True)
class ClientOf:
    """Whom a deal is with: a company, else a contact, else the deal itself, by the id in the
    source.
    """

    external_id: str
    name: str
    mail: str | None = None


@dataclass(frozen=True)
class Party:
    """A company or contact that is known, by its external id."""

    external_id: str
    name: str
    email: str


def client_of(
    deal: Record, companies: dict[str, Party], contacts: dict[str, Party]
) -> ClientOf | None:
    """Whom a deal is with; None while its company or contact was not read yet. The first that the
    source names is the one.
    """
    if deal.companies:
        company = companies.get(deal.companies[0])
        mail = next(
            (
                contacts[each].email
                for each in deal.contacts
                if each in contacts and contacts[each].email
            ),
            None,
        )
        if company is None:
            return None
        return ClientOf(f"company:{company.external_id}", company.name, mail)
    if deal.contacts:
        contact = contacts.get(deal.contacts[0])
        if contact is None:
            return None
        return ClientOf(f"contact:{contact.external_id}", contact.name, contact.email or None)
    return ClientOf(f"deal:{deal.id}", deal.name)
