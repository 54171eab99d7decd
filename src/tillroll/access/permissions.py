"""Permissions: what may be asked of somebody before something is done for them; limits of a token.
Pure.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self


class Permission(StrEnum):
    """What a route or a kind of workflow asks for; `says` is what it allows."""

    says: str

    def __new__(cls, name: str, sentence: str) -> Self:
        permission = str.__new__(cls, name)
        permission._value_ = name
        permission.says = sentence
        return permission

    READ = (
        "read",
        (
            "see what is anybody's in the account: expenses, documents, runs, reports, "
            "exports and people"
        ),
    )
    OWN = (
        "own",
        "see one's own expenses, documents, runs and reports, and what the account sorts them by",
    )
    SUBMIT = "submit", "hand in receipts, statements and journeys"
    EDIT = "edit", "change the expenses that one sees; void, merge and send back"
    SORT = (
        "sort",
        "change what all expenses are sorted by: categories, rules, merchants and proposals",
    )
    REVIEW = "review", "answer what a run asks, and have a document read again"
    TRIGGER = "trigger", "begin runs of a kind by its name, where the kind allows it"
    OPERATE = (
        "operate",
        "retry, abandon, cancel, pause and resume runs, signal them, deliver again; keep schedules",
    )
    APPROVE = "approve", "approve expenses, reject them, take approvals back"
    EXPORT = "export", "export expenses, hand files on by links, keep export profiles"
    AUDIT = "audit", "search the account's audit"
    ADMINISTER = (
        "administer",
        "set the account's settings, policies and sources of events; close and open periods",
    )
    PEOPLE = (
        "people",
        (
            "invite people, let them in again, give them roles, lock out and remove them, end "
            "their tokens"
        ),
    )
    LEDGER = (
        "ledger",
        (
            "see the ledger: accounts, balances, statements, the trial balance; claims, and bank "
            "accounts"
        ),
    )
    BOOK = (
        "book",
        (
            "keep the ledger and bank accounts, import bank statements; claim expenses, and say "
            "what was paid"
        ),
    )
    PAY = "pay", "have payees paid, keep payees and the limits above which a second person decides"
    ONBOARDING = "onboarding", "set up people, and what their account pays for"
    DEPLOYMENT = (
        "deployment",
        "see metrics, alerts and the audit of all accounts: the operator of this deployment",
    )
    PERSONAL = (
        "personal",
        (
            "choose which notices one gets and how, mark them as read, have one's own data handed "
            "out"
        ),
    )
    CREDENTIALS = (
        "credentials",
        "make and end what lets oneself in: tokens, passkeys, sign-in codes, sessions",
    )
    SIGNED_IN = "signed-in", "see who one is, and sign out"
    OPEN = "open", "nothing is asked for"


# What is done with one's own documents. Who may no more of an account than this sees nobody
# else's: see `Sight`.
OF_OWN: Final = frozenset(
    {Permission.OWN, Permission.SUBMIT, Permission.EDIT, Permission.REVIEW, Permission.TRIGGER}
)
# What everybody may for themselves, whatever their roles.
OWN_AFFAIRS: Final = frozenset({Permission.PERSONAL, Permission.CREDENTIALS, Permission.SIGNED_IN})
# What no limited token may: it would make what outdoes it.
BEYOND_LIMITED: Final = frozenset({Permission.PEOPLE, Permission.CREDENTIALS})
# What is of no account's documents, so that nobody sees more by it.
_BESIDE: Final = OWN_AFFAIRS | {
    Permission.PEOPLE,
    Permission.ONBOARDING,
    Permission.DEPLOYMENT,
    Permission.OPEN,
}
# What a token can be limited to.
SCOPES: Final = tuple(
    each
    for each in Permission
    if each not in BEYOND_LIMITED | {Permission.SIGNED_IN, Permission.OPEN}
)


MOST_NETWORKS: Final = 20


@dataclass(frozen=True)
class Limits:
    """`scopes`: no more than these permissions; `addresses`: from these networks only, as CIDR.
    None for no limit.
    """

    scopes: tuple[Permission, ...] | None = None
    addresses: tuple[str, ...] | None = None


NO_LIMITS: Final = Limits()


def limited(may: frozenset[Permission], scopes: Iterable[str]) -> frozenset[Permission]:
    """What is left of a person's permissions to a token of these scopes. A name that is none grants
    nothing. Who sees what is anybody's also sees their own.
    """
    named = {*map(str, scopes)}
    if Permission.READ in named:
        named.add(Permission.OWN)
    return frozenset(each for each in may if each in SCOPES and each in named) | {
        Permission.SIGNED_IN
    }


def sees_all(may: Iterable[Permission]) -> bool:
    """Whether somebody with these permissions sees what is anybody's in their account: they may do
    more there than what is done with one's own documents.
    """
    return not {*may} <= OF_OWN | _BESIDE


def network(value: str) -> str:
    """A network as CIDR, from that or from one address. Raises ValueError: it is none."""
    try:
        return str(ipaddress.ip_network(value.strip(), strict=False))
    except ValueError as error:
        raise ValueError(
            "Give an address or a network, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32"
        ) from error


def is_within(address: str | None, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of the networks. One that nobody told lies in none."""
    try:
        client = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(client, ipaddress.IPv6Address):
        mapped = client.ipv4_mapped
    else:
        mapped = None
    return any((mapped or client) in ipaddress.ip_network(each) for each in networks)
