"""`make dev`: everything on this machine, until Ctrl-C.

    python -m local.dev --port 8787 --state .tillroll

The environment sets the Worker's variables (docs/configuration.md).
"""

import argparse
import contextlib
import os
import signal
import sys
import time
from http import HTTPStatus
from pathlib import Path

import httpx

from local import config, page
from local.ai.log_lines import AiServerLines
from local.d1 import D1Error
from local.first_account import account_of, token_of
from local.instances import announce, withdraw
from local.places import ROOT
from local.stack import Cancelled, Options, RuntimeCrashed, Stack, StackError, WorkerBroken
from local.wrangler import data_folder
from tillroll_local.follower import Follower
from tillroll_local.health import SILENT_SECONDS, Health
from tillroll_local.log_lines import STARTED_AGAIN, WranglerLines
from tillroll_local.progress import PROGRESS
from tillroll_local.saves import Saves, Settled

# Looking at a thousand files costs 10 ms.
_POLL_SECONDS = 0.5
_HIGHEST_PORT = 65535
# So many starts in a row after a crash, none of which serves: then it is no accident.
_MOST_CRASHES = 3
_RELOADING, _RELOADED = "Reloading the Worker …", "Reloaded the Worker"
_BINDINGS = ROOT / "wrangler.jsonc"


def main() -> int:
    stack = Stack(_options(), say)
    _stop_on_signals(stack)
    try:
        _run(stack)
    except WorkerBroken:
        print(
            "\nTillroll has stopped: the Worker's code does not load. Mend it, and start again.",
            file=sys.stderr,
        )
        return 1
    except (StackError, D1Error) as error:
        print(f"\nTillroll has stopped. {error}", file=sys.stderr)
        return 1
    return 0


def _stop_on_signals(stack: Stack) -> None:
    def stop(number: int, frame: object) -> None:
        del frame
        if number == signal.SIGHUP:
            _forget_terminal()
        stack.cancel()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup has it ignored
        signal.signal(signal.SIGHUP, stop)


def _forget_terminal() -> None:
    """The terminal is closed: writing to it would fail, and what is written now has no reader."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def say(line: str) -> None:
    PROGRESS.stage(line)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {_HIGHEST_PORT}")
    return int(text)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="make dev", description=__doc__)
    parser.add_argument("--port", type=_port, required=True)
    parser.add_argument("--state", type=Path, required=True)
    arguments = parser.parse_args()
    if os.environ.get("LANGUAGE_MODEL_URL") and not os.environ.get("LANGUAGE_MODEL_NAME"):
        parser.error("LANGUAGE_MODEL_URL needs LANGUAGE_MODEL_NAME, the model to ask there")
    return Options(
        state=arguments.state,
        port=arguments.port,
        variables=config.variables_from(os.environ),
        language_model_url=os.environ.get("LANGUAGE_MODEL_URL", ""),
        language_model_name=os.environ.get("LANGUAGE_MODEL_NAME", ""),
    )


def _run(stack: Stack) -> None:
    """Start everything and watch over it until a signal comes; leave nothing behind.

    Raises:
        StackError: something did not start, or has ended.
        D1Error: the first account could not be made.
    """
    saves = Saves([ROOT / "src", _BINDINGS])
    health = Health(f"{stack.url}/api/health")

    def show(line: str) -> None:
        if line == _RELOADING:
            health.pause()
        if line == _RELOADED:
            saves.loaded()
            health.go_on()
        if line in {_RELOADING, _RELOADED}:
            say(line)
        else:
            PROGRESS.say(line)

    followers = [
        Follower(stack.logs / "wrangler.log", WranglerLines(), show),
        Follower(stack.logs / "ai.log", AiServerLines(), show),
    ]
    for follower in followers:
        follower.start()
    try:
        token = _start(stack)
        _announce(stack, token)
        health.start()
        try:
            _watch_over(stack, saves, health)
        finally:
            health.stop()
    except Cancelled:
        say("\nStopping …")
    finally:
        stack.stop()
        for follower in followers:
            follower.stop()


def _start(stack: Stack) -> str:
    say(f"Tillroll starts on port {stack.options.port}; its data is in {stack.state}")
    configuration = stack.prepare()
    _tell_of_earlier_data(stack.state)
    withdraw(stack.state)
    token = token_of(stack.state, configuration, say)
    stack.payer = account_of(stack.state, configuration)
    stack.start()
    return token


def _tell_of_earlier_data(state: Path) -> None:
    """What `make dev` had below .tillroll, before it shared the folder of plain wrangler."""
    earlier = state / "wrangler"
    if earlier != data_folder(state) and earlier.exists():
        say(
            f"{earlier} has data of an earlier version, which is not used. Upload the originals "
            f"again: rm -r {earlier}"
        )


def _announce(stack: Stack, token: str) -> None:
    link = _sign_in_link(stack, token)
    information = {"url": stack.url, "token": token, "pid": os.getpid()}
    announce(stack.state, information)
    say(f"Tillroll is ready: {link}")
    for line in beside(stack):
        say(line)
    say(f"Ctrl-C stops it. Logs are in {stack.logs}")


def beside(stack: Stack) -> list[str]:
    """Where the systems are that this machine lends."""
    told: list[str] = []
    if stack.catches_mail:
        told.append(f"What it mails is in {stack.mail_url}")
    if stack.pays_locally:
        told.append(f"Whom it pays is in {stack.payments_url}")
    told.append(f"Bank accounts that are fetched from are in {stack.banks_url}")
    told.append(
        f"Xero, QuickBooks and HubSpot of this machine are in {stack.books_url}: connect them on "
        "the page Books"
    )
    return told


def _sign_in_link(stack: Stack, token: str) -> str:
    """An address that signs a browser in, once."""
    try:
        answer = httpx.post(
            f"{stack.url}/api/sign-in-codes",
            headers={"authorization": f"Bearer {token}"},
            timeout=30,
        )
    except httpx.TransportError as error:
        stack.check()  # which knows why, where a part has ended
        raise StackError(f"The Worker did not answer: {error}") from error
    if answer.status_code != HTTPStatus.CREATED:
        raise StackError(f"The Worker made no sign-in code: {answer.status_code} {answer.text}")
    return f"{stack.url}{answer.json()['url']}"


def _watch_over(stack: Stack, saves: Saves, health: Health) -> None:
    bindings, page_saves = Settled(_BINDINGS), page.Saves()
    try:
        while True:
            time.sleep(_POLL_SECONDS)
            saves.look()
            try:
                stack.check()
                if bindings.has_changed():
                    health.pause()
                    _take_up_bindings(stack)
                    health.go_on()
                if page_saves.has_changed():
                    _build_page()
                if saves.is_overlooked(stack.worker_loaded_at()):
                    say("wrangler has not taken up the last save. It is started again.")
                    _restart(stack, health)
                if health.is_silent():
                    seconds = int(SILENT_SECONDS)
                    say(
                        f"The Worker has not answered for {seconds} seconds. wrangler is started "
                        "again."
                    )
                    _restart(stack, health)
                    saves.loaded()
            except WorkerBroken:
                health.pause()
                bindings = _mend(stack, saves)
                health.go_on()
            except RuntimeCrashed:
                health.pause()
                bindings = _start_again(stack, saves) or bindings
                health.go_on()
    finally:
        withdraw(stack.state)


def _restart(stack: Stack, health: Health) -> None:
    """Start wrangler again; what else runs on this machine keeps its ports."""
    health.pause()
    stack.restart_worker()
    health.go_on()
    say(_RELOADED)


def _start_again(stack: Stack, saves: Saves) -> Settled | None:
    """Start wrangler again after a crash; what the Worker was doing goes on from its record.
    Returns wrangler.jsonc, as `_mend` does, where the code did not load.

    Raises:
        StackError: it crashed each time before it served.
    """
    for number in range(1, _MOST_CRASHES + 1):
        say(STARTED_AGAIN)
        try:
            stack.restart_worker()
        except WorkerBroken:
            return _mend(stack, saves)
        except RuntimeCrashed:
            if number == _MOST_CRASHES:
                raise
        else:
            saves.loaded()
            say(_RELOADED)
            return None
    return None


def _take_up_bindings(stack: Stack) -> None:
    """Start wrangler again on another wrangler.jsonc, such as one with a new workflow: a reload
    takes up code only.
    """
    try:
        config.read_deployed()
    except ValueError as error:
        say(f"wrangler.jsonc cannot be read: {error}. What runs is as before.")
        return
    say("wrangler.jsonc has changed. wrangler is started again.")
    stack.reconfigure()
    say(_RELOADED)


def _build_page() -> None:
    try:
        page.build()
    except page.PageError as error:
        say(f"The page cannot be built, and stays as it was:\n{error}")


def _mend(stack: Stack, saves: Saves) -> Settled:
    """Start wrangler again once there is something that it has not tried: at once, or after the
    next save. Returns wrangler.jsonc as it was taken up.
    """
    saves.look()
    tried = saves.files if saves.failed_with_all() else None
    while True:
        if saves.files == tried:
            say("The Worker's code does not load. It is tried again after the next save.")
            while saves.files == tried:
                time.sleep(_POLL_SECONDS)
                saves.look()
                with contextlib.suppress(WorkerBroken, RuntimeCrashed):
                    stack.check()
        else:
            say("Files were saved while the Worker was loaded. It is tried again.")
        while saves.look():  # what is saved together is tried together
            time.sleep(_POLL_SECONDS)
        tried, bindings = saves.files, Settled(_BINDINGS)
        if _loads(stack):
            saves.loaded()
            say(_RELOADED)
            return bindings
        saves.look()


def _loads(stack: Stack) -> bool:
    """Start wrangler again on all that lies there, and say whether the Worker's code loads."""
    try:
        config.read_deployed()
    except ValueError as error:
        say(f"wrangler.jsonc cannot be read: {error}.")
        return False
    try:
        stack.reconfigure()
    except (WorkerBroken, RuntimeCrashed):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
