"""Two photos of one receipt, and two purchases that are alike: after public reports of expenses that were paid twice, and
of coffees that were refused as duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass, field

_SLIP = {
    "shop": "Noodle Bar Toa Ferroh Central",
    "firm": "Noodle Bar Restaurants Pte Ltd",
    "phone": "Tel: 6259 0000",
    "tax": "GST Reg No: 201712345K",
    "number": "Receipt No: 004471",
    "time": "15:49:52",
    "day": "13/01/2026",
}


@dataclass(frozen=True)
class Two:
    """What is printed otherwise on the second paper, and what on both; "" is not printed. All else is the same."""

    name: str
    second: dict[str, str]
    both: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def first_text(self) -> str:
        return _print({**_SLIP, **self.both})

    @property
    def second_text(self) -> str:
        return _print({**_SLIP, **self.both, **self.second})


def _print(parts: dict[str, str]) -> str:
    lines = (
        parts["shop"],
        "600 Toa Ferroh #01-02, Singapore 319515",
        parts["phone"],
        parts["firm"],
        parts["tax"],
        parts["number"],
        f"{parts['day']} {parts['time']}".strip(),
        "1 Ice Lemon Tea         2.95",
        "1 Coffee with Milk      2.40",
        "Total (incl GST)       $5.35",
        "Cash                  $10.00",
        "Change                 $4.65",
    )
    return "\n".join(line for line in lines if line)


_BARE = {"firm": "", "phone": "", "tax": "", "number": "", "time": ""}
_OTHER_SHOP = {
    "shop": "KOPI HOUSE",
    "firm": "Kopi House Trading Pte Ltd",
    "phone": "Tel: 6777 1234",
    "tax": "",
    "number": "",
    "time": "",
}

TWICE: Sequence[Two] = (
    Two("the same paper", {}),
    Two("one letter of the shop", {"shop": "Noodle Bar Toa Ferrch Central"}),
    Two("two letters of the shop", {"shop": "Noode Bar Toa Ferrch Central"}),
    Two(
        "one letter, and nothing else is printed", {"shop": "Noodle Bar Toa Ferrch Central"}, _BARE
    ),
    Two("a word of the shop is lost", {"shop": "Toa Ferroh Central"}, _BARE),
    Two("the shop is not read, the firm is", {"shop": ""}),
    Two("another spelling, same telephone", {"shop": "N00DLE B4R", "firm": "", "tax": ""}),
    Two("another spelling, same tax number", {"shop": "N00DLE B4R", "firm": "", "phone": ""}),
    Two(
        "another spelling, same receipt number",
        {"shop": "N00DLE B4R", "firm": "", "phone": "", "tax": ""},
    ),
    Two(
        "another spelling, same time to the second",
        {"shop": "N00DLE B4R", "firm": "", "phone": "", "tax": "", "number": ""},
    ),
    Two("a digit of the number is misread", {"number": "Receipt No: 004477"}),
    Two("a digit of the time is misread", {"time": "15:19:52"}),
    Two("no time on the second", {"time": "", "shop": "Noodle Bar Toa Ferrch Central"}),
)
"""The second is asked about."""

APART: Sequence[Two] = (
    Two("two lunches in the same shop", {"time": "20:10:05", "number": "Receipt No: 004519"}),
    Two("two coffees without numbers", {"time": "08:12:40"}, {"number": ""}),
    Two("another shop", {**_OTHER_SHOP}),
    Two("another shop at the same minute", {**_OTHER_SHOP, "time": "15:49"}, {"time": "15:49"}),
    Two("another day", {"day": "14/01/2026"}),
)
"""Both are purchases of their own."""
