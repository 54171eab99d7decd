"""After one correction an issuer's next invoice is read right: by its bank account, or what else
its paper shows.
"""

from typing import Any

import pytest

from tests.simulation.receipts import check_receipts, open_receipts
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, TOKEN
from tests.support.invoice import invoice_pdf
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.receipts.native import receive
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

ISSUER, OTHER = "Haustechnik Lind", "Malerei Voss"
ACCOUNT, OTHERS_ACCOUNT = "DE89 3704 0044 0532 0130 00", "DE02 1203 0000 0000 2020 51"
WEB = "www.lind-service.de"


def invoice(
    number: int, *foot: str, buyer: str = "Kontor Nord AG", day: str = "20.02.2026"
) -> bytes:
    """The issuer's name is a picture, so the buyer's is taken for it."""
    return invoice_pdf([
        "Rechnung",
        "",
        *([buyer, "Hafenstr. 1", "20457 Hamburg", ""] if buyer else []),
        f"Rechnungsnummer: RE-2026-{number:04}",
        f"Rechnungsdatum: {day}",
        "",
        f"Wartung                     {100 + number},00 EUR",
        f"Summe netto                 {100 + number},00 EUR",
        "zzgl. 0 % USt                 0,00 EUR",
        f"Rechnungsbetrag             {100 + number},00 EUR",
        *foot,
    ])  # fmt: skip


class Office:
    """Hands invoices in, and looks at what became of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.count = 0

    async def hand_in(
        self, *foot: str, name: str | None = None, token: str = TOKEN, **says: str
    ) -> Any:
        """The run of the next invoice, whose review is approved with `name` as the merchant's where
        one is given; else it is rejected before the next one comes.
        """
        await self.world.settle({"decision": "reject"})
        self.count += 1
        file = MemoryFile(
            invoice(self.count, *foot, **says), self.world.host.pieces.objects, "invoice"
        )
        upload = MemoryUpload([file], {"authorization": f"Bearer {token}"})
        run_id = (await receive(self.world.host.platform, upload)).body["runId"]
        await self.world.settle({"merchant": name} if name else None)
        async with api_client(self.world.host.platform, token) as client:
            return (await client.get(f"/api/runs/{run_id}")).json()


@pytest.fixture
async def office() -> Office:
    return Office(await open_receipts(Faults(), webhook=False))


def iban(account: str) -> str:
    return f"Bankverbindung: IBAN {account}"


async def test_one_correction_and_the_next_is_right(office: Office) -> None:
    assert (await office.hand_in(iban(ACCOUNT)))["status"] == "needs_review"
    await office.hand_in(iban(ACCOUNT), WEB, name=ISSUER)
    run = await office.hand_in(iban(ACCOUNT), WEB)
    assert run["status"] == "complete", run["review"]
    assert run["expense"]["merchant"] == ISSUER
    known_as = run["extraction"]["knownAs"]
    known_by = known_as["by"], known_as["iban"], known_as["contact"]
    assert known_by == ("name", ACCOUNT.replace(" ", ""), "lind-service.de")
    await check_receipts(office.world)


async def test_what_was_misread_of_one_issuer_is_not_taken_for_it_on_anothers_paper(
    office: Office,
) -> None:
    await office.hand_in(iban(ACCOUNT), name=ISSUER)
    run = await office.hand_in(iban(OTHERS_ACCOUNT))
    assert (run["status"], run["extraction"]["knownAs"]) == ("needs_review", None)
    await office.hand_in(iban(OTHERS_ACCOUNT), name=OTHER)
    for account, name in ((ACCOUNT, ISSUER), (OTHERS_ACCOUNT, OTHER)):
        run = await office.hand_in(iban(account))
        assert (run["extraction"]["merchant"]["value"], run["extraction"]["knownAs"]["by"]) == (
            name,
            "iban",
        )
        assert run["status"] == "needs_review", "one sign was enough"
        printed = await office.hand_in(f"{name} dankt", iban(account))
        assert (printed["status"], printed["expense"]["merchant"]) == ("complete", name), printed[
            "review"
        ]


async def test_an_account_that_several_are_paid_by_tells_nobody_apart(office: Office) -> None:
    await office.hand_in(iban(ACCOUNT), name=ISSUER)
    run = await office.hand_in(iban(ACCOUNT))
    assert (run["status"], run["extraction"]["merchant"]["value"]) == ("needs_review", ISSUER)
    await office.hand_in(iban(ACCOUNT), name=OTHER)
    run = await office.hand_in(iban(ACCOUNT))
    assert (run["status"], run["extraction"]["knownAs"]) == ("needs_review", None)


async def test_a_web_address_fills_the_name_in_and_a_person_confirms_it(office: Office) -> None:
    await office.hand_in(WEB, name=ISSUER)
    run = await office.hand_in(WEB, buyer="")
    assert run["extraction"]["merchant"]["value"] == ISSUER
    assert run["extraction"]["knownAs"]["contact"] == "lind-service.de"
    assert run["status"] == "needs_review"
    assert "merchant_missing" not in run["review"]["reasons"]


async def test_two_signs_settle_who_it_is_but_nothing_else(office: Office) -> None:
    await office.hand_in(WEB, iban(ACCOUNT), name=ISSUER)
    run = await office.hand_in(WEB, iban(ACCOUNT), buyer="")
    assert (run["status"], run["expense"]["merchant"]) == ("complete", ISSUER), run["review"]
    run = await office.hand_in(WEB, iban(ACCOUNT), buyer="", day="30.12.2027")
    assert run["review"]["reasons"] == ["date_implausible"]
    assert run["extraction"]["merchant"]["value"] == ISSUER


async def test_another_account_knows_nothing_of_it(office: Office) -> None:
    await office.hand_in(iban(ACCOUNT), name=ISSUER)
    run = await office.hand_in(iban(ACCOUNT), token=OTHER_TOKEN)
    assert (run["status"], run["extraction"]["knownAs"]) == ("needs_review", None)


async def test_what_is_remembered_of_an_issuer_can_be_taken_back(office: Office) -> None:
    await office.hand_in(WEB, iban(ACCOUNT), name=ISSUER)
    async with api_client(office.world.host.platform) as client:
        lead = {"merchant": ISSUER, "iban": ACCOUNT.replace(" ", "")}
        assert (await client.post("/api/merchants/forget", json=lead)).json() == {"forgotten": 1}
    run = await office.hand_in(WEB, iban(ACCOUNT))
    assert (run["status"], run["extraction"]["knownAs"]) == ("needs_review", None)
