"""Plans of what is asked of a ledger, drawn by hypothesis: transfers of every kind, possible or
not.
"""

from collections.abc import Sequence
from typing import TypeAlias

from hypothesis import strategies as st

from tests.ledger.books import ACCOUNTS
from tillroll.ledger.transfers import (
    AnyTransfer,
    Post,
    Reversal,
    Transaction,
    Transfer,
    Void,
    single,
)

Plan: TypeAlias = Sequence[Transaction]

_EUROS = [each.id for each in ACCOUNTS if each.currency == "EUR"]
_ALL = [each.id for each in ACCOUNTS]


@st.composite
def _asked(draw: st.DrawFn, id_: str, earlier: Sequence[str]) -> AnyTransfer:
    kinds = ["transfer"] * 4 + ["pending"] * 2 + (["post", "void", "reversal"] if earlier else [])
    kind = draw(st.sampled_from(kinds))
    if kind in {"transfer", "pending"}:
        among = draw(st.sampled_from([_EUROS, _EUROS, _EUROS, _ALL]))
        debit = draw(st.sampled_from(among))
        credit = draw(st.sampled_from([each for each in among if each != debit]))
        amount = draw(st.integers(1, 400))
        currency = draw(st.sampled_from(["EUR", "EUR", "EUR", "USD"]))
        timeout = draw(st.sampled_from([None, None, 1, 60_000])) if kind == "pending" else None
        return Transfer(
            id_, debit, credit, currency, amount, is_pending=kind == "pending", timeout_ms=timeout
        )
    target = draw(st.sampled_from(earlier))
    if kind == "post":
        return Post(id_, target, draw(st.none() | st.integers(1, 400)))
    return Void(id_, target) if kind == "void" else Reversal(id_, target)


@st.composite
def plans(draw: st.DrawFn, most: int = 20) -> Plan:
    """Up to `most` transactions, of which some are linked and some name earlier ones. The first two
    bring money in.
    """
    plan = [single(Transfer(f"in-{name}", "bank", name, "EUR", 300)) for name in ("ann", "bob")]
    earlier: list[str] = [each.id for each in plan]
    for number in range(draw(st.integers(1, most))):
        size = draw(st.sampled_from([1, 1, 1, 2, 3]))
        asked = [draw(_asked(f"t{number}-{part}", earlier)) for part in range(size)]
        plan.append(single(asked[0]) if size == 1 else Transaction(f"l{number}", tuple(asked)))
        earlier += [each.id for each in asked]
    return plan
