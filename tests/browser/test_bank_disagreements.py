"""Books that do not agree with what explains their entries: the page says so, and a person mends
them.
"""

from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.bank_page import import_file, picture, spend
from tests.browser.test_accessibility import looks_well
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.running_stack import RunningStack, wait_until

_CAFE = Line(
    amount=-1290, booked_on=date(2026, 3, 6), name="GREEN GARDEN CAFE", text="Kartenzahlung"
)


def test_books_that_do_not_agree_are_shown_and_mended(page: Page, stack: RunningStack) -> None:
    spend(stack, [("Green Garden Cafe", "2026-03-05", 1290)])
    with stack.client() as client:
        body = {"name": "Giro of the head office", "currency": "EUR", "number": IBAN}
        account = client.post("/api/bank/accounts", json=body).raise_for_status().json()["id"]
    page.goto(f"{stack.url}/bank")
    expect(
        import_file(page, camt(Month(opening=100_000, lines=(_CAFE,))), "march.xml")
    ).to_contain_text("1 new entry")
    with stack.client() as client:
        [entry] = client.get("/api/bank/entries").json()["items"]
        decision = f"/api/bank/matches/{entry['matches'][0]['id']}/decision"
        client.post(decision, json={"decision": "accept"}).raise_for_status()
    # What is explained of the entry is lost, and a night has compared the books.
    says = f"f the entry {entry['id']}, -0.01 EUR is explained, and its pairs come to -12.90"
    stack.d1(
        f"""
        UPDATE bank_entries SET explained = -1 WHERE id = '{entry["id"]}';
        UPDATE bank_accounts SET disagrees = 'o{says}' WHERE id = '{account}';
        """
    )
    page.reload()
    differing = page.get_by_role("region", name="Books that do not agree")
    expect(differing).to_contain_text("Giro of the head office")
    expect(differing).to_contain_text(f"O{says}.")
    picture(page, "bank-disagrees")
    looks_well(page)
    differing.get_by_role("button", name="Mend the books of Giro of the head office").click()
    dialog = page.get_by_role("dialog", name="Mend the books of Giro of the head office")
    expect(dialog).to_contain_text("The ledger keeps all facts.")
    picture(page, "bank-mending")
    looks_well(page)
    dialog.get_by_label("Reason").fill("Compared with the bank's statement")
    dialog.get_by_role("button", name="Mend the books").click()
    expect(differing).to_be_hidden()

    def mended() -> bool:
        with stack.client() as client:
            [entry] = client.get("/api/bank/entries").json()["items"]
        return entry["explained"] == -1290

    wait_until(mended, "the entry is explained again")
