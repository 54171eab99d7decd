"""`tillroll databases`: how full and how busy each database of a deployment is."""

from typing import TYPE_CHECKING

from cli.commands.operations.options import where
from cli.operations.place import Where
from tillroll_command.replies import reply
from tillroll_command.shared_options import taking

if TYPE_CHECKING:
    from cli.operations.databases import Standing


@taking(where)
def databases(place: Where) -> None:
    """List the databases with their accounts, their bytes, and each one's share of the runs of a
    day. D1 says the bytes of deployed ones alone.
    """
    from cli.operations.databases import standings
    from cli.operations.failures import or_else

    with or_else("The databases could not be read."):
        found = standings(place)
    all_ended = sum(each.ended for each in found)
    items = [
        {
            "database": each.binding,
            "accounts": each.accounts,
            "bytes": each.size,
            "runsADay": each.ended,
            "share": each.ended / all_ended if all_ended else None,
        }
        for each in found
    ]
    reply({"items": items}, *(_line_of(each, all_ended) for each in found), as_json=place.as_json)


def _line_of(database: "Standing", all_ended: int) -> str:
    size = "bytes not known"
    if database.fullness is not None:
        size = f"{(database.size or 0) / 1e6:,.1f} MB, {database.fullness:.1%} of what it holds"
    share = ""
    if all_ended:
        share = f", {database.ended / all_ended:.0%} of all"
    return (
        f"{database.binding:<8}  {database.accounts} accounts, {size}, {database.ended} runs "
        f"a day{share}"
    )
