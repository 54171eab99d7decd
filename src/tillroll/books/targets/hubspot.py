"""HubSpot's CRM as a source, by its OpenAPI documents
(github.com/HubSpot/HubSpot-public-api-spec-collection), 2026-03, and its guides, read in November
2026 and never asked for real.

A search gives at most 10,000 results, and by an offset it would skip records that change between
two pages. So no offset is used. Each page begins at the last moment of the page before, and that
moment's records come again. Where more than a page have one moment, as after an import, that moment
is read by id.

A search finds a change some moments after it was made. So the cursor that is kept stays a while
before the present. An archived record, and a change of associations alone, are not found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, Self

from tillroll.books.targets.calls import (
    REFUSALS,
    Answer,
    Calls,
    OneToken,
    Tokens,
    objects,
    reason,
    text,
)
from tillroll.books.targets.errors import ItemRefused, TargetUncertain
from tillroll.books.targets.source import DealStatus, Record, RecordKind, SourcePage
from tillroll.books.targets.target import Company
from tillroll_documents.money import CODES, minor_digits
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.json import JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform

API_URL: Final = "https://api.hubapi.com"
SCOPES: Final = (
    "oauth",
    "crm.objects.companies.read",
    "crm.objects.contacts.read",
    "crm.objects.deals.read",
)
PAGE: Final = 100

_NAME: Final = "HubSpot"
_VERSION: Final = "2026-03"
# A search is allowed five times a second; a 429 says nothing of how long.
_PATIENCE_SECONDS: Final = 10.0
_INDEXED_WITHIN: Final = timedelta(minutes=10)
_MILLISECOND: Final = timedelta(milliseconds=1)
_LARGEST_AMOUNT: Final = 10**15
_MOST_PAGES: Final = 20


@dataclass(frozen=True)
class _Type:
    """A kind of record there: the id of its type, the property of its last change, and what is
    asked for.
    """

    id: str
    modified: str
    properties: tuple[str, ...]
    associated: tuple[RecordKind, ...] = ()


_TYPES: Final = {
    RecordKind.COMPANY: _Type("0-2", "hs_lastmodifieddate", ("name", "domain")),
    RecordKind.CONTACT: _Type(
        "0-1",
        "lastmodifieddate",
        ("firstname", "lastname", "email"),
        associated=(RecordKind.COMPANY,),
    ),
    RecordKind.DEAL: _Type(
        "0-3",
        "hs_lastmodifieddate",
        ("dealname", "amount", "deal_currency_code", "dealstage", "pipeline"),
        associated=(RecordKind.COMPANY, RecordKind.CONTACT),
    ),
}


@dataclass(frozen=True)
class _Cursor:
    """Where to go on: from a moment, in milliseconds since 1970; or within that moment, after an
    id.
    """

    kind: RecordKind
    since: int
    after: int | None = None

    def written(self) -> str:
        return dump({"kind": self.kind.value, "since": self.since, "after": self.after})

    @classmethod
    def read(cls, kind: RecordKind, cursor: str | None) -> Self:
        """Raises ValueError."""
        if cursor is None:
            return cls(kind, 0)
        match load_object(cursor):
            case {"kind": str(given), "since": int(since), "after": int() | None as after} if (
                given == kind.value
            ):
                return cls(kind, since, after)
            case _:
                raise ValueError(f"this is no cursor of {kind.value} records")


@dataclass(frozen=True)
class _Stage:
    label: str
    status: DealStatus


class HubSpot:
    """`Source` of one account."""

    def __init__(self, platform: Platform, tokens: Tokens, api_url: str = API_URL) -> None:
        self._platform = platform
        self._calls = Calls(
            platform, tokens, provider=_NAME, url=api_url, patience=_PATIENCE_SECONDS
        )
        self._stages: Mapping[str, _Stage] | None = None
        self._currency: str | None = None

    @property
    def name(self) -> str:
        return "hubspot"

    async def company(self) -> Company:
        """The account, by its domain and id."""
        account = await self._account()
        portal = str(account.get("portalId", ""))
        return Company(portal, f"HubSpot {portal}")

    async def page(self, kind: RecordKind, cursor: str | None) -> SourcePage:
        begin = _Cursor.read(kind, cursor)
        results = await self._search(begin)
        moments = [_milliseconds(_moment(kind, each)) for each in results]
        is_full = len(results) >= PAGE
        if begin.after is not None:
            # Within one moment, by id: once all are read, go on behind it.
            ids = [int(text(each, "id")) for each in results]
            if is_full:
                following = _Cursor(kind, begin.since, max(ids))
            else:
                following = _Cursor(kind, begin.since + 1)
            return await self._page_of(kind, results, following, is_last=False)
        last = max(moments, default=begin.since)
        if not is_full:
            settled = _milliseconds(self._platform.clock.now() - _INDEXED_WITHIN)
            return await self._page_of(
                kind, results, _Cursor(kind, min(last, settled)), is_last=True
            )
        # A page that is full of one moment leads no further.
        return await self._page_of(
            kind, results, _Cursor(kind, last, -1 if last == begin.since else None), is_last=False
        )

    async def _search(self, cursor: _Cursor) -> list[JsonObject]:
        type_ = _TYPES[cursor.kind]
        if cursor.after is None:
            filters: list[JsonObject] = [_filter(type_.modified, "GTE", cursor.since)]
            by = type_.modified
        else:
            filters = [
                _filter(type_.modified, "EQ", cursor.since),
                _filter("hs_object_id", "GT", cursor.after),
            ]
            by = "hs_object_id"
        body: JsonObject = {
            "filterGroups": [{"filters": [*filters]}],
            "sorts": [{"propertyName": by, "direction": "ASCENDING"}],
            "properties": [*type_.properties, type_.modified],
            "limit": PAGE,
        }
        path = f"/crm/objects/{_VERSION}/{type_.id}/search"
        answer = _checked(await self._calls.give("POST", path, body, only_reads=True))
        return objects(answer.said.get("results"))

    async def _page_of(
        self, kind: RecordKind, results: Sequence[JsonObject], following: _Cursor, *, is_last: bool
    ) -> SourcePage:
        ids = [text(each, "id") for each in results]
        associated = {
            other: await self._associated(kind, other, ids) for other in _TYPES[kind].associated
        }
        records: list[Record] = []
        skipped: list[tuple[str, str]] = []
        for each in results:
            id_ = text(each, "id")
            companies = associated.get(RecordKind.COMPANY, {}).get(id_, ())
            contacts = associated.get(RecordKind.CONTACT, {}).get(id_, ())
            try:
                records.append(
                    await self._record(kind, each, companies=companies, contacts=contacts)
                )
            except ItemRefused as error:
                skipped.append((id_, error.reason))
        records.sort(key=lambda record: (record.modified, int(record.id)))
        return SourcePage(records, following.written(), is_last=is_last, skipped=skipped)

    async def _record(
        self,
        kind: RecordKind,
        answer: JsonObject,
        companies: tuple[str, ...],
        contacts: tuple[str, ...],
    ) -> Record:
        """Raises ItemRefused: it has no name, or a stage that no pipeline has."""
        properties = _properties(answer)
        id_ = text(answer, "id")
        modified = _moment(kind, answer)
        match kind:
            case RecordKind.COMPANY:
                name = text(properties, "name") or text(properties, "domain")
                return Record(self.name, kind, id=id_, modified=modified, name=_named(name))
            case RecordKind.CONTACT:
                email = text(properties, "email")
                name = (
                    f"{text(properties, 'firstname')} {text(properties, 'lastname')}".strip()
                    or email
                )
                return Record(
                    self.name,
                    kind,
                    id=id_,
                    modified=modified,
                    name=_named(name),
                    email=email,
                    companies=companies,
                )
            case RecordKind.DEAL:
                stage = await self._stage(text(properties, "dealstage"))
                currency = text(properties, "deal_currency_code") or await self._own_currency()
                amount = _amount(text(properties, "amount"), currency)
                name = _named(text(properties, "dealname"))
                return Record(
                    self.name,
                    kind,
                    id=id_,
                    modified=modified,
                    name=name,
                    status=stage.status,
                    stage=stage.label,
                    amount=amount,
                    currency="" if amount is None else currency,
                    companies=companies,
                    contacts=contacts,
                )

    async def _associated(
        self, kind: RecordKind, other: RecordKind, ids: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        associations: dict[str, list[str]] = {id_: [] for id_ in ids}
        path = f"/crm/associations/{_VERSION}/{_TYPES[kind].id}/{_TYPES[other].id}/batch/read"
        inputs: list[JsonObject] = [{"id": id_} for id_ in ids]
        for _ in range(_MOST_PAGES):
            if not inputs:
                break
            # 207, where a record has none, is a success.
            asked_for: JsonObject = {"inputs": [*inputs]}
            answer = _checked(await self._calls.give("POST", path, asked_for, only_reads=True))
            inputs = []
            for each in objects(answer.said.get("results")):
                whose = each.get("from")
                if isinstance(whose, dict):
                    id_ = text(whose, "id")
                else:
                    id_ = ""
                associations.setdefault(id_, []).extend(_to(to) for to in objects(each.get("to")))
                after = _after(each)
                if after:
                    inputs.append({"id": id_, "after": after})
        return {id_: tuple(dict.fromkeys(each)) for id_, each in associations.items()}

    async def _stage(self, id_: str) -> _Stage:
        """Raises ItemRefused: no pipeline has it."""
        if self._stages is None:
            answer = _checked(
                await self._calls.get(f"/crm/pipelines/{_VERSION}/{_TYPES[RecordKind.DEAL].id}")
            )
            stages = [
                stage
                for each in objects(answer.said.get("results"))
                for stage in objects(each.get("stages"))
            ]
            self._stages = {
                text(each, "id"): _Stage(text(each, "label"), _status(each)) for each in stages
            }
        if id_ not in self._stages:
            raise ItemRefused(f"no pipeline has the stage {id_[:50]!r}", "dealstage")
        return self._stages[id_]

    async def _own_currency(self) -> str:
        if self._currency is None:
            self._currency = text(await self._account(), "companyCurrency")
        return self._currency

    async def _account(self) -> JsonObject:
        return _checked(await self._calls.get(f"/account-info/{_VERSION}/details")).said


async def company_of(platform: Platform, access_token: str, api_url: str = API_URL) -> Company:
    """The account that a person has connected."""
    return await HubSpot(platform, OneToken(access_token), api_url).company()


def _filter(name: str, operator: str, value: int) -> JsonObject:
    return {"propertyName": name, "operator": operator, "value": str(value)}


def _properties(answer: JsonObject) -> JsonObject:
    properties = answer.get("properties")
    if isinstance(properties, dict):
        return properties
    return {}


def _moment(kind: RecordKind, answer: JsonObject) -> datetime:
    """Raises TargetUncertain: the record has no id, or does not say when it was changed."""
    value = text(_properties(answer), _TYPES[kind].modified) or text(answer, "updatedAt")
    try:
        moment = from_text(value)
    except ValueError as error:
        raise TargetUncertain(f"{_NAME} answered a record without its last change") from error
    if not text(answer, "id").isdecimal():
        raise TargetUncertain(f"{_NAME} answered a record without an id")
    if moment.tzinfo:
        return moment
    return moment.replace(tzinfo=UTC)


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, UTC)) // _MILLISECOND


def _named(name: str) -> str:
    """Raises ItemRefused."""
    if not name.strip():
        raise ItemRefused("it has no name", "name")
    return " ".join(name.split())


def _amount(value: str, currency: str) -> int | None:
    """None where there is none, or none that the currency has."""
    if not value or currency not in CODES:
        return None
    try:
        scaled = Decimal(value).scaleb(minor_digits(currency))
    except InvalidOperation:
        return None
    is_whole = (
        scaled.is_finite()
        and abs(scaled) < _LARGEST_AMOUNT
        and scaled == scaled.to_integral_value()
    )
    if is_whole:
        return int(scaled)
    return None


def _status(stage: JsonObject) -> DealStatus:
    """Read the status from the stage's probability: 1 is won, and 0 is lost, where it is closed."""
    stage_data = stage.get("metadata")
    metadata = stage_data if isinstance(stage_data, dict) else {}
    try:
        probability = Decimal(str(metadata.get("probability")))
    except InvalidOperation:
        return DealStatus.OPEN
    # Only answers have `isClosed`; the document has the probability alone.
    if str(metadata.get("isClosed", "true")).lower() != "true":
        return DealStatus.OPEN
    return {Decimal(1): DealStatus.WON, Decimal(0): DealStatus.LOST}.get(
        probability, DealStatus.OPEN
    )


def _to(answer: JsonObject) -> str:
    return str(answer.get("toObjectId", ""))


def _after(answer: JsonObject) -> str:
    paging = answer.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    if isinstance(following, dict):
        return text(following, "after")
    return ""


def _checked(answer: Answer) -> Answer:
    """Raises ItemRefused, TargetUncertain."""
    if answer.is_success:
        return answer
    why = reason(text(answer.said, "message") or f"{_NAME} answered {answer.status}")
    if answer.status in REFUSALS:
        raise ItemRefused(why)
    raise TargetUncertain(f"{_NAME} answered {answer.status}")
