"""People and notices from a terminal."""

from typing import Any

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import URL, FakeServer, ok, page

BOB: dict[str, Any] = {
    "id": "usr_bob",
    "name": "Bob",
    "roles": ["approver", "auditor"],
    "createdAt": "2026-01-01T00:00:00.000Z",
    "removedAt": None,
    "passkeys": 2,
    "openLinks": 0,
    "mail": "stopped",
}
LINK: dict[str, Any] = {
    "userId": "usr_bob",
    "url": "/sign-in#code=abc",
    "mailedTo": None,
    "expiresAt": "2026-01-04T00:00:00.000Z",
}
MAIL: dict[str, Any] = {
    "address": "ann@example.com",
    "pending": "ann@new.example",
    "confirmedAt": None,
    "stopped": "bounced",
    "pendingStopped": None,
    "isOffered": True,
}
CHOICE: dict[str, Any] = {
    "topic": "run.failed",
    "title": "Something failed",
    "inApp": True,
    "byMail": False,
    "isOwn": True,
    "mayMail": True,
}


def test_people_are_listed(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(
        "GET /api/people",
        ok({"items": [BOB, {**BOB, "id": "usr_eve", "removedAt": "2026-01-02", "mail": None}]}),
    )
    assert server.run("people", "list") == Code.DONE
    said = capsys.readouterr().out
    assert "approver, auditor" in said
    assert "removed" in said


def test_a_link_is_printed_once_or_mailed(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/people", httpx.Response(201, json=LINK))
    mailed = {**LINK, "url": None, "mailedTo": "bob@example.com"}
    server.on("POST /api/people/usr_bob/links", httpx.Response(201, json=mailed))
    assert (
        server.run("people", "invite", "Bob", "--role", "approver", "--role", "auditor")
        == Code.DONE
    )
    assert f"{URL}/sign-in#code=abc" in capsys.readouterr().out
    assert server.run("people", "let-in", "usr_bob") == Code.DONE
    assert "mailed to bob@example.com" in capsys.readouterr().out
    assert server.bodies() == [{"name": "Bob", "roles": ["approver", "auditor"], "mail": None}]


@pytest.mark.parametrize(
    ("given", "asked", "answer"),
    [
        (
            ["roles", "usr_bob", "--role", "owner"],
            "PUT /api/people/usr_bob/roles",
            {"userId": "usr_bob", "roles": ["owner"]},
        ),
        (["sign-out", "usr_bob"], "DELETE /api/people/usr_bob/sessions", None),
        (["lock-out", "usr_bob"], "POST /api/people/usr_bob/lock-out", None),
        (["take-back", "usr_bob"], "DELETE /api/people/usr_bob/links", None),
        (["remove", "usr_bob"], "DELETE /api/people/usr_bob", None),
    ],
)
def test_what_is_done_to_a_person(
    server: FakeServer, given: list[str], asked: str, answer: object
) -> None:
    server.on(asked, httpx.Response(204) if answer is None else ok(answer))
    assert server.run("people", *given) == Code.DONE
    assert [f"{each.method} {each.url.path}" for each in server.asked] == [asked]


def test_refused_sign_ins_are_listed(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal = {
        "hour": "2026-01-01T09:00:00.000Z",
        "how": "code",
        "userId": None,
        "network": "192.0.2.0/24",
        "refused": 7,
    }
    server.on("GET /api/sign-in-refusals/of-nobody", page(refusal))
    assert server.run("people", "refused", "--of-nobody") == Code.DONE
    assert "192.0.2.0/24" in capsys.readouterr().out


def test_notices_are_listed_and_read(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    notice = {
        "id": "n:1",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "readAt": None,
        "needsYou": True,
        "message": "It failed.",
        "about": "",
    }
    server.on("GET /api/notices", page(notice))
    server.on("POST /api/notices/read", ok({"unread": 0, "needsYou": 0}))
    assert server.run("notices", "list", "--unread") == Code.DONE
    assert "It failed." in capsys.readouterr().out
    assert server.run("notices", "read", "n:1") == Code.DONE
    assert server.run("notices", "read", "--until", "2026-01-01T00:00:00Z") == Code.DONE
    assert server.bodies() == [{"ids": ["n:1"]}, {"until": "2026-01-01T00:00:00Z"}]
    assert server.run("notices", "read") == Code.USAGE


def test_choices_and_the_address(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/notices/choices", ok({"items": [CHOICE], "mail": MAIL}))
    server.on("PUT /api/notices/choices", ok({"items": [CHOICE], "mail": MAIL}))
    server.on("PUT /api/mail-address", httpx.Response(202, json=MAIL))
    server.on("DELETE /api/mail-address", ok({**MAIL, "address": None, "pending": None}))
    assert server.run("notices", "choices") == Code.DONE
    assert "mail there bounced" in capsys.readouterr().err
    assert server.run("notices", "choose", "run.failed", "mail") == Code.DONE
    assert server.run("notices", "address", "ann@new.example") == Code.DONE
    assert "link was mailed to ann@new.example" in capsys.readouterr().out
    assert server.run("notices", "address", "--remove") == Code.DONE
    assert "No mail goes to you." in capsys.readouterr().out
    returned = {**MAIL, "pendingStopped": "bounced"}
    server.on("GET /api/notices/choices", ok({"items": [CHOICE], "mail": returned}))
    assert server.run("notices", "address") == Code.DONE
    assert (
        "The link to ann@new.example did not come: mail there bounced." in capsys.readouterr().out
    )
    assert server.bodies() == [
        {"topic": "run.failed", "inApp": False, "byMail": True},
        {"address": "ann@new.example"},
    ]


def test_browsers_are_listed_changed_and_removed(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    device = {
        "id": "dev_1",
        "name": "Phone",
        "kinds": ["paid"],
        "lastSentAt": None,
        "lastError": "It was refused.",
    }
    server.on("GET /api/notices/devices", ok({"items": [device], "publicKey": "B"}))
    server.on("PATCH /api/notices/devices/dev_1", ok({**device, "kinds": ["approval", "paid"]}))
    server.on("DELETE /api/notices/devices/dev_1", httpx.Response(204))
    assert server.run("notices", "devices") == Code.DONE
    assert "It was refused." in capsys.readouterr().out
    assert (
        server.run("notices", "devices", "dev_1", "--show", "approval", "--show", "paid")
        == Code.DONE
    )
    assert "Phone shows approval, paid from now on." in capsys.readouterr().out
    assert server.run("notices", "devices", "dev_1", "--remove") == Code.DONE
    assert server.bodies() == [{"kinds": ["approval", "paid"]}]
    assert server.run("notices", "devices", "dev_1") == Code.USAGE
    assert server.run("notices", "devices", "--remove") == Code.USAGE
