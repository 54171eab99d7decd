"""Where clients, contacts and projects are pulled from: the protocol of a CRM."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class RecordKind(StrEnum):
    COMPANY = "company"
    CONTACT = "contact"
    DEAL = "deal"


class DealStatus(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class Record:
    """A client, contact or deal of the source. `source` and `id` are its external key.

    Attributes:
        modified: when it changed last by the source's clock. Of two copies the later one holds.
        status: of a deal, by the source's own stages.
        stage: the source's name of a deal's stage.
        amount: minor units of `currency`, None where the source has no amount or no currency.
        companies, contacts: ids of records that it is associated with."""

    source: str
    kind: RecordKind
    id: str
    modified: datetime
    name: str
    email: str = ""
    status: DealStatus | None = None
    stage: str = ""
    amount: int | None = None
    currency: str = ""
    companies: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourcePage:
    """Records in the order of `modified`, then id. `skipped` are ids of records that could not be
    read, each with its reason. Give `cursor` to get what follows; keep it after the last page too:
    it finds later changes. Records may come again, on this page's successor too, so keep each by
    its external key.
    """

    records: Sequence[Record]
    cursor: str
    is_last: bool
    skipped: Sequence[tuple[str, str]] = field(default=())


class Source(Protocol):
    """A CRM of one company. Raises `errors` as a target does; a read has no uncertain outcome worth
    asking for.
    """

    @property
    def name(self) -> str:
        """The `source` of its records, such as "hubspot"."""
        ...

    async def page(self, kind: RecordKind, cursor: str | None) -> SourcePage:
        """Up to 100 records that were modified since the cursor; from the beginning without one.
        Raises ValueError: the cursor is none of this source and kind.
        """
        ...
