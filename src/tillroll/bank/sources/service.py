"""Sets up where statements are fetched from: credentials, a person's consent at the bank, and the
end of both.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tillroll.bank.cron import NUMBERS
from tillroll.bank.service import NoSuchAccount
from tillroll.bank.sources import repository
from tillroll.bank.sources.access import (
    keep_credentials,
    keep_granted,
    provider_of,
    psu_type_of,
    shown_bank,
)
from tillroll.bank.sources.enable_banking import BadKey, read_key
from tillroll.bank.sources.models import (
    Access,
    AddressAccess,
    Audited,
    BankChoice,
    BankFetch,
    BankSource,
    BankSourceRequest,
    ChosenBank,
    ConsentAnswer,
    ConsentUrl,
    EnableBankingAccess,
    OfferedAccount,
    SourceState,
)
from tillroll.bank.sources.protocol import (
    LONGEST_CONSENT,
    AccessRefused,
    ConsentEnded,
    ConsentRequest,
    Declined,
    Granted,
    RemoteAccount,
)
from tillroll.bank.sources.repository import INBOX, StoredSource, accounts_json
from tillroll.bank.sources.settings import BankApiSettings
from tillroll_documents.bank_files.numbers import NoNumber, are_the_same, read_number, shown
from tillroll_durable import Actor, Statement, ValuesRefused
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import ConstraintFailed, Value
from tillroll_durable.platform.bindings.http import HttpFailed, Throttled
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.encryption import decrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.outgoing import NotPublic, check_configured

CONNECTED_PATH: Final = "/bank/connected"
"""Where the page is to which a bank sends the person back."""
_HISTORY: Final = timedelta(days=90)
"""What is fetched at first: further back, many banks want a person each time."""
_LONGEST_HISTORY: Final = timedelta(days=730)
_AT_THE_BANK: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_NO_STATE: Final[dict[str, Value]] = {"asked_state": None, "asked_by": None, "asked_until": None}
_NOTHING_GRANTED: Final[dict[str, Value]] = {
    "granted": None,
    "remote_id": None,
    "accounts": "[]",
    "valid_until": None,
    **_NO_STATE,
}


class NoSuchSource(Refusal):
    thing = "bank source"


class SourceExists(Refusal):
    """The bank account has a source."""

    kind = Kind("bank-source-exists", 409, "The bank account has a source already")
    explanation = (
        "Statements of one bank account are fetched from one source: end the other one first."
    )


class NoConsent(Refusal):
    """The message says what the person does."""

    kind = Kind("bank-consent-missing", 409, "Nobody has agreed at the bank")


class StateUnknown(Refusal):
    """The state is none, was used, has expired, or is another person's."""

    kind = Kind(
        "bank-consent-unknown", 409, "The bank's answer belongs to no consent that you have begun"
    )
    explanation = (
        "Start again: POST /api/bank/sources/{id}/consent. Anyone who begins it finishes it, "
        "within an hour."
    )


class ProviderRefused(Refusal):
    """The provider lets us not in; the message says why."""

    kind = Kind("bank-provider-refused", 409, "The provider refused")


class ProviderAway(Refusal):
    """The provider gave no answer that can be used."""

    kind = Kind("bank-provider-unavailable", 503, "The provider does not answer", may_pass=True)
    explanation = "Nothing was changed. Try it again in some minutes."


class NoPublicUrl(Refusal):
    """This deployment does not know where people come back to."""

    kind = Kind("no-public-url", 409, "This deployment does not know its own address")
    explanation = "The operator of this deployment sets PUBLIC_URL; a bank sends people back there."


async def create_source(platform: Platform, actor: Actor, request: BankSourceRequest) -> BankSource:
    """Name where a bank account's statements are fetched from. Raises NoSuchAccount, SourceExists,
    ValuesRefused.
    """
    if (
        await repository.find_bank_account(
            platform.database, actor.account_id, request.bank_account_id
        )
        is None
    ):
        raise NoSuchAccount(request.bank_account_id)
    _check(platform, request.access)
    moment = platform.clock.now()
    id_ = new_id("bsr")
    today = moment.date()
    now = to_text(moment)
    first = request.from_day or today - _HISTORY
    if not today - _LONGEST_HISTORY <= first <= today:
        raise ValuesRefused([("fromDay", "Give a day of the last two years.")])
    is_address = isinstance(request.access, AddressAccess)
    bank, country = shown_bank(request.access)
    values: dict[str, Value] = {
        "id": id_,
        "account_id": actor.account_id,
        "bank_account_id": request.bank_account_id,
        "kind": request.access.kind,
        "bank": bank,
        "country": country,
        "credentials": await keep_credentials(platform, id_, request.access),
        "state": "connected" if is_address else "new",
        "from_day": first.isoformat(),
        "next_at": now if is_address else None,
        "created_by": actor.name,
        "set_up_by": actor.name,
        "created_at": now,
    }
    detail: JsonObject = {
        "source": id_,
        "kind": request.access.kind,
        "bankAccount": request.bank_account_id,
    }
    event = actor.event(
        Audited.SOURCE_CREATED, f"{Audited.SOURCE_CREATED}:{id_}", at=now, detail=detail
    )
    try:
        await platform.database.batch([repository.insert_source(values), append_if_changed(event)])
    except ConstraintFailed as error:
        raise SourceExists(request.bank_account_id) from error
    return await show_source(platform, actor.account_id, id_)


def _check(platform: Platform, access: Access) -> None:
    """Raises ValuesRefused."""
    if isinstance(access, EnableBankingAccess):
        try:
            read_key(access.private_key)
        except BadKey as error:
            raise ValuesRefused([("access.privateKey", str(error))]) from error
    if isinstance(access, AddressAccess):
        try:
            check_configured(platform, access.address)
        except NotPublic as error:
            sentence = str(error)
            raise ValuesRefused(
                [("access.address", f"{sentence[:1].upper()}{sentence[1:]}.")]
            ) from error
        if access.authorization is not None and not (
            access.authorization.isascii() and access.authorization.isprintable()
        ):
            raise ValuesRefused(
                [("access.authorization", "Give printable ASCII characters, such as Bearer ….")]
            )


async def show_source(platform: Platform, account_id: str, id_: str) -> BankSource:
    """Raises NoSuchSource."""
    source = await repository.find_source(platform.database, account_id, id_)
    if source is None:
        raise NoSuchSource(id_)
    return source


async def change_access(platform: Platform, actor: Actor, id_: str, access: Access) -> BankSource:
    """Replace credentials, or choose another bank of the provider. What a person had agreed to
    holds on where the bank is the same. Raises NoSuchSource, ValuesRefused.
    """
    source = await _stored(platform, actor.account_id, id_)
    if access.kind != source.kind:
        raise ValuesRefused(
            [("access.kind", "A source keeps its kind: end it, and create another one.")]
        )
    _check(platform, access)
    bank, country = shown_bank(access)
    bank = bank or source.bank
    now = to_text(platform.clock.now())
    is_same = (bank, country) == (source.bank, source.country) or access.kind == "address"
    goes_on = access.kind == "address" or (
        is_same and source.granted is not None and source.remote_id is not None
    )
    values: dict[str, Value] = {
        "credentials": await keep_credentials(platform, id_, access),
        "bank": bank,
        "country": country,
        "state": "connected" if goes_on else "new",
        "why": None,
        "next_at": now if goes_on else None,
    }
    if not goes_on:
        values |= _NOTHING_GRANTED
    await _changed(platform, actor, id_, values, Audited.CREDENTIALS_CHANGED, {})
    return await show_source(platform, actor.account_id, id_)


async def choose_bank(platform: Platform, actor: Actor, id_: str, chosen: ChosenBank) -> BankSource:
    """Say which bank the provider is to ask. With another one, a person agrees anew.
    Raises NoSuchSource, ValuesRefused.
    """
    source = await _stored(platform, actor.account_id, id_)
    if source.kind == "address":
        raise ValuesRefused([("bank", "An address has no bank to choose.")])
    if (chosen.bank, chosen.country) != (source.bank, source.country):
        values: dict[str, Value] = {
            "bank": chosen.bank,
            "country": chosen.country,
            "state": "new",
            "why": None,
        }
        values |= {"next_at": None, **_NOTHING_GRANTED}
        await _changed(platform, actor, id_, values, Audited.BANK_CHOSEN, {"bank": chosen.bank})
    return await show_source(platform, actor.account_id, id_)


async def list_banks(
    platform: Platform, account_id: str, id_: str, country: str | None
) -> list[BankChoice]:
    """The banks that the provider knows in a country. Raises NoSuchSource, ProviderRefused,
    ProviderAway.
    """
    source = await _stored(platform, account_id, id_)
    if source.kind == "address":
        raise ValuesRefused([("id", "An address has no banks to choose from.")])
    provider = await provider_of(platform, source)
    try:
        banks = await provider.list_banks(country or source.country or "")
    except (AccessRefused, Throttled, HttpFailed) as error:
        raise _refusal_of(error) from error
    return [
        BankChoice(id=each.id, name=each.name, country=each.country, most_days=each.most_days)
        for each in banks
    ]


async def begin_consent(platform: Platform, actor: Actor, user_id: str, id_: str) -> ConsentUrl:
    """Where the person agrees at the bank, for the first time or anew. Raises NoSuchSource,
    NoPublicUrl, NoConsent: no bank is chosen; ProviderRefused, ProviderAway.
    """
    source = await _stored(platform, actor.account_id, id_)
    if source.kind == "address":
        raise ValuesRefused([("id", "An address needs no consent.")])
    if not source.bank:
        raise NoConsent("Choose the bank first: PUT /api/bank/sources/{id}/bank.")
    pages_url = platform.settings.of(BankApiSettings).pages_url
    if not pages_url:
        raise NoPublicUrl(id_)
    moment = platform.clock.now()
    state = secrets.token_urlsafe(32)
    expires_at = to_text(moment + _AT_THE_BANK)
    provider = await provider_of(platform, source)
    request = ConsentRequest(
        bank=source.bank,
        country=source.country or "",
        psu_type=await psu_type_of(platform, source),
        redirect_url=f"{pages_url}{CONNECTED_PATH}",
        state=state,
        until=moment + LONGEST_CONSENT - _DAY,
    )
    try:
        address = await provider.begin(request)
    except (AccessRefused, ConsentEnded, Throttled, HttpFailed) as error:
        raise _refusal_of(error) from error
    if not address.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise ProviderRefused("The provider does not say where to agree by an address of https.")
    values: dict[str, Value] = {
        "asked_state": _hash(state),
        "asked_by": user_id,
        "asked_until": expires_at,
    }
    await _changed(platform, actor, id_, values, Audited.CONSENT_BEGUN, {})
    return ConsentUrl(address=address, expires_at=expires_at)


async def finish_consent(
    platform: Platform, actor: Actor, user_id: str, answer: ConsentAnswer
) -> BankSource:
    """Take what the bank sent the person back with. Only the person who began it can finish it:
    otherwise somebody could be made to give another their bank account. Raises StateUnknown,
    NoConsent, ProviderRefused, ProviderAway.
    """
    consent = await repository.find_asked(platform.database, actor.account_id, _hash(answer.state))
    moment = platform.clock.now()
    if consent is None or consent.asked_by != user_id or from_text(consent.asked_until) < moment:
        raise StateUnknown(answer.state)
    source = await _stored(platform, actor.account_id, consent.source_id)
    if answer.error is not None:
        await _forget_state(platform, source)
        raise NoConsent(f"The bank says that nobody has agreed. {_still_holds(source)}")
    if answer.code is None:
        raise ValuesRefused([("code", "Give the code that the bank sent the person back with.")])
    provider = await provider_of(platform, source)
    try:
        granted = await provider.finish(answer.code)
    except Declined as error:
        await _forget_state(platform, source)
        raise NoConsent(f"{str(error).rstrip('.')}. {_still_holds(source)}") from error
    except (AccessRefused, ConsentEnded, Throttled, HttpFailed) as error:
        raise _refusal_of(error) from error
    await _take(platform, actor, source=source, granted=granted, moment=moment)
    return await show_source(platform, actor.account_id, source.id)


def _still_holds(source: StoredSource) -> str:
    """What becomes of a source whose renewal was refused."""
    if source.state != "connected" or source.valid_until is None:
        return "Begin again if you did not mean to stop."
    return (
        f"The consent before it holds on, until {source.valid_until[:10]}: renew it before that "
        "day."
    )


async def _take(
    platform: Platform, actor: Actor, source: StoredSource, granted: Granted, moment: datetime
) -> None:
    """Keep what a person has agreed to. The account is known by its number, or by being the only
    one.
    """
    account = await repository.find_bank_account(
        platform.database, source.account_id, source.bank_account_id
    )
    if account is None:
        raise NoSuchAccount(source.bank_account_id)
    currency, kept_number = account
    if kept_number is None:
        number = None
    else:
        number = await decrypt(platform, kept_number, NUMBERS.row(source.bank_account_id))
    fitting = [each for each in granted.accounts if each.currency in {None, currency, "XXX"}]
    if number is not None:
        fitting = [each for each in fitting if _is_of(each, number)]
    if granted.valid_until is None:
        valid_until = None
    else:
        valid_until = to_text(granted.valid_until)
    values: dict[str, Value] = {
        **_NO_STATE,
        "granted": await keep_granted(platform, source.id, granted.kept),
        "valid_until": valid_until,
        "accounts": accounts_json([_offered(each) for each in fitting]),
        "remote_id": None,
        "next_at": None,
    }
    state: SourceState = "choosing"
    if len(fitting) == 1:
        state = "connected"
        values |= {"remote_id": fitting[0].id, "next_at": to_text(moment), "accounts": "[]"}
    why = None
    if not fitting:
        state = "stopped"
        why = (
            "The bank gave no account of this number and currency: agree anew, and choose it there."
        )
    values |= {"state": state, "why": why}
    await _changed(
        platform, actor, source.id, values, Audited.CONSENT_GIVEN, {"validUntil": valid_until}
    )


def _is_of(remote: RemoteAccount, number: str) -> bool:
    try:
        return remote.number is not None and are_the_same(read_number(remote.number), number)
    except NoNumber:
        return False


def _offered(remote: RemoteAccount) -> OfferedAccount:
    number = None if remote.number is None else shown(remote.number)
    return OfferedAccount(id=remote.id, number=number, currency=remote.currency, name=remote.name)


async def choose_account(platform: Platform, actor: Actor, id_: str, remote_id: str) -> BankSource:
    """Say which of the bank's accounts is meant. Raises NoSuchSource, ValuesRefused."""
    source = await show_source(platform, actor.account_id, id_)
    if source.state != "choosing" or remote_id not in {each.id for each in source.accounts}:
        raise ValuesRefused([("id", "Give the id of one of the source's `accounts`.")])
    values: dict[str, Value] = {
        "remote_id": remote_id,
        "accounts": "[]",
        "state": "connected",
        "next_at": to_text(platform.clock.now()),
    }
    await _changed(platform, actor, id_, values, Audited.ACCOUNT_CHOSEN, {})
    return await show_source(platform, actor.account_id, id_)


async def end_source(platform: Platform, actor: Actor, id_: str) -> BankSource:
    """Fetch nothing any more: the consent is given back as far as the provider answers, and all
    credentials are deleted. What was fetched stays. Raises NoSuchSource.
    """
    source = await _stored(platform, actor.account_id, id_)
    if source.granted is not None:
        try:
            await (await provider_of(platform, source)).end()
        except Exception as error:  # noqa: BLE001 - whatever the provider says, the credentials go
            log.warning(
                "bank_source.not_given_back", account=actor.account_id, subject=id_, error=error
            )
    now = to_text(platform.clock.now())
    values: dict[str, Value] = {
        **_NO_STATE,
        "credentials": None,
        "granted": None,
        "state": "ended",
        "why": None,
        "remote_id": None,
        "accounts": "[]",
        "next_at": None,
        "ended_at": now,
    }
    stop = repository.stop_fetches(actor.account_id, id_, "The source was ended.", now)
    await _changed(platform, actor, id_, values, Audited.SOURCE_ENDED, {}, stop)
    return await show_source(platform, actor.account_id, id_)


async def fetch_now(platform: Platform, actor: Actor, id_: str) -> BankFetch:
    """Have a source fetched; the fetch that goes on, where one does. Raises NoSuchSource,
    NoConsent.
    """
    source = await show_source(platform, actor.account_id, id_)
    if source.state != "connected":
        raise NoConsent(
            source.why or "Agree at the bank first: POST /api/bank/sources/{id}/consent."
        )
    if source.last is not None and source.last.state == "stored":
        due = INBOX.due_at(actor.account_id, source.last.id, platform.clock.now())
        await platform.database.batch([due])
        await INBOX.nudge(platform, source.last.id)
        return source.last
    fetch_id = await begin_fetch(platform, actor, source_id=id_, action=Audited.FETCH_ASKED)
    fetch = None if fetch_id is None else await repository.find_fetch(platform.database, fetch_id)
    if fetch is None:
        refreshed = await show_source(platform, actor.account_id, id_)
        if refreshed.last is not None and refreshed.last.state == "stored":
            return refreshed.last
        raise NoConsent(
            refreshed.why or "The statement of the last fetch has not ended: decide on it first."
        )
    return fetch


async def begin_fetch(
    platform: Platform, actor: Actor, source_id: str, action: Audited | None
) -> str | None:
    """Begin to fetch what has come since the last sync: its days again, as what was pending may be
    booked. None where a fetch goes on, or the statement of the last one has not ended.
    """
    source = await repository.load_source(platform.database, actor.account_id, source_id)
    standing = await repository.standing_of(platform.database, source_id)
    if (
        source is None
        or source.state != "connected"
        or standing.is_fetching
        or standing.waits_for is not None
    ):
        return None
    moment = platform.clock.now()
    id_ = new_id("bfe")
    now = to_text(moment)
    today = moment.date()
    stored_to = standing.stored_to
    if stored_to is None:
        first = source.from_day
    else:
        first = max(source.from_day, min(stored_to, today - OVERLAP))
    values: dict[str, Value] = {
        "id": id_,
        "account_id": actor.account_id,
        "source_id": source_id,
        "state": "stored",
        "by": actor.name,
        "from_day": min(first, today).isoformat(),
        "to_day": today.isoformat(),
        "next_attempt_at": now,
        "created_at": now,
    }
    statements = [repository.insert_fetch(values)]
    if action is not None:
        key = f"{action}:{id_}"
        detail = _of(source_id)
        statements.append(append_if_changed(actor.event(action, key, at=now, detail=detail)))
    try:
        await platform.database.batch(statements)
    except ConstraintFailed:  # another one was first
        return None
    await INBOX.nudge(platform, id_)
    return id_


OVERLAP: Final = timedelta(days=14)
"""Days before today that are fetched again: as long as a pending entry may take to be booked."""


def actor_of(source_id: str, account_id: str) -> Actor:
    """The source itself: the audit says what caused a run."""
    return Actor(account_id, f"source:{source_id}")


async def _stored(platform: Platform, account_id: str, id_: str) -> StoredSource:
    source = await repository.load_source(platform.database, account_id, id_)
    if source is None or source.state == "ended":
        raise NoSuchSource(id_)
    return source


async def _forget_state(platform: Platform, source: StoredSource) -> None:
    await platform.database.batch(
        [repository.change_source(source.account_id, source.id, _NO_STATE)]
    )


async def _changed(
    platform: Platform,
    actor: Actor,
    id_: str,
    values: Mapping[str, Value],
    action: Audited,
    detail: JsonObject,
    *more: Statement,
) -> None:
    """Write columns of a source, and the event. Who changed it last stands for what it fetches.
    Raises NoSuchSource: it has ended meanwhile."""
    values = {**values, "set_up_by": actor.name}
    now = to_text(platform.clock.now())
    event = actor.event(
        action, f"{action}:{id_}:{new_id('chg')}", at=now, detail={**_of(id_), **detail}
    )
    try:
        await platform.database.batch(
            [
                repository.change_source(actor.account_id, id_, values),
                append_if_changed(event),
                *more,
            ]
        )
    except ConstraintFailed as error:
        raise NoSuchSource(id_) from error


def _of(id_: str) -> JsonObject:
    return {"source": id_}


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _refusal_of(error: Exception) -> Refusal:
    match error:
        case AccessRefused() | ConsentEnded():
            return ProviderRefused(str(error))
        case _:
            return ProviderAway(str(error))
