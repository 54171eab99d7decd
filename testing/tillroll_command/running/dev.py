"""`tillroll dev`: a project's Worker on this machine, until Ctrl-C."""

import signal
import time
from collections.abc import Mapping
from typing import Any, Final

from tillroll_command.counting import counted
from tillroll_command.deployment import Deployment
from tillroll_command.endings import Stopped
from tillroll_command.hints import with_hints
from tillroll_command.running import configuration
from tillroll_command.running.parts import install_what_is_missing
from tillroll_command.running.places import Places
from tillroll_command.running.stack import Ports, ProjectStack
from tillroll_local.changes import Changes
from tillroll_local.follower import Follower
from tillroll_local.health import Health
from tillroll_local.log_lines import WranglerLines
from tillroll_local.progress import PROGRESS
from tillroll_local.runtime.loaded import LOADED
from tillroll_local.saves import Loaded, Saves
from tillroll_local.stack import Cancelled
from tillroll_local.watching import Watch

_HEALTH: Final = "/api/workflows"
_MOST_COUNTED: Final = 100


def run(places: Places, port: int) -> None:
    """Install what is missing, start everything, and watch over it until a signal comes.

    Raises:
        NotInstalled: something is missing that this does not install.
        StackError: something did not start, or has ended.
    """
    began = time.monotonic()
    install_what_is_missing(places)
    stack = ProjectStack(places, Ports(port), PROGRESS.stage)
    _stop_on_signals(stack)
    sources = places.project.sources
    changes = Changes(sources)
    saves = Saves(
        sources,
        places.configuration,
        Loaded(places.state / LOADED, sources),
        has_come=changes.has_come,
    )
    health = Health(f"{stack.url}{_HEALTH}")
    watch = Watch(
        stack,
        saves=saves,
        health=health,
        bindings=places.configuration,
        read=lambda: configuration.read(places.configuration),
        say=PROGRESS.stage,
    )
    follower = Follower(
        stack.logs / "wrangler.log",
        WranglerLines(),
        lambda line: watch.shows(line, PROGRESS.say),
    )
    follower.start()
    try:
        stack.start()
        _say_ready(stack, places, time.monotonic() - began)
        health.start()
        try:
            watch.go_on(_nothing)
        finally:
            health.stop()
    except Cancelled:
        PROGRESS.stage("\nStopping …")
    finally:
        stack.stop()
        follower.stop()
        changes.stop()


def _nothing() -> None:
    """A project has no page that is built."""


def _say_ready(stack: ProjectStack, places: Places, seconds: float) -> None:
    PROGRESS.stage(f"Ready in {seconds:.1f} s: {stack.url}")
    for missing in configuration.told_of_missing(configuration.read(places.configuration)):
        PROGRESS.say(missing)
    PROGRESS.say(f"Its page is at {stack.url}/tillroll/")
    PROGRESS.say(f"Its token is in {stack.information_file}; logs are in {stack.logs}")
    PROGRESS.say("Ctrl-C stops it.")
    from_before = told_of_runs(_listed(stack))
    if from_before is not None:
        PROGRESS.say(from_before)


def told_of_runs(page: Mapping[str, Any]) -> str | None:
    """What is said of runs that were under way when this was stopped or killed: nothing but their
    number; None where there is none.
    """
    if not page["items"]:
        return None
    count = counted(len(page["items"]), "run")
    more = " and more" if page["nextCursor"] else ""
    return with_hints(
        f"{count}{more} from before: each goes on from its record. `tillroll runs --status "
        "processing` lists them, and `tillroll run ID` says what each waits for."
    )


def _listed(stack: ProjectStack) -> Mapping[str, Any]:
    """The runs that are under way; none where the Worker does not answer, which is said anyway."""
    query = {"status": "processing", "limit": str(_MOST_COUNTED)}
    try:
        return Deployment(stack.url, stack.token).ask("GET", "/api/runs", query=query)
    except Stopped:
        return {"items": [], "nextCursor": None}


def _stop_on_signals(stack: ProjectStack) -> None:
    def stop(number: int, frame: object) -> None:
        del number, frame
        stack.cancel()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
