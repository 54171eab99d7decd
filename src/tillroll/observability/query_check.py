"""Whether D1 counts an invocation's queries as this Worker does, and whether its sessions work.

As many queries are asked as the Worker's own count allows.
"""

import asyncio
from typing import Final

from tillroll.api.near import NearSettings
from tillroll_durable.platform.bindings.database import Database, DatabaseError, statement
from tillroll_durable.platform.bindings.replicas import (
    BOOKMARK,
    PRIMARY,
    Replicated,
)
from tillroll_durable.platform.limits import Spending
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform

_LEFT_FOR_OTHERS: Final = 10
"""Queries that an invocation makes beside these."""
_AT_ONCE: Final = 6
"""How many connections of an invocation wait at the same time:
https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections"""
_BATCH: Final = (statement("SELECT 1"), statement("SELECT 2"))
"""There are two statements, so a database that counts each of them refuses half of the queries."""


class QueryCheck(Model):
    """`queries` were asked in this invocation, of `limit` that its plan allows.

    Of those, `refused_after` were answered before the database refused one by `refusal`. Both are
    null where it refused none. `reads_near`: a session gave a bookmark, and another one read by it;
    null where `READS_NEAR` is off."""

    queries: int
    limit: int
    refused_after: int | None
    refusal: str | None
    reads_near: bool | None = None


async def check_queries(database: Database, spending: Spending) -> QueryCheck:
    """Ask the database until the invocation's own count is nearly used up. Nothing is changed."""
    limit = spending.plan.queries
    first = spending.queries
    while spending.queries < limit - _LEFT_FOR_OTHERS:
        count = min(_AT_ONCE, limit - _LEFT_FOR_OTHERS - spending.queries)
        before = spending.queries - first
        queries = [database.batch(_BATCH) for _ in range(count)]
        answers = await asyncio.gather(*queries, return_exceptions=True)
        refusals = [each for each in answers if isinstance(each, BaseException)]
        for refusal in refusals:
            if not isinstance(refusal, DatabaseError):
                raise refusal
        if refusals:
            return QueryCheck(
                queries=spending.queries - first,
                limit=limit,
                refused_after=before + count - len(refusals),
                refusal=f"{refusals[0]}",
            )
    count = spending.queries - first
    return QueryCheck(queries=count, limit=limit, refused_after=None, refusal=None)


async def check_sessions(platform: Platform) -> bool | None:
    """Whether a session gives a bookmark, and another one reads by it; None where lists are not
    read so."""
    if not platform.settings.of(NearSettings).reads_near:
        return None
    database = (platform.bare or platform).database
    if not isinstance(database, Replicated):
        return False
    query = statement("SELECT COUNT(*) AS accounts FROM accounts")
    first = database.session(PRIMARY)
    rows = await first.all(query)
    bookmark = first.bookmark()
    if bookmark is None or BOOKMARK.fullmatch(bookmark) is None:
        return False
    return await database.session(bookmark).all(query) == rows
