"""The statement workflow: reads a bank's file, asks a person where it does not fit, stores its
entries, and matches them.
"""

from functools import partial
from typing import Final, get_args

from pydantic import ValidationError

import tillroll_durable as durable
from tillroll.bank import repository
from tillroll.bank.decisions.automatic import book, finish, propose_days, unbook
from tillroll.bank.statements.contract import (
    BOOK,
    CLOSE,
    CORRECTED,
    FINISH,
    MOST_BOOKED,
    OTHER_ACCOUNT,
    OVERLAP_UNPROVEN,
    PROPOSE,
    READ,
    SENTENCES,
    STATEMENT_V1,
    STORE,
    SUMS_DIFFER,
    Answers,
    Booked,
    Read,
    StatementParams,
    Stored,
    Turned,
)
from tillroll.bank.statements.entry_traits import Overlap
from tillroll.bank.statements.parsing import read
from tillroll.bank.statements.storing import close, store
from tillroll.bank.statements.undoing import take_back
from tillroll_documents.bank_files.csv.layout import CsvMapping
from tillroll_documents.bank_files.encodings import ENCODINGS
from tillroll_durable import Allowed, ValuesRefused, Workflow
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.models import parse_strictly
from tillroll_durable.platform.services import Platform

_REVIEW_HOURS: Final = 14 * 24
_MAPPING: Final = "mapping"
_ACCOUNT: Final = "account"
_ENCODING: Final = "encoding"
_OVERLAP: Final = "overlap"
_TURNED: Final = "turned"


async def statement_v1(run: durable.WorkflowRun[StatementParams]) -> None:
    """The body of version 1."""
    reading = 1
    answers = Answers()
    result: Read = await run.step(READ, read, reading, answers, key=str(reading))
    while result.asks is not None:
        decision = await run.review(
            reading, result.asks, proposed=result.proposed, deadline_hours=_REVIEW_HOURS
        )
        if not decision.is_approved:
            return
        answers = _answers_with(answers, result, decision.corrections)
        reading += 1
        result = await run.step(READ, read, reading, answers, key=str(reading))
    if result.is_unreadable:
        return
    stored: list[Stored] = []
    for part in result.parts:
        undo = partial(take_back, part=part)
        stored.append(
            await run.step(STORE, store, reading, part, key=str(part.number), rollback=undo)
        )
    imported = await run.step(CLOSE, close, reading, result.parts, stored)
    matches = [
        await run.step(PROPOSE, propose_days, days, key=days.first.isoformat())
        for days in imported.windows
    ]
    booked: list[Booked] = []
    automatic = [id_ for each in matches for id_ in each.automatic]
    for place in range(0, len(automatic), MOST_BOOKED):
        chosen = automatic[place : place + MOST_BOOKED]
        key = str(place // MOST_BOOKED + 1)
        undo = partial(unbook, ids=chosen)
        booked.append(await run.step(BOOK, book, chosen, key=key, rollback=undo))
    await run.step(FINISH, finish, imported, matches, booked)


def _answers_with(before: Answers, question: Read, corrections: JsonObject) -> Answers:
    """What is known after another decision: a person's own words count more than what was proposed
    to them.
    """
    answers = before.model_copy()
    encoding = corrections.get(_ENCODING)
    if isinstance(encoding, str) and _MAPPING not in corrections:
        # In another encoding the columns have other names, so a mapping is proposed anew.
        return Answers.model_validate(
            {**answers.model_dump(), "encoding": encoding, "mapping": None}
        )
    for mapping in (corrections.get(_MAPPING), question.proposed.get(_MAPPING)):
        if isinstance(mapping, dict):
            answers.mapping = mapping
            break
    account = corrections.get(_ACCOUNT)
    if isinstance(account, str):
        answers.account = account
    if question.asks == OTHER_ACCOUNT:
        answers.is_sure = True
    if question.asks == SUMS_DIFFER:
        proposed = [Turned.model_validate(each) for each in question.proposed.get(_TURNED) or ()]
        answers.turned = [*answers.turned, *proposed]
    if question.asks == CORRECTED:
        answers.corrects = True
    if question.asks == OVERLAP_UNPROVEN:
        answers.overlap = "same"
    if corrections.get(_OVERLAP) == "apart":
        answers.overlap = "apart"
    return answers


async def check_values(
    platform: Platform, run_id: str, values: JsonObject, *, is_complete: bool
) -> None:
    """Raises ValuesRefused: a value is no mapping, lacks what is needed to read a file, or is no
    bank account.
    """
    del is_complete
    unknown = sorted(set(values) - {_MAPPING, _ACCOUNT, _ENCODING, _OVERLAP})
    if unknown:
        sentence = "Give `mapping`, `account`, `encoding` or `overlap`, or nothing."
        raise ValuesRefused([(name, sentence) for name in unknown])
    if _ENCODING in values and values[_ENCODING] not in ENCODINGS:
        raise ValuesRefused([(_ENCODING, f"Give one of these: {', '.join(ENCODINGS)}.")])
    if _OVERLAP in values and values[_OVERLAP] not in get_args(Overlap):
        raise ValuesRefused([(_OVERLAP, "Give `same` or `apart`.")])
    if _ACCOUNT in values:
        await _check_account(platform, run_id, values[_ACCOUNT])
    if _MAPPING not in values:
        return
    try:
        # By the names of the API alone, as any body.
        mapping = parse_strictly(CsvMapping, values[_MAPPING])
    except ValidationError as error:
        problems = [
            (".".join([_MAPPING, *map(str, each["loc"])]), str(each["msg"]))
            for each in error.errors()
        ]
        raise ValuesRefused(problems[:20]) from error
    missing = mapping.missing()
    if missing:
        raise ValuesRefused([(_MAPPING, f"{missing}.")])


async def _check_account(platform: Platform, run_id: str, value: Json) -> None:
    owner = await repository.owner_of_run(platform.database, run_id)
    accounts = [] if owner is None else await repository.known_accounts(platform.database, owner)
    if value not in {each.id for each in accounts if each.archived_at is None}:
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
