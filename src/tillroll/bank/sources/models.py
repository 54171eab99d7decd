"""Where statements of a bank account are fetched from: a bank's API by a provider, or an address of
a file.
"""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import (
    Model,
    RequestBody,
    ShownOnce,
    TimeText,
    WrittenDay,
    printable,
)


class Audited(Action):
    SOURCE_CREATED = (
        "bank_source.created",
        "somebody named where a bank account's statements are fetched from",
    )
    CONSENT_BEGUN = (
        "bank_source.consent_begun",
        "somebody was sent to a bank, to agree that it is asked",
    )
    CONSENT_GIVEN = (
        "bank_source.consent_given",
        "the bank lets us see the account; until `validUntil`",
    )
    ACCOUNT_CHOSEN = (
        "bank_source.account_chosen",
        "somebody said which of the bank's accounts is meant",
    )
    CREDENTIALS_CHANGED = (
        "bank_source.credentials_changed",
        "what lets us in at a source was replaced",
    )
    BANK_CHOSEN = "bank_source.bank_chosen", "somebody said which bank a provider is to ask"
    FETCH_ASKED = "bank_source.fetch_asked", "somebody had a source fetched now"
    SOURCE_ENDED = (
        "bank_source.ended",
        "nothing is fetched from a source any more; its credentials were deleted",
    )


SourceKind: TypeAlias = Literal["enable-banking", "address"]
SourceState: TypeAlias = Literal["new", "choosing", "connected", "stopped", "ended"]
FetchState: TypeAlias = Literal["stored", "done", "failed"]
_BankName = Annotated[str, Field(min_length=1, max_length=200), printable(200)]
_Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166", examples=["FI"])]
_Secret = Annotated[str, Field(min_length=1, max_length=10_000, repr=False)]


class EnableBankingAccess(RequestBody):
    """An application of Enable Banking: its id, and its private RSA key as PEM. `bank` is one that
    GET /api/bank/sources/{id}/banks lists; without it, it is chosen later, or stays.
    """

    kind: Literal["enable-banking"]
    application_id: Annotated[str, Field(min_length=1, max_length=100)]
    private_key: _Secret
    bank: _BankName | None = None
    country: _Country
    psu_type: Literal["business", "personal"] = "business"


class AddressAccess(RequestBody):
    """An https address that returns a bank's file. `authorization` is sent as the header of that
    name. Both are kept encrypted.
    """

    kind: Literal["address"]
    address: _Secret
    authorization: Annotated[str | None, Field(min_length=1, max_length=10_000, repr=False)] = None


Access: TypeAlias = EnableBankingAccess | AddressAccess


class BankSourceRequest(RequestBody):
    """`fromDay` is the first day that is fetched; without it, ninety days ago."""

    bank_account_id: Annotated[str, Field(min_length=1, max_length=60)]
    access: Annotated[Access, Field(discriminator="kind")]
    from_day: WrittenDay | None = None


class SourceAccess(RequestBody):
    """Other credentials for the same kind of source, or another bank."""

    access: Annotated[Access, Field(discriminator="kind")]


class ChosenBank(RequestBody):
    """One of those that GET /api/bank/sources/{id}/banks lists: its `id`, and its country."""

    bank: _BankName
    country: _Country


class ConsentAnswer(RequestBody):
    """What the address had with which the bank sent the person back: `state`, and `code` or
    `error`.
    """

    state: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None
    error: Annotated[str, Field(max_length=2_000)] | None = None


class ChosenAccount(RequestBody):
    """One of `accounts` of the source."""

    id: Annotated[str, Field(min_length=1, max_length=200)]


class ConsentUrl(Model):
    """Where the person agrees at their bank. The bank sends them back until `expiresAt`. Another
    request gives another address.
    """

    address: ShownOnce
    expires_at: str


class BankChoice(Model):
    """A bank as the provider has it: `id` is what a source names. `mostDays` is how long it lets a
    consent hold.
    """

    id: str
    name: str
    country: str
    most_days: int


class OfferedAccount(Model):
    """An account that the person has let us see; its number as it is shown."""

    id: str
    number: str | None
    currency: str | None
    name: str | None


class BankFetch(Model):
    """What was fetched at one time. `stored`: it goes on, at `nextAttemptAt`; `why` says what it
    waits for or came to. `pages` and `records` are what came so far; `statementId` is what it
    became.
    """

    id: str
    source_id: str
    state: FetchState
    by: str
    from_day: date
    to_day: date
    pages: int
    records: int
    attempts: int
    next_attempt_at: str
    why: str | None
    created_at: str
    settled_at: str | None
    statement_id: str | None


class BankSource(Model):
    """Where a bank account's statements are fetched from. `bank` is empty until one is chosen.
    `state`: new: nobody has agreed at the bank yet; choosing:
    say which of `accounts` is meant; connected: it is fetched each day, next at `nextAt`; stopped:
    `why` says what a person does; ended: its credentials are deleted. `validUntil` is when the
    consent ends.
    """

    id: str
    bank_account_id: str
    kind: SourceKind
    bank: str
    country: str | None
    state: SourceState
    why: str | None
    valid_until: TimeText | None
    next_at: str | None
    created_by: str
    created_at: str
    ended_at: str | None
    accounts: list[OfferedAccount]
    last: BankFetch | None
