"""What follows from a transaction and what the database must check, by docs/ledger.md."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.rules import Known, Line, Refusal, Resolved, named, resolve
from tillroll.ledger.transfers import (
    EXPIRED,
    ID,
    LARGEST_AMOUNT,
    LARGEST_TIMEOUT_MS,
    MOST_LINKED,
    AnyTransfer,
    Leg,
    NothingBought,
    Post,
    Reversal,
    Side,
    Sums,
    Transaction,
    Transfer,
    Void,
    exchange,
    expiry_id,
    of_kind,
    single,
    transaction_in,
)
from tillroll_durable.platform.json import JsonObject, load_object

BANK = LedgerAccount(id="bank", name="Bank", currency="EUR", normal_side=Side.DEBIT)
ANN = LedgerAccount(
    id="ann", name="Ann", currency="EUR", normal_side=Side.CREDIT, least_available=-50
)
DESK = LedgerAccount(id="desk", name="Desk", currency="USD", normal_side=Side.DEBIT)
CASH = LedgerAccount(
    id="cash", name="Cash", currency="EUR", normal_side=Side.DEBIT, least_available=10
)
ACCOUNTS = {each.id: each for each in (BANK, ANN, DESK, CASH)}
TO_ANN = Transfer("t", "bank", "ann", "EUR", 100)
FROM_ANN = Transfer("f", "ann", "bank", "EUR", 30)
HELD = Line(
    "p",
    "pending",
    "ann",
    "bank",
    "EUR",
    posted=0,
    pending=80,
    rate="1.1",
    rate_source="ecb",
)
MOVED = Line("m", "transfer", "ann", "bank", "EUR", posted=70, pending=0)


def resolved(transfers: Sequence[AnyTransfer], *there: Line) -> Resolved:
    known = Known(ACCOUNTS, {line.id: line for line in there})
    return resolve(Transaction("x", transfers), known)


def fits(position: int, target: str, least: int) -> JsonObject:
    """A check that an account's sums stay exact with `least` more."""
    return {"position": position, "check": "fits", "target": target, "least": least}


def limit(position: int, target: str, least: int) -> JsonObject:
    """A check that an account has at least that available before."""
    return {"position": position, "check": "limit", "target": target, "least": least}


def refused(position: int, refusal: Refusal) -> JsonObject:
    return {"position": position, "check": "refused", "reason": refusal.value}


def test_a_transfer_names_its_accounts_and_others_what_came_before() -> None:
    first = Transaction("a", (TO_ANN, Post("post", "p")))
    second = Transaction("b", (Void("void", "q"), Reversal("back", "m")))
    assert named([first, second]) == ({"bank", "ann"}, {"p", "q", "m"})


def test_a_transfer_moves_its_amount_with_all_that_it_says() -> None:
    full = replace(TO_ANN, reference="run_1", rate="1.1", rate_source="ecb")
    line = resolved([full]).lines[0]
    assert line == Line(
        "t",
        "transfer",
        "bank",
        "ann",
        "EUR",
        posted=100,
        pending=0,
        rate="1.1",
        rate_source="ecb",
        reference="run_1",
    )
    assert line.row(3) == {"position": 3, **vars(line)}


def test_a_pending_transfer_only_reserves() -> None:
    line = resolved([replace(TO_ANN, is_pending=True, timeout_ms=5)]).lines[0]
    assert (line.kind, line.posted, line.pending, line.timeout_ms) == ("pending", 0, 100, 5)


def test_limits_are_of_what_is_taken() -> None:
    # Ann's account is raised by credits: what comes to her needs no limit.
    assert resolved([TO_ANN]).checks == [fits(0, "bank", 100), fits(0, "ann", 100)]
    # 30 leave: with a limit of -50, -20 must be available before.
    assert resolved([FROM_ANN]).checks == [
        fits(0, "ann", 30),
        limit(0, "ann", -20),
        fits(0, "bank", 30),
    ]


def test_what_is_reserved_to_leave_is_taken_and_what_is_to_come_is_not_there() -> None:
    out = resolved([replace(FROM_ANN, is_pending=True)])
    assert out.checks == [fits(0, "ann", 30), limit(0, "ann", -20), fits(0, "bank", 30)]
    into = [replace(TO_ANN, is_pending=True), FROM_ANN]
    # The 100 are not available yet, so -20 must be there without them.
    assert limit(1, "ann", -20) in resolved(into).checks


def test_each_limit_holds_behind_each_of_linked_transfers() -> None:
    checks = resolved([TO_ANN, FROM_ANN, replace(FROM_ANN, id="g")]).checks
    assert checks == [
        fits(0, "bank", 100),
        fits(0, "ann", 100),
        fits(1, "ann", 130),
        limit(1, "ann", -50 - 100 + 30),
        fits(1, "bank", 130),
        fits(2, "ann", 160),
        limit(2, "ann", -50 - 100 + 60),
        fits(2, "bank", 160),
    ]


def test_a_debit_account_is_lowered_by_credits() -> None:
    checks = resolved([Transfer("c", "bank", "cash", "EUR", 5)]).checks
    assert checks == [fits(0, "bank", 5), fits(0, "cash", 5), limit(0, "cash", 15)]


def test_nothing_that_changes_nothing_is_limited() -> None:
    # A post of all that is reserved: what is available was lowered before.
    checks = resolved([Post("post", "p")], HELD).checks
    assert checks == [
        {"position": 0, "check": "open", "target": "p"},
        fits(0, "ann", 80),
        fits(0, "bank", 80),
    ]


@pytest.mark.parametrize(
    ("transfer", "refusal"),
    [
        (Transfer("t", "nobody", "ann", "EUR", 1), Refusal.ACCOUNT_NOT_FOUND),
        (Transfer("t", "bank", "nobody", "EUR", 1), Refusal.ACCOUNT_NOT_FOUND),
        (Transfer("t", "bank", "desk", "EUR", 1), Refusal.OTHER_CURRENCY),
        (Transfer("t", "desk", "bank", "EUR", 1), Refusal.OTHER_CURRENCY),
        (Transfer("t", "bank", "ann", "USD", 1), Refusal.OTHER_CURRENCY),
        (Post("t", "nothing"), Refusal.PENDING_NOT_FOUND),
        (Post("t", "m"), Refusal.PENDING_NOT_FOUND),
        (Void("t", "m"), Refusal.PENDING_NOT_FOUND),
        (Post("t", "p", 81), Refusal.EXCEEDS_PENDING),
        (Reversal("t", "nothing"), Refusal.ORIGINAL_NOT_FOUND),
        (Reversal("t", "p"), Refusal.ORIGINAL_NOT_FOUND),
        (Reversal("t", "r"), Refusal.ORIGINAL_NOT_FOUND),
    ],
)
def test_what_can_never_be_is_refused_with_its_reason(
    transfer: AnyTransfer, refusal: Refusal
) -> None:
    refused_before = Line("r", "post", pending_id="p")
    told = resolved([transfer], HELD, MOVED, refused_before)
    assert told.checks == [refused(0, refusal)]


def test_a_reservation_without_an_amount_was_refused_itself() -> None:
    told = resolved([Post("t", "p")], Line("p", "pending", "ann", "bank", "EUR"))
    assert told.checks == [refused(0, Refusal.PENDING_NOT_FOUND)]


def test_what_is_refused_says_what_it_named() -> None:
    told = resolved([Post("t", "nothing", reference="run_1"), Reversal("b", "n", "run_2")])
    assert told.lines == [
        Line("t", "post", pending_id="nothing", reference="run_1"),
        Line("b", "reversal", reverses_id="n", reference="run_2"),
    ]


def test_a_post_takes_the_whole_or_a_part_and_releases_the_rest() -> None:
    whole = resolved([Post("t", "p", reference="run_1")], HELD).lines[0]
    assert whole == Line(
        "t",
        "post",
        "ann",
        "bank",
        "EUR",
        posted=80,
        pending=-80,
        pending_id="p",
        rate="1.1",
        rate_source="ecb",
        reference="run_1",
    )
    for amount in (1, 80):
        part = resolved([Post("t", "p", amount)], HELD).lines[0]
        assert (part.posted, part.pending) == (amount, -80)


def test_a_void_releases_all_of_it_and_an_expiry_must_be_due() -> None:
    told = resolved([Void("t", "p")], HELD)
    assert (told.lines[0].posted, told.lines[0].pending) == (0, -80)
    assert told.checks == [
        {"position": 0, "check": "open", "target": "p"},
        fits(0, "ann", 0),
        fits(0, "bank", 0),
    ]
    expired = resolved([Void("t", "p", is_expiry=True)], HELD)
    assert expired.checks[0] == {"position": 0, "check": "due", "target": "p"}


@pytest.mark.parametrize("kind", ["transfer", "post", "reversal"])
def test_a_reversal_moves_back_what_was_moved(kind: str) -> None:
    told = resolved([Reversal("t", "m", "run_1")], replace(MOVED, kind=kind))
    assert told.lines[0] == Line(
        "t",
        "reversal",
        "bank",
        "ann",
        "EUR",
        posted=70,
        pending=0,
        reverses_id="m",
        reference="run_1",
    )
    assert told.checks[0] == {"position": 0, "check": "reversible", "target": "m"}


def test_one_of_a_chain_that_resolves_or_reverses_another_twice_is_refused() -> None:
    twice = resolved([Post("a", "p", 1), Void("b", "p")], HELD)
    assert twice.checks[-2:] == [
        {"position": 1, "check": "open", "target": "p"},
        refused(1, Refusal.PENDING_RESOLVED),
    ]
    back = resolved([Reversal("a", "m"), Reversal("b", "m")], MOVED)
    assert back.checks[-1] == refused(1, Refusal.ALREADY_REVERSED)


def test_what_a_transaction_has_made_is_known_to_those_behind_it() -> None:
    known = Known(ACCOUNTS)
    resolve(single(TO_ANN), known)
    assert resolve(single(Reversal("b", "t")), known).lines[0].posted == 100


def test_the_limits_of_a_request() -> None:
    assert (MOST_LINKED, LARGEST_AMOUNT) == (20, 10_000_000_000_000)
    assert LARGEST_TIMEOUT_MS == 34_560_000_000  # 400 days


def test_sums_say_what_stands_is_to_come_and_can_be_taken() -> None:
    sums = Sums(debits_posted=100, credits_posted=30, debits_pending=7, credits_pending=5)
    assert (sums.posted(Side.DEBIT), sums.posted(Side.CREDIT)) == (70, -70)
    assert (sums.pending(Side.DEBIT), sums.pending(Side.CREDIT)) == (2, -2)
    assert (sums.available(Side.DEBIT), sums.available(Side.CREDIT)) == (65, -77)
    assert Sums() == Sums(0, 0, 0, 0)


def test_a_transaction_is_read_from_its_own_body() -> None:
    transfers = (
        replace(TO_ANN, is_pending=True, timeout_ms=9, rate="1.1", rate_source="ecb"),
        FROM_ANN,
        Post("a", "p", 5),
        Void("b", "p", "run_1"),
        Reversal("c", "m"),
    )
    transaction = Transaction("x", transfers)
    body = load_object(transaction.body())
    assert transaction_in(body) == transaction
    first = body["transfers"]
    assert isinstance(first, list)
    assert first[0] == {
        "kind": "pending",
        "id": "t",
        "debit": "bank",
        "credit": "ann",
        "currency": "EUR",
        "amount": 100,
        "timeoutMs": 9,
        "reference": None,
        "rate": "1.1",
        "rateSource": "ecb",
    }
    assert transaction.digest() != Transaction("y", transfers).digest()


def test_a_transfer_is_made_by_its_kind() -> None:
    fields = {"id": "t", "debit": "bank", "credit": "ann", "currency": "EUR", "amount": 100}
    assert of_kind("transfer", fields) == TO_ANN
    assert of_kind("pending", fields) == replace(TO_ANN, is_pending=True)
    assert (TO_ANN.kind, Void("v", "p").kind) == ("transfer", "void")
    assert Void("v", "p", is_expiry=True).kind == "expire"
    assert expiry_id("p") == f"p{EXPIRED}" == "p:expired"


def test_an_id_has_up_to_two_hundred_signs() -> None:
    assert ID.fullmatch("a" * 200)
    assert not ID.fullmatch("a" * 201)


def test_an_exchange_is_two_transfers_with_its_rate() -> None:
    # The example of docs/ledger.md: 1,001 cents at 1.0842 are 1,085.2842.
    sold = Leg("desk:eur", "bank:eur", "EUR")
    bought = Leg("bank:usd", "desk:usd", "USD")
    told = exchange("fx-1", sold, bought, amount=1001, rate=Decimal("1.0842"), source="ecb")
    assert told == Transaction(
        "fx-1",
        (
            Transfer(
                "fx-1:sold",
                "desk:eur",
                "bank:eur",
                "EUR",
                1001,
                rate="1.0842",
                rate_source="ecb",
            ),
            Transfer(
                "fx-1:bought",
                "bank:usd",
                "desk:usd",
                "USD",
                1085,
                rate="1.0842",
                rate_source="ecb",
            ),
        ),
    )


def test_an_exchange_that_buys_nothing_is_refused() -> None:
    sold = Leg("a", "b", "EUR")
    bought = Leg("c", "d", "USD")
    least = exchange("fx", sold, bought, amount=1, rate=Decimal("0.6"), source="ecb")
    assert [each.amount for each in least.transfers if isinstance(each, Transfer)] == [1, 1]
    with pytest.raises(NothingBought):
        exchange("fx", sold, bought, amount=1, rate=Decimal("0.4"), source="ecb")
