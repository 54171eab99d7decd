"""What may be asked of somebody before something is done for them. A permission's value is its name everywhere: in the
API's description, as a scope of a token, in the documentation."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What a route or a kind of workflow asks for. `SAYS` has what each allows."""

    READ = "read"
    SUBMIT = "submit"
    EDIT = "edit"
    REVIEW = "review"
    TRIGGER = "trigger"
    OPERATE = "operate"
    APPROVE = "approve"
    EXPORT = "export"
    AUDIT = "audit"
    ADMINISTER = "administer"
    PEOPLE = "people"
    LEDGER = "ledger"
    BOOK = "book"
    PAY = "pay"
    ONBOARDING = "onboarding"
    DEPLOYMENT = "deployment"
    PERSONAL = "personal"
    CREDENTIALS = "credentials"
    SIGNED_IN = "signed-in"
    OPEN = "open"


SAYS: Final[Mapping[Permission, str]] = {
    Permission.READ: "see the account's expenses, documents, runs, reports, exports and people",
    Permission.SUBMIT: "hand in receipts, statements and journeys",
    Permission.EDIT: "change expenses, and what they are sorted by; void, merge and send back",
    Permission.REVIEW: "answer what a run asks, and have a document read again",
    Permission.TRIGGER: "begin runs of a kind by its name, where the kind allows it",
    Permission.OPERATE: "retry, abandon, cancel, pause and resume runs, signal them, deliver again; keep schedules",
    Permission.APPROVE: "approve expenses, reject them, take approvals back",
    Permission.EXPORT: "export expenses, hand files on by links, keep export profiles",
    Permission.AUDIT: "search the account's audit",
    Permission.ADMINISTER: "set the account's settings, policies and sources of events; close and open periods",
    Permission.PEOPLE: "invite people, let them in again, give them roles, lock out and remove them, end their tokens",
    Permission.LEDGER: "see the ledger: accounts, balances, statements, the trial balance; and claims",
    Permission.BOOK: "make accounts of the ledger, and transfers between them; claim expenses, and say what was paid",
    Permission.PAY: "have payees paid, keep payees and the limits above which a second person decides",
    Permission.ONBOARDING: "set up people, and what their account pays for",
    Permission.DEPLOYMENT: "see metrics, alerts and the audit of all accounts: whoever runs this deployment",
    Permission.PERSONAL: "choose how one is told of things, mark one's notices as read, have one's own data handed out",
    Permission.CREDENTIALS: "make and end what lets oneself in: tokens, passkeys, sign-in codes, sessions",
    Permission.SIGNED_IN: "see who one is, and sign out",
    Permission.OPEN: "nothing is asked for",
}

# What everybody may for themselves, whatever their roles.
OWN_AFFAIRS: Final = frozenset({Permission.PERSONAL, Permission.CREDENTIALS, Permission.SIGNED_IN})
# What no limited token may: it would make what outdoes it.
BEYOND_LIMITED: Final = frozenset({Permission.PEOPLE, Permission.CREDENTIALS})
# What a token can be limited to.
SCOPES: Final = tuple(
    each for each in Permission if each not in BEYOND_LIMITED | {Permission.SIGNED_IN, Permission.OPEN}
)
