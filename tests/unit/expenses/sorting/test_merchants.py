"""Merchants renamed and merged: their expenses, their keys of duplicates, and what the next receipt
reads.
"""

from tests.support.expenses import Given
from tests.unit.expenses.sorting.sorted_books import open_books
from tillroll_documents.reading.recognition import Sightings, recognise


async def test_several_merchants_are_merged_and_told_apart_again() -> None:
    books = await open_books(
        Given(1, merchant="TEO HENG"),
        Given(2, merchant="Teo Heng Stationery"),
        Given(3, merchant="Shell"),
        Given(4, merchant="TEO HENG"),
    )
    await books.run("UPDATE expenses SET status = 'approved' WHERE id = 'exp_000004'")
    before = await books.snapshot()
    asked = {"names": ["teo heng", "Teo Heng Stationery"], "to": "Teo Heng"}
    act = await books.ask("POST", "/api/merchants/rename", asked, key="merge")
    assert (act["changed"], act["leftOut"]) == (2, 1)
    assert await books.column("merchant") == ["Teo Heng", "Teo Heng", "Shell", "TEO HENG"]
    assert {key.split("|")[0] for key in (await books.column("duplicate_key"))[:2]} == {"teoheng"}
    known = [
        Sightings(
            str(r["merchant"]),
            str(r["spelling"]),
            None,
            1,
            int(r["confirmed_by"] is not None),
            str(r["at"]),
        )
        for r in await books.rows("SELECT * FROM merchant_sightings")
    ]
    for spelling in ("TEO HENG", "TEO HENG STATIONERY"):
        found = recognise(spelling, None, known)
        assert found is not None
        assert found.merchant == "Teo Heng"
    listed = (await books.ask("GET", "/api/merchants?q=teo"))["items"]
    assert [(each["name"], each["expenses"]) for each in listed] == [("TEO HENG", 3)]
    await books.ask("POST", f"/api/acts/{act['id']}/undo")
    assert await books.snapshot() == before


async def test_an_amount_that_was_corrected_since_keeps_its_key_right() -> None:
    books = await open_books(Given(1, merchant="TEO HENG"))
    act = await books.ask("POST", "/api/merchants/rename", {"names": ["TEO HENG"], "to": "Shell"})
    await books.run(
        "UPDATE expenses SET total_minor = 500, duplicate_key = 'shell|2026-03-05|EUR|500'"
    )
    await books.ask("POST", f"/api/acts/{act['id']}/undo")
    assert await books.column("duplicate_key") == ["teoheng|2026-03-05|EUR|500"]


async def test_a_name_without_letters_is_refused() -> None:
    books = await open_books()
    refused = await books.answer("POST", "/api/merchants/rename", {"names": ["--"], "to": "..."})
    assert refused.status_code == 422
    assert sorted(each["field"] for each in refused.json()["errors"]) == ["names", "to"]


async def test_a_merchant_in_other_letters_is_asked_for() -> None:
    """The names that are renamed may themselves be those that it looks like."""
    books = await open_books(Given(1, merchant="TEO HENG"), Given(2, merchant="Shell"))
    cyrillic = "T\u0435\u043e Heng"
    refused = await books.answer(
        "POST", "/api/merchants/rename", {"names": ["Shell"], "to": cyrillic}
    )
    assert refused.status_code == 422, refused.text
    assert "It looks like TEO HENG" in refused.text
    assert await books.column("merchant") == ["TEO HENG", "Shell"]
    asked = {"names": ["TEO HENG"], "to": cyrillic}
    assert (await books.ask("POST", "/api/merchants/rename", asked))["changed"] == 1
