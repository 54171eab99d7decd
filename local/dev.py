"""`make dev`: everything on this machine, until Ctrl-C.

    python -m local.dev --port 8787 --state .tillroll

The environment sets the Worker's variables (docs/configuration.md).
"""

import argparse
import os
import signal
import sys
from http import HTTPStatus
from pathlib import Path

import httpx

from local import config, page
from local.ai.log_lines import AiServerLines
from local.d1 import D1Error
from local.first_account import account_of, token_of
from local.instances import announce, withdraw
from local.places import ROOT
from local.stack import Options, Stack
from local.wrangler import data_folder
from tillroll_local.changes import Changes
from tillroll_local.follower import Follower
from tillroll_local.health import Health
from tillroll_local.log_lines import WranglerLines
from tillroll_local.progress import PROGRESS
from tillroll_local.runtime.loaded import LOADED
from tillroll_local.saves import Loaded, Saves
from tillroll_local.stack import Cancelled, StackError, WorkerBroken
from tillroll_local.watching import Watch

_HIGHEST_PORT = 65535
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
    loaded = Loaded(stack.state / LOADED, ROOT / "src")
    changes = Changes(ROOT / "src")
    saves = Saves(ROOT / "src", _BINDINGS, loaded, has_come=changes.has_come)
    health = Health(f"{stack.url}/api/health")
    watch = Watch(
        stack, saves=saves, health=health, bindings=_BINDINGS, read=config.read_deployed, say=say
    )

    def show(line: str) -> None:
        watch.shows(line, PROGRESS.say)

    followers = [
        Follower(stack.logs / "wrangler.log", WranglerLines(), show),
        Follower(stack.logs / "ai.log", AiServerLines(), show),
    ]
    # Before the start: what is saved while it takes its time is built afterwards.
    page_changes = Changes(page.PUBLIC)
    page_saves = page.Saves(page_changes.has_come)
    for follower in followers:
        follower.start()
    try:
        token = _start(stack)
        _announce(stack, token)
        health.start()

        def look() -> None:
            if page_saves.has_changed():
                _build_page()

        try:
            watch.go_on(look)
        finally:
            withdraw(stack.state)
            health.stop()
    except Cancelled:
        say("\nStopping …")
    finally:
        stack.stop()
        for follower in followers:
            follower.stop()
        changes.stop()
        page_changes.stop()


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


def _build_page() -> None:
    try:
        page.build()
    except page.PageError as error:
        say(f"The page cannot be built, and stays as it was:\n{error}")


if __name__ == "__main__":
    sys.exit(main())
