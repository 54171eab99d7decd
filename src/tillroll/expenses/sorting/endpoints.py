"""Routes of what expenses are sorted by: categories, merchants, rules and proposals; and of acts on
many expenses.
"""

from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Response
from pydantic import Field
from pydantic.alias_generators import to_camel

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, OwnKey, PlatformHere, needs
from tillroll.api.paging import Limit, Paged
from tillroll.api.parameters import Moment
from tillroll.api.problems import problem
from tillroll.api.routing import Router
from tillroll.clients.service import Selected, select
from tillroll.expenses.approval import VersionsNeeded, versions_of
from tillroll.expenses.endpoints import Version
from tillroll.expenses.search.endpoints import FilterBody
from tillroll.expenses.search.filters import FilterQuery
from tillroll.expenses.search.names import read_typed
from tillroll.expenses.search.words import index_newest, read_texts
from tillroll.expenses.service import check_reason
from tillroll.expenses.sorting import acts, categories, chosen, merchants, rule_acts, rules
from tillroll.expenses.sorting.acts import PLANS, ActSummary, LeftOutExpense, begin_act
from tillroll.expenses.sorting.categories import Category
from tillroll.expenses.sorting.chart_accounts import AccountsGiven, give_accounts
from tillroll.expenses.sorting.locked import MAY_SORT
from tillroll.expenses.sorting.merchants import MerchantName
from tillroll.expenses.sorting.plan import Act
from tillroll.expenses.sorting.rules import (
    CategoryRule,
    Rule,
    RuleGives,
    When,
    conditions_from,
    gives_from,
)
from tillroll.expenses.sorting.starters import Chart, Language, StarterSet
from tillroll.expenses.values import check_choice, check_note, check_tags
from tillroll.identity.authentication import Principal
from tillroll_documents.reading.correction import MAX_CATEGORY_LENGTH, check_category
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.models import ChangeBody, Flag, Items, Model, Page, RequestBody
from tillroll_durable.platform.services import Platform

router = Router(tags=["sorting"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str | None, Field(max_length=100)]


class CategoryList(Model):
    """`items` are the names to choose from, the most used first; `categories` have all, archived
    ones too.
    """

    items: list[str]
    categories: list[Category]


class NewCategory(RequestBody):
    """A name of at most 60 characters; codes as the ledger and the tax software have them, at
    most 20 characters. `accountIsAutomatic`: the account knows its tax, as DATEV's automatic ones
    do, and takes no tax code."""

    name: Name
    ledger_code: Code = None
    tax_code: Code = None
    account_is_automatic: Flag = False


class CategoryChange(ChangeBody):
    """What is left out stays; null takes a code away."""

    ledger_code: Code = None
    tax_code: Code = None
    account_is_automatic: Flag = False
    state: Literal["active", "archived"] = "active"


class NewName(RequestBody):
    name: Name


class MergeInto(RequestBody):
    """`into` is the id of the category that stays."""

    into: Name


class StarterRequest(RequestBody):
    """`chart` says whose account numbers the categories get."""

    set: StarterSet
    language: Language = Language.EN
    chart: Chart = Chart.NONE


class ChartRequest(RequestBody):
    """`chart` says whose account numbers the categories get."""

    chart: Literal[Chart.SKR03, Chart.SKR04]


class Added(Model):
    """How many categories were added; those that were there by name stay as they are."""

    added: int


@router.get("/api/categories", openapi_extra=needs(Permission.OWN))
async def list_categories(platform: PlatformHere, principal: Caller) -> CategoryList:
    """The account's categories, the most used of the expenses that the caller sees first."""
    rows = await categories.list_categories(platform.database, principal.sight)
    return CategoryList(
        items=[each.name for each in rows if each.state == "active"], categories=rows
    )


@router.post("/api/categories", openapi_extra=needs(Permission.SORT))
async def create_category(
    platform: PlatformHere,
    principal: Caller,
    request: NewCategory,
) -> Category:
    """Make a category. The same again is the one there is."""
    codes = request.ledger_code, request.tax_code
    return await categories.create_category(
        platform,
        principal.account_id,
        name=request.name,
        codes=codes,
        actor=principal.actor,
        account_is_automatic=request.account_is_automatic,
    )


@router.post("/api/categories/starters", openapi_extra=needs(Permission.SORT))
async def add_starter_categories(
    platform: PlatformHere,
    principal: Caller,
    request: StarterRequest,
) -> Added:
    """Take over a set of categories to begin with. Again it adds nothing."""
    chosen = request.set, request.language, request.chart
    return Added(
        added=await categories.take_over(platform, principal.account_id, *chosen, principal.actor)
    )


@router.post("/api/categories/accounts", openapi_extra=needs(Permission.SORT))
async def give_categories_accounts(
    platform: PlatformHere, principal: Caller, request: ChartRequest
) -> AccountsGiven:
    """Give the categories of a set that have no account the one of a chart. Again it changes
    nothing.
    """
    return await give_accounts(
        platform, principal.account_id, chart=request.chart, actor=principal.actor
    )


@router.patch("/api/categories/{category_id}", openapi_extra=needs(Permission.SORT))
async def change_category(
    platform: PlatformHere, principal: Caller, category_id: str, request: CategoryChange
) -> Category:
    """Change a category's codes, or archive it. The same again changes nothing."""
    changes = request.model_dump(by_alias=True, exclude_unset=True)
    return await categories.change_category(
        platform,
        principal.account_id,
        category_id=category_id,
        changes=changes,
        actor=principal.actor,
    )


@router.post("/api/categories/{category_id}/rename", openapi_extra=needs(Permission.SORT))
async def rename_category(
    platform: PlatformHere, principal: Caller, category_id: str, request: NewName, own_key: OwnKey
) -> ActSummary:
    """Rename a category, on all its expenses too. The old name leads to it from then on."""
    ids = principal.account_id, category_id
    prepare = partial(categories.category_rename_asked, platform.database, *ids, request.name)
    return await begin_act(
        platform, principal.as_actor, kind=categories.RENAME_CATEGORY, key=own_key, request=prepare
    )


@router.post("/api/categories/{category_id}/merge", openapi_extra=needs(Permission.SORT))
async def merge_category(
    platform: PlatformHere, principal: Caller, category_id: str, request: MergeInto, own_key: OwnKey
) -> ActSummary:
    """Merge a category into another: its expenses get that one, but for approved ones."""
    ids = principal.account_id, category_id
    prepare = partial(categories.category_merge_asked, platform.database, *ids, request.into)
    return await begin_act(
        platform, principal.as_actor, kind=categories.MERGE_CATEGORIES, key=own_key, request=prepare
    )


class RuleRequest(RequestBody):
    """`state` is active or paused."""

    when: When
    gives: RuleGives
    state: Literal["active", "paused"] = "active"


class OrderRequest(RequestBody):
    """The ids of all rules, in the order that they shall have."""

    ids: Annotated[list[str], Field(max_length=rules.MOST_RULES)]


class PreviewRequest(RequestBody):
    """A rule that is not there yet; without one, all active rules in their order."""

    rule: RuleRequest | None = None


class ApplyRequest(RequestBody):
    """Which rules are applied, by their ids; without these all active ones."""

    ids: Annotated[list[str] | None, Field(max_length=rules.MOST_RULES)] = None


@router.get("/api/rules", openapi_extra=needs(Permission.READ))
async def list_category_rules(platform: PlatformHere, principal: Caller) -> Items[CategoryRule]:
    """The account's rules in their order."""
    return Items(items=await rules.list_rules(platform.database, principal.account_id))


@router.post("/api/rules", openapi_extra=needs(Permission.SORT))
async def create_category_rule(
    platform: PlatformHere,
    principal: Caller,
    request: RuleRequest,
) -> CategoryRule:
    """Add a rule behind the others. The same again is the one there is."""
    rule = conditions_from(request.when), gives_from(request.gives)
    return await rules.create_rule(platform, principal.account_id, *rule, principal.actor)


@router.post("/api/rules/order", openapi_extra=needs(Permission.SORT))
async def order_category_rules(
    platform: PlatformHere,
    principal: Caller,
    request: OrderRequest,
) -> Items[CategoryRule]:
    """Put the rules in another order."""
    return Items(
        items=await rules.order_rules(
            platform, principal.account_id, ids=request.ids, actor=principal.actor
        )
    )


@router.post("/api/rules/preview", openapi_extra=needs(Permission.SORT))
async def preview_category_rules(
    platform: PlatformHere, principal: Caller, request: PreviewRequest
) -> rule_acts.RulePreview:
    """What a rule would change of the expenses there are, or all active rules: how many, and some
    of them.
    """
    if request.rule is None:
        previewed = await rules.load_rules(platform.database, principal.account_id)
    else:
        previewed = [
            Rule("new", conditions_from(request.rule.when), gives_from(request.rule.gives))
        ]
    return await rule_acts.preview_rules(platform.database, principal.account_id, previewed)


@router.post("/api/rules/apply", openapi_extra=needs(Permission.SORT))
async def apply_category_rules(
    platform: PlatformHere, principal: Caller, request: ApplyRequest, own_key: OwnKey
) -> ActSummary:
    """Apply rules to the expenses there are, as one act that can be undone. What a person chose
    stays.
    """
    prepare = partial(rule_acts.rules_asked, platform.database, principal.account_id, request.ids)
    return await begin_act(
        platform, principal.as_actor, kind=rule_acts.APPLY_RULES, key=own_key, request=prepare
    )


@router.put("/api/rules/{rule_id}", openapi_extra=needs(Permission.SORT))
async def replace_category_rule(
    platform: PlatformHere, principal: Caller, rule_id: str, request: RuleRequest
) -> CategoryRule:
    """Let a rule ask or give something else, or pause it. Expenses that it sorted stay as they
    are.
    """
    rule = conditions_from(request.when), gives_from(request.gives), request.state
    return await rules.change_rule(
        platform, principal.account_id, rule_id=rule_id, requested=rule, actor=principal.actor
    )


@router.delete("/api/rules/{rule_id}", status_code=204, openapi_extra=needs(Permission.SORT))
async def remove_category_rule(platform: PlatformHere, principal: Caller, rule_id: str) -> Response:
    """Delete a rule. What it gave stays."""
    await rules.delete_rule(platform, principal.account_id, rule_id=rule_id, actor=principal.actor)
    return Response(status_code=204)


class Proposed(RequestBody):
    """A proposal, as it was listed."""

    merchant: MerchantName
    category: Annotated[str, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)]


class TakenProposal(Proposed):
    """`always`: make a rule of it as well, so that the merchant's next expenses get the category
    too.
    """

    always: Flag = False


@router.get("/api/proposals", openapi_extra=needs(Permission.READ))
async def list_proposals(platform: PlatformHere, principal: Caller) -> Items[rule_acts.Proposal]:
    """Categories proposed for merchants' expenses that have none."""
    return Items(items=await rule_acts.list_proposals(platform.database, principal.account_id))


@router.post("/api/proposals/apply", openapi_extra=needs(Permission.SORT))
async def apply_proposal(
    platform: PlatformHere, principal: Caller, request: TakenProposal, own_key: OwnKey
) -> ActSummary:
    """Give a merchant's expenses this category, where they have none. Approved ones get it until
    they are handed on; what is left as it is has a reason (`GET /api/acts/{act_id}/left-out`)."""
    actor = principal.as_actor
    pair = (request.merchant, request.category)
    prepare = partial(rule_acts.proposal_asked, platform, actor, *pair, is_rule=request.always)
    return await begin_act(
        platform, actor, kind=rule_acts.APPLY_PROPOSAL, key=own_key, request=prepare
    )


@router.post("/api/proposals/dismiss", status_code=204, openapi_extra=needs(Permission.SORT))
async def dismiss_proposal(
    platform: PlatformHere,
    principal: Caller,
    request: Proposed,
) -> Response:
    """Do not propose this again."""
    about = request.merchant, request.category
    await rule_acts.dismiss_proposal(platform, principal.account_id, *about, principal.actor)
    return Response(status_code=204)


merchants_router = Router(tags=["merchants"])


class RenameRequest(RequestBody):
    """The merchants of these names, compared without case, accents and punctuation, are called
    `to`.
    """

    names: Annotated[list[MerchantName], Field(min_length=1, max_length=merchants.MOST_AT_ONCE)]
    to: MerchantName


class Forgotten(Model):
    """`forgotten` is the number of receipts from which it was known."""

    forgotten: int


@merchants_router.get("/api/merchants", openapi_extra=needs(Permission.OWN))
async def list_merchants(
    platform: PlatformHere,
    principal: Caller,
    q: Annotated[str, Query(max_length=100, description="Part of the name")] = "",
    limit: Limit = 100,
) -> Items[merchants.Merchant]:
    """The merchants of the expenses that the caller sees, those with most expenses first."""
    return Items(
        items=await merchants.list_merchants(
            platform.database, principal.sight, words=q, limit=limit
        )
    )


@merchants_router.post("/api/merchants/rename", openapi_extra=needs(Permission.SORT))
async def rename_merchants(
    platform: PlatformHere, principal: Caller, request: RenameRequest, own_key: OwnKey
) -> ActSummary:
    """Give merchants one name: one is renamed, several are merged. The next receipt of any spelling
    reads it.
    """
    prepare = partial(merchants.merchant_rename_asked, request.names, request.to)
    return await begin_act(
        platform, principal.as_actor, kind=merchants.RENAME_MERCHANTS, key=own_key, request=prepare
    )


@merchants_router.post("/api/merchants/forget", openapi_extra=needs(Permission.SORT))
async def forget_merchant(
    platform: PlatformHere,
    principal: Caller,
    request: merchants.ForgetRequest,
) -> Forgotten:
    """Stop snapping a spelling or a tax id to a merchant. Expenses stay as they are."""
    now = to_text(platform.clock.now())
    count = await merchants.forget(
        platform.database, principal.account_id, lead=request, actor=principal.actor, now=now
    )
    return Forgotten(forgotten=count)


acts_router = Router(tags=["sorting"])

# Kinds of acts that decide on expenses, as the routes of approval do.
OF_APPROVERS: Final = frozenset({"approve", "unapprove"})


@acts_router.get("/api/acts", openapi_extra=needs(Permission.OWN))
async def list_acts(platform: PlatformHere, principal: Caller, page: Paged) -> Page[ActSummary]:
    """The acts on expenses, newest first: the account's, or those of whoever sees their own
    expenses alone.
    """
    return page.of(
        await acts.list_acts(
            platform.database, principal.sight, before=page.after, limit=page.fetch_limit
        )
    )


@acts_router.get("/api/acts/{act_id}", openapi_extra=needs(Permission.OWN))
async def show_act(platform: PlatformHere, principal: Caller, act_id: str) -> ActSummary:
    """One act: how far it is."""
    return await acts.show_act(platform.database, principal.sight, act_id)


@acts_router.post("/api/acts/{act_id}/continue", openapi_extra=needs(Permission.EDIT))
async def continue_act(platform: PlatformHere, principal: Caller, act_id: str) -> ActSummary:
    """Do the next expenses of an act, at most 1,000 a request. What is finished stays as it is."""
    return await acts.go_on(platform, principal.sight, act_id=act_id, actor=principal.actor)


@acts_router.post("/api/acts/{act_id}/undo", openapi_extra=needs(Permission.EDIT))
async def undo_act(platform: PlatformHere, principal: Caller, act_id: str) -> ActSummary:
    """Take an act back as a whole: its expenses have again what they had, but where a person
    changed them since.
    """
    if (await acts.show_act(platform.database, principal.sight, act_id)).kind in OF_APPROVERS:
        principal.require(Permission.APPROVE)
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
    "paid_by": {"paid_by"},
    "billable": {"billable"},
    "void": {"reason"},
    "send_back": {"reason"},
    "approve": {"versions", "seen_at"},
}


class ChosenRequest(RequestBody):
    """What is done (`kind`), and to which expenses: `ids`, or all that `filter` finds, by the names
    of `GET /api/expenses`. `proposed_category` gives each without a category the one that is
    proposed for it. `category`, `client_id`, `project_id` and `note` (null takes them away),
    `paid_by` (company or employee) and `billable` are of those kinds, `add` and `remove` of tags,
    `reason` of voiding and sending back. A project brings its client along.
    An approval says what was looked at: with `ids` the `versions` of these, in their order; with
    `filter` the `seenAt` of the preview. What was changed since is left out.
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
    paid_by: Annotated[str | None, Field(max_length=200)] = None
    billable: Flag | None = None
    reason: Annotated[str | None, Field(max_length=4_000)] = None
    versions: Annotated[list[Version] | None, Field(max_length=MOST_IDS)] = None
    seen_at: Moment | None = None


_SEEN_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    428: problem("An approval has neither `versions` nor `seenAt`")
}


@acts_router.post("/api/acts", responses=_SEEN_RESPONSES, openapi_extra=needs(Permission.EDIT))
async def begin_act_on_expenses(
    platform: PlatformHere, principal: Caller, request: ChosenRequest, own_key: OwnKey
) -> ActSummary:
    """Do something to many expenses, as one act that can be undone. What may not be changed stays,
    with a reason.
    """
    parameters = await _checked(platform, principal, request)
    if request.kind == chosen.APPROVE:
        parameters |= _looked_at(platform, request)
    return await begin_act(
        platform, principal.as_actor, kind=request.kind, key=own_key, request=parameters
    )


@acts_router.post("/api/acts/preview", openapi_extra=needs(Permission.EDIT))
async def preview_act(
    platform: PlatformHere,
    principal: Caller,
    request: ChosenRequest,
) -> chosen.ActPreview:
    """What such an act would do: how many it would change, and why it would leave others as they
    are.
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


@acts_router.get("/api/acts/{act_id}/left-out", openapi_extra=needs(Permission.OWN))
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
    if request.kind in OF_APPROVERS:
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
        values["category"] = await chosen.known_as(
            platform.database, principal.account_id, category
        )
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
    """What an approval was looked at as: the versions by the ids, or when the preview was made.
    Raises VersionsNeeded."""
    if request.ids is not None:
        return {"versions": {**versions_of(request.ids, request.versions)}}
    if request.seen_at is None:
        raise VersionsNeeded
    return {"seenAt": min(to_text(request.seen_at), to_text(platform.clock.now()))}


def _values(
    principal: Principal, request: ChosenRequest, problems: list[tuple[str, str]]
) -> JsonObject:
    """What expenses get by this kind of act; what is wrong with it is noted in `problems`."""
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
    }:
        return _one_value(request, problems)
    if request.kind in OF_APPROVERS:
        return {"userId": principal.user_id}
    try:
        reason = check_reason(request.reason, "Say in a few words why.")
    except ValuesRefused as error:
        problems += error.problems
        return {}
    return {"reason": reason, "isOwner": principal.may(Permission.APPROVE)}


def _one_value(request: ChosenRequest, problems: list[tuple[str, str]]) -> JsonObject:
    if request.kind == chosen.PAID_BY:
        return {chosen.PAID_BY: check_choice("paidBy", request.paid_by, problems)}
    if request.kind == chosen.CLIENT:
        if "client_id" not in request.model_fields_set:
            problems.append(("clientId", "Give the client; null takes it away."))
        return {}  # it is looked up
    if request.kind == chosen.PROJECT:
        if "project_id" not in request.model_fields_set:
            problems.append(("projectId", "Give the project; null takes it away."))
        return {}  # it is looked up
    if request.kind == chosen.NOTE:
        if "note" not in request.model_fields_set:
            problems.append(("note", "Give the note; null takes it away."))
        return {"note": check_note(request.note, problems)}
    if request.kind == chosen.PROPOSED:
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
    if {str(tag).casefold() for tag in tags["add"]} & {
        str(tag).casefold() for tag in tags["remove"]
    }:
        problems.append(("remove", "A tag is to be added and removed: decide on one of the two."))
    if not request.add and not request.remove:
        problems.append(("add", "Name a tag to be added or removed."))
    return {**tags}
