"""Events in, as a programmer finds them on the API's own page: each command runs, and each scheme's
lines sign.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.reference.page.events_in import EVENTS_IN_SNIPPETS
from local.places import ROOT
from tests.support.running_stack import RunningStack, wait_until

_BODY = b'{"id": "evt_7", "type": "ping", "data": {}}'
_PLAIN = {"name": "hmac", "signatureHeader": "X-Signature", "idPointer": "/id"}
_SECRET = "whsec_given by the sender"


def _signing() -> dict[str, Any]:
    defined: dict[str, Any] = {}
    # What is shown.
    exec(compile(EVENTS_IN_SNIPPETS["signing"].text, "signing", "exec"), defined)  # noqa: S102
    return defined


def test_the_reference_shows_the_same_lines() -> None:
    assert EVENTS_IN_SNIPPETS["signing"].text in (ROOT / "docs" / "api.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("scheme", "secret", "function", "further"),
    [
        ({"name": "standard-webhooks"}, None, "standard_webhooks", ["evt_7"]),
        ({"name": "stripe"}, _SECRET, "stripe", []),
        ({"name": "github"}, None, "github", ["evt_7", "ping"]),
        (_PLAIN, None, "plain_hmac", []),
    ],
    ids=["standard-webhooks", "stripe", "github", "hmac"],
)
def test_each_scheme_signs_as_it_is_shown(
    stack: RunningStack,
    scheme: dict[str, str],
    secret: str | None,
    function: str,
    further: list[str],
) -> None:
    own = stack.with_own_account()
    asked: dict[str, Any] = {
        "name": "Acme",
        "scheme": scheme,
        "mapping": {"rules": [{"eventType": "ping", "ignore": True}]},
    }
    if secret is not None:
        asked["secret"] = secret
    made = own.ask("/api/inbound-sources", **asked).raise_for_status().json()
    headers = _signing()[function](made["secret"] or _SECRET, _BODY, *further)
    with own.client_of(None) as sender:
        answers = [sender.post(made["path"], content=_BODY, headers=headers) for _ in range(2)]
        changed = sender.post(
            made["path"], content=_BODY.replace(b"ping", b"pong"), headers=headers
        )
    assert [answer.status_code for answer in answers] == [httpx.codes.ACCEPTED] * 2
    assert answers[0].json() == answers[1].json()
    assert changed.status_code == httpx.codes.UNAUTHORIZED
    with own.client() as client:
        (event,) = client.get("/api/inbound-events").json()["items"]
    assert (event["eventId"], event["type"]) == ("evt_7", "ping")


def test_the_pages_commands_lead_from_a_source_to_an_event(
    stack: RunningStack, tmp_path: Path
) -> None:
    own = stack.with_own_account()
    for name in ("signing", "send"):
        text = EVENTS_IN_SNIPPETS[name].text.replace("https://tillroll.example.com", stack.url)
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    environment = {
        "URL": stack.url,
        "TOKEN": own.token,
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }

    def run(name: str) -> str:
        command = ["bash", "-ec", EVENTS_IN_SNIPPETS[name].text]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("source")
    first, second = run("send-twice").splitlines()
    assert first == second
    became = wait_until(lambda: _settled(stack, run("became")), "the event to be worked off")
    assert [(each["id"], each["state"]) for each in became] == [
        (json.loads(first)["id"], "ignored")
    ]


def _settled(stack: RunningStack, became: str) -> list[dict[str, Any]] | None:
    stack.fire_cron()
    items: list[dict[str, Any]] = json.loads(became)["items"]
    return items if all(each["state"] != "stored" for each in items) else None
