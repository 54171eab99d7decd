"""The quarantine of objects that nothing refers to: what is in it, and having objects kept."""

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime

from cli.sql import as_text
from cli.where import add_where, execute, query
from local.d1 import Answer
from tillroll.durable.operating.reconciliation.quarantine import PERIOD, State, restore
from tillroll.platform.bindings.database import text
from tillroll.platform.clock import to_text

LIST = "SELECT object_key, uploaded_at, since, state FROM object_quarantine ORDER BY since, object_key"


def add_objects(subject: argparse.ArgumentParser) -> None:
    """The actions of `tillroll objects`."""
    parts = subject.add_subparsers(required=True, metavar="PART")
    quarantine = parts.add_parser("quarantine", help="objects that nothing refers to, and that will be deleted")
    actions = quarantine.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="what is in it, and from when on each is deleted")
    add_where(listing)
    listing.set_defaults(act=_list, failure="The quarantine could not be read.")
    keep = actions.add_parser("restore", help="have objects kept, whatever refers to them")
    keep.add_argument("keys", nargs="+", metavar="KEY", type=_key, help="as `list` prints it")
    add_where(keep)
    failure = "Nothing was changed. Is each of these objects in quarantine, and not restored or being deleted?"
    keep.set_defaults(act=_restore, failure=failure)


def _key(argument: str) -> str:
    if not argument.isprintable() or not argument.partition("/")[2]:
        raise argparse.ArgumentTypeError("a key is ACCOUNT/…, as `objects quarantine list` prints it")
    return argument


def _list(options: argparse.Namespace) -> None:
    rows = query(LIST, options)
    for row in rows:
        print(line_of(row))
    print(f"{len(rows)} objects.")


def _restore(options: argparse.Namespace) -> None:
    execute(restored(options.keys, datetime.now(UTC)), options)
    print(f"{', '.join(dict.fromkeys(options.keys))}: kept.")


def restored(keys: Iterable[str], now: datetime) -> str:
    """SQL that has these objects kept, whatever refers to them, each with its audit event.

    It fails, and changes nothing, where one of them is not in quarantine, was restored before, or is being deleted.
    """
    return as_text(each for key in dict.fromkeys(keys) for each in restore(key, "operator", to_text(now)))


def line_of(row: Answer) -> str:
    """A row of LIST for people: what becomes of the object and when, its upload (UTC), its key."""
    until = datetime.fromisoformat(text(row, "since")) + PERIOD
    fate = {
        State.QUARANTINED: f"deleted from {_minute(until)} on",
        State.RESTORED: "kept",
        State.DELETING: "being deleted",
    }
    uploaded = _minute(datetime.fromisoformat(text(row, "uploaded_at")))
    return f"{row['object_key']}  uploaded {uploaded}, {fate[State(text(row, 'state'))]}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
