"""What somebody made ends with them, or with the right that it needs: what counts is the person
behind it.
"""

from dataclasses import dataclass

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.unit.exports.exporting import exported
from tests.unit.identity.test_people import HOME, link, opened
from tillroll.exports.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import statement
from tillroll_durable.platform.json import Json
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World


@dataclass
class Made:
    """What Bob, an owner, has made: links that others use, a link for Eve, and tokens by what they
    are limited to.
    """

    world: World
    ann: str
    bob: str
    for_eve: str
    tokens: dict[str, str]

    async def links_that_hold(self) -> set[str]:
        """By table and maker."""
        found: set[str] = set()
        for table in ("export_links", "claim_links"):
            # Names of ours.
            rows = await self.world.rows(f"SELECT created_by FROM {table} WHERE revoked_at IS NULL")
            found |= {
                f"{table} of {'Ann' if row['created_by'] == self.ann else 'Bob'}" for row in rows
            }
        return found

    async def tokens_that_hold(self) -> set[str]:
        found: set[str] = set()
        for name, token in self.tokens.items():
            async with api_client(self.world.host.platform, token) as client:
                if (await client.get("/api/session")).is_success:
                    found.add(name)
        return found

    async def lets_eve_in(self) -> bool:
        async with api_client(self.world.host.platform, None) as browser:
            return (await opened(browser, {"url": self.for_eve})).is_success


@pytest.fixture
async def made() -> Made:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    platform = world.host.platform
    await add_expenses(world.host.database, Given(1))
    async with api_client(platform) as ann, api_client(platform, None) as bob:
        export = await exported(world, ann, format="csv")
        invited = await link(ann, "/api/people", {"name": "Bob", "roles": ["owner"]})
        await opened(bob, invited)
        bob.headers.update(HOME)
        for each in (ann, bob):
            await link(each, f"/api/exports/{export['id']}/links", {})
        for_eve = await link(bob, "/api/people", {"name": "Eve"})
        scopes: dict[str, Json] = {"unlimited": None, "reads": ["read"], "pays": ["read", "pay"]}
        tokens = {
            name: await link(bob, "/api/tokens", {"name": name, "scopes": each})
            for name, each in scopes.items()
        }
    # A claim, and links to it: of Ann, of Bob, and of a token of Bob's.
    run = (await world.rows("SELECT run_id FROM exports"))[0]["run_id"]
    claim = """
      INSERT INTO claims (run_id, account_id, currency, payer_kind, payer_name, sent_by, terms_days,
          asked_by,
                          created_at)
      VALUES (?, ?, 'EUR', 'company', 'P', 'hand', 30, 'x', '')
    """
    to_it = """
      INSERT INTO claim_links (id, account_id, run_id, hash, created_by, created_at, expires_at)
      VALUES (?1, ?2, ?3, ?1, ?1, '', '9999')
    """
    (of_ann,) = await world.rows(
        "SELECT 'token:' || id AS name FROM tokens WHERE user_id = 'usr_first'"
    )
    ann_is = str(of_ann["name"])
    makers = (ann_is, f"user:{invited['userId']}", f"token:{tokens['reads']['id']}")
    links = [statement(to_it, [maker, ACCOUNT, run]) for maker in makers]
    await world.host.database.batch([statement(claim, [run, ACCOUNT]), *links])
    secrets = {name: str(token["token"]) for name, token in tokens.items()}
    return Made(world, ann_is, str(invited["userId"]), str(for_eve["url"]), secrets)


async def test_of_whoever_is_removed_nothing_holds_any_more(made: Made) -> None:
    assert await made.tokens_that_hold() == {"unlimited", "reads", "pays"}
    async with api_client(made.world.host.platform) as ann:
        assert (await ann.delete(f"/api/people/{made.bob}")).status_code == httpx.codes.NO_CONTENT
    assert await made.links_that_hold() == {"export_links of Ann", "claim_links of Ann"}
    assert await made.tokens_that_hold() == set()
    assert not await made.lets_eve_in(), "whoever made the link may have kept it"


async def test_of_whoever_loses_a_right_ends_what_needs_it(made: Made) -> None:
    async with api_client(made.world.host.platform) as ann:
        path = f"/api/people/{made.bob}/roles"
        assert (await ann.put(path, json={"roles": ["operator"]})).status_code == httpx.codes.OK
        assert await made.links_that_hold() == {
            "export_links of Ann",
            "export_links of Bob",
            "claim_links of Ann",
        }
        assert await made.tokens_that_hold() == {"unlimited", "reads"}
        assert not await made.lets_eve_in()
        # With the right, nothing of it comes back.
        assert (await ann.put(path, json={"roles": ["owner"]})).status_code == httpx.codes.OK
    assert await made.tokens_that_hold() == {"unlimited", "reads"}
    assert "claim_links of Bob" not in await made.links_that_hold()


async def test_what_needs_no_right_that_is_lost_stays(made: Made) -> None:
    async with api_client(made.world.host.platform) as ann:
        await ann.put(f"/api/people/{made.bob}/roles", json={"roles": ["owner", "approver"]})
    assert len(await made.links_that_hold()) == 4
    assert await made.tokens_that_hold() == {"unlimited", "reads", "pays"}
    assert await made.lets_eve_in()
