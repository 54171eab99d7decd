"""Rules: listed, made, changed, ordered; what they would change, and applying them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.own_key import OwnKey
from tillroll.api.needs import needs
from tillroll.api.shapes import Shape
from tillroll.api.sorting.answering import as_problems, who
from tillroll.expenses.sorting.acts.advancing import NewAct, begin_act
from tillroll.expenses.sorting.acts.rows import ActShape
from tillroll.expenses.sorting.plans import PLANS
from tillroll.expenses.sorting.rules import applying, rows
from tillroll.expenses.sorting.rules.rule import Rule
from tillroll.expenses.sorting.rules.shapes import GivesShape, RuleShape, WhenShape, conditions_from, gives_from
from tillroll.platform.json import JsonObject
from tillroll.platform.shape import Asked

router = APIRouter(tags=["sorting"])


class RulesShape(Shape):
    """In their order: the first that matches an expense decides."""

    items: list[RuleShape]


class RuleRequest(Asked):
    """`state` is active or paused."""

    when: WhenShape
    gives: GivesShape
    state: Literal["active", "paused"] = "active"


class OrderRequest(Asked):
    """The ids of all rules, in the order that they shall have."""

    ids: Annotated[list[str], Field(max_length=rows.MOST_RULES)]


class PreviewRequest(Asked):
    """A rule that is not there yet; without one, all active rules in their order."""

    rule: RuleRequest | None = None


class ApplyRequest(Asked):
    """Which rules are applied, by their ids; without these all active ones."""

    ids: Annotated[list[str] | None, Field(max_length=rows.MOST_RULES)] = None


@router.get("/api/rules", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Asking) -> RulesShape:
    """The account's rules in their order."""
    return RulesShape(items=await rows.list_rules(platform.database, principal.account_id))


@router.post("/api/rules", openapi_extra=needs(Permission.EDIT))
async def create(platform: PlatformHere, principal: Asking, asked: RuleRequest) -> RuleShape:
    """Add a rule behind the others. The same again is the one there is."""
    with as_problems():
        wanted = conditions_from(asked.when), gives_from(asked.gives)
        return await rows.create_rule(platform, principal.account_id, *wanted, principal.actor)


@router.post("/api/rules/order", openapi_extra=needs(Permission.EDIT))
async def order(platform: PlatformHere, principal: Asking, asked: OrderRequest) -> RulesShape:
    """Put the rules in another order."""
    with as_problems():
        ordered = await rows.order_rules(platform, principal.account_id, asked.ids, principal.actor)
    return RulesShape(items=ordered)


@router.post("/api/rules/preview", openapi_extra=needs(Permission.EDIT))
async def preview(platform: PlatformHere, principal: Asking, asked: PreviewRequest) -> applying.PreviewShape:
    """What a rule would change of the expenses there are, or all active rules: how many, and some of them."""
    with as_problems():
        if asked.rule is None:
            rules = await rows.load_rules(platform.database, principal.account_id)
        else:
            rules = [Rule("new", conditions_from(asked.rule.when), gives_from(asked.rule.gives))]
        return await applying.preview(platform.database, principal.account_id, rules)


@router.post("/api/rules/apply", openapi_extra=needs(Permission.EDIT))
async def apply(platform: PlatformHere, principal: Asking, asked: ApplyRequest, own_key: OwnKey) -> ActShape:
    """Apply rules to the expenses there are, as one act that can be undone. What a person chose stays."""

    async def prepare() -> JsonObject:
        return applying.apply_asked(await rows.load_rules(platform.database, principal.account_id, asked.ids))

    with as_problems():
        new = NewAct(applying.APPLY, prepare)
        return await begin_act(platform, PLANS, who(principal), new, own_key)


@router.put("/api/rules/{rule_id}", openapi_extra=needs(Permission.EDIT))
async def change(platform: PlatformHere, principal: Asking, rule_id: str, asked: RuleRequest) -> RuleShape:
    """Let a rule ask or give something else, or pause it. Expenses that it sorted stay as they are."""
    with as_problems():
        wanted = conditions_from(asked.when), gives_from(asked.gives), asked.state
        return await rows.change_rule(platform, principal.account_id, rule_id, wanted, principal.actor)


@router.delete("/api/rules/{rule_id}", status_code=204, openapi_extra=needs(Permission.EDIT))
async def delete(platform: PlatformHere, principal: Asking, rule_id: str) -> Response:
    """Delete a rule. What it gave stays."""
    with as_problems():
        await rows.delete_rule(platform, principal.account_id, rule_id, principal.actor)
    return Response(status_code=204)
