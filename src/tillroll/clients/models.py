"""Clients and projects, as the API has them."""

from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, field_serializer

from tillroll.fields import ONE_LINE, Country, Line, MailAddress, VatId, trimmed
from tillroll_documents.money import CODES, UNKNOWN_CURRENCY, Money
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import ChangeBody, Flag, Model, RequestBody


class Audited(Action):
    CREATED = "client.created", "a client was added by a person"
    CHANGED = (
        "client.changed",
        "a client was changed; `fields` names what, `before` and `after` have what is not personal",
    )
    ARCHIVED = "client.archived", "a client is offered no more"
    RESTORED = "client.restored", "an archived client is offered again"
    DELETED = "client.deleted", "a client that nothing used was deleted"
    MERGED = (
        "client.merged",
        "a client was merged into another, with its expenses and projects; `into` is the other",
    )
    PROJECT_CREATED = "project.created", "a project of a client was added by a person"
    PROJECT_CHANGED = "project.changed", "a project was renamed, archived or restored"


NOT_PERSONAL: Final = ("country", "language", "currency", "terms_days", "debtor_account")
"""Fields of a client whose values the audit may keep for ever."""
LONGEST_TERMS: Final = 365
FIRST_DEBTOR: Final = 10_000
LAST_DEBTOR: Final = 69_999
"""DATEV's personal accounts of debtors; 70000 to 99999 are those of creditors."""
_LANGUAGES: Final = r"^[a-z]{2}(-[A-Z]{2})?$"


def _currency(text: str) -> str:
    code = text.strip().upper()
    if code not in CODES:
        raise ValueError(UNKNOWN_CURRENCY)
    return code


def _debtor(number: int) -> int:
    if not FIRST_DEBTOR <= number <= LAST_DEBTOR:
        raise ValueError("A debtor account has five digits, from 10000 to 69999")
    return number


ClientName = Annotated[
    str,
    BeforeValidator(trimmed),
    Field(min_length=1, max_length=200, pattern=ONE_LINE, examples=["ACME AG"]),
]
Currency = Annotated[str, AfterValidator(_currency), Field(max_length=10, examples=["EUR"])]
Language = Annotated[str, Field(pattern=_LANGUAGES, examples=["de"])]
Terms = Annotated[
    int, Field(ge=0, le=LONGEST_TERMS, strict=True, description="Days until a claim is due")
]

DebtorAccount = Annotated[
    int,
    AfterValidator(_debtor),
    Field(
        strict=True,
        description="The client's personal account in DATEV",
        examples=[10001],
        json_schema_extra={"minimum": FIRST_DEBTOR, "maximum": LAST_DEBTOR},
    ),
]


class ClientRecord(Model):
    """Whom expenses are billed to. `mail` is where claims are sent, `language` that of the page a
    payer sees, `reference` the client's own, which public buyers ask for. `debtorAccount` is its
    personal account in DATEV, null where all are taken. `source` is where a CRM's client comes
    from, with its `externalId` there; null for one that a person added. `archivedAt`: it is offered
    no more. `mergedInto`: another stands in its place. `alike` are the ids of other clients that
    are offered, whose names print the same: a person renames or merges them.
    """

    id: str
    name: str
    street: str | None
    postal_code: str | None
    city: str | None
    country: str | None
    vat_id: str | None
    registration_id: str | None
    mail: str | None
    language: str | None
    currency: str | None
    terms_days: int | None
    reference: str | None
    debtor_account: int | None
    source: str | None
    external_id: str | None
    open_projects: int
    opened_at: str
    archived_at: str | None
    merged_into: str | None
    alike: list[str]


class Project(Model):
    """What expenses are billed for: a person's project of a client, or a deal that was won, by its
    id in the CRM. `amount` is what the deal is worth, null where nobody says. `closedAt`: it is
    offered no more.
    """

    id: str
    name: str
    client_id: str
    client: str
    source: str | None
    external_id: str | None
    amount: int | None
    currency: str | None
    opened_at: str
    closed_at: str | None

    @field_serializer("amount")
    def _decimal(self, minor: int | None) -> str | None:
        if minor is None or self.currency is None:
            return None
        return Money(minor, self.currency).to_decimal_string()


class ProjectChoice(Model):
    id: str
    name: str


class ClientChoice(Model):
    """A client that can be selected, with its projects."""

    id: str
    name: str
    projects: list[ProjectChoice]


class _Details(RequestBody):
    street: Line | None = None
    postal_code: Line | None = None
    city: Line | None = None
    country: Country | None = None
    vat_id: VatId | None = None
    registration_id: Line | None = None
    mail: MailAddress | None = None
    language: Language | None = None
    currency: Currency | None = None
    terms_days: Terms | None = None
    reference: Line | None = None
    debtor_account: DebtorAccount | None = None


class ClientRequest(_Details):
    """A client; only the name is needed."""

    name: ClientName


class ClientChange(ChangeBody, _Details):
    """What is left out stays; null takes away. `archived` offers it no more, or again."""

    name: ClientName | None = None
    archived: Flag | None = None


class MergeRequest(RequestBody):
    """The id of the client that stays."""

    into: Annotated[str, Field(min_length=1, max_length=60)]


class ProjectRequest(RequestBody):
    name: ClientName


class ProjectChange(ChangeBody):
    """What is left out stays. `archived` offers it no more, or again."""

    name: ClientName | None = None
    archived: Flag | None = None


FIELDS: Final = tuple(_Details.model_fields)
"""The columns of `clients` that a person may fill in, beside the name."""
