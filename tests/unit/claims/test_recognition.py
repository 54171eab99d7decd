"""What counts of an invoice is what it charges: with its documents, or with what is paid of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tillroll.claims.invoices.recognition import (
    Amount,
    Amounts,
    Counted,
    Happening,
    by_issue,
    by_payment,
)
from tillroll.claims.rules import Moved, NotNow, Standing, credit, issue, pay, write_off
from tillroll.tax.sales import SaleKey, SaleTreatment

_DAY = date(2026, 3, 1)
_TAXED = SaleKey(SaleTreatment.TAXED, Decimal(19))
_DISBURSED = SaleKey(SaleTreatment.DISBURSED)


def amount(gross: int, key: SaleKey) -> Amount:
    """In the same currency."""
    net = gross
    if key is _TAXED:
        net = round(gross / Decimal("1.19"))
    return Amount(net, gross - net, gross=gross)


def summed(parts: Sequence[Amounts]) -> dict[SaleKey, Amount]:
    sums: dict[SaleKey, Amount] = {}
    for amounts in parts:
        for key, part in amounts.items():
            so_far = sums.get(key, Amount())
            sums[key] = Amount(
                so_far.net + part.net, so_far.tax + part.tax, gross=so_far.gross + part.gross
            )
    return {key: each for key, each in sums.items() if each != Amount()}


def counted(parts: Sequence[Counted]) -> dict[SaleKey, Amount]:
    return summed([each.amounts for each in parts])


def test_a_payment_counts_its_share_and_the_last_one_the_rest() -> None:
    charged = {_TAXED: amount(11900, _TAXED), _DISBURSED: amount(5000, _DISBURSED)}
    happenings = [
        Happening(1, "issued", _DAY, "INV-1"),
        Happening(2, "payment", _DAY + timedelta(40), "INV-1", amount=5633, applied=5633),
        Happening(3, "payment", _DAY + timedelta(80), "INV-1", amount=11267, applied=11267),
    ]
    first, last = by_payment(happenings, charged)
    assert first.day == _DAY + timedelta(40)
    assert (first.amounts[_TAXED].net, first.amounts[_TAXED].tax) == (3333, 633)
    assert counted([first, last]) == charged
    [invoice] = by_issue(happenings, charged)
    assert (invoice.day, invoice.amounts) == (_DAY, charged)


def test_a_bounce_and_a_credit_note_take_back() -> None:
    charged = {_TAXED: amount(11900, _TAXED)}
    happenings = [
        Happening(1, "issued", _DAY, "INV-1"),
        Happening(2, "payment", _DAY, "INV-1", amount=11900, applied=11900),
        Happening(3, "reversed", _DAY, "INV-1", amount=11900, applied=11900, reverses=2),
        Happening(4, "credited", _DAY, "CN-1", credited={_TAXED: amount(2380, _TAXED)}),
        Happening(5, "payment", _DAY, "INV-1", amount=9520, applied=9520),
        Happening(6, "credited", _DAY, "CN-2", credited={_TAXED: amount(9520, _TAXED)}),
    ]
    paid = [*by_payment(happenings, charged)]
    assert [each.amounts[_TAXED].tax for each in paid] == [1900, -1900, 1520, -1520]
    issued = [*by_issue(happenings, charged)]
    assert [each.amounts[_TAXED].tax for each in issued] == [1900, -380, -1520]
    assert counted(issued) == counted(paid) == {}


_ITEMS = st.lists(
    st.tuples(st.integers(1, 50_000), st.sampled_from([_TAXED, _DISBURSED])),
    min_size=1,
    max_size=6,
)
_ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("payment"), st.integers(1, 90_000)),
        st.tuples(st.just("credited"), st.integers(0, 5)),
        st.tuples(st.just("written_off"), st.just(0)),
    ),
    max_size=8,
)


@given(_ITEMS, _ACTS)
def test_what_is_counted_is_what_was_charged_and_what_was_paid(
    items: list[tuple[int, SaleKey]], acts: list[tuple[str, int]]
) -> None:
    amounts = [{key: amount(gross, key)} for gross, key in items]
    charged = summed(amounts)
    gross = sum(each for each, _ in items)
    standing = issue(Standing("EUR"), gross, due_on=_DAY).standing
    happenings = [Happening(1, "issued", _DAY, "INV-1")]
    credited: list[int] = []
    for kind, value in acts:
        happening = Happening(len(happenings) + 1, kind, _DAY, "INV-1")
        try:
            moved = _moved(standing, kind, value, items=items, credited=credited)
        except NotNow:
            continue
        if kind == "credited":
            happening = replace(happening, credited=amounts[value])
            credited.append(value)
        elif kind == "payment":
            happening = replace(happening, amount=value, applied=moved.applied)
        else:
            happening = replace(happening, amount=moved.applied)
        standing = moved.standing
        happenings.append(happening)
    left = [each for place, each in enumerate(amounts) if place not in credited]
    assert counted([*by_issue(happenings, charged)]) == summed(left)
    paid = counted([*by_payment(happenings, charged)])
    if standing.applied == standing.claimed - standing.credited:
        assert paid == summed(left)
    total = sum(each.gross for each in paid.values())
    # Each of two shares is rounded.
    assert abs(total - standing.applied) <= 1


def _moved(
    standing: Standing,
    kind: str,
    value: int,
    *,
    items: list[tuple[int, SaleKey]],
    credited: list[int],
) -> Moved:
    if kind == "payment":
        return pay(standing, "EUR", value)
    if kind == "written_off":
        return write_off(standing)
    if value in credited or value >= len(items):
        raise NotNow("it is credited, or is none")
    return credit(standing, items[value][0])
