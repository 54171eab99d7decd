"""The EPC QR code: a credit transfer that a banking app fills in (EPC069-12, version 002). Pure."""

import re
from dataclasses import dataclass
from typing import Final

_LARGEST: Final = 99_999_999_999
_LONGEST_NAME: Final = 70
_LONGEST_TEXT: Final = 140
_LONGEST: Final = 331
"""Bytes of a payload."""
_UTF_8: Final = "1"
# Banks print no line breaks, and the payload parts its elements by them.
_BLANKS: Final = re.compile(r"[\x00-\x20\x7f]+")


@dataclass(frozen=True)
class Transfer:
    """Euros that are paid to somebody.

    Attributes:
        name: who is paid.
        iban: without spaces.
        amount: in cents.
        text: what both sides read, such as the claim's number.
        bic: needed outside of the European Economic Area only.
    """

    name: str
    iban: str
    amount: int
    text: str
    bic: str | None = None

    def payload(self) -> str:
        """What the code says. Raises ValueError: the standard has no such transfer."""
        name = _line(self.name)
        text = _line(self.text)
        if not 0 < self.amount <= _LARGEST:
            raise ValueError("a transfer is of 0.01 to 999,999,999.99 euros")
        if not 0 < len(name) <= _LONGEST_NAME or len(text) > _LONGEST_TEXT:
            raise ValueError("a name has 1 to 70 characters, a text at most 140")
        amount = f"EUR{self.amount // 100}.{self.amount % 100:02}"
        lines = ["BCD", "002", _UTF_8, "SCT", self.bic or "", name, self.iban, amount, "", "", text]
        while not lines[-1]:
            lines.pop()
        words = "\n".join(lines)
        if len(words.encode()) > _LONGEST:
            raise ValueError("a payload has at most 331 bytes")
        return words


def _line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def qr_svg(payload: str, label: str) -> str:
    """The code as an SVG element that a page has inline: error correction M, at most version 13, as
    the standard asks. `label` says what it is, and is escaped already."""
    import segno  # noqa: PLC0415 - only the page of a payer draws one

    code = segno.make(
        payload, error="m", micro=False, boost_error=False, mode="byte", encoding="utf-8", eci=False
    )
    border = 4
    size = len(code.matrix) + 2 * border
    path = "".join(
        f"M{x + border} {y + border}h1v1h-1z"
        for y, row in enumerate(code.matrix)
        for x, bit in enumerate(row)
        if bit
    )
    return (
        f'<svg class="payer-code" viewBox="0 0 {size} {size}" role="img" aria-label="{label}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path d="{path}"/></svg>'
    )
