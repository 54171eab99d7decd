"""`tillroll databases`: how full and how busy each database of a deployment is."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.commands.operations.options import where
from cli.operations.place import Where
from tillroll_command.endings import Code, Stopped
from tillroll_command.replies import reply
from tillroll_command.shared_options import taking

if TYPE_CHECKING:
    from cli.operations.databases import Standing


@taking(where)
def databases(place: Where) -> None:
    """List the databases with their accounts, their bytes, each one's share of the runs of a day,
    and when it is full at that pace. D1 says the bytes of deployed ones alone. One that needs room
    soon ends the command with 1.
    """
    from cli.operations.databases import standings
    from cli.operations.failures import or_else

    with or_else("The databases could not be read."):
        found = standings(place)
    now = datetime.now(UTC)
    all_ended = sum(each.ended for each in found)
    items = [
        {
            "database": each.binding,
            "accounts": each.accounts,
            "bytes": each.size,
            "runsADay": each.ended,
            "share": each.ended / all_ended if all_ended else None,
            "fullAt": _day(each.full_at(now)),
            "needsRoom": each.needs_room(now),
        }
        for each in found
    ]
    lines = [_line_of(each, all_ended, now) for each in found]
    reply({"items": items}, *lines, as_json=place.as_json)
    crowded = [each.binding for each in found if each.needs_room(now)]
    if crowded:
        raise Stopped(
            Code.FAILED,
            f"{', '.join(crowded)} will be full: archive what is old, or bind another database "
            "(docs/databases.md#when-one-is-nearly-full).",
        )


def _day(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return f"{moment:%Y-%m-%d}"


def _line_of(database: "Standing", all_ended: int, now: datetime) -> str:
    size = "bytes not known"
    if database.fullness is not None:
        size = f"{(database.size or 0) / 1e6:,.1f} MB, {database.fullness:.1%} of what it holds"
    share = ""
    if all_ended:
        share = f", {database.ended / all_ended:.0%} of all"
    full_at = _day(database.full_at(now))
    end = ""
    if full_at is not None:
        end = f", full at {full_at} at this pace"
    return (
        f"{database.binding:<8}  {database.accounts} accounts, {size}, "
        f"{database.ended} runs a day{share}{end}"
    )
