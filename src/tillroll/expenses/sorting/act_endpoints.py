"""Routes of acts on many expenses at once, and of what they leave out."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field
from pydantic.alias_generators import to_camel

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, OwnKey, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Moment
from tillroll.api.problems import problem
from tillroll.api.routing import Router
from tillroll.clients.service import Selected, select
from tillroll.expenses.approval.endpoints import (
    Version,
)
from tillroll.expenses.approval.views import VersionsNeeded, versions_of
from tillroll.expenses.fields import longest_of
from tillroll.expenses.models import ExpenseValues
from tillroll.expenses.search.endpoints import FilterBody
from tillroll.expenses.search.filters import FilterQuery
from tillroll.expenses.search.names import read_typed
from tillroll.expenses.search.words import index_newest, read_texts
from tillroll.expenses.service import check_reason
from tillroll.expenses.sorting import acts, chosen, moving
from tillroll.expenses.sorting.act import Act
from tillroll.expenses.sorting.acts import PLANS, ActSummary, LeftOutExpense, begin_act
from tillroll.expenses.sorting.category_names import checked_as
from tillroll.expenses.sorting.locked import MAY_SORT
from tillroll.expenses.values import check_choice, check_note, check_tags, check_text
from tillroll.identity.authentication import Principal
from tillroll_documents.reading.correction import check_category
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.models import Flag, Page, RequestBody
from tillroll_durable.platform.naming import fold_name
from tillroll_durable.platform.services import Platform

router = Router(tags=["sorting"])


@router.get("/api/acts", openapi_extra=needs(Permission.OWN))
async def list_acts(platform: PlatformHere, principal: Caller, page: Paged) -> Page[ActSummary]:
    """The acts on expenses, newest first: the account's, or those of a caller who sees their
    own expenses alone.
    """
    return page.of(
        await acts.list_acts(
            platform.database, principal.sight, before=page.after, limit=page.fetch_limit
        )
    )


@router.get("/api/acts/{act_id}", openapi_extra=needs(Permission.OWN))
async def show_act(platform: PlatformHere, principal: Caller, act_id: str) -> ActSummary:
    """Show one act: how far it is."""
    return await acts.show_act(platform.database, principal.sight, act_id)


@router.post("/api/acts/{act_id}/continue", openapi_extra=needs(Permission.EDIT))
async def continue_act(platform: PlatformHere, principal: Caller, act_id: str) -> ActSummary:
    """Do the next expenses of an act, at most 1,000 a request. What is finished stays as it is."""
    return await acts.go_on(platform, principal.sight, act_id=act_id, actor=principal.actor)


@router.post("/api/acts/{act_id}/undo", openapi_extra=needs(Permission.EDIT))
async def undo_act(platform: PlatformHere, principal: Caller, act_id: str) -> ActSummary:
    """Take an act back as a whole: its expenses have again what they had, but where a person
    changed them since, or their approval covers it. A merge that moved policies or chains along is
    undone by who may administer.
    """
    if (await acts.show_act(platform.database, principal.sight, act_id)).kind in moving.DECISIONS:
        principal.require(Permission.APPROVE)
    if await acts.moves_rules(platform.database, principal.sight, act_id):
        principal.require(Permission.ADMINISTER)
    may_sort = principal.may(Permission.SORT)
    return await acts.undo_act(
        platform, principal.sight, act_id=act_id, actor=principal.actor, may_sort=may_sort
    )


MOST_IDS = 1_000
_NOBODY = Selected(None, None, project_id=None, project=None)
Kind = Literal[
    "category",
    "proposed_category",
    "tags",
    "client",
    "project",
    "paid_by",
    "billable",
    "note",
    "cost_center",
    "void",
    "send_back",
    "approve",
    "unapprove",
]
_Ids = Annotated[
    list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=MOST_IDS)
]
_Tags = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)]
_TAKES = {
    "category": {"category"},
    "tags": {"add", "remove"},
    "client": {"client_id"},
    "project": {"project_id"},
    "note": {"note"},
    "cost_center": {"cost_center"},
    "paid_by": {"paid_by"},
    "billable": {"billable"},
    "void": {"reason"},
    "send_back": {"reason", "versions", "seen_at"},
    "approve": {"versions", "seen_at"},
}


class ChosenRequest(RequestBody):
    """What is done (`kind`), and to which expenses: `ids`, or all that `filter` finds, by the names
    of `GET /api/expenses`. `proposed_category` gives each without a category the one that is
    proposed for it. `category`, `client_id`, `project_id`, `note` and `cost_center` (null takes
    them away), `paid_by` (company or employee) and `billable` are of those kinds, `add` and
    `remove` of tags, `reason` of voiding and sending back. A project brings its client along.
    An approval says what was looked at: with `ids` the `versions` of these, in their order; with
    `filter` the `seenAt` of the preview. What was changed since is left out. Sending back may say
    the same.
    """

    kind: Kind
    ids: _Ids | None = None
    filter: FilterBody | None = None
    category: Annotated[str | None, Field(max_length=200)] = None
    add: _Tags = Field(default_factory=list[str])
    remove: _Tags = Field(default_factory=list[str])
    client_id: Annotated[str | None, Field(max_length=60)] = None
    project_id: Annotated[str | None, Field(max_length=60)] = None
    note: Annotated[str | None, Field(max_length=4_000)] = None
    cost_center: Annotated[
        str | None, Field(max_length=longest_of(ExpenseValues, "cost_center"))
    ] = None
    paid_by: Annotated[str | None, Field(max_length=200)] = None
    billable: Flag | None = None
    reason: Annotated[str | None, Field(max_length=4_000)] = None
    versions: Annotated[list[Version] | None, Field(max_length=MOST_IDS)] = None
    seen_at: Moment | None = None


_SEEN_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    428: problem("An approval has neither `versions` nor `seenAt`")
}


@router.post("/api/acts", responses=_SEEN_RESPONSES, openapi_extra=needs(Permission.EDIT))
async def begin_act_on_expenses(
    platform: PlatformHere, principal: Caller, request: ChosenRequest, own_key: OwnKey
) -> ActSummary:
    """Do something to many expenses, as one act that can be undone. What may not be changed stays,
    with a reason.
    """
    parameters = await _checked(platform, principal, request)
    is_as_seen = request.versions is not None or request.seen_at is not None
    if request.kind == moving.APPROVE or is_as_seen:
        parameters |= _looked_at(platform, request)
    return await begin_act(
        platform, principal.as_actor, kind=request.kind, key=own_key, request=parameters
    )


@router.post("/api/acts/preview", openapi_extra=needs(Permission.EDIT))
async def preview_act(
    platform: PlatformHere,
    principal: Caller,
    request: ChosenRequest,
) -> chosen.ActPreview:
    """Preview what such an act would do: how many it would change, and why it would leave others as
    they are.
    """
    parameters = await _checked(platform, principal, request)
    sight = principal.sight
    act = Act(
        "",
        sight.account_id,
        kind=request.kind,
        asked=parameters,
        state="applying",
        step=0,
        cursor="",
        created_by=principal.actor,
        only=sight.only,
    )
    return await chosen.preview(platform, PLANS[request.kind], act)


@router.get("/api/acts/{act_id}/left-out", openapi_extra=needs(Permission.OWN))
async def list_expenses_left_out(
    platform: PlatformHere, principal: Caller, act_id: str, page: Paged
) -> Page[LeftOutExpense]:
    """The expenses that an act left as they are, and why; of acts since reasons are written
    down.
    """
    await acts.show_act(platform.database, principal.sight, act_id)
    rows = await acts.list_left_out(
        platform.database, principal.sight, act_id=act_id, before=page.after, limit=page.fetch_limit
    )
    return page.of(rows, lambda each: each.expense_id)


async def _checked(platform: Platform, principal: Principal, request: ChosenRequest) -> JsonObject:
    """What the act is done with: values of this moment. Refuse what cannot be done, and an approval
    by somebody who approves nothing.
    """
    if request.kind in moving.DECISIONS:
        principal.require(Permission.APPROVE)
    takes = _TAKES.get(request.kind, set[str]())
    fields = {each for takes in _TAKES.values() for each in takes} & request.model_fields_set
    problems = [
        (to_camel(name), f"{request.kind} does not take it: leave it out.")
        for name in sorted(fields - takes)
    ]
    if (request.ids is None) == (request.filter is None):
        problems.append(
            (
                "ids",
                "Name the expenses by `ids`, or all that are found by `filter`: one of the two.",
            )
        )
    if request.versions is not None and request.ids is None:
        problems.append(("versions", "They belong to `ids`: of a filter, send `seenAt`."))
    if request.seen_at is not None and request.filter is None:
        problems.append(("seenAt", "It belongs to `filter`: of ids, send `versions`."))
    values = _values(principal, request, problems) | _rights(principal, request)
    query = FilterQuery.of(request.filter or {})
    understood = await read_typed(platform.database, principal.sight, query)
    problems += [(f"filter.{name}", message) for name, message in query.problems]
    if problems:
        raise ValuesRefused(problems)
    if understood.words.strip():
        await index_newest(platform, read_texts, principal.account_id)
    values |= await _selected(platform, principal, request)
    if isinstance(category := values.get("category"), str):
        values["category"] = await checked_as(platform.database, principal.account_id, category)
    if request.ids is not None:
        return {"ids": [*request.ids], **values}
    # Those of what the filter finds that are there now.
    return {"filter": understood.as_asked(), "until": to_text(platform.clock.now()), **values}


async def _selected(platform: Platform, principal: Principal, request: ChosenRequest) -> JsonObject:
    """The client or project of the request. Raises ValuesRefused: there is none, or it is
    archived.
    """
    database = platform.database
    account_id = principal.account_id
    if request.kind == chosen.CLIENT:
        choice = await select(
            database, account_id, request.client_id, project_id=None, selected=_NOBODY
        )
        return {"clientId": choice.client_id, "client": choice.client}
    if request.kind == chosen.PROJECT:
        choice = await select(
            database, account_id, None, project_id=request.project_id, selected=_NOBODY
        )
        return {"projectId": choice.project_id}
    return {}


def _rights(principal: Principal, request: ChosenRequest) -> JsonObject:
    """Whether approved expenses are sorted, too."""
    if request.kind not in chosen.SORTING:
        return {}
    return {MAY_SORT: principal.may(Permission.SORT)}


def _looked_at(platform: Platform, request: ChosenRequest) -> JsonObject:
    """What a decision was looked at as: the versions by the ids, or when the preview was made.
    Raises VersionsNeeded."""
    if request.ids is not None:
        return {"versions": {**versions_of(request.ids, request.versions)}}
    if request.seen_at is None:
        raise VersionsNeeded
    return {"seenAt": min(to_text(request.seen_at), to_text(platform.clock.now()))}


def _values(
    principal: Principal, request: ChosenRequest, problems: list[tuple[str, str]]
) -> JsonObject:
    """Read the values that expenses get by this kind of act, and note in `problems` what is
    wrong.
    """
    if request.kind == chosen.CATEGORY:
        return {"category": _category(request, problems)}
    if request.kind == chosen.TAGS:
        return _tags(request, problems)
    if request.kind in {
        chosen.CLIENT,
        chosen.PROJECT,
        chosen.PAID_BY,
        chosen.BILLABLE,
        chosen.PROPOSED,
        chosen.NOTE,
        chosen.COST_CENTER,
    }:
        return _one_value(request, problems)
    if request.kind in moving.DECISIONS:
        return {"userId": principal.user_id}
    try:
        reason = check_reason(request.reason, "Say in a few words why.")
    except ValuesRefused as error:
        problems += error.problems
        return {}
    return {"reason": reason, "isOwner": principal.may(Permission.APPROVE)}


# What a request names even where it is taken away, by the kind of act.
_NULLABLE: Final = {
    chosen.CLIENT: ("client_id", "Give the client; null takes it away."),
    chosen.PROJECT: ("project_id", "Give the project; null takes it away."),
    chosen.NOTE: ("note", "Give the note; null takes it away."),
    chosen.COST_CENTER: ("cost_center", "Give the cost centre; null takes it away."),
}


def _one_value(request: ChosenRequest, problems: list[tuple[str, str]]) -> JsonObject:
    """The value that an act gives; a client or a project is looked up elsewhere."""
    if request.kind in _NULLABLE:
        name, message = _NULLABLE[request.kind]
        if name not in request.model_fields_set:
            problems.append((to_camel(name), message))
    if request.kind == chosen.PAID_BY:
        return {chosen.PAID_BY: check_choice("paidBy", request.paid_by, problems)}
    if request.kind == chosen.NOTE:
        return {chosen.NOTE: check_note(request.note, problems)}
    if request.kind == chosen.COST_CENTER:
        return {chosen.COST_CENTER: check_text("costCenter", request.cost_center, problems)}
    if request.kind != chosen.BILLABLE:
        return {}
    if request.billable is None:
        problems.append(("billable", "Say true or false."))
    return {chosen.BILLABLE: request.billable}


def _category(request: ChosenRequest, problems: list[tuple[str, str]]) -> str | None:
    if "category" not in request.model_fields_set:
        problems.append(("category", "Give the category; null takes it away."))
    if request.category is not None and not request.category.strip():
        problems.append(("category", "Give a name, or null to take the category away."))
    return check_category(request.category or "", problems)


def _tags(request: ChosenRequest, problems: list[tuple[str, str]]) -> JsonObject:
    tags: dict[str, list[Json]] = {}
    for name, names in (("add", request.add), ("remove", request.remove)):
        result: list[tuple[str, str]] = []
        tags[name] = check_tags([*names], result)
        if any(not tag.strip() for tag in names):
            result.append((name, "A tag is empty: leave it out."))
        problems += [(name, message) for _, message in result]
    additions = {fold_name(str(tag)) for tag in tags["add"]}
    removals = {fold_name(str(tag)) for tag in tags["remove"]}
    if additions & removals:
        problems.append(("remove", "A tag is to be added and removed: decide on one of the two."))
    if not request.add and not request.remove:
        problems.append(("add", "Name a tag to be added or removed."))
    return {**tags}
