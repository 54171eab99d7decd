"""What one receipt teaches, the next one uses: a confirmed merchant, its usual category, and taking
that back.
"""

from datetime import timedelta

import httpx
import pytest

from tests.simulation.receipts import check_receipts, open_receipts
from tests.support.expenses import add_client
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, TOKEN
from tests.support.uploads import JPEG, MemoryFile, MemoryUpload
from tillroll.receipts.native import receive
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

READ, CONFIRMED = "GREEN GARDEN CAFE SDN BHD", "Green Garden"


def clear(total: str, merchant: str = READ) -> str:
    return (
        f"{merchant}\n12 Jalan Bunga, Kuala Lumpur\nDate: 14/02/2026 09:31\nTOTAL {total}\nCASH "
        f"{total}\nCHANGE 0.00\n"
    )


def without_total(merchant: str = READ) -> str:
    return f"{merchant}\n12 Jalan Bunga, Kuala Lumpur\nDate: 14/02/2026\nThank you, come again\n"


class Shopper:
    """Uploads photos, and looks at what became of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.photos = 0

    async def upload(
        self, transcript: str, values: JsonObject | None = None, token: str = TOKEN
    ) -> str:
        """Upload a photo of this text; a review is approved with `values`. Returns the run's id."""
        self.photos += 1
        self.world.host.pieces.models.transcript = transcript
        file = MemoryFile(JPEG + bytes([self.photos]), self.world.host.pieces.objects)
        headers = {"authorization": f"Bearer {token}"}
        reply = await self.world.surviving(
            lambda: receive(self.world.host.platform, MemoryUpload([file], headers))
        )
        await self.world.settle(values)
        return str(reply.body["runId"])

    async def show(self, run_id: str, token: str = TOKEN) -> JsonObject:
        async with api_client(self.world.host.platform, token) as client:
            return (await client.get(f"/api/runs/{run_id}")).raise_for_status().json()

    async def ask(self, method: str, path: str, body: JsonObject | None = None) -> httpx.Response:
        async with api_client(self.world.host.platform) as client:
            return await client.request(method, path, json=body)

    async def sightings(self) -> list[Row]:
        return await self.world.rows("SELECT * FROM merchant_sightings ORDER BY run_id")


@pytest.fixture
async def shopper() -> Shopper:
    return Shopper(await open_receipts(Faults(), webhook=False))


def merchant_of(run: JsonObject) -> object:
    expense = run["expense"]
    assert isinstance(expense, dict), run["message"]
    return expense["merchant"]


def extracted(run: JsonObject) -> JsonObject:
    extraction = run["extraction"]
    assert isinstance(extraction, dict)
    return extraction


def category_of(run: JsonObject) -> object:
    expense = run["expense"]
    assert isinstance(expense, dict)
    return expense["category"]


CORRECTED: JsonObject = {"merchant": CONFIRMED, "total": "12.90", "currency": "MYR"}


async def test_a_corrected_merchant_is_recognised_on_the_next_receipt(shopper: Shopper) -> None:
    await shopper.upload(without_total(), CORRECTED)
    run = await shopper.show(await shopper.upload(clear("20.00", "GREEN GARDEN CAFE 5DN BHD")))
    assert merchant_of(run) == CONFIRMED
    known_as, merchant = extracted(run)["knownAs"], extracted(run)["merchant"]
    assert isinstance(known_as, dict)
    assert (known_as["times"], known_as["taxId"]) == (1, None)
    assert isinstance(merchant, dict)
    assert isinstance(merchant["evidence"], dict)
    assert "GREEN GARDEN CAFE" in str(merchant["evidence"]["text"])


async def test_what_is_accepted_automatically_counts_as_seen_and_teaches_nothing(
    shopper: Shopper,
) -> None:
    await shopper.upload(clear("10.00"))
    assert extracted(await shopper.show(await shopper.upload(clear("20.00"))))["knownAs"] is None
    assert [row["confirmed_by"] for row in await shopper.sightings()] == [None, None]
    await shopper.upload(without_total(), CORRECTED)
    await shopper.upload(clear("30.00"))
    run = await shopper.show(await shopper.upload(clear("40.00")))
    known_as = extracted(run)["knownAs"]
    assert isinstance(known_as, dict)
    assert known_as["times"] == 2


async def test_an_approval_without_a_correction_confirms_what_was_read(shopper: Shopper) -> None:
    await shopper.upload(without_total(), {"total": "12.90", "currency": "MYR"})
    [sighting] = await shopper.sightings()
    assert (sighting["merchant"], sighting["confirmed_by"]) == (READ, "user:usr_first")


async def test_a_rejected_receipt_teaches_nothing(shopper: Shopper) -> None:
    await shopper.upload(without_total(), {"decision": "reject"})
    assert await shopper.sightings() == []


async def test_a_snap_settles_no_doubt_about_the_total(shopper: Shopper) -> None:
    await shopper.upload(without_total(), CORRECTED)
    run = await shopper.show(await shopper.upload(without_total()))
    assert (run["status"], run["reason"]) == ("needs_review", "total_missing")
    merchant = extracted(run)["merchant"]
    assert isinstance(merchant, dict)
    assert merchant["value"] == CONFIRMED


async def test_a_duplicate_from_before_the_merchant_was_known_is_found(shopper: Shopper) -> None:
    first = await shopper.upload(clear("10.00"))
    await shopper.upload(without_total(), CORRECTED)
    run = await shopper.show(await shopper.upload(clear("10.00")))
    review = run["review"]
    assert isinstance(review, dict)
    assert isinstance(review["duplicateOf"], dict)
    assert (review["reasons"], review["duplicateOf"]["runId"]) == (["possible_duplicate"], first)


async def test_a_tax_id_leads_to_the_merchant_under_another_name(shopper: Shopper) -> None:
    numbered = "\nUSt-IdNr. DE136695976\n"
    await shopper.upload(without_total() + numbered, CORRECTED)
    run = await shopper.show(
        await shopper.upload(clear("20.00", "BRANCH TWELVE KITCHEN") + numbered)
    )
    known_as = extracted(run)["knownAs"]
    assert isinstance(known_as, dict)
    assert (merchant_of(run), known_as["by"], known_as["taxId"]) == (
        CONFIRMED,
        "tax_id",
        "DE136695976",
    )
    assert known_as["spelling"] == "BRANCH TWELVE KITCHEN"
    other = await shopper.show(await shopper.upload(clear("21.00", "BRANCH TWELVE KITCHEN")))
    assert merchant_of(other) == "BRANCH TWELVE KITCHEN", (
        "an automatic acceptance taught a spelling"
    )


async def test_another_account_knows_nothing_of_it(shopper: Shopper) -> None:
    await shopper.upload(without_total(), CORRECTED)
    other = await shopper.show(await shopper.upload(clear("20.00"), token=OTHER_TOKEN), OTHER_TOKEN)
    assert merchant_of(other) == READ


async def test_forgetting_takes_it_back_once(shopper: Shopper) -> None:
    await shopper.upload(without_total(), CORRECTED)
    await shopper.upload(clear("20.00"))
    lead: JsonObject = {"merchant": CONFIRMED, "spelling": READ}
    assert (await shopper.ask("POST", "/api/merchants/forget", lead)).json() == {"forgotten": 2}
    assert (await shopper.ask("POST", "/api/merchants/forget", lead)).json() == {"forgotten": 0}
    run = await shopper.show(await shopper.upload(clear("30.00")))
    assert merchant_of(run) == READ
    events = await shopper.world.rows(
        "SELECT * FROM audit_events WHERE action = 'merchant.forgotten'"
    )
    assert len(events) == 1
    await check_receipts(shopper.world)


async def test_the_usual_category_is_proposed_and_taken(shopper: Shopper) -> None:
    for total in ("11.00", "12.00"):
        await shopper.upload(without_total(), {**CORRECTED, "total": total, "category": " Meals "})
    run = await shopper.show(await shopper.upload(clear("20.00")))
    assert category_of(run) == "Meals"
    third = await shopper.show(await shopper.upload(clear("21.00", "OAK INN LTD")))
    assert category_of(third) is None
    assert (await shopper.ask("GET", "/api/categories")).json()["items"] == ["Meals"]


async def test_a_rule_decides_on_the_next_receipt_before_what_is_usual(shopper: Shopper) -> None:
    for total in ("11.00", "12.00"):
        await shopper.upload(without_total(), {**CORRECTED, "total": total, "category": "Meals"})
    await add_client(shopper.world.host.database, "cli_1", "ACME AG", prj_1="P1")
    gives: JsonObject = {
        "category": "Clients",
        "project": "P1",
        "tags": ["cafe"],
        "paidBy": "employee",
    }
    rule: JsonObject = {
        "when": {"merchant": CONFIRMED, "currency": "MYR", "min": "20"},
        "gives": gives,
    }
    rule_id = (await shopper.ask("POST", "/api/rules", rule)).json()["id"]
    run = await shopper.show(await shopper.upload(clear("20.00")))
    expense, category = run["expense"], extracted(run)["category"]
    assert isinstance(expense, dict)
    assert isinstance(category, dict)
    assert [expense[name] for name in gives] == [*gives.values()]
    assert (expense["projectId"], expense["clientId"], expense["client"]) == (
        "prj_1",
        "cli_1",
        "ACME AG",
    )
    assert category["reasons"] == [{"code": "rule", "weight": 40}]
    given = extracted(run)["rule"]
    assert isinstance(given, dict)
    assert given["rule"] == rule_id
    [row] = await shopper.world.rows("SELECT category_by FROM expenses WHERE category = 'Clients'")
    assert row["category_by"] is None, "nobody chose it for this receipt"
    assert category_of(await shopper.show(await shopper.upload(clear("19.99")))) == "Meals"
    await check_receipts(shopper.world)


async def test_what_a_rule_gives_is_not_given_where_a_person_corrects_what_it_went_by(
    shopper: Shopper,
) -> None:
    rule: JsonObject = {"when": {"merchant": READ}, "gives": {"tags": ["cafe"]}}
    await shopper.ask("POST", "/api/rules", rule)
    run = await shopper.show(
        await shopper.upload(without_total(), {**CORRECTED, "merchant": "Shell"})
    )
    expense = run["expense"]
    assert isinstance(expense, dict)
    assert (expense["merchant"], expense["tags"]) == ("Shell", [])


async def test_the_next_receipt_of_either_spelling_reads_the_merged_name(shopper: Shopper) -> None:
    other = "GREEN GARDEN KOPITIAM"
    for total, name in (("11.00", READ), ("12.00", other)):
        assert merchant_of(await shopper.show(await shopper.upload(clear(total, name)))) == name
    act = (
        await shopper.ask(
            "POST", "/api/merchants/rename", {"names": [READ, other], "to": CONFIRMED}
        )
    ).json()
    assert (act["state"], act["changed"]) == ("applied", 2)
    for total, name in (("13.00", READ), ("14.00", other)):
        assert (
            merchant_of(await shopper.show(await shopper.upload(clear(total, name)))) == CONFIRMED
        )
    await shopper.ask("POST", f"/api/acts/{act['id']}/undo")
    assert merchant_of(await shopper.show(await shopper.upload(clear("15.00", other)))) == other


async def test_a_category_set_later_confirms_the_merchant(shopper: Shopper) -> None:
    for total in ("11.00", "12.00"):
        run_id = await shopper.upload(clear(total))
        path = f"/api/expenses/{run_id.replace('run_', 'exp_')}"
        before = str((await shopper.show(run_id))["updatedAt"])
        shopper.world.host.pieces.clock.advance(timedelta(seconds=1))
        for _ in range(2):
            answer = await shopper.ask("PATCH", path, {"category": "Meals"})
            assert (answer.status_code, answer.json()["category"]) == (httpx.codes.OK, "Meals")
        assert str((await shopper.show(run_id))["updatedAt"]) > before, (
            "whoever waits for a change is not told"
        )
    changes = await shopper.world.rows("SELECT * FROM audit_events WHERE action = 'expense.edited'")
    assert len(changes) == 2
    run = await shopper.show(await shopper.upload(clear("20.00")))
    known_as = extracted(run)["knownAs"]
    assert isinstance(known_as, dict)
    assert (merchant_of(run), known_as["times"], category_of(run)) == (READ, 2, "Meals")


async def test_a_category_can_be_taken_away_and_is_checked(shopper: Shopper) -> None:
    run_id = await shopper.upload(clear("11.00"))
    path = f"/api/expenses/{run_id.replace('run_', 'exp_')}"
    await shopper.ask("PATCH", path, {"category": "Meals"})
    assert (await shopper.ask("PATCH", path, {"category": None})).json()["category"] is None
    refused = await shopper.ask("PATCH", path, {"category": "x" * 61})
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert refused.json()["errors"][0]["field"] == "category"
    async with api_client(shopper.world.host.platform, OTHER_TOKEN) as other:
        foreign = await other.patch(path, json={"category": "Mine"})
    assert foreign.status_code == httpx.codes.NOT_FOUND


async def test_one_sighting_a_run_wherever_it_crashes() -> None:
    """From the batch that saves the expense on, at every point."""
    undisturbed = Faults()
    await Shopper(await open_receipts(undisturbed, webhook=False)).upload(
        without_total(), CORRECTED
    )
    for at in range(1, len(undisturbed.passed) + 1):
        faults = Faults()
        faults.plan[at] = faults.kill
        shopper = Shopper(await open_receipts(faults, webhook=False))
        await shopper.upload(without_total(), CORRECTED)
        await check_receipts(shopper.world)
        assert len(await shopper.sightings()) == 1, undisturbed.passed[at - 1]


async def test_names_put_right_later_teach_the_next_receipt(shopper: Shopper) -> None:
    run_id = await shopper.upload(clear("11.00"))
    path = f"/api/expenses/{run_id.replace('run_', 'exp_')}/names"
    names: JsonObject = {"merchant": CONFIRMED, "registeredName": "Oak Inns Ltd"}
    for _ in range(2):
        answer = await shopper.ask("PATCH", path, names)
        assert (answer.status_code, answer.json()["registeredName"]) == (
            httpx.codes.OK,
            "Oak Inns Ltd",
        )
    run = await shopper.show(await shopper.upload(clear("12.00")))
    assert merchant_of(run) == CONFIRMED
    again = await shopper.show(await shopper.upload(clear("13.00", "OAK INN LTD")))
    assert merchant_of(again) == "OAK INN LTD"
    wrong = await shopper.ask("PATCH", path, {"merchant": " "})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (
        httpx.codes.UNPROCESSABLE_ENTITY,
        "merchant",
    )
    await check_receipts(shopper.world)


async def test_the_firm_leads_to_its_merchant_where_a_brand_is_read(shopper: Shopper) -> None:
    await shopper.upload(without_total("OAK INNS LTD"), {**CORRECTED, "merchant": "Oak Inn"})
    run = await shopper.show(await shopper.upload(clear("12.00", "PINE LOUNGE CAFE\nOAK INNS LTD")))
    assert merchant_of(run) == "Oak Inn"


async def test_a_refund_is_no_duplicate_of_what_it_refunds(shopper: Shopper) -> None:
    await shopper.upload(clear("12.00"))
    refund = clear("-12.00").replace("CHANGE 0.00", "")
    run = await shopper.show(await shopper.upload(refund))
    expense = run["expense"]
    assert isinstance(expense, dict)
    assert (run["review"], expense["total"]) == (None, "-12.00")
    await check_receipts(shopper.world)
