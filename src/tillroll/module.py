"""Defines what a module of Tillroll is: a folder or a file beside this one, or a package beside
`tillroll`, by its name.
"""

from dataclasses import dataclass

from tillroll_durable.platform.places import at


@dataclass(frozen=True)
class Native:
    """Routes whose bytes pass natively: a sequence at `place`, of which each path begins with
    `under`.
    """

    under: str
    place: str


@dataclass(frozen=True)
class Routed:
    """Routes of FastAPI: a router at `place`. The path of each is one of `under`, or goes on behind
    it.
    """

    place: str
    under: tuple[str, ...]

    def has(self, path: str) -> bool:
        """Whether a route of this path may be among them."""
        return any(path == each or path.startswith(f"{each}/") for each in self.under)


@dataclass(frozen=True)
class Nudge:
    """Messages of the queue that name a row by `key`. The function at `place` takes the platform
    and the row's id.

    `by_turns`: one of a batch is worked off at a time, since several would not fit into an isolate.
    """

    key: str
    place: str
    by_turns: bool = False


@dataclass(frozen=True)
class Module:
    """What others read of a folder or file of `tillroll`, or of a package beside it. Listing one
    imports nothing of it.

    `needs` are the modules that it imports. All else are places in it: `endpoints:router` is
    `router` in its file `endpoints`.
    """

    name: str
    needs: tuple[str, ...] = ()
    routers: tuple[Routed, ...] = ()
    """Where two match a path, the first that is listed answers."""
    natives: tuple[Native, ...] = ()
    workflows: tuple[str, ...] = ()
    """Each version of a kind, as a constant that has the kind's name: PAYOUT_BATCH, or
    PAYOUT_BATCH_V2 beside it.
    """
    by_time: tuple[str, ...] = ()
    """Those of the kinds that the code begins by time: their `Schedule` has a `cron`."""
    jobs: tuple[str, ...] = ()
    """Sequences of jobs of each minute, or functions that make one for a registry."""
    nudges: tuple[Nudge, ...] = ()
    mail: tuple[str, ...] = ()
    """A function that takes a mail that comes in."""
    takers: tuple[str, ...] = ()
    """What takes files of a mail that are no receipts."""
    monthly: tuple[str, ...] = ()
    """What adds files of months to an export of days."""
    packaged: tuple[str, ...] = ()
    """Functions that add files to a package of days."""
    named: tuple[str, ...] = ()
    """What people call its things, for the audit."""
    prefetch: tuple[str, ...] = ()
    """What the snapshot of the Worker has already, though only a later call needs it."""
    settings: tuple[str, ...] = ()
    """Classes of settings. Each is checked before anything is done."""
    tables: tuple[str, ...] = ()
    """Sequences of its tables, those that refer to others first: what becomes of their rows when
    something is erased, and what a data export has of them.
    """
    retention: tuple[str, ...] = ()
    """Sequences of the kinds of data that it keeps, and for how long."""
    secrets: tuple[str, ...] = ()
    """Sequences of tables in which secrets lie encrypted."""
    audited: tuple[str, ...] = ()
    """Enums of the actions that it writes into the audit, each with what that says."""
    topics: tuple[str, ...] = ()
    """Sequences of topics of events that no run tells."""
    objects: tuple[str, ...] = ()
    """Which objects are its own, and which of them it refers to. What no module claims, the
    reconciler leaves alone.
    """
    consumers: tuple[str, ...] = ()
    """Mappings of what takes events of other systems by a name of its own, beside the kinds."""
    links: tuple[str, ...] = ()
    """Pairs of a table of secret links and the permission that making one needs."""
    left_alone: tuple[str, ...] = ()
    """Conditions of SQL: of runs that are not archived."""
    archived: tuple[str, ...] = ()
    """Tables of what its runs left that are archived with them, each an `ArchivedTable`."""
    leavers: tuple[str, ...] = ()
    """Functions that say what ends when somebody leaves an account, or loses a right."""
    joined: tuple[str, ...] = ()
    """A function that writes what it is given, and sets up everyone who has joined an account."""
    progress: tuple[str, ...] = ()
    """What says how far an expense has come, and its story for the audit: each a `ProgressPart` of
    `tillroll.expenses.progress`."""
    texts: tuple[str, ...] = ()
    """Functions that give what was read for a run, for the search of expenses."""
    own_accounts: tuple[str, ...] = ()
    """Beginnings of the ledger's accounts on which only runs book."""
    funded: tuple[str, ...] = ()
    """Beginnings of the ledger's accounts of which people set the bound."""
    confirmed: tuple[str, ...] = ()
    """Pairs of a model and a function that asks a second person for an account or transaction of
    funded ones, and returns what waits.
    """

    @property
    def path(self) -> str:
        """The dotted name by which it is imported."""
        if self.name.startswith("tillroll_"):
            return self.name
        return f"tillroll.{self.name}"

    def load(self, place: str) -> object:
        """What is at a place of the module, which is imported now."""
        return at(f"{self.path}.{place}")
