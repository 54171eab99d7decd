"""The words of the welcome."""

from typing import Final

from tillroll.mail.writing import Paragraph

SUBJECT: Final = "Welcome to {account} on Tillroll"


def paragraphs(name: str, account: str, url: str) -> list[Paragraph]:
    """What a new person reads. `url` is where Tillroll runs."""
    return [
        Paragraph(f"Hello {name},"),
        Paragraph(f"you are set up in {account}. Photograph a receipt, and it becomes an expense:", f"{url}/", "Begin"),
        Paragraph("What Tillroll is not sure of waits for you in the Inbox."),
        Paragraph("How you are told of things is up to you:", f"{url}/settings/notices", "Choose it"),
    ]
