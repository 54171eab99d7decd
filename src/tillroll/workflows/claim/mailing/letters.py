"""The words of a claim's mails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tillroll.mail.writing import Paragraph
from tillroll.receipts.amounts.money import Money
from tillroll.workflows.claim.rows.claims import Claim
from tillroll.workflows.claim.rows.mails import Purpose

_SUBJECTS: Final[Mapping[Purpose, str]] = {
    "issued": "Claim {number} of {account}: {open}, due {due}",
    "reminder": "Reminder: claim {number} of {account} was due {due}",
    "second_reminder": "Second reminder: claim {number} of {account} was due {due}",
    "thanks": "Thank you: claim {number} of {account} is paid",
}
_SENTENCES: Final[Mapping[Purpose, str]] = {
    "issued": "{account} asks {payer} for {open} by claim {number}. It is due on {due}.",
    "reminder": "Claim {number} of {account} was due on {due}, and {open} of it are still open.",
    "second_reminder": "This is the second reminder: claim {number} of {account} was due on {due}, and {open} of it "
    "are still open.",
    "thanks": "{account} has got what claim {number} was over. Thank you: nothing of it is open.",
}


@dataclass(frozen=True)
class Letter:
    """`paragraphs` lead to the claim's page, where it has one."""

    subject: str
    paragraphs: list[Paragraph]


def write_letter(purpose: Purpose, claim: Claim, account: str, url: str, iban: str | None) -> Letter:
    """A mail to whoever is to pay a claim that was issued. `url` is that of their page, empty in a mail without it;
    `iban` is where they pay to, if that was said."""
    standing = claim.standing
    words = {
        "number": claim.number or "",
        "account": account,
        "payer": claim.payer_name,
        "open": f"{Money(standing.open, standing.currency).to_decimal_string()} {standing.currency}",
        "due": "" if standing.due_on is None else standing.due_on.isoformat(),
    }
    paragraphs = [Paragraph(_SENTENCES[purpose].format(**words))]
    if iban and purpose != "thanks":
        paragraphs.append(Paragraph(f"Pay to the account {iban}, and name the claim: {claim.number}."))
    if url:
        paragraphs += [
            Paragraph(
                "What is in it, with its receipts and files. There you also say that you have paid, or what is wrong:",
                url,
                "See the claim",
            ),
            Paragraph("Whoever has this link sees the claim: give it only to whoever pays."),
        ]
    return Letter(_SUBJECTS[purpose].format(**words), paragraphs)
