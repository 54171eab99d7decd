"""What mail is made of: headers as they stand, parts with the boundaries of each program, and what
the receiving server adds.
"""

import base64
import quopri
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent

ANN = "ann@example.com"
"""The sender of most: a person of the account, whose domain proves it."""


@dataclass(frozen=True)
class Part:
    """A part with its headers, as bytes."""

    head: str
    body: bytes

    def __bytes__(self) -> bytes:
        return lines(self.head) + b"\r\n" + self.body


def lines(text: str) -> bytes:
    """Lines as they travel."""
    return dedent(text).strip("\n").replace("\n", "\r\n").encode("utf-8") + b"\r\n"


def plain(
    text: str,
    head: str = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit",
) -> Part:
    return Part(head, lines(text))


def html(text: str, charset: str = "utf-8") -> Part:
    head = (
        f'Content-Type: text/html; charset="{charset}"\nContent-Transfer-Encoding: quoted-printable'
    )
    return Part(
        head,
        quopri.encodestring(dedent(text).strip().encode(charset)).replace(b"\n", b"\r\n") + b"\r\n",
    )


def file(content: bytes, kind: str, *head: str) -> Part:
    """A file in base64."""
    folded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return Part(
        "\n".join([f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *head]), folded
    )


def attached(content: bytes, kind: str, name: str) -> Part:
    return file(
        content, f'{kind}; name="{name}"', f'Content-Disposition: attachment; filename="{name}"'
    )


def multipart(
    kind: str, boundary: str, parts: Sequence[Part], more: str = "", *, ends: bool = True
) -> Part:
    inner = b"".join(b"--" + boundary.encode() + b"\r\n" + bytes(each) + b"\r\n" for each in parts)
    end = b"--" + boundary.encode() + b"--\r\n" if ends else b""
    return Part(f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}', inner + end)


def stamped(sender: str = ANN, result: str = "pass") -> str:
    """What Email Routing writes above a mail of a domain that signs."""
    domain = sender.rpartition("@")[2]
    return (
        f"Received: from mail.{domain} (192.0.2.25)\n"
        "        by cloudflare-email.net (cloudflare) id GY1KdjWjOU9O\n"
        "        for <receipts@in.example.net>; Tue, 03 Nov 2026 09:14:07 +0000\n"
        f"Received-SPF: {result} (mx.cloudflare.net: domain of {sender} designates 192.0.2.25 as "
        "permitted sender)\n"
        "Authentication-Results: mx.cloudflare.net;\n"
        f"\tdkim={result} header.d={domain} header.s=s1 header.b=L6CZ3OJ0;\n"
        f"\tdmarc={result} header.from={domain} policy.dmarc=none;\n"
        f"\tspf={result} (mx.cloudflare.net: domain of {sender} designates 192.0.2.25) "
        f"smtp.mailfrom={sender}\n"
        f"Received: by mail.{domain} with ESMTPSA id 7e053987001so37794367b3; Tue, 03 Nov 2026 "
        "09:14:06 +0000"
    )


def mail(head: str, body: Part, *, above: str | None = None, id_: str | None = None) -> bytes:
    """A mail of a person. `head` names at least From and Subject; what is not said is made: a date,
    an id.
    """
    given = dedent(head).strip("\n")
    top = stamped() if above is None else above
    said = [top] if top else []
    said.append(given)
    if "\nDate:" not in f"\n{given}":
        said.append("Date: Tue, 3 Nov 2026 10:14:05 +0100")
    if id_:
        said.append(f"Message-ID: <{id_}>")
    said += ["To: receipts@in.example.net", "MIME-Version: 1.0", body.head]
    return (
        "\r\n".join(said).replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8")
        + b"\r\n\r\n"
        + body.body
    )
