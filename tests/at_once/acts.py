"""The acts of money that people of all roles, and the cron, may do: one is drawn at a time."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

Client = httpx.AsyncClient
Send = Callable[[Client, "Drawing"], Awaitable[httpx.Response] | None]
OWNERS: Final = ("owner", "second")
DECIDERS: Final = ("owner", "second", "approver")
EVERYBODY: Final = (*DECIDERS, "submitter", "auditor")
_WHY: Final = {"reason": "because"}


@dataclass
class Known:
    """The ids that exist when a round begins."""

    entries: list[str] = field(default_factory=list[str])
    matches: list[str] = field(default_factory=list[str])
    payouts: list[str] = field(default_factory=list[str])
    payees: list[str] = field(default_factory=list[str])
    claims: list[str] = field(default_factory=list[str])
    files: list[str] = field(default_factory=list[str])
    statements: list[str] = field(default_factory=list[str])
    periods: list[str] = field(default_factory=list[str])
    runs: list[str] = field(default_factory=list[str])
    clients: list[str] = field(default_factory=list[str])
    accounts: list[str] = field(default_factory=list[str])


@dataclass
class Drawing:
    """What an act is drawn from. `expenses` and `people` are the company's, in each round."""

    dice: random.Random
    known: Known
    expenses: Sequence[str]
    people: Sequence[str]
    round: int

    def one(self, ids: Sequence[str]) -> str:
        """One of the ids, or one that does not exist."""
        if not ids or self.dice.random() < 0.02:
            return "x_unknown"
        return self.dice.choice(ids)

    def some(self, ids: Sequence[str], most: int) -> list[str]:
        return self.dice.sample(list(ids), min(len(ids), self.dice.randint(1, most)))

    def key(self) -> dict[str, str]:
        """An idempotency key that others of the round may share, or none."""
        if self.dice.random() < 0.5:
            return {}
        return {"idempotency-key": f"key-{self.round}-{self.dice.randrange(6)}"}

    def document(self) -> tuple[str, str]:
        kinds = ["expense", "expense", "payout", "payout", "claim", "fee"]
        kind = self.dice.choice(kinds)
        ids = {"expense": self.expenses, "payout": self.known.payouts, "claim": self.known.claims}
        if kind == "fee":
            return kind, "fee:EUR"
        return kind, self.one(ids[kind])


def _match_by_hand(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    pairs: list[dict[str, Any]] = []
    for _ in range(drawing.dice.choice([1, 1, 2])):
        kind, id_ = drawing.document()
        entry = drawing.one(drawing.known.entries)
        pairs.append({"entryId": entry, "documentKind": kind, "documentId": id_})
    if drawing.dice.random() < 0.3:
        pairs[0]["amount"] = -drawing.dice.choice([1, 100, 645, 1290])
    return client.post("/api/bank/matches", json={"pairs": pairs})


def _decide(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    match = drawing.one(drawing.known.matches)
    decision = drawing.dice.choice(["accept", "accept", "decline"])
    return client.post(f"/api/bank/matches/{match}/decision", json={"decision": decision})


def _undo_match(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    match = drawing.one(drawing.known.matches)
    return client.post(f"/api/bank/matches/{match}/undoing", json=_WHY)


def _accept_certain(client: Client, _: Drawing) -> Awaitable[httpx.Response]:
    return client.post("/api/bank/matches/certain", json={})


def _match_again(client: Client, _: Drawing) -> Awaitable[httpx.Response]:
    return client.post("/api/bank/matching")


def _explain(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    entry = drawing.one(drawing.known.entries)
    reason = drawing.dice.choice(["private", "other", None])
    return client.put(f"/api/bank/entries/{entry}/explanation", json={"reason": reason})


def _ask_for_document(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    entry = drawing.one(drawing.known.entries)
    person = drawing.dice.choice([*drawing.people, None])
    return client.put(f"/api/bank/entries/{entry}/owed-by", json={"person": person})


def _undo_import(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    statement = drawing.one(drawing.known.statements)
    return client.post(f"/api/bank/statements/{statement}/undo", json=_WHY)


def _mend(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    account = drawing.one(drawing.known.accounts)
    return client.post(f"/api/bank/accounts/{account}/mending", json=_WHY)


def _pay_back(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    body: dict[str, Any] = {"expenses": drawing.some(drawing.expenses, 3)}
    body["way"] = drawing.dice.choice(["file", "hand"])
    if body["way"] == "hand":
        body["paidOn"] = "2026-02-28"
    return client.post("/api/owed/payments", json=body, headers=drawing.key())


def _pay(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    body = {
        "payeeId": drawing.one(drawing.known.payees),
        "currency": "EUR",
        "amount": drawing.dice.choice([100, 1290, 60_000]),
        "reference": "rent",
    }
    return client.post("/api/payouts", json=body, headers=drawing.key())


def _take_payout_back(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    payout = drawing.one(drawing.known.payouts)
    return client.post(f"/api/payouts/{payout}/undo", json=_WHY)


def _settle_payout(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    payout = drawing.one(drawing.known.payouts)
    body = {"settledAs": drawing.dice.choice(["paid", "not_paid"]), **_WHY}
    return client.post(f"/api/payouts/{payout}/settlement", json=body)


def _archive_payee(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    return client.delete(f"/api/payees/{drawing.one(drawing.known.payees)}")


def _make_file(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    return client.post("/api/payment-files", json={}, headers=drawing.key())


def _say_outcome(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    file = drawing.one(drawing.known.files)
    status = drawing.dice.choice(["posted", "posted", "returned", "failed"])
    return client.post(f"/api/payment-files/{file}/outcomes", json={"status": status})


async def _approve(client: Client, drawing: Drawing) -> httpx.Response:
    act = drawing.dice.choice(["approve", "approve", "unapprove", "reject"])
    body: dict[str, Any] = {"ids": drawing.some(drawing.expenses, 2)}
    if act == "approve":
        reads = [await client.get(f"/api/expenses/{each}") for each in body["ids"]]
        body["versions"] = [each.json().get("version", 1) for each in reads]
    return await client.post(f"/api/expenses/{act}", json=body)


async def _act_on_many(client: Client, drawing: Drawing) -> httpx.Response:
    body: dict[str, Any] = drawing.dice.choice(
        [
            {"kind": "client", "clientId": drawing.one(drawing.known.clients)},
            {"kind": "paid_by", "paidBy": "company"},
            {"kind": "paid_by", "paidBy": "employee"},
            {"kind": "void", **_WHY},
            {"kind": "unapprove"},
        ]
    )
    body["ids"] = drawing.some(drawing.expenses, 3)
    answer = await client.post("/api/acts", json=body, headers=drawing.key())
    if answer.is_success and drawing.dice.random() < 0.5:
        return await client.post(f"/api/acts/{answer.json()['id']}/undo")
    return answer


async def _edit(client: Client, drawing: Drawing) -> httpx.Response:
    expense = drawing.one(drawing.expenses)
    body = drawing.dice.choice(
        [{"total": "12.90"}, {"total": "400.00"}, {"paidBy": "company"}, {"paidBy": "employee"}]
    )
    read = await client.get(f"/api/expenses/{expense}")
    headers = {"if-match": read.headers.get("etag", "")}
    return await client.patch(f"/api/expenses/{expense}", json={**body, **_WHY}, headers=headers)


def _move(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    expense = drawing.one(drawing.expenses)
    act = drawing.dice.choice(["void", "restore", "send-back", "confirm"])
    return client.post(f"/api/expenses/{expense}/{act}", json=_WHY)


def _merge(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    keep = drawing.one(drawing.expenses)
    return client.post(
        "/api/duplicates/merge", json={"keep": keep, "drop": drawing.one(drawing.expenses)}
    )


def _claim(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    body = {"currency": "EUR", "payerKind": "company", "payerName": "ACME"}
    chosen = drawing.some(drawing.expenses, 2)
    return client.post("/api/claims", json={**body, "expenseIds": chosen}, headers=drawing.key())


def _pay_claim(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    claim = drawing.one(drawing.known.claims)
    amount = drawing.dice.choice(["12.90", "5.00"])
    body = {"amount": amount, "currency": "EUR", "day": "2026-02-20"}
    return client.post(f"/api/claims/{claim}/payments", json=body, headers=drawing.key())


def _end_claim(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    claim = drawing.one(drawing.known.claims)
    act = drawing.dice.choice(["withdraw", "write-off"])
    return client.post(f"/api/claims/{claim}/{act}", json=_WHY)


def _operate(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    run = drawing.one(drawing.known.runs)
    act = drawing.dice.choice(["cancel", "retry", "abandon"])
    return client.post(f"/api/runs/{run}/{act}", json=_WHY)


def _review(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    run = drawing.one(drawing.known.runs)
    decision = drawing.dice.choice(["approve", "reject"])
    return client.post(f"/api/runs/{run}/review", json={"decision": decision})


def _close(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    if drawing.known.periods and drawing.dice.random() < 0.6:
        period = drawing.one(drawing.known.periods)
        return client.post(f"/api/closed-periods/{period}/reopen", json=_WHY)
    days = {"from": "2026-02-01", "to": "2026-02-10"}
    return client.post("/api/closed-periods", json=days)


def _limit(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    above = drawing.dice.choice([20_000, 30_000])
    return client.put("/api/payout-limits/EUR", json={"above": above})


def _merge_clients(client: Client, drawing: Drawing) -> Awaitable[httpx.Response]:
    first = drawing.one(drawing.known.clients)
    second = drawing.one(drawing.known.clients)
    return client.post(f"/api/clients/{first}/merge", json={"into": second})


@dataclass(frozen=True)
class Act:
    """An act, how often it is drawn, and the roles that mostly try it."""

    send: Callable[[Client, Drawing], Awaitable[httpx.Response]]
    weight: int
    roles: Sequence[str]


ACTS: Final = (
    Act(_match_by_hand, 8, DECIDERS),
    Act(_decide, 7, DECIDERS),
    Act(_undo_match, 4, DECIDERS),
    Act(_accept_certain, 2, DECIDERS),
    Act(_match_again, 1, DECIDERS),
    Act(_explain, 2, DECIDERS),
    Act(_ask_for_document, 1, DECIDERS),
    Act(_undo_import, 1, DECIDERS),
    Act(_mend, 1, DECIDERS),
    Act(_pay_back, 6, OWNERS),
    Act(_pay, 3, OWNERS),
    Act(_take_payout_back, 2, OWNERS),
    Act(_settle_payout, 1, OWNERS),
    Act(_archive_payee, 1, OWNERS),
    Act(_make_file, 3, OWNERS),
    Act(_say_outcome, 4, OWNERS),
    Act(_approve, 4, DECIDERS),
    Act(_edit, 3, DECIDERS),
    Act(_act_on_many, 3, DECIDERS),
    Act(_move, 2, DECIDERS),
    Act(_merge, 1, DECIDERS),
    Act(_claim, 3, DECIDERS),
    Act(_pay_claim, 3, DECIDERS),
    Act(_end_claim, 2, DECIDERS),
    Act(_operate, 2, OWNERS),
    Act(_review, 3, OWNERS),
    Act(_close, 1, OWNERS),
    Act(_limit, 1, OWNERS),
    Act(_merge_clients, 1, OWNERS),
)


def draw(drawing: Drawing, clients: Mapping[str, Client]) -> Awaitable[httpx.Response]:
    """One act, by one person: sometimes by one who may not."""
    [act] = drawing.dice.choices(ACTS, weights=[each.weight for each in ACTS])
    roles = EVERYBODY if drawing.dice.random() < 0.1 else act.roles
    return act.send(clients[drawing.dice.choice(roles)], drawing)
