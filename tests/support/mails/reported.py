"""Mail as published standards describe it, and as public reports say that importers of mail lost
it. Each is made here: names, shops and addresses are invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.support.mails.writing import ANN, Part, mail, multipart

RECEIPT = "Total 48.00"


@dataclass(frozen=True)
class Reported:
    """`receipts`: of each receipt the file's name, or words of the text that becomes one. `left`:
    of each thing that becomes none, what the sender must read of it. `hidden`: words that stand in
    no receipt. `source`: a standard with its section, or a public report as
    `owner/repository#number`. `detail` is what the sender adds to the address.
    """

    title: str
    source: str
    body: Part
    receipts: Sequence[str] = ()
    left: Sequence[str] = ()
    hidden: Sequence[str] = ()
    detail: str = ""
    head: str = field(default=f"From: Ann <{ANN}>\nSubject: Receipt")

    @property
    def raw(self) -> bytes:
        return mail(self.head, self.body, id_=f"{self.title}@example.com")


def mixed(*parts: Part) -> Part:
    return multipart("mixed", "of-mixed", parts)


def alternative(*parts: Part) -> Part:
    return multipart("alternative", "of-alternative", parts)


def coded(kind: str, encoding: str, body: bytes, *head: str) -> Part:
    """A part whose bytes stand as they are given, under that name of an encoding."""
    return Part(
        "\n".join([f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}", *head]), body
    )


def reads(text: str, words: str) -> bool:
    """Whether the words stand in it, whatever blanks and lines part them."""
    return " ".join(words.split()) in " ".join(text.split())
