"""What is approved is billed on the page, paid in two parts, and another part is taken out; on the
genuine engine.
"""

import re

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.test_accessibility import findings, looks_well
from tests.browser.test_books import picture
from tests.browser.test_expense_view import edit, unfold
from tests.browser.test_sorting import WIDTHS, account_of, add
from tests.support.running_stack import RunningStack, wait_until
from tests.unit.company.test_company import png


def test_nothing_is_there_to_bill(page: Page) -> None:
    page.goto("/claims")
    expect(page.get_by_text("Nothing is billed yet")).to_be_visible()
    page.get_by_role("link", name="New invoice").press("Enter")
    page.get_by_label("Who is billed").select_option("company")
    expect(page.get_by_text("No approved expense is left to bill here.")).to_be_visible()


@WIDTHS
@pytest.mark.essential(only="375")
def test_a_claim_is_made_corrected_and_paid_in_two_parts(
    page: Page, stack: RunningStack, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    own = f"account_id = '{account_of(stack)}'"
    # The test's own ids and names.
    stack.d1(f"UPDATE expenses SET status = 'approved', paid_by = 'employee' WHERE {own}")
    with stack.client() as client:
        client.patch("/api/company", json={"name": "ACME"}).raise_for_status()
    page.goto("/claims/new")
    page.get_by_label("Who is billed").select_option("company")
    page.get_by_role("button", name="Preview expense claim").click()
    expect(page.get_by_role("dialog")).to_contain_text("Nothing is billed before you send it.")
    page.get_by_role("button", name="Issue it").click()
    _stands(page, "ACME", "waiting for payment")
    _pay(page, "10")
    _stands(page, "ACME", "paid in part")
    page.get_by_role("button", name="More to do").click()
    page.get_by_role("button", name="Issue a credit note").click()
    page.get_by_role("checkbox", name="TEO HENG").first.check()
    page.get_by_role("textbox", name="Why").fill("It was private")
    assert findings(page) == []
    page.get_by_role("button", name="Take it out").click()
    expect(page.get_by_text("taken out: it can be billed again")).to_be_visible()
    _pay(page, None)
    _stands(page, "ACME", "paid")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    with stack.client() as client:
        totals = client.get("/api/ledger/trial-balance").raise_for_status().json()["totals"]
        [claim] = client.get("/api/claims").raise_for_status().json()["items"]
    assert [each["isBalanced"] for each in totals] == [True]
    assert (claim["state"], claim["open"], claim["credited"]) == ("paid", "0.00", "10.01")
    stack.wait_for_status(claim["id"], "complete")


def test_an_expense_without_a_client_gets_one_from_the_new_invoice(
    page: Page, stack: RunningStack
) -> None:
    """Each client is offered before it owes anything, and the link leads into the folded field."""
    add(stack, "ACME HOTEL", "acmehotel", [1])
    with stack.client() as client:
        atlas = client.post("/api/clients", json=_CLIENT).raise_for_status().json()["id"]
    account = account_of(stack)
    stack.d1(f"UPDATE expenses SET status = 'approved' WHERE account_id = '{account}'")
    page.goto(f"/claims/new?expense=exp_1{account}")
    billed = page.get_by_label("Who is billed")
    expect(billed.get_by_role("option", name="Atlas AG")).to_have_count(1)
    page.get_by_role("link", name="Set its client").click()
    expect(page.get_by_label("Client", exact=True)).to_be_focused()
    expect(page.get_by_label("Client", exact=True)).to_be_in_viewport()
    page.get_by_label("Client", exact=True).select_option(atlas)


@WIDTHS
@pytest.mark.essential(only="375")
def test_from_the_company_to_the_payers_page(page: Page, stack: RunningStack, width: int) -> None:
    """The company, a client, its expenses and nobody else's, a preview, sending, and what the payer
    sees.
    """
    page.set_viewport_size({"width": width, "height": 800})
    add(stack, "ACME HOTEL", "acmehotel", [1, 2])
    add(stack, "BETA TAXI", "betataxi", [3])
    _company(page)
    _clients(page)
    ids = _expenses(page, stack)
    _knows_what_was_selected(page, account_of(stack), ids)
    page.goto("/claims/new")
    page.get_by_label("Who is billed").select_option(ids["ACME AG"])
    page.get_by_label("They get").select_option("claim")
    shown = page.get_by_role("list", name="Expenses in EUR")
    expect(shown.get_by_role("checkbox")).to_have_count(2)
    expect(shown).not_to_contain_text("BETA TAXI")
    page.get_by_text("Change days, terms").click()
    page.get_by_label("Payment terms (days)").fill("14")
    picture(page, "claim-new")
    looks_well(page)
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("button", name="Preview expense claim").click()
    dialog = page.get_by_role("dialog")
    frame = dialog.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("number given when it is sent")
    expect(frame.get_by_text("Billed to ACME AG:")).to_be_visible()
    _shows_the_logo(frame)
    picture(page, "claim-preview")
    assert findings(page) == []
    with stack.client() as client:
        assert client.get("/api/claims").raise_for_status().json()["items"] == []
    dialog.get_by_role("button", name="Issue it").click()
    _stands(page, "ACME AG", "waiting for payment")
    with stack.client() as client:
        [claim] = client.get("/api/claims").raise_for_status().json()["items"]
        held = client.get(f"/api/claims/{claim['id']}").raise_for_status().json()["items"]
        link = (
            client.post(f"/api/claims/{claim['id']}/links", json={})
            .raise_for_status()
            .json()["url"]
        )
    assert {each["merchant"] for each in held} == {"ACME HOTEL"}
    page.goto(link)
    expect(page.get_by_role("heading", name="Pay by bank transfer")).to_be_visible()
    _shows_the_logo(page)
    expect(page.get_by_role("img", name="QR code of this transfer")).to_be_visible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy IBAN").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "DE02120300000000202051"
    picture(page, "payer")
    looks_well(page)


def _knows_what_was_selected(page: Page, account: str, ids: dict[str, str]) -> None:
    page.goto(f"/claims/new?expense=exp_1{account}&expense=exp_3{account}")
    # Of two clients, one is chosen by a person; of one, nobody has to choose.
    page.get_by_role("button", name="Beta GmbH (1)").click()
    expect(page.get_by_label("Who is billed")).to_have_value(ids["Beta GmbH"])
    page.goto(f"/claims/new?expense=exp_1{account}")
    expect(page.get_by_label("Who is billed")).to_have_value(ids["ACME AG"])
    page.get_by_label("They get").select_option("claim")
    shown = page.get_by_role("list", name="Expenses in EUR")
    expect(shown.get_by_role("checkbox", checked=True)).to_have_count(1)


def _shows_the_logo(where: FrameLocator | Page) -> None:
    logo = where.get_by_role("img", name="Books GmbH")
    expect(logo).to_be_visible()
    wait_until(
        lambda: logo.evaluate("(picture) => picture.complete && picture.naturalWidth > 0"),
        "the logo",
    )


def _expenses(page: Page, stack: RunningStack) -> dict[str, str]:
    """Two expenses are ACME's and one is Beta's, all billable and approved; the clients' ids by
    their names.
    """
    account = account_of(stack)
    page.goto(f"/expenses/exp_1{account}")
    unfold(page, "Coding")
    edit(page, "Client").select_option("ACME AG")
    edit(page, "Billable to the client").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Client: ACME AG")).to_be_visible()
    with stack.client() as client:
        ids = {
            each["name"]: each["id"]
            for each in client.get("/api/clients").raise_for_status().json()["items"]
        }
        for number, name in ((2, "ACME AG"), (3, "Beta GmbH")):
            body = {"clientId": ids[name], "billable": True}
            client.patch(f"/api/expenses/exp_{number}{account}", json=body).raise_for_status()
    own = f"account_id = '{account}'"
    stack.d1(
        "UPDATE expenses SET status = 'approved', currency = 'EUR', version = version + 1 "
        f"WHERE {own}"
    )
    return ids


def _company(page: Page) -> None:
    page.goto("/settings")
    company = page.get_by_role("region", name="Company", exact=True)
    company.get_by_label("Company name").fill("Books GmbH")
    company.get_by_label("City").fill("Köln")
    company.get_by_label("Country").select_option("DE")
    company.get_by_label("IBAN").fill("DE02 1203 0000 0000 2020 52")
    company.get_by_role("button", name="Save").click()
    expect(company.get_by_role("alert")).to_contain_text("no IBAN")
    company.get_by_label("IBAN").fill("de02 1203 0000 0000 2020 51")
    company.get_by_role("button", name="Save").click()
    expect(company.get_by_label("IBAN")).to_have_value("DE02 1203 0000 0000 2020 51")
    page.set_input_files(
        "#logo-input", {"name": "logo.png", "mimeType": "image/png", "buffer": png(120, 60)}
    )
    expect(company.get_by_role("img", name="Your logo")).to_be_visible()
    picture(page, "company")
    looks_well(page)


def _clients(page: Page) -> None:
    for name in ("ACME AG", "Beta GmbH"):
        page.goto("/clients")
        page.get_by_role("button", name="New client …").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name", exact=True).fill(name)
        dialog.get_by_role("button", name="Add").click()
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    picture(page, "client")
    looks_well(page)
    page.goto("/clients")
    expect(
        page.get_by_role("list", name="Clients").get_by_role("link", name="ACME AG")
    ).to_be_visible()
    picture(page, "clients")
    looks_well(page)


def _stands(page: Page, payer: str, state: str) -> None:
    name = f"Billed to {payer}: {state}"
    if state == "paid":
        name = f"Billed to {payer}"
        expect(page.get_by_text("Paid", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Record a payment")).to_have_count(0)
    expect(page.get_by_role("heading", level=2, name=name, exact=True)).to_be_visible()


_COMPANY = {
    "name": "Books GmbH",
    "street": "Ring 1",
    "postalCode": "50667",
    "city": "Köln",
    "country": "DE",
    "taxNumber": "215/123/45678",
    "iban": "DE02120300000000202051",
}
_CLIENT = {
    "name": "Atlas AG",
    "street": "Hauptstraße 2",
    "postalCode": "10115",
    "city": "Berlin",
    "country": "DE",
}


@pytest.mark.essential
def test_an_invoice_from_an_expense_to_paid(page: Page, stack: RunningStack) -> None:
    """By the page, on a phone; one expense was laid out in the client's name."""
    page.set_viewport_size({"width": 375, "height": 800})
    add(stack, "ACME HOTEL", "acmehotel", [1, 2])
    with stack.client() as client:
        client.patch("/api/company", json=_COMPANY).raise_for_status()
        atlas = client.post("/api/clients", json=_CLIENT).raise_for_status().json()["id"]
    # The test's own ids and names.
    stack.d1(
        "UPDATE expenses SET status = 'approved', billable = 1, currency = 'EUR', "
        f"client = 'Atlas AG', client_id = '{atlas}' WHERE account_id = '{account_of(stack)}'"
    )
    page.goto("/claims/new")
    page.get_by_label("Who is billed").select_option(atlas)
    expect(page.get_by_label("They get")).to_have_value("")
    page.get_by_label("What is charged").select_option("spent")
    in_their_name = re.compile("In the client.s name: ACME HOTEL")
    page.get_by_role("checkbox", name=in_their_name).first.check()
    picture(page, "invoice-new")
    looks_well(page)
    page.set_viewport_size({"width": 375, "height": 800})
    page.get_by_role("button", name="Preview invoice").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The invoice is a PDF that carries its XML")
    frame = dialog.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Invoice")
    amounts = dialog.get_by_role("table")
    charged = [amounts.get_by_role("row").nth(each) for each in (1, 2)]
    expect(charged[0].get_by_role("cell").nth(1)).to_have_text("–")  # noqa: RUF001 - what stands for no rate
    expect(charged[1].get_by_role("cell").nth(1)).to_have_text(re.compile(r"^\d+\s%$"))
    assert findings(page) == []
    dialog.get_by_role("button", name="Issue it").click()
    _stands(page, "Atlas AG", "waiting for payment")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Invoice INV-"))
    expect(page.get_by_role("link", name="Invoice (PDF)")).to_be_visible()
    looks_well(page)
    _pay(page, None)
    _stands(page, "Atlas AG", "paid")
    with stack.client() as client:
        [claim] = client.get("/api/claims").raise_for_status().json()["items"]
        assert (claim["state"], claim["hasInvoice"]) == ("paid", True)
        xml = client.get(f"/api/claims/{claim['id']}/invoice.xml").raise_for_status().text
    assert "<ram:CategoryCode>E</ram:CategoryCode>" in xml
    assert "<ram:CategoryCode>S</ram:CategoryCode>" in xml


@WIDTHS
def test_what_an_invoice_lacks_is_asked_for_where_it_is_made(
    page: Page, stack: RunningStack, width: int
) -> None:
    """What was spent abroad is billed in the company's currency."""
    page.set_viewport_size({"width": width, "height": 800})
    add(stack, "ACME HOTEL", "acmehotel", [1, 2])
    account = account_of(stack)
    with stack.client() as client:
        client.patch("/api/company", json={"name": "Books GmbH", "city": "Köln"}).raise_for_status()
        client.patch("/api/account", json={"baseCurrency": "EUR"}).raise_for_status()
        acme = (
            client.post("/api/clients", json={"name": "Atlas AG"}).raise_for_status().json()["id"]
        )
    # The test's own ids and names.
    own = f"account_id = '{account}'"
    stack.d1(
        "UPDATE expenses SET status = 'approved', billable = 1, currency = 'MYR', "
        f"client = 'Atlas AG', client_id = '{acme}', awaits_conversion = NULL WHERE {own}"
    )
    stack.d1(
        "INSERT OR REPLACE INTO expense_conversions (expense_id, base_currency, total_minor, "
        "tax_minor, rate, rate_date, source, created_at) SELECT id, 'EUR', 3620, NULL, '0.207', "
        f"date, 'ecb', '2026-03-03T00:00:00Z' FROM expenses WHERE id = 'exp_1{account}'"
    )
    page.goto("/claims/new")
    own_note = page.get_by_role("note").filter(has_text="An invoice needs this of your company:")
    expect(own_note).to_contain_text(
        "Street and number, Postal code, Country, VAT id or tax number"
    )
    page.get_by_label("Who is billed").select_option(acme)
    expect(page.get_by_role("group", name="Billable in EUR")).to_contain_text("€36.20")
    other = page.get_by_role("group", name="Billable in MYR")
    expect(other).to_contain_text("no exchange rate to EUR is known")
    page.get_by_role("group", name="Billable in MYR").get_by_role("link", name="Enter a rate")
    looks_well(page)
    page.set_viewport_size({"width": width, "height": 800})
    own_note.get_by_role("button", name="Add it now").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Street and number").fill("Ring 1")
    dialog.get_by_label("Postal code").fill("50667")
    dialog.get_by_label("Country").select_option(label="Germany")
    dialog.get_by_label("Tax number").fill("215/123/45678")
    dialog.get_by_role("button", name="Save").click()
    expect(own_note).to_have_count(0)
    theirs = page.get_by_role("note").filter(has_text="An invoice needs this of Atlas AG:")
    theirs.get_by_role("button", name="Add it now").click()
    expect(dialog.get_by_label("Country")).to_have_value('"DE"')
    dialog.get_by_label("Street and number").fill("Hauptstraße 2")
    dialog.get_by_label("Postal code").fill("10115")
    dialog.get_by_label("City").fill("Berlin")
    dialog.get_by_role("button", name="Save").click()
    expect(theirs).to_have_count(0)
    # Whoever goes elsewhere finds the client again.
    page.goto("/settings")
    page.go_back()
    expect(page.get_by_label("Who is billed")).to_have_value(acme)
    page.get_by_label("What is charged").select_option("spent")
    page.get_by_role("button", name="Preview invoice over €36.20").click()
    expect(dialog.get_by_role("table")).to_contain_text("MYR")
    assert findings(page) == []
    dialog.get_by_role("button", name="Issue it").click()
    _stands(page, "Atlas AG", "waiting for payment")
    looks_well(page)


@WIDTHS
def test_vat_comes_on_top_of_net_costs(page: Page, stack: RunningStack, width: int) -> None:
    """A cost whose tax is open is asked for first."""
    page.set_viewport_size({"width": width, "height": 800})
    add(stack, "ACME HOTEL", "acmehotel", [1])
    account = account_of(stack)
    with stack.client() as client:
        client.patch("/api/company", json=_COMPANY).raise_for_status()
        client.patch("/api/account", json={"baseCurrency": "EUR"}).raise_for_status()
        atlas = client.post("/api/clients", json=_CLIENT).raise_for_status().json()["id"]
    # The test's own ids and names.
    stack.d1(
        "UPDATE expenses SET status = 'approved', billable = 1, currency = 'EUR', "
        "total_minor = 10700, tax_minor = 700, awaits_conversion = NULL, "
        f"client = 'Atlas AG', client_id = '{atlas}' WHERE account_id = '{account}'"
    )
    page.goto(f"/claims/new?client={atlas}")
    expect(page.get_by_label("What is charged")).to_have_value("net_cost")
    looks_well(page)
    page.set_viewport_size({"width": width, "height": 800})
    preview = page.get_by_role("button", name="Preview invoice: €107.00 was spent")
    preview.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("How these are taxed is open")
    picture(page, f"invoice-open-tax-{width}")
    dialog.get_by_role("button", name="Close").click()
    stack.d1(
        "INSERT INTO expense_tax_lines (expense_id, number, rate, base_minor, tax_minor) "
        f"SELECT id, 1, '7', 10000, 700 FROM expenses WHERE account_id = '{account}'"
    )
    preview.click()
    expect(dialog.get_by_role("heading", level=2)).to_have_text("Invoice over €119.00 to Atlas AG")
    total = dialog.get_by_role("table").get_by_role("row").last
    expect(total).to_contain_text("€100.00")
    expect(total).to_contain_text("€19.00")
    picture(page, f"invoice-net-costs-{width}")
    assert findings(page) == []
    dialog.get_by_role("button", name="Issue it").click()
    _stands(page, "Atlas AG", "waiting for payment")


def _pay(page: Page, amount: str | None) -> None:
    page.get_by_role("button", name="Record a payment").click()
    if amount is not None:
        page.get_by_role("textbox", name="Amount").fill(amount)
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.essential
def test_whoever_pays_answers_by_a_link(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2])
    own = f"account_id = '{account_of(stack)}'"
    # The test's own ids and names.
    stack.d1(f"UPDATE expenses SET status = 'approved', paid_by = 'employee' WHERE {own}")
    with stack.client() as client:
        asked = {"currency": "MYR", "payerKind": "company", "payerName": "ACME"}
        claim = client.post("/api/claims", json=asked).raise_for_status().json()["id"]
        wait_until(
            lambda: client.get(f"/api/claims/{claim}").json()["state"] == "issued",
            "the claim's issue",
        )
        link = client.post(f"/api/claims/{claim}/links", json={}).raise_for_status().json()["url"]
    page.goto(link)
    expect(page.get_by_text("Not paid yet.")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="I have paid").click()
    expect(
        page.get_by_role("status").get_by_text("We note it as paid once the money has come.")
    ).to_be_visible()
    page.get_by_label("What is wrong?").fill("One is not ours")
    page.get_by_role("button", name="Report a problem").click()
    expect(page.get_by_text("You told us that something is wrong.")).to_be_visible()
    looks_well(page)
