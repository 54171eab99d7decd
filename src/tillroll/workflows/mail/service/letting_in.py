"""Links that let somebody in, by mail: an invitation, and a recovery."""

from typing import Final, Literal

from tillroll.durable import Statement
from tillroll.mail.settings import MailSettings
from tillroll.mail.writing import Paragraph
from tillroll.platform.services import Platform
from tillroll.workflows.mail.rows import NewMessage
from tillroll.workflows.mail.service.sending import compose, encrypted_code, link_with_code, send

_WORDS: Final = {
    "invitation": (
        "You are invited to {account} on Tillroll",
        "{account} invites you to Tillroll, where receipts become expenses. This link signs you in once:",
    ),
    "recovery": (
        "A link to sign in to {account} on Tillroll",
        "An owner of {account} made this link for you. It signs you in, once, within a day:",
    ),
}


async def mail_link(  # noqa: PLR0913 - whom it lets in where, and by which code
    platform: Platform,
    purpose: Literal["invitation", "recovery"],
    account: tuple[str, str],
    user_id: str,
    address: str,
    code: str,
    actor: str,
    also: list[Statement],
) -> None:
    """Mail a link with a sign-in code; `also` makes the person, if need be, and the code. `account` is its id and name.

    Raises:
        NoKey: this deployment has no ENCRYPTION_KEYS.
        NotBegun: the account has no such person.
    """
    account_id, name = account
    subject, sentence = (text.format(account=name) for text in _WORDS[purpose])
    mail = compose(
        platform,
        address,
        subject,
        [
            Paragraph(sentence, link_with_code(platform, "/sign-in"), "Sign in"),
            Paragraph("Give it to nobody else. If you did not expect it, do nothing."),
        ],
    )
    new = NewMessage(mail, account_id, user_id, purpose, await encrypted_code(platform, mail, code))
    await send(platform, new, actor, before=also)


def sends_mail(platform: Platform) -> bool:
    return platform.settings.of(MailSettings).sends
