"""Whose month it is: the company, its people, clients and bank account; and the documents that come
in.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from playwright.sync_api import FilePayload

from tests.support.bank_month import IBAN, Line, Month
from tests.support.connected_books import signed_books
from tests.support.drawing import draw_receipt
from tests.support.e_invoices import Facts, ubl
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tillroll.identity.authentication import secret_hash

MONTH: Final = "2026-02"
"""Long over, so that it can be closed."""
CLIENTS: Final = {"ATLAS": "Atlas AG", "BOREAL": "Boreal GmbH"}
"""By the word that begins their merchants' names."""
CATEGORIES: Final = {"ATLAS": "Travel", "BOREAL": "Office"}
PEOPLE: Final = {
    "Anna": "DE02500105170137075030",
    "Ben": "DE02100500000054540402",
    "Cem": "DE02300209000106531065",
}
"""Who hands in, and where they are paid."""
APPROVER: Final = "Dora"
_SHOPS: Final = ("CAFE", "HOTEL", "BOOKSHOP", "TAXI", "BAKERY")
_PERSON: Final = """
    INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_{key}', 'acc_first', '{name}',
        '');
    INSERT INTO user_roles (user_id, role) VALUES ('usr_{key}', '{role}');
    INSERT INTO tokens (id, user_id, hash, name, created_at) VALUES ('tok_{key}', 'usr_{key}',
        '{hash}', 'month', '');
"""


def begin(stack: RunningStack) -> None:
    """What is set up once, and is no work of the month."""
    for name in (*PEOPLE, APPROVER):
        role = "approver" if name == APPROVER else "submitter"
        key = name.lower()
        stack.d1(_PERSON.format(key=key, name=name, role=role, hash=secret_hash(token_of(name))))
    with stack.client() as client:
        company = {"name": "Books GmbH", "city": "Köln", "country": "DE", "iban": IBAN}
        client.patch("/api/company", json=company).raise_for_status()
    for name in CLIENTS.values():
        mail = f"bills@{name.partition(' ')[0].lower()}.example"
        stack.ask("/api/clients", name=name, mail=mail).raise_for_status()
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    for name, iban in PEOPLE.items():
        stack.ask(
            "/api/payees", name=name, iban=iban, person=f"usr_{name.lower()}"
        ).raise_for_status()
    _connect_books(stack)


def _connect_books(stack: RunningStack) -> None:
    """Books that know categories and taxes; who the people are there, the owner says in the
    month.
    """
    path = f"/api/books/connections/{signed_books(stack, 'Ledger Cloud')}"
    stack.ask(f"{path}/chart").raise_for_status()
    codes = {"category": "6300", "income": "8400", "tax": "V0", "output_tax": "V0"}
    words = [{"what": what, "word": "*", "code": code} for what, code in codes.items()]
    with stack.client() as client:
        client.put(f"{path}/mapping", json={"words": words}).raise_for_status()


def token_of(name: str) -> str:
    return f"till_month_{name.lower()}"


def sign_in_url(stack: RunningStack, name: str | None) -> str:
    """A one-time link of a person; None: of the account's owner."""
    with stack.client_of(stack.token if name is None else token_of(name)) as client:
        return stack.url + client.post("/api/sign-in-codes").raise_for_status().json()["url"]


def documents_of(name: str, shops: int) -> list[FilePayload]:
    """A person's, of so many shops for each client: photos, then an invoice as PDF, and an
    e-invoice.
    """
    person, files = [*PEOPLE].index(name), list[FilePayload]()
    for place, client in enumerate(CLIENTS):
        for turn, shop in enumerate(_SHOPS[:shops]):
            day = date(2026, 2, 10 + 5 * place + turn + person)
            total = Decimal(1010 + 2000 * person + 701 * turn + 6100 * place) / 100
            files.append(_document(f"{client} {shop}", day, total, turn))
    return files


def _document(merchant: str, day: date, total: Decimal, turn: int) -> FilePayload:
    name = merchant.lower().replace(" ", "-")
    if turn == 1:
        content = invoice_pdf(_lines(merchant, day, total))
        return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": content}
    if turn == 2:
        facts = Facts(
            number=f"RE-{day:%d}-{total}",
            issued=day,
            due=None,
            seller=merchant,
            lines=(("Books", Decimal(1), total),),
            rate=Decimal(0),
        )
        return {"name": f"{name}.xml", "mimeType": "application/xml", "buffer": ubl(facts)}
    photo = draw_receipt(_lines(merchant, day, total))
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": photo}


def _lines(merchant: str, day: date, total: Decimal) -> list[str]:
    changed = {"12 Jalan Bunga, 50000 Kuala Lumpur": "12 Marktgasse, 50667 Koeln"}
    lines = [changed.get(line, line) for line in clear_receipt(merchant, f"{total:.2f}")]
    return [line.replace("RM ", "EUR ").replace("14/02/2026", f"{day:%d/%m/%Y}") for line in lines]


def items(stack: RunningStack, path: str, **asked: Any) -> list[dict[str, Any]]:
    with stack.client() as client:
        return client.get(path, params=asked).raise_for_status().json()["items"]


def statement(stack: RunningStack) -> Month:
    """The bank's file of today: what went to people by the bank, and what clients paid."""
    today = datetime.now(UTC).date()
    out = [
        Line(amount=-each["amount"], booked_on=today, name=name, account=PEOPLE[name])
        for each in items(stack, "/api/payouts")
        if (name := each["payeeName"]) != "Cem"
    ]
    into = [
        Line(
            amount=round(100 * Decimal(claim["open"])),
            booked_on=today,
            name=claim["payerName"],
            text=f"Claim {claim['number']}",
        )
        for claim in items(stack, "/api/claims")
    ]
    return Month(
        opening=1_000_000, lines=(*out, *into), from_day=today.replace(day=1), to_day=today
    )
