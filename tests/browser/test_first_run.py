"""The first run, from an account that nobody has set up to the way to its first receipt: counted in
English and in German.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.month.hands import Hands
from tests.browser.test_accessibility import findings
from tests.support.running_stack import RunningStack

IBAN = "DE02 1203 0000 0000 2020 51"
WORDS = {
    "en-GB": {
        "asked": "Where is your company?",
        "country": "Country",
        "chosen": "Germany",
        "wrong": "The check digits of this IBAN do not fit",
        "team": "A team",
        "begin": "Begin",
        "set": "You are set up",
        "colleague": "Your first colleague",
        "currency": "Your books are in EUR.",
        "connect": "Connect a bank or card",
        "guide": "Begin with a receipt",
    },
    "de-DE": {
        "asked": "Wo ist Ihre Firma?",
        "country": "Land",
        "chosen": "Deutschland",
        "wrong": "Die Prüfziffern dieser IBAN stimmen nicht",
        "team": "Ein Team",
        "begin": "Beginnen",
        "set": "Alles ist eingerichtet",
        "colleague": "Ihr erstes Teammitglied",
        "currency": "Ihre Bücher werden in EUR geführt.",
        "connect": "Bank oder Karte verbinden",
        "guide": "Beginnen Sie mit einem Beleg",
    },
}
CLICKS = 5
"""The country (two), the field of the IBAN, a team, and the button. Keys are the IBAN's alone."""


@pytest.mark.parametrize("locale", WORDS)
def test_three_fields_set_an_account_up(page: Page, stack: RunningStack, locale: str) -> None:
    words = WORDS[locale]
    page.goto("/home")
    asked = page.get_by_role("region", name=words["asked"])
    expect(asked).to_be_visible()
    expect(page.get_by_role("region", name=words["guide"])).to_have_count(0)
    assert findings(page) == []
    # A number that was mistyped is said, and nothing is set.
    asked.get_by_label("IBAN").fill(IBAN.replace("51", "52"))
    asked.get_by_label(words["country"]).select_option("DE")
    asked.get_by_role("button", name=words["begin"]).click()
    expect(asked).to_contain_text(words["wrong"])
    page.reload()
    hands = Hands(page, "first run")
    hands.choose(
        asked.get_by_label(words["country"]), "Germany" if locale == "en-GB" else "Deutsch"
    )
    hands.write(asked.get_by_label("IBAN"), IBAN.replace(" ", ""))
    hands.use(asked.get_by_text(words["team"]))
    hands.use(asked.get_by_role("button", name=words["begin"]))
    done = page.get_by_role("region", name=words["set"])
    expect(done).to_contain_text(words["currency"])
    expect(done.get_by_role("link", name=words["connect"])).to_be_visible()
    expect(page.get_by_role("region", name=words["colleague"])).to_be_visible()
    expect(page.get_by_role("region", name=words["guide"])).to_be_visible()
    assert findings(page) == []
    assert hands.acts == CLICKS
    assert hands.letters == len(IBAN.replace(" ", ""))
    with stack.client() as client:
        assert client.get("/api/account").json()["baseCurrency"] == "EUR"
        [bank] = client.get("/api/bank/accounts").json()["items"]
    assert bank["number"] == "DE02…2051"
    page.goto("/home")
    expect(page.get_by_role("region", name=words["guide"])).to_be_visible()
    expect(asked).to_have_count(0)
