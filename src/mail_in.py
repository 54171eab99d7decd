"""Receipts by mail, imported when some come: the wiring of the email handler and of the queue's consumer."""

from tillroll.platform.cloudflare.incoming import IncomingMail
from tillroll.platform.services import Platform
from tillroll.received_mail.jobs import work_off
from tillroll.received_mail.service import Envelope, Rejected, accept


async def take(platform: Platform, mail: IncomingMail) -> None:
    """Store a mail, or have its sender's server told why not. What else is raised is a temporary error to that server,
    which tries again."""
    try:
        await accept(platform, Envelope(mail.recipient, mail.size), mail.read)
    except Rejected as rejected:
        mail.reject(str(rejected))


async def work_off_nudged(platform: Platform, mail_id: str) -> None:
    await work_off(platform, mail_id)
