"""Who may be set up, how, and by what: the API, a first sign-in, the command that makes an
account.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from cli.operations.accounts import new_account
from cli.operations.onboarding import new_onboarding
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, TOKEN, USER
from tests.support.sql import sql
from tillroll.onboarding.provider import BillingSettings
from tillroll.privacy.repository import What, erase_rows
from tillroll_durable import InvalidParams
from tillroll_durable.platform.bindings.database import Row, Statement, statement
from tillroll_durable.platform.settings import InvalidSetting
from tillroll_testing.host.platform import HostPlatform

TRIGGER = "/api/workflows/onboarding/trigger"
ANN = {"userId": USER, "email": "ann@example.com"}
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
RUNS = (
    "SELECT id, subject, state, begin_key, params FROM runs WHERE kind = 'onboarding' ORDER BY id"
)


async def ask(
    host: HostPlatform, body: Any, token: str = TOKEN, path: str = TRIGGER
) -> httpx.Response:
    async with api_client(host.platform, token) as client:
        return await client.post(path, json=body)


async def runs(host: HostPlatform) -> list[Row]:
    return await host.database.all(statement(RUNS))


async def test_one_run_sets_a_person_up_and_the_same_again_is_that_one(host: HostPlatform) -> None:
    answer = await ask(host, ANN)
    assert (answer.status_code, answer.json()["status"]) == (202, "started")
    [run] = await runs(host)
    assert (run["id"], run["subject"]) == (answer.json()["id"], f"user:{USER}")
    again, otherwise = await ask(host, ANN), await ask(host, {**ANN, "email": "other@example.com"})
    assert (again.status_code, again.json()["id"]) == (200, run["id"])
    assert otherwise.status_code == 422
    assert str(run["id"]) in otherwise.text
    assert len(await runs(host)) == 1
    async with api_client(host.platform) as client:
        shown = (await client.get(f"/api/workflows/onboarding/status/{run['id']}")).json()
        listed = (
            await client.get("/api/runs", params={"kind": "onboarding", "subject": f"user:{USER}"})
        ).json()
    assert shown == {"id": run["id"], "status": "started", "output": None, "error": None}
    assert [each["id"] for each in listed["items"]] == [run["id"]]


@pytest.mark.parametrize(
    ("body", "token", "names"),
    [
        ({**ANN, "userId": "usr_other"}, TOKEN, "userId"),
        (ANN, OTHER_TOKEN, "userId"),
        ({**ANN, "plan": "gold"}, TOKEN, "plan"),
        ({**ANN, "plan": "team"}, TOKEN, "BILLING_API_KEY"),
        ({"userId": USER, "plan": "team"}, TOKEN, "email"),
        ({"userId": USER, "email": "nobody"}, TOKEN, "email"),
    ],
)
async def test_what_cannot_be_set_up_is_refused_at_the_door(
    host: HostPlatform, body: dict[str, str], token: str, names: str
) -> None:
    answer = await ask(host, body, token)
    assert (answer.status_code, names in answer.text) == (422, True), answer.text
    assert await runs(host) == []


async def test_a_plan_with_a_price_is_begun(host: HostPlatform) -> None:
    settings = host.platform.settings.changed(BillingSettings("sk", prices={"team": "price_1"}))
    host.platform = replace(host.platform, settings=settings)
    assert (await ask(host, {**ANN, "plan": "team"})).status_code == 202
    assert (await ask(host, {**ANN, "plan": "business"})).status_code == 422


async def invited(host: HostPlatform) -> tuple[str, str]:
    """The id of a new person, and the code of their link."""
    made = (await ask(host, {"name": "Bob"}, path="/api/people")).json()
    return made["userId"], made["url"].partition("#code=")[2]


async def test_who_joins_is_set_up_once(host: HostPlatform) -> None:
    user_id, code = await invited(host)
    async with api_client(host.platform, token=None) as browser:
        assert (await browser.post("/api/session", json={"code": code})).status_code == 200
        assert (await browser.post("/api/session", json={"code": code})).status_code == 401
    [run] = await runs(host)
    assert (run["subject"], run["begin_key"]) == (f"user:{user_id}", f"joined:{user_id}")
    again = (
        (await ask(host, None, path=f"/api/people/{user_id}/links"))
        .json()["url"]
        .partition("#code=")[2]
    )
    async with api_client(host.platform, token=None) as browser:
        assert (await browser.post("/api/session", json={"code": again})).status_code == 200
    assert len(await runs(host)) == 1
    events = await host.database.all(
        statement("SELECT 1 FROM audit_events WHERE action = 'session.created'")
    )
    assert len(events) == 2


async def test_who_is_being_set_up_joins_all_the_same(host: HostPlatform) -> None:
    user_id, code = await invited(host)
    assert (await ask(host, {"userId": user_id})).status_code == 202
    async with api_client(host.platform, token=None) as browser:
        assert (await browser.post("/api/session", json={"code": code})).status_code == 200
    assert len(await runs(host)) == 1
    assert await host.database.first(
        statement("SELECT 1 FROM audit_events WHERE action = 'session.created'")
    )


async def test_the_command_begins_the_run_that_the_first_sign_in_would(host: HostPlatform) -> None:
    account = new_account("Example", "Eve", NOW)
    onboarding = new_onboarding(account, "eve@example.com", "free", NOW)
    for each in (account.sql, onboarding.sql):
        for written in filter(None, map(str.strip, each.split(";\n"))):
            await host.database.all(Statement(sql(written)))
    [run] = await runs(host)
    assert (run["id"], run["subject"]) == (onboarding.run_id, f"user:{account.user_id}")
    assert (run["state"], run["begin_key"]) == ("requested", f"joined:{account.user_id}")
    [event] = await host.database.all(
        statement("SELECT detail FROM audit_events WHERE action = 'run.created'")
    )
    assert "eve@" not in str(event["detail"])
    with pytest.raises(InvalidParams):
        new_onboarding(account, "nobody", "free", NOW)


async def test_the_address_of_an_erased_person_is_forgotten(host: HostPlatform) -> None:
    await ask(host, ANN)
    await erase_rows(host.database, What.PERSON, [ACCOUNT, USER, "run_none"])
    [run] = await runs(host)
    assert "ann@" not in str(run["params"])


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"BILLING_API_KEY": "sk"}, "BILLING_PRICE_TEAM or BILLING_PRICE_BUSINESS"),
        ({"BILLING_PRICE_TEAM": "5 euros"}, "BILLING_PRICE_TEAM must be"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(values: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidSetting, match=says):
        BillingSettings.read(lambda name: values.get(name, ""))
