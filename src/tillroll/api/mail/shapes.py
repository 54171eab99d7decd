"""What the API answers of a person's mail and of their choices."""

from tillroll.mail.addresses import Reached
from tillroll.platform.shape import Shape


class MailAddressShape(Shape):
    """`address` is confirmed, and mail goes there; `pending` waits for its link to be used. `stopped` says why nothing
    is sent to the former any more: bounced or complained. `is_offered`: this deployment sends mail at all."""

    address: str | None
    pending: str | None
    confirmed_at: str | None
    stopped: str | None
    is_offered: bool


class ChoiceShape(Shape):
    """How whoever asks is told of a topic; `title` says what happened. `is_own`: they chose it;
    `may_mail`: it can be told by mail."""

    topic: str
    title: str
    in_app: bool
    by_mail: bool
    is_own: bool
    may_mail: bool


class ChoiceList(Shape):
    items: list[ChoiceShape]
    mail: MailAddressShape


def mail_address_shape(reached: Reached, *, is_offered: bool) -> MailAddressShape:
    return MailAddressShape(
        address=reached.address,
        pending=reached.pending,
        confirmed_at=reached.confirmed_at,
        stopped=reached.stopped,
        is_offered=is_offered,
    )
