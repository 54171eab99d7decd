"""What the page says is to be done next: its own module, given a run as the API has it, run by the pinned Node."""

import json
import subprocess
from typing import Any

import pytest

from local.places import NODE, ROOT

_RUN = """
const [url, run] = process.argv.slice(1);
const { nextSentence, sendCommand } = await import(url);
console.log(JSON.stringify([nextSentence(JSON.parse(run)), sendCommand(JSON.parse(run))]));
"""
_WAIT = {"kind": "signal", "name": "confirm", "until": "2026-11-29T12:00:00.000Z"}
_SEND = {"permission": "operate", "payload": {"by": "it's …"}}


def said(**run: Any) -> tuple[str | None, str | None]:
    """The sentence, and the command that sends the signal."""
    url = (ROOT / "public/js/views/run/operating/next-words.js").as_uri()
    given = {"id": "run_1", "status": "processing", "nextSafeAction": "wait", **run}
    command = [NODE, "--no-warnings", "--input-type=module", "--eval", _RUN, "--", url, json.dumps(given)]
    environment = {"LC_ALL": "en_US.UTF-8", "TZ": "UTC"}
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)
    sentence, sends = json.loads(done.stdout)
    return sentence, sends


def test_a_wait_for_a_signal_is_named_with_what_sends_it() -> None:
    sentence, command = said(waitsFor={**_WAIT, "send": _SEND})
    assert sentence
    assert sentence.startswith("It waits for the signal “confirm” until Nov 29, 2026")
    assert command == """tillroll signal run_1 confirm '{"by":"it'\\''s …"}'"""


@pytest.mark.parametrize(
    ("wait", "ends"),
    [
        ({**_WAIT, "send": None}, "hears of it by itself."),
        ({**_WAIT, "kind": "timer", "send": None}, "goes on by itself."),
        (
            {"kind": "child", "name": "run_2", "until": None, "send": None},
            "a run that it began, and goes on by itself.",
        ),
        (None, "this goes on by itself, and you may close the page."),
    ],
)
def test_what_goes_on_by_itself_is_nobodys_to_send(wait: dict[str, Any] | None, ends: str) -> None:
    sentence, command = said(waitsFor=wait)
    assert sentence
    assert sentence.endswith(ends)
    assert command is None


def test_a_run_that_failed_and_was_undone_is_not_without_a_word() -> None:
    assert said(status="complete", nextSafeAction="none") == (None, None)
    sentence, _ = said(status="failed", nextSafeAction="none")
    assert sentence == "Nothing: what it did was undone, so nobody has to see to it."
