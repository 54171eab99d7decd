"""Post each mail to `wrangler dev`, in the place of Email Routing, and compare what became of it
with what is expected.

The account should be a new one: files that it has already are known, not taken.
"""

import argparse
import sys
import time
from typing import Any

import httpx

from tests.support.mails import MAILS
from tests.support.mails.mailed import Mailed

_OFFERED = frozenset({"attached", "inline", "archived", "text"})
_HANDLER = "/cdn-cgi/handler/email"
_PATIENCE_SECONDS = 180


def main() -> int:
    """How many did not become what is expected, at most 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.mails", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8787")
    parser.add_argument("--token", required=True, help="an owner's, of a new account")
    asked = parser.parse_args()
    headers = {"authorization": f"Bearer {asked.token}"}
    with httpx.Client(base_url=asked.url, headers=headers, timeout=120) as client:
        address = _opened(client)
        # The handler of wrangler dev refuses mail without a Message-ID by itself.
        played = [mailed for mailed in MAILS if b"message-id:" in mailed.raw.lower()]
        answers = {mailed.title: _post(client, address, mailed) for mailed in played}
        kept = _settled(client)
        wrong = [line for mailed in played if (line := _judge(mailed, answers[mailed.title], kept))]
    total = (
        f"{len(played) - len(wrong)} passed, {len(wrong)} failed, {len(MAILS) - len(played)} "
        "skipped"
    )
    sys.stdout.write("\n".join([*wrong, total, ""]))
    return min(1, len(wrong))


def _opened(client: httpx.Client) -> str:
    user = client.get("/api/session").raise_for_status().json()["user"]["id"]
    senders = sorted({mailed.sender for mailed in MAILS})
    body = {
        "requiresAuthentication": True,
        "senders": [{"pattern": each, "userId": user} for each in senders],
    }
    client.put("/api/receipts-by-mail", json=body).raise_for_status()
    made = client.post("/api/receipts-by-mail/address", json={"graceHours": 0}).raise_for_status()
    return str(made.json()["address"])


def _post(client: httpx.Client, address: str, mailed: Mailed) -> httpx.Response:
    return client.post(_HANDLER, params={"from": mailed.sender, "to": address}, content=mailed.raw)


def _settled(client: httpx.Client) -> list[dict[str, Any]]:
    """All mail that came, once none is left to be worked off."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        found = client.get("/api/received-mail?limit=100").raise_for_status().json()["items"]
        if all(each["state"] != "stored" for each in found):
            return [
                client.get(f"/api/received-mail/{each['id']}").raise_for_status().json()
                for each in found
            ]
        time.sleep(2)
    raise TimeoutError("the mail was not worked off")


def _judge(mailed: Mailed, answer: httpx.Response, kept: list[dict[str, Any]]) -> str | None:
    """What is wrong with what became of a mail; None where nothing is."""
    wanted = [each for each in mailed.papers if each in _OFFERED]
    is_taken = bool(wanted) and mailed.verdict == "authenticated"
    if answer.is_success is not is_taken:
        return f"{mailed.title}: {answer.status_code} {answer.text[:200]}"
    if not is_taken:
        return None
    became = [
        [each["found"] for each in mail["papers"] if each["outcome"] in {"taken", "known"}]
        for mail in kept
        if mail["size"] == len(mailed.raw) and mail["sender"] == mailed.sender
    ]
    return None if wanted in became else f"{mailed.title}: {became} in the place of {wanted}"


if __name__ == "__main__":
    sys.exit(main())
