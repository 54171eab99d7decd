"""The archive: what is in it, moving what is old there, and bringing it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.unknown import unknown
from tillroll.api.needs import needs
from tillroll.api.problems import NOT_POSSIBLE, Problem, not_found
from tillroll.api.shapes import Shape
from tillroll.api.times import Moment
from tillroll.audit.archiving.moving import Standing, move_old, standing
from tillroll.audit.archiving.ranges import range_numbered
from tillroll.audit.archiving.restoring import NotRestored, restore_range
from tillroll.audit.sealing.sealing import seal_new_events
from tillroll.durable.operating.archiving.restoring import restore_run
from tillroll.durable.operating.archiving.verifying import FlawedFile, flaws_now, flaws_of, verify_again, verify_of
from tillroll.durable.record.archive.archived import Wrong
from tillroll.durable.record.runs import find_run
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.platform.shape import Asked
from tillroll.workflows.erasure.rows import BEING_ERASED

router = APIRouter(tags=["audit"])

_MOST_DAYS = 36_500
_MOST_RUNS = 20
_LARGEST_NUMBER = 1_000_000_000
OlderThan = Annotated[int, Query(alias="olderThanDays", ge=0, le=_MOST_DAYS, description="How old is old")]


class FlawShape(Shape):
    """`held` is what lies in the file, such as `range 3` or `bundle 7`; `says` is for a person, with what is safe to
    do."""

    held: str
    object_key: str
    wrong: Wrong
    says: str
    found_at: str


class ArchiveShape(Standing):
    """`ranges` of the audit by state, with `events` in those that were taken out of the database; `runs` that are
    archived. What could be: the seals and events of the next range, and runs that ended before (up to 10,000 are
    counted), of which some may still have to wait for something. `flaws` are files that are not as they were written;
    up to 100."""

    flaws: list[FlawShape]


class RoundRequest(Asked):
    """How old is old: in days, 0 for all that there is; or, to go on, the `before` that the first round answered."""

    older_than_days: Annotated[int | None, Field(ge=0, le=_MOST_DAYS, strict=True)] = None
    before: Moment | None = None


class RoundShape(Shape):
    """What one round did with what is older than `before`: ranges begun, verified and taken out of the database; events
    and runs that were moved. Where `is_idle`, there was nothing to do."""

    before: str
    begun: int
    verified: int
    taken: int
    events: int
    runs: int
    is_idle: bool


class RestoreRequest(Asked):
    """Either runs, or the number of a range of the audit."""

    runs: Annotated[list[str], Field(max_length=_MOST_RUNS, default_factory=list)]
    range: Annotated[int | None, Field(ge=1, le=_LARGEST_NUMBER, strict=True)] = None


class VerifyRequest(Asked):
    """Runs, or the number of a range of the audit; neither for the files that were found to be wrong."""

    runs: Annotated[list[str], Field(max_length=_MOST_RUNS, default_factory=list)]
    range: Annotated[int | None, Field(ge=1, le=_LARGEST_NUMBER, strict=True)] = None


class VerifiedShape(Shape):
    """How many `files` were looked at, and those of them that are not as they were written; `other_flaws` counts the
    files that were found to be wrong and were not looked at now: `GET /api/archive` lists them."""

    files: int
    flaws: list[FlawShape]
    other_flaws: int


class RestoredShape(Shape):
    """`runs` that were brought back, without those that were not archived; `events` of a range that were."""

    runs: list[str]
    events: int


@router.get("/api/archive", openapi_extra=needs(Permission.DEPLOYMENT))
async def show_archive(platform: PlatformHere, older_than_days: OlderThan = 90) -> ArchiveShape:
    """What is archived, and what could be; nothing is changed."""
    found = await standing(platform, _before(platform, older_than_days))
    return ArchiveShape(**vars(found), flaws=_shown(await flaws_now(platform)))


@router.post("/api/archive/rounds", openapi_extra=needs(Permission.DEPLOYMENT))
async def archive_a_round(platform: PlatformHere, asked: RoundRequest) -> RoundShape:
    """Move a bounded piece of what is old, and seal that it was verified. Ask again, with the `before` that is
    answered, until it is idle: rounds leave events themselves, which are old in no time where days are few."""
    before = _asked_before(platform, asked)
    moved = await move_old(platform, before, but=BEING_ERASED, whole=True)
    if moved.ranges.verified:
        await seal_new_events(platform)
    return RoundShape(
        before=to_text(before),
        begun=moved.ranges.begun,
        verified=moved.ranges.verified,
        taken=moved.ranges.archived,
        events=moved.ranges.events,
        runs=moved.runs,
        is_idle=moved.is_idle,
    )


@router.post("/api/archive/restore", openapi_extra=needs(Permission.DEPLOYMENT))
async def restore_archived(platform: PlatformHere, principal: Asking, asked: RestoreRequest) -> RestoredShape:
    """Bring archived runs back with all their rows, or the events of a range of the audit. Done again, it changes
    nothing."""
    if bool(asked.runs) == (asked.range is not None):
        raise unknown([{"field": "runs", "message": "Give either `runs`, or the number of a `range`."}])
    if asked.range is not None:
        return RestoredShape(runs=[], events=await _restore_range(platform, asked.range, principal.actor))
    runs = [await find_run(platform.database, each) for each in dict.fromkeys(asked.runs)]
    if any(run is None for run in runs):
        raise not_found("run")
    restored = [run.id for run in runs if run and await restore_run(platform, run, principal.actor)]
    return RestoredShape(runs=restored, events=0)


@router.post("/api/archive/verify", openapi_extra=needs(Permission.DEPLOYMENT))
async def verify_archived(platform: PlatformHere, asked: VerifyRequest) -> VerifiedShape:
    """Look whether files are as they were written: those of runs, of a range, or up to 50 of those that were found to
    be wrong. One that is right again is no flaw any more."""
    if asked.runs and asked.range is not None:
        raise unknown([{"field": "runs", "message": "Give either `runs`, or the number of a `range`, or neither."}])
    for each in dict.fromkeys(asked.runs):
        if await find_run(platform.database, each) is None:
            raise not_found("run")
    if asked.range is not None and await range_numbered(platform.database, asked.range) is None:
        raise not_found("range")
    if asked.runs or asked.range is not None:
        keys = await verify_of(platform, asked.runs, asked.range)
    else:
        keys = await verify_again(platform)
    flaws, others = await flaws_of(platform, keys)
    return VerifiedShape(files=len(keys), flaws=_shown(flaws), other_flaws=others)


def _shown(flaws: Sequence[FlawedFile]) -> list[FlawShape]:
    return [FlawShape(**vars(each), says=each.says) for each in flaws]


async def _restore_range(platform: Platform, number: int, actor: str) -> int:
    held = await range_numbered(platform.database, number)
    if held is None:
        raise not_found("range")
    try:
        return await restore_range(platform, held, actor)
    except NotRestored as error:
        raise Problem(NOT_POSSIBLE, str(error)) from error


def _asked_before(platform: Platform, asked: RoundRequest) -> datetime:
    """Raises Problem: neither is given, or both, or a moment that has not passed."""
    if asked.before is None and asked.older_than_days is not None:
        return _before(platform, asked.older_than_days)
    if asked.before is None or asked.older_than_days is not None:
        raise unknown([{"field": "olderThanDays", "message": "Give either `olderThanDays` or `before`."}])
    if asked.before > platform.clock.now():
        raise unknown([{"field": "before", "message": "Give a time that has passed."}])
    return asked.before


def _before(platform: Platform, days: int) -> datetime:
    return platform.clock.now() - timedelta(days=days)
