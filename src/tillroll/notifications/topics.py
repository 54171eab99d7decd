"""What people can be told of: one value a topic (docs/messages.md). The page of Settings is made
from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, LiteralString, TypeAlias

from tillroll.access.permissions import Permission
from tillroll_durable.platform.bindings.database import word

_RUN: Final = "/runs/{run}"

PushKind: TypeAlias = Literal["approval", "attention", "paid", "ready"]
"""What a person can have shown by their browsers: what waits for their approval, what needs them,
what was paid, which expenses are ready. A browser shows none of the last unless somebody chooses
it.
"""


@dataclass(frozen=True)
class NoticeTopic:
    """
    Attributes:
        name: as the API has it.
        title: what happened, for people who choose how they get notices.
        says: the sentence of the notice; None where it has what the run says of itself.
        path: the page it leads to; {subject} and {run} are filled in.
        to_holders: who may do this in the account is notified, whether or not it concerns them.
        to_owners: owners of the account are notified too. Of the others they are notified where
            nobody else is known.
        in_app, by_mail: how people get it who have made no choice.
        may_mail: people can choose mail for it.
        pushed_as: what it counts as where browsers show messages; None: they do not.
        to_removed: the person it concerns gets it by mail also after their removal.
        open_while: statuses of its run in which it needs a person; none where it only informs.
            None: until it is read.
        settled_unless: SQL that holds as long as what it asks of its reader `t` is open; then it
            needs them until it is read.
        many: the sentence for {count} notices, which a mail tells as one; what they are about are
            amounts then, such as "12.50 EUR", which it adds up.
        quotes: what a notice is about are words of a person or a name from outside, which no
            language changes.
        lists: what a notice is about has several lines. The first one is said everywhere, the
            others by mail alone: they are words from outside.
        names_subject: its subject is a user, whose name stands before what it is about.
    """

    name: str
    title: str
    says: str | None = None
    path: str = _RUN
    to_holders: Permission | None = None
    to_owners: bool = True
    in_app: bool = True
    by_mail: bool = True
    may_mail: bool = True
    pushed_as: PushKind | None = "attention"
    to_removed: bool = False
    open_while: tuple[str, ...] | None = None
    settled_unless: LiteralString | None = None
    many: str | None = None
    quotes: bool = False
    lists: bool = False
    names_subject: bool = False


EXPENSE_CREATED = NoticeTopic(
    "expense.created",
    "An expense is ready",
    to_owners=False,
    by_mail=False,
    pushed_as="ready",
    open_while=(),
)
REVIEW_REQUESTED = NoticeTopic(
    "review.requested",
    "Something of yours waits for a decision",
    to_owners=False,
    open_while=("needs_review",),
)
RUN_REJECTED = NoticeTopic(
    "run.rejected",
    "Something of yours was rejected",
    to_owners=False,
    pushed_as=None,
    open_while=(),
)
RUN_FAILED = NoticeTopic(
    "run.failed", "Something failed, and needs somebody to retry it", open_while=("failed",)
)
RUN_ESCALATED = NoticeTopic(
    "run.escalated",
    "Something stands still, and nothing brings it on by itself",
    open_while=("processing", "needs_review", "failed"),
)
# By mail it would be told by what has failed.
MAIL_FAILED = NoticeTopic(
    "mail.failed",
    "A mail could not be sent",
    by_mail=False,
    may_mail=False,
    pushed_as=None,
    open_while=("failed",),
)
DELIVERY_GIVEN_UP = NoticeTopic(
    "delivery.given_up",
    "An event could not be delivered to your own systems",
    "An event could not be delivered to your own systems: it was tried as often as it may be.",
)
ENDPOINT_DISABLED = NoticeTopic(
    "endpoint.disabled",
    "An endpoint of yours was disabled",
    "An endpoint was disabled, since it took no events for days: mend it, then enable it.",
    path="/settings/webhooks",
    quotes=True,
)
MAIL_BOUNCED = NoticeTopic(
    "mail.bounced",
    "Mail to somebody of the account came back",
    "Mail to somebody of the account came back, or was reported as spam. No more is sent there.",
    path="/settings/people",
)
SCHEDULE_REFUSED = NoticeTopic(
    "schedule.refused",
    "A schedule of yours could not begin its work",
    "A schedule was due and began nothing: it says why, and can be run again.",
    path="/schedules",
    to_owners=False,
)
CLAIM_OVERDUE = NoticeTopic(
    "claim.overdue",
    "An invoice is not paid in time",
    "An invoice is not paid in time: ask the payer, record what was paid, or withdraw it.",
    path="/claims/{subject}",
)
CLAIM_PAID = NoticeTopic(
    "claim.paid",
    "An invoice is paid",
    "An invoice is paid in full.",
    path="/claims/{subject}",
    by_mail=False,
    pushed_as="paid",
    open_while=(),
)
CLAIM_ANSWERED = NoticeTopic(
    "claim.answered",
    "The payer of an invoice has answered",
    "The payer of an invoice says that it is paid, or that it is wrong: look what they say.",
    path="/claims/{subject}",
)
CLAIM_NOT_MAILED = NoticeTopic(
    "claim.not_mailed",
    "An invoice could not be mailed to its payer",
    "An invoice could not be mailed to its payer, or the mail came back: hand them "
    "a link yourself.",
    path="/claims/{subject}",
)
CLAIM_OWED_BACK = NoticeTopic(
    "claim.owed_back",
    "The payer of an invoice is owed something back",
    "More was paid of an invoice than is owed now: send back what is too much, and book that in "
    "the ledger.",
    path="/claims/{subject}",
)
BOOKS_DISCONNECTED = NoticeTopic(
    "books.disconnected",
    "The accounting software lets us in no more",
    "The accounting software lets us in no more: connect it again, then what waits is written.",
    path="/books",
)
BOOKS_NOT_WITHDRAWN = NoticeTopic(
    "books.not_withdrawn",
    "The permission of an ended connection may stand",
    "The provider did not confirm that the permission has ended: end it in its settings.",
    path="/books",
)
PAYOUT_PAID = NoticeTopic(
    "payout.paid",
    "A payment to you was made",
    "A payment to you was made: it may take days to arrive.",
    path="/my-money",
    to_owners=False,
    by_mail=False,
    pushed_as="paid",
    open_while=(),
)
PAYOUT_CAME_LATE = NoticeTopic(
    "payout.came_late",
    "A payment came back, or left, behind its payout's end",
    "A payment came back after it had been paid, left after it was given up, or is not proven any "
    "more since a match was undone: look at what the payout says.",
)
PAYOUT_IN_DOUBT = NoticeTopic(
    "payout.in_doubt",
    "A bank's answers leave open whether a payment was made",
    "The bank refused a copy of a payment, or refused and accepted the same payment: say what it "
    "did, so that nothing is paid twice.",
    path="/payouts",
)
PAYOUT_CHANGE_WAITS = NoticeTopic(
    "payout.change_waits",
    "A change to what is paid without a second person was asked for",
    "Somebody asked to raise or lift a payout limit, or to change the company's account: confirm "
    "or reject it. Where nobody else may, it takes effect by itself after 24 hours.",
    path="/payouts",
    pushed_as="approval",
)
PAYOUT_CHANGE_WITHOUT_YOU = NoticeTopic(
    "payout.change_without_you",
    "A change to what is paid without a second person waits, which you can confirm no more",
    "You were removed from the account, or may not approve any more, and less than a day later a "
    "payout limit is to be raised or lifted, or the company's account changed. Nobody else may "
    "confirm it: it takes effect by itself after 24 hours. If nobody has told you why, ask the "
    "other owners, or the operator of Tillroll, at once.",
    path="/",
    to_owners=False,
    to_removed=True,
)
BANK_ACCOUNT_SILENT = NoticeTopic(
    "bank.account_silent",
    "Nothing has come of a bank account for long",
    "Nothing has come of a bank account for long: import its statements, or look at what its "
    "source says.",
    path="/bank",
    quotes=True,
)
BANK_UNMATCHED = NoticeTopic(
    "bank.unmatched",
    "Nothing has explained bank entries for days",
    "Money moved, and nothing explains it: accept its match, or say why there is no document.",
    path="/bank",
    to_holders=Permission.BOOK,
)
BANK_DOCUMENT_OWED = NoticeTopic(
    "bank.document_owed",
    "The receipt of a payment is missing, and you were asked for it",
    "Money left the bank, and its receipt is missing: upload it, or tell the person who asks why "
    "there is none.",
    path="/",
    to_owners=False,
)
BANK_DOCUMENTS_MISSING = NoticeTopic(
    "bank.documents_missing",
    "Receipts of your payments are missing, asked for once a week",
    "Receipts of your payments are missing: upload each, or tell who does the books why there is "
    "none.",
    path="/",
    to_owners=False,
    lists=True,
)
BANK_DOCUMENTS_STILL_MISSING = NoticeTopic(
    "bank.documents_still_missing",
    "Somebody was asked for receipts for three weeks, and they are missing",
    "Somebody was asked for receipts for three weeks, and they are still missing: remind them, or "
    "say at the bank why there are none.",
    path="/bank",
    to_holders=Permission.BOOK,
    to_owners=False,
    lists=True,
    names_subject=True,
)
BANK_CONSENT_ENDS = NoticeTopic(
    "bank.consent_ends",
    "Your consent to fetch from a bank ends soon",
    "A bank's consent ends soon, and then it gives us no entries any more: agree once more at the "
    "bank.",
    path="/bank",
    quotes=True,
)
BANK_SOURCE_STOPPED = NoticeTopic(
    "bank.source_stopped",
    "Nothing is fetched from a bank any more",
    "A bank gives us no entries any more. The page Bank says why; mostly, agree once more at the "
    "bank.",
    path="/bank",
    quotes=True,
)
QUOTA_NEAR = NoticeTopic(
    "quota.near",
    "The account has used most of a quota",
    "Four fifths of what the account may use are used: Settings says how much is left, and when it "
    "resets.",
    path="/settings",
    pushed_as=None,
    open_while=(),
)
QUOTA_REACHED = NoticeTopic(
    "quota.reached",
    "The account has used up a quota",
    "What the account may use is used up: Settings says what is refused now, and until when.",
    path="/settings",
)
SIGN_IN_REFUSED = NoticeTopic(
    "sign_in.refused",
    "Signing in as you was refused ten times within an hour",
    "A code, a passkey or tokens of one person were refused ten times within an hour. If nobody "
    "knows why, lock the person out and end their tokens.",
    path="/settings/people",
)
LINK_SHOWN = NoticeTopic(
    "link.shown",
    "A link to sign in as somebody was made, and not mailed",
    "An owner created a sign-in link for somebody, and could see it. Not expected? Revoke the "
    "person's links, and sign them out.",
    path="/settings/people",
)
CREDENTIALS_ENDED = NoticeTopic(
    "credentials.ended",
    "What lets you in, from before you came by a link that only you can have, has ended",
    "You came by a link that nobody else has seen. Somebody else had seen an earlier one, and may "
    "have used it. So browsers that were signed in as you since then are signed out, and passkeys "
    "and tokens that were made since then have ended. Make a passkey, and the tokens that you "
    "need, again under Settings.",
    path="/settings/access",
    to_owners=False,
)
APPROVAL_WAITS = NoticeTopic(
    "approval.waits",
    "An expense waits for your approval",
    "1 expense waits for your approval:",
    path="/approvals",
    pushed_as="approval",
    to_owners=False,
    many="{count} expenses wait for your approval:",
    settled_unless="""
      EXISTS (
        SELECT 1 FROM expenses AS asked WHERE asked.id = n.subject AND asked.status = 'ready'
          AND NOT EXISTS (
            SELECT 1 FROM approval_steps AS step
            WHERE step.expense_id = asked.id AND step.user_id = t.user_id
              AND step.what = 'approved' AND step.ended_at IS NULL))
    """,
)
EXPENSE_SENT_BACK = NoticeTopic(
    "expense.sent_back",
    "An expense of yours was sent back",
    "An expense of yours was sent back: answer what is asked, then confirm it.",
    path="/expenses/{subject}",
    to_owners=False,
    quotes=True,
    settled_unless="""
      EXISTS (
        SELECT 1 FROM expenses AS asked WHERE asked.id = n.subject AND asked.status = 'in_review')
    """,
)
EXPENSE_REJECTED = NoticeTopic(
    "expense.rejected",
    "An expense of yours was rejected",
    "An expense of yours was rejected: it counts nowhere, and is kept.",
    path="/expenses/{subject}",
    to_owners=False,
    quotes=True,
)
EXPENSE_MERGED = NoticeTopic(
    "expense.merged",
    "An expense of yours was merged into another",
    "An expense of yours was merged into another, as the same purchase: it is counted once. If "
    "these are two purchases, tell the person who merged them.",
    path="/expenses/{subject}",
    to_owners=False,
)
APPROVAL_REMINDED = NoticeTopic(
    "approval.reminded",
    "Somebody reminds you of expenses that wait for your approval",
    "Expenses wait for your approval:",
    path="/approvals",
    pushed_as="approval",
    to_owners=False,
)
PERSON_REMOVED = NoticeTopic(
    "person.removed",
    "Somebody was removed from the account, or may not approve any more",
    "Somebody was removed from the account, or may not approve any more: its people say who. If "
    "nobody knows why, ask the person who did it, and look at what waits for a second person.",
    path="/settings/people",
)
ACCESS_LOST = NoticeTopic(
    "access.lost",
    "You were removed from the account, or may not approve any more",
    "You were removed from the account, or may not approve any more. If nobody has told you why, "
    "ask its other owners.",
    path="/",
    to_owners=False,
    to_removed=True,
)

TOPICS: Final[Mapping[str, NoticeTopic]] = {
    topic.name: topic for topic in [*globals().values()] if isinstance(topic, NoticeTopic)
}
"""All of the above, in this order."""

_OPEN: Final[Mapping[str, LiteralString]] = {
    topic.name: ", ".join(f"'{word(each)}'" for each in topic.open_while)
    for topic in TOPICS.values()
    if topic.open_while is not None
}
_BY_RUN: Final = " ".join(
    f"WHEN '{word(name)}' THEN COALESCE(r.status IN ({statuses}), 0)"
    for name, statuses in _OPEN.items()
)
_BY_SUBJECT: Final = " ".join(
    f"WHEN '{word(topic.name)}' THEN t.read_at IS NULL AND {topic.settled_unless}"
    for topic in TOPICS.values()
    if topic.settled_unless is not None
)
NEEDS: Final = f"CASE n.topic {_BY_RUN} {_BY_SUBJECT} ELSE t.read_at IS NULL END"
"""Whether what a notice `n`, read or not in `t`, tells of its run `r` needs a person: 1 or 0, in
SQL.
"""

NAMING_SUBJECTS: Final = ", ".join(
    f"'{word(topic.name)}'" for topic in TOPICS.values() if topic.names_subject
)
"""For SQL: the topics whose notices name their subject."""

TO_REMOVED: Final = frozenset(topic.name for topic in TOPICS.values() if topic.to_removed)

CAME_BACK: Final[Mapping[str, NoticeTopic]] = {"claim": CLAIM_NOT_MAILED}
"""The topic of the notice that mail to somebody outside came back, by the kind of its run."""


def path_of(name: str, subject: str, run_id: str | None) -> str:
    """The page that a notice leads to."""
    path = TOPICS[name].path if name in TOPICS else _RUN
    if run_id is None and "{run}" in path:
        return "/"
    return path.format(run=run_id, subject=subject)
