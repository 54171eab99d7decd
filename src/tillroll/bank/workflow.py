"""The statement workflow: reads a bank's file, asks a person where it does not fit, stores its entries, and matches
them."""

from functools import partial
from typing import Final

from pydantic import ValidationError

from tillroll import durable
from tillroll.bank import repository
from tillroll.bank.automatic import book, finish, propose_days, unbook
from tillroll.bank.contract import (
    BOOK,
    CLOSE,
    FINISH,
    MOST_BOOKED,
    OTHER_ACCOUNT,
    PROPOSE,
    READ,
    SENTENCES,
    STATEMENT_V1,
    STORE,
    Booked,
    Read,
    StatementParams,
    Stored,
)
from tillroll.bank.csv_layout import CsvMapping
from tillroll.bank.reading import read
from tillroll.bank.storing import close, store
from tillroll.bank.undoing import take_back
from tillroll.durable import Allowed, ValuesRefused, Workflow
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.services import Platform

_REVIEW_HOURS: Final = 14 * 24
_MAPPING: Final = "mapping"
_ACCOUNT: Final = "account"


async def statement_v1(run: durable.WorkflowRun[StatementParams]) -> None:
    """The body of version 1."""
    reading, mapping, account, is_sure = 1, None, None, False
    found: Read = await run.step(READ, read, reading, mapping, key=str(reading))
    while found.asks is not None:
        decision = await run.review(reading, found.asks, found.proposed, _REVIEW_HOURS)
        if not decision.is_approved:
            return
        mapping = _mapping_of(decision.corrections, found.proposed, mapping)
        account = _account_of(decision.corrections) or account
        is_sure = is_sure or found.asks == OTHER_ACCOUNT
        reading += 1
        found = await run.step(READ, read, reading, mapping, account, is_sure, key=str(reading))
    if found.is_unreadable:
        return
    stored: list[Stored] = []
    for part in found.parts:
        undo = partial(take_back, part=part)
        stored.append(await run.step(STORE, store, reading, part, key=str(part.number), rollback=undo))
    imported = await run.step(CLOSE, close, reading, found.parts, stored)
    matches = [await run.step(PROPOSE, propose_days, days, key=days.first.isoformat()) for days in imported.windows]
    booked: list[Booked] = []
    automatic = [id_ for each in matches for id_ in each.automatic]
    for place in range(0, len(automatic), MOST_BOOKED):
        chosen = automatic[place : place + MOST_BOOKED]
        key, undo = str(place // MOST_BOOKED + 1), partial(unbook, ids=chosen)
        booked.append(await run.step(BOOK, book, chosen, key=key, rollback=undo))
    await run.step(FINISH, finish, imported, matches, booked)


def _mapping_of(corrections: JsonObject, proposed: JsonObject, before: JsonObject | None) -> JsonObject | None:
    """What a person said of the columns: their own words, else what was proposed, else what was said before."""
    for said in (corrections.get(_MAPPING), proposed.get(_MAPPING), before):
        if isinstance(said, dict):
            return said
    return None


def _account_of(corrections: JsonObject) -> str | None:
    """The bank account that a person says a file is of."""
    said = corrections.get(_ACCOUNT)
    return said if isinstance(said, str) else None


async def check_values(platform: Platform, run_id: str, values: JsonObject, *, is_complete: bool) -> None:
    """Raises ValuesRefused: a value is no mapping, lacks what is needed to read a file, or is no bank account."""
    del is_complete
    if unknown := sorted(set(values) - {_MAPPING, _ACCOUNT}):
        raise ValuesRefused([(name, "Give `mapping` or `account`, or nothing.") for name in unknown])
    if _ACCOUNT in values:
        await _check_account(platform, run_id, values[_ACCOUNT])
    if _MAPPING not in values:
        return
    try:
        mapping = CsvMapping.model_validate(values[_MAPPING])
    except ValidationError as error:
        problems = [(".".join([_MAPPING, *map(str, each["loc"])]), str(each["msg"])) for each in error.errors()]
        raise ValuesRefused(problems[:20]) from error
    if missing := mapping.missing():
        raise ValuesRefused([(_MAPPING, f"{missing}.")])


async def _check_account(platform: Platform, run_id: str, said: Json) -> None:
    owner = await repository.owner_of_run(platform.database, run_id)
    known = [] if owner is None else await repository.known_accounts(platform.database, owner)
    if said not in {each.id for each in known if each.archived_at is None}:
        raise ValuesRefused([(_ACCOUNT, "Give the id of a bank account that takes statements.")])


STATEMENT = Workflow(
    contract=STATEMENT_V1,
    body=statement_v1,
    params=StatementParams,
    subject=lambda params: params.statement_id,
    when_undone=lambda run, now: repository.give_up(run.subject, now),
    check_values=check_values,
    sentences=SENTENCES,
    allowed=Allowed(decide="book"),
    begun_by="POST /api/bank/statements",
)
