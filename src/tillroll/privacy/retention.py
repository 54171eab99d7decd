"""How long what is kept: one table, of which docs/privacy.md and the page are made (`make docs`).

A row names the sweep that deletes what it tells of, and has its period from where that sweep has it. A test holds that
each job of the cron is a sweep of a row here, or is said to delete nothing of anybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from tillroll.durable.operating.quarantine import PERIOD as QUARANTINED
from tillroll.durable.operating.quarantine import sweep_objects
from tillroll.idempotency.keys import KEPT as KEYS_KEPT
from tillroll.idempotency.keys import sweep_keys
from tillroll.identity.refusals import CODES_KEPT, sweep_refused, sweep_sign_ins
from tillroll.identity.refusals import KEPT as REFUSED_KEPT
from tillroll.identity.sessions import SESSION_SECONDS
from tillroll.mail.jobs import MESSAGES_KEPT, UNCONFIRMED_KEPT, forget_old_mail
from tillroll.notifications.jobs import KEPT as NOTICES_KEPT
from tillroll.notifications.jobs import sweep_notices
from tillroll.privacy.data_export.contract import FETCHED_WITHIN
from tillroll.privacy.data_export.jobs import sweep_data_exports
from tillroll.received_mail.repository import KEPT as RAW_MAIL_KEPT
from tillroll.received_mail.repository import forget_raw_mail
from tillroll.webhooks.jobs import KEPT_FOR as DELIVERIES_KEPT
from tillroll.webhooks.jobs import sweep_deliveries


@dataclass(frozen=True)
class Kept:
    """A kind of data: how long it is kept, and who deletes it.

    Attributes:
        what: the kind of data.
        how_long: in words; `{}` stands for the period.
        who: who deletes it.
        period: None where no time ends it.
        sweep: what the cron does about it.
    """

    what: str
    how_long: str
    who: str = "the cron"
    period: timedelta | None = None
    sweep: Callable[..., Any] | None = None

    @property
    def says(self) -> str:
        """How long, in words."""
        return self.how_long if self.period is None else self.how_long.format(words(self.period))


def words(period: timedelta) -> str:
    """A period of whole days as people say it."""
    return "a day" if period.days == 1 else f"{period.days} days"


RETENTION: Final = (
    Kept(
        "receipts, expenses, runs with their steps (also where these were archived), exports",
        "until they are deleted",
        "an erasure",
    ),
    Kept(
        "an object that nothing refers to", "a day, then {} in quarantine", "the reconciler", QUARANTINED, sweep_objects
    ),
    Kept(
        "files of a data export",
        "{} from when all are there; thirty days where they are not",
        period=FETCHED_WITHIN,
        sweep=sweep_data_exports,
    ),
    Kept("answers to requests with an `Idempotency-Key`", "{}", period=KEYS_KEPT, sweep=sweep_keys),
    Kept(
        "mail that brought receipts, as it came",
        "{} after it was worked off",
        period=RAW_MAIL_KEPT,
        sweep=forget_raw_mail,
    ),
    Kept("the text of a mail, the code of its link", "until it is sent, a day at most", "its run"),
    Kept(
        "sign-in codes",
        "an hour; an invitation three days, a recovery one. The row, a hash, for {} after that",
        period=CODES_KEPT,
        sweep=sweep_sign_ins,
    ),
    Kept("refused sign-ins, by the hour and the network", "{}", period=REFUSED_KEPT, sweep=sweep_refused),
    Kept(
        "a mail address that nobody confirmed",
        "{} after its link ended",
        period=UNCONFIRMED_KEPT,
        sweep=forget_old_mail,
    ),
    Kept("notices, read or not", "{}", period=NOTICES_KEPT, sweep=sweep_notices),
    Kept(
        "that a mail was sent, when and to whom, where its run has ended",
        "{}",
        period=MESSAGES_KEPT,
        sweep=forget_old_mail,
    ),
    Kept(
        "deliveries to webhook endpoints that are done, with their attempts",
        "{} after they were done",
        period=DELIVERIES_KEPT,
        sweep=sweep_deliveries,
    ),
    Kept("what became of a schedule's times", "the last 100", "the schedule"),
    Kept("sessions", "{}", "KV", timedelta(seconds=SESSION_SECONDS)),
    Kept("hashes of addresses that mail came back from", "for good, so that nothing is sent there again", "nobody"),
    Kept("the audit and its seals, archived or not", "for good: ids and codes, no values", "nobody"),
    Kept("the ledger's facts", "for good: they are never changed", "nobody"),
    Kept(
        "logs",
        "as long as the deployment keeps them; ids, codes and one-line summaries, no values",
        "Cloudflare",
    ),
)
