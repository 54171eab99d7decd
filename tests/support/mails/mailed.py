"""A mail with what is expected of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.mails.writing import ANN


@dataclass(frozen=True)
class Mailed:
    """`papers` are where each was found, in order; behind a colon the code of why it is none.
    `says` stands in the text that is taken as a receipt, `name` is the first file's.
    """

    title: str
    raw: bytes
    papers: Sequence[str]
    sender: str = ANN
    verdict: str = "authenticated"
    is_automatic: bool = False
    says: str | None = None
    name: str | None = None
