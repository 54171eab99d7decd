"""What the pages say of runs: their own modules, given what the API has of a run, run by the pinned Node."""

import json
import subprocess
from typing import Any

import pytest

from local.places import NODE, ROOT
from tillroll.durable.audited import AUDITED
from tillroll.durable.telling.timeline.events import TOLD_ELSEWHERE

_NEXT = """
  const { nextSentence, sendCommand } = await import(at("next-words.js"));
  return [nextSentence(given), sendCommand(given)];
"""
_PLAIN = """
  const { inPlainWords } = await import(at("plain-words.js"));
  return given.map(([kind, text]) => inPlainWords(kind, text));
"""
_NAMES = """
  const { nameOf } = await import(at("timeline-words.js"));
  return given.map(([kind, item]) => nameOf({ reason: null, step: null, detail: {}, ...item }, kind));
"""
_WAIT = {"kind": "signal", "name": "confirm", "until": "2026-11-29T12:00:00.000Z"}
_SEND = {"permission": "operate", "payload": {"by": "it's …"}}


# What a run's record says, and what the page shows of it.
_TOLD = [
    ("receipt", "The step ocr-extract failed for good: 3036.", "The step “Read the text” failed for good: 3036."),
    ("receipt", "Waits for a person's decision (total_missing).", "Waits for a person's decision."),
    (
        "receipt",
        "parse-structured: failed after 1 attempt (NeedsReview: total_missing)",
        "“Understand it”: failed after 1 attempt; a person was asked",
    ),
    ("own", "The step ocr-extract failed for good: 3036.", "The step ocr-extract failed for good: 3036."),
    ("own", "review-1: request: completed after 1 attempt", "“Ask a person”: completed after 1 attempt"),
    ("own", "review-1: take up: completed after 1 attempt", "“Take the decision up”: completed after 1 attempt"),
    (
        "own",
        "signal confirm-1: begin: completed after 1 attempt",
        "Began to wait for “confirm”: completed after 1 attempt",
    ),
    ("own", "signal all-ended-2: end: completed after 1 attempt", "Waited for “all-ended”: completed after 1 attempt"),
    ("own", "timer nap-1: over: completed after 2 attempts", "Slept, “nap”: completed after 2 attempts"),
    (
        "own",
        "child run_1-1: end: completed after 1 attempt",
        "Waited for a run that it began: completed after 1 attempt",
    ),
    ("own", "child: the fee: completed after 1 attempt", "Began another run, “the fee”: completed after 1 attempt"),
    ("own", "tell: sent a key: completed after 1 attempt", "Told other systems of “sent”: completed after 1 attempt"),
    ("own", "continue: as another run: completed after 1 attempt", "Went on as another run: completed after 1 attempt"),
    ("own", "end as cancelled: completed after 1 attempt", "Ended as “cancelled”: completed after 1 attempt"),
    ("own", "rollback: charge: completed after 1 attempt", "Undo “charge”: completed after 1 attempt"),
    (
        "receipt",
        "rollback: persist-db: completed after 1 attempt",
        "Undo “Save the expense”: completed after 1 attempt",
    ),
]
# What the core audits of other things than runs.
_OF_OTHERS = ("archive.", "schedule.", "object.")


def asked(script: str, given: Any) -> Any:
    """What a function of the modules answers."""
    run = f"""
    const [folder, json] = process.argv.slice(1);
    const at = (name) => `${{folder}}/${{name}}`;
    const answer = async (given) => {{{script}}};
    console.log(JSON.stringify(await answer(JSON.parse(json))));
    """
    folder = (ROOT / "public/js/views/run/operating").as_uri()
    command = [NODE, "--no-warnings", "--input-type=module", "--eval", run, "--", folder, json.dumps(given)]
    environment = {"LC_ALL": "en_US.UTF-8", "TZ": "UTC"}
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True, env=environment).stdout)


def said(**run: Any) -> tuple[str | None, str | None]:
    """The sentence, and the command that sends the signal."""
    given = {"id": "run_1", "kind": "own", "status": "processing", "nextSafeAction": "wait", **run}
    sentence, sends = asked(_NEXT, given)
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
    sentence, _ = said(status="failed", nextSafeAction="none", undone=True)
    assert sentence == "Nothing: what it did was undone, so nobody has to see to it."
    sentence, _ = said(status="failed", nextSafeAction="resend_notification", undone=True)
    assert sentence
    assert sentence.startswith("What it did was undone.")
    sentence, _ = said(status="failed", nextSafeAction="none")
    assert sentence
    assert sentence.startswith("Find out at the other side")


def test_only_a_receipt_is_told_in_the_words_of_receipts() -> None:
    of_receipt, _ = said(kind="receipt", nextSafeAction="resend_notification")
    of_another, _ = said(kind="own", nextSafeAction="resend_notification")
    assert of_receipt
    assert of_receipt.startswith("The expense is saved.")
    assert of_another
    assert of_another.startswith("It is done.")
    begun, attempt = (
        {"kind": "act", "name": "run.created"},
        {"kind": "attempt", "name": "notify-user", "step": "notify-user"},
    )
    named = asked(_NAMES, [(kind, item) for kind in ("receipt", "own") for item in (begun, attempt)])
    assert named == ["Uploaded", "Notify", "Begun", "notify-user"]


def test_no_name_of_the_code_is_shown() -> None:
    assert asked(_PLAIN, [(kind, text) for kind, text, _ in _TOLD]) == [plain for *_, plain in _TOLD]


def test_a_signal_is_named_where_it_is_waited_for_and_where_it_came() -> None:
    waited = {"kind": "wait", "name": "signal", "reason": "confirm"}
    came = {"kind": "act", "name": "signal.received", "detail": {"signal": "confirm"}}
    assert asked(_NAMES, [("own", waited), ("own", came)]) == ["Wait for “confirm”", "Received “confirm”"]


def test_what_happened_to_a_step_names_it() -> None:
    failed = {"kind": "act", "name": "step.failed", "step": "ocr-extract"}
    named = asked(_NAMES, [("own", failed), ("receipt", failed)])
    assert named == ["Failed for good: ocr-extract", "Failed for good: Read the text"]


@pytest.mark.parametrize(("again", "ends"), [(True, "under the same key."), (False, "what became of it.")])
def test_an_attempt_that_was_cut_off_says_what_became_of_its_call(again: bool, ends: str) -> None:
    cut = {"kind": "attempt", "outcome": "cut_off", "error": None, "reason": None, "detail": {"wasSentAgain": again}}
    script = (
        'const { outcomeOf, whyOf } = await import(at("timeline-words.js")); return [outcomeOf(given), whyOf(given)];'
    )
    outcome, why = asked(script, cut)
    assert outcome == "cut off"
    assert why.endswith(ends)


def test_all_that_is_audited_of_a_run_is_said_in_words() -> None:
    acts = [action for action in AUDITED if not action.startswith(_OF_OTHERS) and action not in TOLD_ELSEWHERE]
    named = asked(_NAMES, [("own", {"kind": "act", "name": action}) for action in acts])
    assert [action for action, name in zip(acts, named, strict=True) if name == action] == []
