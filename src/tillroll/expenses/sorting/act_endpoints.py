"""Routes of acts: listed, gone on with, undone; and those on what a list has chosen."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, OwnKey, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.durable import ValuesRefused
from tillroll.expenses.search.endpoints import FilterBody
from tillroll.expenses.search.filters import Filter, FilterQuery, read_filter
from tillroll.expenses.search.words import index_newest
from tillroll.expenses.service import check_reason
from tillroll.expenses.sorting import acts, chosen
from tillroll.expenses.sorting.acts import PLANS, ActSummary, LeftOutExpense
from tillroll.expenses.sorting.plan import Act
from tillroll.expenses.values import check_tags
from tillroll.identity.authentication import Principal
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.models import Page, RequestBody
from tillroll.platform.services import Platform
from tillroll.reading.correction import check_category
from tillroll.workflows.registry import read_texts

# Kinds of acts that decide on expenses, as the routes of approval do.
OF_APPROVERS: Final = frozenset({"approve", "unapprove"})

router = APIRouter(tags=["sorting"])


@router.get("/api/acts", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Caller, page: Paged) -> Page[ActSummary]:
    """The account's acts, newest first."""
    return page.of(await acts.list_acts(platform.database, principal.account_id, page.behind, page.wanted))


@router.get("/api/acts/{act_id}", openapi_extra=needs(Permission.READ))
async def show(platform: PlatformHere, principal: Caller, act_id: str) -> ActSummary:
    """One act: how far it is."""
    return await acts.show_act(platform.database, principal.account_id, act_id)


@router.post("/api/acts/{act_id}/continue", openapi_extra=needs(Permission.EDIT))
async def go_on(platform: PlatformHere, principal: Caller, act_id: str) -> ActSummary:
    """Do the next expenses of an act, at most 1,000 a request. What is finished stays as it is."""
    return await acts.go_on(platform, principal.account_id, act_id, principal.actor)


@router.post("/api/acts/{act_id}/undo", openapi_extra=needs(Permission.EDIT))
async def undo(platform: PlatformHere, principal: Caller, act_id: str) -> ActSummary:
    """Take an act back as a whole: its expenses have again what they had, but where a person changed them since."""
    if (await acts.show_act(platform.database, principal.account_id, act_id)).kind in OF_APPROVERS:
        principal.require(Permission.APPROVE)
    return await acts.undo_act(platform, principal.account_id, act_id, principal.actor)


MOST_IDS = 1_000
Kind = Literal["category", "tags", "void", "send_back", "approve", "unapprove"]
_Ids = Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=MOST_IDS)]
_Tags = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)]
_TAKES = {"category": {"category"}, "tags": {"add", "remove"}, "void": {"reason"}, "send_back": {"reason"}}


class ChosenRequest(RequestBody):
    """What is done (`kind`), and to which expenses: `ids`, or all that `filter` finds, by the names of
    `GET /api/expenses`. `category` (null takes it away) is of that kind, `add` and `remove` of tags, `reason` of
    voiding and sending back."""

    kind: Kind
    ids: _Ids | None = None
    filter: FilterBody | None = None
    category: Annotated[str | None, Field(max_length=200)] = None
    add: _Tags = Field(default_factory=list[str])
    remove: _Tags = Field(default_factory=list[str])
    reason: Annotated[str | None, Field(max_length=4_000)] = None


@router.post("/api/acts", openapi_extra=needs(Permission.EDIT))
async def begin(platform: PlatformHere, principal: Caller, request: ChosenRequest, own_key: OwnKey) -> ActSummary:
    """Do something to many expenses, as one act that can be undone. What may not be changed stays, with a reason."""
    await _check(platform, principal, request)
    return await acts.begin_act(
        platform, principal.as_actor, request.kind, own_key, lambda: _prepared(platform, principal, request)
    )


@router.post("/api/acts/preview", openapi_extra=needs(Permission.EDIT))
async def try_out(platform: PlatformHere, principal: Caller, request: ChosenRequest) -> chosen.ActPreview:
    """What such an act would do: how many it would change, and why it would leave others as they are."""
    await _check(platform, principal, request)
    prepared = await _prepared(platform, principal, request)
    act = Act("", principal.account_id, request.kind, prepared, "applying", 0, "", principal.actor)
    return await chosen.preview(platform.database, PLANS[request.kind], act)


@router.get("/api/acts/{act_id}/left-out", openapi_extra=needs(Permission.READ))
async def show_left_out(platform: PlatformHere, principal: Caller, act_id: str, page: Paged) -> Page[LeftOutExpense]:
    """The expenses that an act left as they are, and why; of acts since reasons are written down."""
    await acts.show_act(platform.database, principal.account_id, act_id)
    found = await acts.list_left_out(platform.database, act_id, page.behind, page.wanted)
    return page.of(found, lambda each: each.expense_id)


async def _check(platform: Platform, principal: Principal, request: ChosenRequest) -> None:
    """Refuse what cannot be done, and an approval by somebody who approves nothing."""
    if request.kind in OF_APPROVERS:
        principal.require(Permission.APPROVE)
    takes = _TAKES.get(request.kind, set[str]())
    given = {"category", "add", "remove", "reason"} & request.model_fields_set
    problems = [(name, f"{request.kind} does not take it: leave it out.") for name in sorted(given - takes)]
    if (request.ids is None) == (request.filter is None):
        problems.append(("ids", "Name the expenses by `ids`, or all that are found by `filter`: one of the two."))
    if request.kind == chosen.CATEGORY:
        problems += _of_category(request)
    elif request.kind == chosen.TAGS:
        problems += _of_tags(request)
    elif "reason" in takes:
        try:
            check_reason(request.reason, "Say in a few words why.")
        except ValuesRefused as error:
            problems += error.problems
    filtered = _filter(request, problems)
    if problems:
        raise ValuesRefused(problems)
    if filtered is not None and filtered.words.strip():
        await index_newest(platform, read_texts, principal.account_id)


def _filter(request: ChosenRequest, problems: list[tuple[str, str]]) -> Filter | None:
    """What is wrong with it is noted in `problems`."""
    if request.filter is None:
        return None
    query = FilterQuery.of(request.filter)
    found = read_filter(query)
    problems += [(f"filter.{name}", message) for name, message in query.problems]
    return found


def _of_category(request: ChosenRequest) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    if "category" not in request.model_fields_set:
        problems.append(("category", "Give the category; null takes it away."))
    if request.category is not None and not request.category.strip():
        problems.append(("category", "Give a name, or null to take the category away."))
    check_category(request.category or "", problems)
    return problems


def _of_tags(request: ChosenRequest) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    add, remove = _tags("add", request.add, problems), _tags("remove", request.remove, problems)
    if {tag.casefold() for tag in add} & {tag.casefold() for tag in remove}:
        problems.append(("remove", "A tag is to be added and removed: decide on one of the two."))
    if not request.add and not request.remove:
        problems.append(("add", "Name a tag to be added or removed."))
    return problems


def _tags(name: str, given: list[str], problems: list[tuple[str, str]]) -> list[str]:
    listed: list[Json] = [*given]
    found: list[tuple[str, str]] = []
    tags = [str(tag) for tag in check_tags(listed, found)]
    if any(not tag.strip() for tag in given):
        found.append((name, "A tag is empty: leave it out."))
    problems += [(name, message) for _, message in found]
    return tags


async def _prepared(platform: Platform, principal: Principal, request: ChosenRequest) -> JsonObject:
    """What the act is done with: values of this moment."""
    found = chosen.chosen_asked(request.ids, _filter(request, []), to_text(platform.clock.now()))
    if request.kind == chosen.CATEGORY:
        name = check_category(request.category or "", [])
        known = None if name is None else await chosen.known_as(platform.database, principal.account_id, name)
        return {**found, "category": known}
    if request.kind == chosen.TAGS:
        add: list[Json] = [*_tags("add", request.add, [])]
        remove: list[Json] = [*_tags("remove", request.remove, [])]
        return {**found, "add": add, "remove": remove}
    if request.kind in {chosen.VOID, chosen.SEND_BACK}:
        is_owner = principal.may(Permission.APPROVE)
        return {**found, "reason": check_reason(request.reason, None), "isOwner": is_owner}
    return {**found, "userId": principal.user_id}
