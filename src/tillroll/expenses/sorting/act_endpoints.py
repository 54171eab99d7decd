"""Routes of acts: listed, gone on with, undone; and those on what a list has chosen."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, OwnKey, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.durable import ValuesRefused
from tillroll.expenses.search.endpoints import PARAMETERS, FilterBody
from tillroll.expenses.search.filters import Filter, read_filter
from tillroll.expenses.search.filters import FilterQuery as Sent
from tillroll.expenses.search.index import index_newest
from tillroll.expenses.service import LONGEST_REASON
from tillroll.expenses.sorting import acts
from tillroll.expenses.sorting import chosen as sorting_chosen
from tillroll.expenses.sorting.act_rows import ActShape, LeftOutShape, list_acts, list_left_out, show_act
from tillroll.expenses.sorting.acts import PLANS, NewAct, begin_act
from tillroll.expenses.sorting.chosen import ActPreview, chosen_asked, preview
from tillroll.expenses.sorting.endpoints import as_problems, who
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
async def list_all(platform: PlatformHere, principal: Caller, page: Paged) -> Page[ActShape]:
    """The account's acts, newest first."""
    found = await list_acts(platform.database, principal.account_id, page.behind, page.wanted)
    items, following = page.cut(found, lambda act: act.id)
    return Page(items=items, next_cursor=following)


@router.get("/api/acts/{act_id}", openapi_extra=needs(Permission.READ))
async def show(platform: PlatformHere, principal: Caller, act_id: str) -> ActShape:
    """One act: how far it is."""
    with as_problems():
        return await show_act(platform.database, principal.account_id, act_id)


@router.post("/api/acts/{act_id}/continue", openapi_extra=needs(Permission.EDIT))
async def go_on(platform: PlatformHere, principal: Caller, act_id: str) -> ActShape:
    """Do the next expenses of an act, at most 1,000 a request. What is finished stays as it is."""
    with as_problems():
        return await acts.go_on(platform, PLANS, principal.account_id, act_id, principal.actor)


@router.post("/api/acts/{act_id}/undo", openapi_extra=needs(Permission.EDIT))
async def undo(platform: PlatformHere, principal: Caller, act_id: str) -> ActShape:
    """Take an act back as a whole: its expenses have again what they had, but where a person changed them since."""
    with as_problems():
        if (await show_act(platform.database, principal.account_id, act_id)).kind in OF_APPROVERS:
            principal.require(Permission.APPROVE)
        return await acts.undo_act(platform, PLANS, principal.account_id, act_id, principal.actor)


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
async def begin(platform: PlatformHere, principal: Caller, asked: ChosenRequest, own_key: OwnKey) -> ActShape:
    """Do something to many expenses, as one act that can be undone. What may not be changed stays, with a reason."""

    async def prepare() -> JsonObject:
        return await _prepared(platform, principal, asked)

    with as_problems():
        await _check(platform, principal, asked)
        return await begin_act(platform, PLANS, who(principal), NewAct(asked.kind, prepare), own_key)


@router.post("/api/acts/preview", openapi_extra=needs(Permission.EDIT))
async def try_out(platform: PlatformHere, principal: Caller, asked: ChosenRequest) -> ActPreview:
    """What such an act would do: how many it would change, and why it would leave others as they are."""
    with as_problems():
        await _check(platform, principal, asked)
        prepared = await _prepared(platform, principal, asked)
    act = Act("", principal.account_id, asked.kind, prepared, "applying", 0, "", principal.actor)
    return await preview(platform.database, PLANS[asked.kind], act)


@router.get("/api/acts/{act_id}/left-out", openapi_extra=needs(Permission.READ))
async def show_left_out(platform: PlatformHere, principal: Caller, act_id: str, page: Paged) -> Page[LeftOutShape]:
    """The expenses that an act left as they are, and why; of acts since reasons are written down."""
    with as_problems():
        await show_act(platform.database, principal.account_id, act_id)
    found = await list_left_out(platform.database, act_id, page.behind, page.wanted)
    items, following = page.cut(found, lambda each: each.expense_id)
    return Page(items=items, next_cursor=following)


async def _check(platform: Platform, principal: Principal, asked: ChosenRequest) -> None:
    """
    Raises:
        ValuesRefused: what is asked cannot be done.
        Problem: 403, whoever asks approves nothing.
    """
    if asked.kind in OF_APPROVERS:
        principal.require(Permission.APPROVE)
    takes = _TAKES.get(asked.kind, set[str]())
    given = {"category", "add", "remove", "reason"} & asked.model_fields_set
    problems = [(name, f"{asked.kind} does not take it: leave it out.") for name in sorted(given - takes)]
    if (asked.ids is None) == (asked.filter is None):
        problems.append(("ids", "Name the expenses by `ids`, or all that are found by `filter`: one of the two."))
    if asked.kind == sorting_chosen.CATEGORY:
        problems += _of_category(asked)
    elif asked.kind == sorting_chosen.TAGS:
        problems += _of_tags(asked)
    elif "reason" in takes:
        problems += _of_reason(asked)
    chosen = _filter(asked, problems)
    if problems:
        raise ValuesRefused(problems)
    if chosen is not None and chosen.words.strip():
        await index_newest(platform, read_texts, principal.account_id)


def _filter(asked: ChosenRequest, problems: list[tuple[str, str]]) -> Filter | None:
    """What is wrong with it is noted in `problems`."""
    if asked.filter is None:
        return None
    sent = Sent({name: [value] if isinstance(value, str) else value for name, value in asked.filter.items()})
    for unknown in sorted({*asked.filter} - {*PARAMETERS}):
        sent.refuse(unknown[:100], f"There is no such filter: use {', '.join(PARAMETERS)}.")
    chosen = read_filter(sent)
    problems += [(f"filter.{name}", message) for name, message in sent.problems]
    return chosen


def _of_category(asked: ChosenRequest) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    if "category" not in asked.model_fields_set:
        problems.append(("category", "Give the category; null takes it away."))
    if asked.category is not None and not asked.category.strip():
        problems.append(("category", "Give a name, or null to take the category away."))
    check_category(asked.category or "", problems)
    return problems


def _of_tags(asked: ChosenRequest) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    add, remove = _tags("add", asked.add, problems), _tags("remove", asked.remove, problems)
    if {tag.casefold() for tag in add} & {tag.casefold() for tag in remove}:
        problems.append(("remove", "A tag is to be added and removed: decide on one of the two."))
    if not asked.add and not asked.remove:
        problems.append(("add", "Name a tag to be added or removed."))
    return problems


def _of_reason(asked: ChosenRequest) -> list[tuple[str, str]]:
    reason = " ".join((asked.reason or "").split())
    if not reason:
        return [("reason", "Say in a few words why.")]
    if len(reason) > LONGEST_REASON:
        return [("reason", f"Shorten the reason to at most {LONGEST_REASON} characters.")]
    return []


def _tags(name: str, given: list[str], problems: list[tuple[str, str]]) -> list[str]:
    listed: list[Json] = [*given]
    found: list[tuple[str, str]] = []
    tags = [str(tag) for tag in check_tags(listed, found)]
    if any(not tag.strip() for tag in given):
        found.append((name, "A tag is empty: leave it out."))
    problems += [(name, message) for _, message in found]
    return tags


async def _prepared(platform: Platform, principal: Principal, asked: ChosenRequest) -> JsonObject:
    """What the act is done with: values of this moment."""
    chosen = chosen_asked(asked.ids, _filter(asked, []), to_text(platform.clock.now()))
    if asked.kind == sorting_chosen.CATEGORY:
        name = check_category(asked.category or "", [])
        known = None if name is None else await sorting_chosen.known_as(platform.database, principal.account_id, name)
        return {**chosen, "category": known}
    if asked.kind == sorting_chosen.TAGS:
        add: list[Json] = [*_tags("add", asked.add, [])]
        remove: list[Json] = [*_tags("remove", asked.remove, [])]
        return {**chosen, "add": add, "remove": remove}
    if asked.kind in {sorting_chosen.VOID, sorting_chosen.SEND_BACK}:
        return {
            **chosen,
            "reason": " ".join((asked.reason or "").split()),
            "isOwner": principal.may(Permission.APPROVE),
        }
    return {**chosen, "userId": principal.user_id}
