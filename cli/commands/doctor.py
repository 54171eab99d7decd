"""`tillroll doctor`: what works, what does not, and what to do about it."""

from typing import TYPE_CHECKING

from tillroll_command.endings import Code, Stopped, gravest
from tillroll_command.shared_options import taking

from ..session import Session, session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..diagnosis.finding import Finding


@taking(session)
def doctor(here: Session) -> int:
    """Look at this machine, the server, the token and what waits; say what is wrong and what to
    do. Exit 1 where something does not work, or an open alert needs a person.
    """
    from ..diagnosis.finding import Health

    findings: list[Finding] = []
    marks = {Health.OK: ("✓", "green"), Health.WARNING: ("!", "yellow"), Health.BAD: ("✗", "red")}
    for found in _look(here):
        findings.append(found)
        if not here.as_json:
            mark, style = marks[found.health]
            here.show.say(f"{mark} {found.about}: {' '.join(found.says.split())}", style=style)
            if found.remedy:
                here.show.say(f"    {found.remedy}")
    code = gravest({found.code for found in findings if found.health is Health.BAD})
    if here.as_json:
        here.show.document(
            {"ok": code is Code.DONE, "findings": [found.as_json() for found in findings]}
        )
    return code


def _look(here: Session) -> "Iterator[Finding]":
    from ..client.server import instances
    from ..diagnosis.finding import bad
    from ..diagnosis.machine import look_at_machine, look_at_process
    from ..diagnosis.service import look_at_service

    yield from look_at_machine(here.surroundings.folder)
    try:
        for instance in instances(here.options.state, here.surroundings.folder):
            yield from look_at_process(instance)
        yield from look_at_service(here.api)
    except Stopped as stopped:
        yield bad("server", str(stopped), "Correct that, and ask again.", stopped.code)
