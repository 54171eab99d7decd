"""The API's page: every route is on it, its links lead somewhere, and what it shows runs."""

import base64
import hashlib
import hmac
import http.server
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from cli.reference.complete import operations_of
from cli.reference.page.page import render_page
from cli.reference.page.snippets import EXAMPLE, SNIPPETS
from local.places import ROOT
from tests.support.host_api import description
from tests.support.node import run_in_node

Verify = Callable[[list[str], Mapping[str, str], bytes], Any]

_KEY: Final = "whsec_" + base64.b64encode(b"the key of an endpoint, here").decode()
_OTHER: Final = "whsec_" + base64.b64encode(b"the key that comes after it").decode()
_BODY: Final = b'{"type": "expense.created", "data": {}}'


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(description())


def test_every_route_is_on_it_with_what_is_asked_and_answered(page: str) -> None:
    document = description()
    articles = page.split("<article ")[1:]
    told = {
        re.sub("<[^>]+>", "", article[article.index("<h3>") : article.index("</h3>")])
        for article in articles
    }
    assert told == {f"{method} {path}" for method, path, _ in operations_of(document)}
    for article in articles:
        assert "curl" in article or "#events-in" in article
        assert re.search(r"Needs <code>[\w-]+</code>", article)
    assert "`" not in re.sub("<pre.*?</pre>", "", page, flags=re.DOTALL), (
        "a word in code stands as it was written"
    )

    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len({*names}), "two parts have one name"
    assert {*re.findall(r'href="#([^"]+)"', page)} - {*names} == set(), "a link leads nowhere"
    assert re.findall(r"<script[^>]*>", page) == ['<script type="module" src="/built/docs.js">']
    assert re.findall(r'(?:src|rel="stylesheet" href)="([^/"][^"]*)"', page) == [], (
        "something comes from elsewhere"
    )
    assert all(
        unescape(snippet.text.splitlines()[-1]) in unescape(page) for snippet in SNIPPETS.values()
    )


def test_its_script_knows_the_address_of_the_commands_which_stands_in_code_alone(page: str) -> None:
    assert f'"{EXAMPLE}"' in (ROOT / "public" / "js" / "docs.ts").read_text(encoding="utf-8")
    assert (
        page.count(EXAMPLE)
        == sum(block.count(EXAMPLE) for block in re.findall(r"(?s)<code>.*?</code>", page))
        > 0
    )


def _run(name: str) -> dict[str, Any]:
    """The names that a Python snippet defines."""
    defined: dict[str, Any] = {"__name__": "snippet"}
    # It is ours, and it is what is shown.
    exec(compile(SNIPPETS[name].text, name, "exec"), defined)  # noqa: S102
    return defined


def _signed(key: str, at: datetime, body: bytes = _BODY) -> Mapping[str, str]:
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(key).sign("evt_1", at, body.decode()),
    }


def _verify_in_javascript(keys: list[str], headers: Mapping[str, str], body: bytes) -> Any:
    """The lines of the page, run by the pinned Node. Raises ValueError with what they threw."""
    module = f"data:text/javascript,{quote(SNIPPETS['javascript'].text)}"
    run = "const [module, keys, headers, body] = given;\n"
    run += 'return (await load(module)).verify(keys, headers, Buffer.from(body, "base64"));'
    return run_in_node(run, [module, keys, dict(headers), base64.b64encode(body).decode()])


def _verify_in_python(keys: list[str], headers: Mapping[str, str], body: bytes) -> Any:
    return _run("receiver")["verify"](keys, headers, body)


@pytest.mark.parametrize("verify", [_verify_in_python, _verify_in_javascript])
def test_the_receiver_takes_what_the_library_signs_also_while_keys_are_rotated(
    verify: Verify,
) -> None:
    headers = _signed(_KEY, datetime.now(UTC))
    assert verify([_KEY], headers, _BODY)["type"] == "expense.created"
    both = {
        **headers,
        "webhook-signature": (
            f"v1,{base64.b64encode(b'x' * 32).decode()} {headers['webhook-signature']}"
        ),
    }
    assert verify([_OTHER, _KEY], both, _BODY)["type"] == "expense.created"


@pytest.mark.parametrize(
    ("keys", "headers", "body"),
    [
        ([_OTHER], _signed(_KEY, datetime.now(UTC)), _BODY),
        ([], _signed(_KEY, datetime.now(UTC)), _BODY),
        ([_KEY], _signed(_KEY, datetime.now(UTC)), _BODY.replace(b"created", b"removed")),
        ([_KEY], {**_signed(_KEY, datetime.now(UTC)), "webhook-id": "evt_2"}, _BODY),
        ([_KEY], _signed(_KEY, datetime.fromtimestamp(time.time() - 600, UTC)), _BODY),
        ([_KEY], _signed(_KEY, datetime.fromtimestamp(time.time() + 86_400, UTC)), _BODY),
    ],
)
@pytest.mark.parametrize("verify", [_verify_in_python, _verify_in_javascript])
def test_the_receiver_refuses_all_else(
    verify: Verify, keys: list[str], headers: Mapping[str, str], body: bytes
) -> None:
    with pytest.raises(ValueError, match=r"key|minutes"):
        verify(keys, headers, body)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_javascript_refuses_what_has_not_all_headers(name: str) -> None:
    headers = {key: value for key, value in _signed(_KEY, datetime.now(UTC)).items() if key != name}
    with pytest.raises(ValueError, match=r"key|minutes"):
        _verify_in_javascript([_KEY], headers, _BODY)


def test_the_lines_of_the_document_verify_and_take_each_event_once() -> None:
    text = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    ids: set[str] = set()
    taken: list[str] = []

    def seen_before(event_id: str) -> bool:
        was_there = event_id in ids
        ids.add(event_id)
        return was_there

    def handle(name: str, _: object) -> None:
        taken.append(name)

    defined: dict[str, Any] = {"seen_before": seen_before, "handle": handle}
    # Lines of our own page, as its readers run them.
    exec(compile(shown.replace("whsec_…", _KEY), "webhooks.md", "exec"), defined)  # noqa: S102
    received = defined["received"]
    genuine = _signed(_KEY, datetime.now(UTC))
    received(genuine, _BODY)
    received(genuine, _BODY)
    for forged in (
        _signed(_OTHER, datetime.now(UTC)),
        _signed(_KEY, datetime.fromtimestamp(time.time() - 600, UTC)),
    ):
        with pytest.raises(WebhookVerificationError):
            received(forged, _BODY)
    assert taken == ["expense.created"]


@pytest.mark.parametrize("left_out", ["webhook-id", "webhook-timestamp", "webhook-signature", ""])
@pytest.mark.parametrize("instead", [None, "", "x", "\u00e9"])
def test_the_receiver_answers_whatever_comes(
    left_out: str, instead: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended without an answer where a header was missing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys.txt").write_text(_KEY + "\n", encoding="utf-8")
    headers: dict[bytes, bytes] = {
        name.encode(): value.encode() for name, value in _signed(_KEY, datetime.now(UTC)).items()
    }
    if not left_out:
        headers.clear()
    elif instead is None:
        del headers[left_out.encode()]
    else:
        headers[left_out.encode()] = instead.encode("latin-1")
    with http.server.HTTPServer(("127.0.0.1", 0), _run("receiver")["Receiver"]) as server:
        answering = threading.Thread(target=server.handle_request)
        answering.start()
        answer = httpx.post(
            f"http://127.0.0.1:{server.server_port}", headers=headers, content=_BODY, timeout=20
        )
        answering.join()
    assert answer.status_code == 400


def test_the_line_in_python_verifies() -> None:
    text = SNIPPETS["python"].text.replace("whsec_…", _KEY)
    defined: dict[str, Any] = {}
    # Lines of our own page, as its readers run them.
    exec(compile(text, "python", "exec"), defined)  # noqa: S102
    assert defined["received"](_signed(_KEY, datetime.now(UTC)), _BODY)["type"] == "expense.created"


def test_the_signature_is_what_the_page_says() -> None:
    at = datetime.now(UTC)
    signed = f"evt_1.{int(at.timestamp())}.".encode() + _BODY
    secret = base64.b64decode(_KEY.removeprefix("whsec_"))
    said = "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    assert _signed(_KEY, at)["webhook-signature"] == said
