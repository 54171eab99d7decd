"""Any route is asked by its description."""

import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.client.server import ServerOptions
from cli.openapi.completion import complete_field, complete_method, complete_path, complete_query
from tests.unit.cli.client.fake_server import URL, FakeServer, ok, page, problem, silent
from tillroll_command.endings import Code

TEXT = {"type": "string"}
NUMBER = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
CURSOR = {"name": "cursor", "in": "query", "schema": TEXT}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
DONE: dict[str, Any] = {"200": {"content": {"application/json": {}}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/api/clients": {
            "get": {
                "summary": "The clients",
                "parameters": [
                    CURSOR,
                    LIMIT,
                    {"name": "archived", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "tag", "in": "query", "schema": {"type": "array", "items": TEXT}},
                ],
                "responses": DONE,
            },
            "post": {
                "summary": "Add a client",
                "description": "Add a client. Its name is no other client's.",
                "x-permission": "book",
                "parameters": [{"name": "Idempotency-Key", "in": "header", "schema": TEXT}],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/ClientRequest"},
                            "example": {"name": "ACME AG", "termsDays": 14, "tags": ["a", "b"]},
                        }
                    },
                },
                "responses": DONE,
            },
        },
        "/api/clients/{client_id}": {
            "get": {"summary": "A client", "responses": DONE},
            "delete": {"summary": "Delete it", "responses": {"204": {}}},
        },
        "/api/clients/{client_id}/merge": {"post": {"summary": "Merge it", "responses": DONE}},
        "/api/clients/newest": {"get": {"summary": "The newest client", "responses": DONE}},
        "/api/clients/{client_id}/logo": {
            "get": {"summary": "Its logo", "responses": {"200": {"content": {"image/png": {}}}}},
            "post": {
                "summary": "Replace its logo",
                "requestBody": {
                    "required": True,
                    "content": {
                        "image/png": {"schema": {"type": "string", "format": "binary"}},
                        "image/jpeg": {"schema": {"type": "string", "format": "binary"}},
                    },
                },
                "responses": DONE,
            },
        },
        "/api/receipts": {
            "post": {
                "summary": "Send a receipt",
                "parameters": [
                    {
                        "name": "paidBy",
                        "in": "query",
                        "required": True,
                        "schema": {"type": "string", "enum": ["company", "employee"]},
                    }
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["receipt"],
                                "properties": {
                                    "receipt": {"type": "string", "format": "binary"},
                                    "note": TEXT,
                                },
                            }
                        }
                    },
                },
                "responses": DONE,
            }
        },
    },
    "components": {
        "schemas": {
            "ClientRequest": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "name": TEXT,
                    "vatId": {"type": ["string", "null"]},
                    "termsDays": {**NUMBER, "description": "Days until a claim is due"},
                    "isCompany": {"type": "boolean"},
                    "discount": {"type": "number"},
                    "language": {"$ref": "#/components/schemas/Language"},
                    "tags": {"type": "array", "items": TEXT},
                    "address": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"city": TEXT, "floor": {"type": "integer"}},
                    },
                    "more": {"type": "object", "additionalProperties": True},
                },
            },
            "Language": {"type": "string", "enum": ["en", "de"]},
        }
    },
}


@pytest.fixture(autouse=True)
def described(server: FakeServer) -> None:
    server.on("GET /api/openapi.json", ok(DOCUMENT, etag='"one"'))


def _sent(server: FakeServer) -> httpx.Request:
    return server.asked[-1]


def _post(server: FakeServer, *words: str) -> int:
    server.on("POST /api/clients", httpx.Response(201, json={"id": "cli_1"}))
    return server.run("api", "POST", "/api/clients", *words)


def _refused(server: FakeServer, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said of words that are not understood. The route itself is not asked."""
    assert server.run("api", *words) == Code.USAGE
    assert {request.url.path for request in server.asked} <= {"/api/openapi.json"}
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (["name=ACME AG"], {"name": "ACME AG"}),
        (["name=12"], {"name": "12"}),
        (["name=A", "termsDays=14"], {"name": "A", "termsDays": 14}),
        (["name=A", "termsDays="], {"name": "A", "termsDays": None}),
        (["name=A", "vatId="], {"name": "A", "vatId": None}),
        (["name="], {"name": ""}),
        (["name=A=B"], {"name": "A=B"}),
        (["name=A", "isCompany=true"], {"name": "A", "isCompany": True}),
        (["name=A", "discount=2.5"], {"name": "A", "discount": 2.5}),
        (["name=A", "language=de"], {"name": "A", "language": "de"}),
        (["name=A", "tags=x", "tags=y"], {"name": "A", "tags": ["x", "y"]}),
        (["name=A", 'tags=["x","y"]'], {"name": "A", "tags": ["x", "y"]}),
        (["name=A", "tags:=[]"], {"name": "A", "tags": []}),
        (["name=A", "address.city=Bonn", "address.floor=2"],
         {"name": "A", "address": {"city": "Bonn", "floor": 2}}),
        (["name=A", 'address={"city": "Bonn"}'], {"name": "A", "address": {"city": "Bonn"}}),
        (["name=A", "more.depth=2", "more.count:=2"],
         {"name": "A", "more": {"depth": "2", "count": 2}}),
        (['name:="@ACME"'], {"name": "@ACME"}),
    ],
)  # fmt: skip
def test_a_field_is_what_the_description_says(
    server: FakeServer, fields: list[str], body: dict[str, Any]
) -> None:
    words = [word for field in fields for word in ("-f", field)]
    assert _post(server, *words) == Code.DONE
    assert json.loads(_sent(server).content) == body


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-f", "nmae=A"], "POST /api/clients takes no 'nmae'. It takes: name."),
        (["-f", "name=A", "-f", "address.cty=B"], "takes no 'address.cty'. It takes: city."),
        (["-f", "name"], "'name': write NAME=VALUE"),
        (["-f", "=A"], "'=A': write NAME=VALUE"),
        (["-f", "name=A", "-f", "name=B"], "name is given twice"),
        (["-f", "name=A", "-f", "termsDays=soon"], "takes whole number or nothing, and 'soon'"),
        (["-f", "name=A", "-f", "isCompany=yes"], "isCompany takes true or false"),
        (["-f", "name=A", "-f", "language=fr"], "language takes en | de, and 'fr'"),
        (["-f", "name=A", "-f", "address={"], "address takes JSON"),
        (["-f", "name=A", "-f", 'address={"a": NaN}'], "NaN is no number of JSON"),
        (["-f", "name=@none.txt"], "none.txt cannot be read"),
        (["-f", "name=A", "-f", "name.first=B"], "takes no 'name.first'"),
        (["-f", "vatId=1"], "POST /api/clients needs name: give it by -f name=…."),
        ([], "POST /api/clients needs name"),
        (["-f", "name=A", "--data", "{}"], "not both"),
        (["--data", "{"], "--data takes JSON"),
        (["-q", "tag=x", "-f", "name=A"], "takes no 'tag'. It takes: none."),
        (["-H", "If-Match=x", "-f", "name=A"], "takes no 'If-Match'. It takes: Idempotency-Key."),
    ],
)
def test_what_the_description_has_not_is_refused_before_it_is_sent(
    server: FakeServer, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert says in _refused(server, capsys, "POST", "/api/clients", *words)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["GET", "/api/clints"], "There is no route /api/clints. Nearest: /api/clients"),
        (["PUT", "clients"], "/api/clients takes no PUT. It takes: GET, POST."),
        (["GET", "/api/clients/{client_id}"], "write an id in the place"),
        (["GET"], "Give a method and a path"),
        (["clients", "GET"], "Give a method and a path"),
        (["GET", "/api/clients", "-f", "name=A"], "takes no body. Parameters are given by -q"),
        (["GET", "/api/clients", "-q", "archived=maybe"], "archived takes true or false"),
        (["GET", "/api/clients?archve=true"], "takes no 'archve'. It takes: archived."),
        (["DELETE", "/api/clients/cli_1", "--all"], "has no pages"),
        (["POST", "/api/receipts", "-f", "receipt=@x.jpg"], "needs paidBy"),
        (["POST", "/api/receipts", "-q", "paidBy=company", "-f", "note=x"], "needs receipt"),
        (["POST", "/api/receipts", "-q", "paidBy=company", "--data", "x"], "by their names"),
        (["POST", "/api/clients/cli_1/logo"], "takes a file: give it by --data @FILE"),
    ],
)
def test_a_route_that_is_asked_wrongly_says_what_it_takes(
    server: FakeServer, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert says in _refused(server, capsys, *words)


def test_what_changes_something_has_a_key_of_its_own_or_the_given_one(server: FakeServer) -> None:
    assert _post(server, "-f", "name=A") == Code.DONE
    assert _post(server, "-f", "name=A") == Code.DONE
    assert _post(server, "-f", "name=A", "--key", "mine") == Code.DONE
    keys = [
        request.headers["idempotency-key"] for request in server.asked if request.method == "POST"
    ]
    assert len({*keys}) == 3
    assert keys[-1] == "mine"


def test_a_lost_answer_is_asked_for_again_under_the_same_key(server: FakeServer) -> None:
    server.on("POST /api/clients", silent, ok({"id": "cli_1"}))
    assert server.run("api", "POST", "/api/clients", "-f", "name=A") == Code.DONE
    keys = {
        request.headers["idempotency-key"] for request in server.asked if request.method == "POST"
    }
    assert len(keys) == 1


def test_a_query_is_what_the_description_says(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/clients", page({"id": "cli_1"}, cursor="next"))
    asked = ["-q", "archived=true", "-q", "tag=a", "-q", "tag=b"]
    assert server.run("api", "get", "clients/?limit=5", *asked) == Code.DONE
    assert _sent(server).url.params.multi_items() == [
        ("archived", "true"),
        ("tag", "a"),
        ("tag", "b"),
        ("limit", "5"),
    ]
    assert json.loads(capsys.readouterr().out)["items"] == [{"id": "cli_1"}]


def test_all_pages_are_one(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/clients", page(1, 2, cursor="more"), page(3))
    assert server.run("api", "GET", "/api/clients", "--all", "-q", "tag=a") == Code.DONE
    assert json.loads(capsys.readouterr().out) == {"items": [1, 2, 3], "nextCursor": None}
    asked = [dict(each.url.params) for each in server.asked if each.url.path == "/api/clients"]
    assert asked == [
        {"limit": "100", "tag": "a"},
        {"limit": "100", "tag": "a", "cursor": "more"},
    ]


def test_a_word_of_the_route_goes_before_an_id(server: FakeServer) -> None:
    server.on("GET /api/clients/newest", ok({}))
    assert server.run("api", "GET", "/api/clients/newest") == Code.DONE
    server.on("DELETE /api/clients/cli_1", httpx.Response(204))
    assert server.run("api", "DELETE", "/api/clients/cli_1") == Code.DONE


def test_an_id_that_leads_elsewhere_is_refused(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is asked for by nothing that is an id" in _refused(
        server, capsys, "GET", "/api/clients/.."
    )


def test_the_body_is_taken_as_it_stands(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _post(server, "--data", '{"name": "A"}') == Code.DONE
    assert _sent(server).content == b'{"name": "A"}'
    assert _sent(server).headers["content-type"] == "application/json"
    file = server.folder / "client.json"
    file.write_text('{"name": "B"}')
    assert _post(server, "--data", f"@{file}") == Code.DONE
    assert _sent(server).content == b'{"name": "B"}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"name": "C"}')))
    assert _post(server, "--data", "@-") == Code.DONE
    assert _sent(server).content == b'{"name": "C"}'


def test_files_are_sent_as_the_description_says(server: FakeServer) -> None:
    picture = server.folder / "logo.jpg"
    picture.write_bytes(b"\xff\xd8picture")
    server.on("POST /api/clients/cli_1/logo", ok({}))
    assert (
        server.run("api", "POST", "/api/clients/cli_1/logo", "--data", f"@{picture}") == Code.DONE
    )
    assert _sent(server).headers["content-type"] == "image/jpeg"
    assert _sent(server).content == b"\xff\xd8picture"
    server.on("POST /api/receipts", ok({}))
    given = ["-f", f"receipt=@{picture}", "-f", "note=Lunch", "-q", "paidBy=company"]
    assert server.run("api", "POST", "/api/receipts", *given) == Code.DONE
    assert _sent(server).headers["content-type"].startswith("multipart/form-data")
    sent = _sent(server).content
    for part in (b'name="receipt"; filename="logo.jpg"', b"\xff\xd8picture", b"Lunch"):
        assert part in sent


def test_a_file_is_written_and_replaces_none(
    server: FakeServer, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    answer = httpx.Response(200, content=b"\x89PNG", headers={"content-type": "image/png"})
    server.on("GET /api/clients/cli_1/logo", answer)
    asked = ["api", "GET", "/api/clients/cli_1/logo"]
    assert server.run(*asked) == Code.DONE
    assert capfdbinary.readouterr().out == b"\x89PNG"
    file = server.folder / "logo.png"
    assert server.run(*asked, "-o", str(file)) == Code.DONE
    assert file.read_bytes() == b"\x89PNG"
    assert server.run(*asked, "-o", str(file)) == Code.USAGE
    assert server.run(*asked, "-o", str(file), "--force") == Code.DONE


def test_a_refusal_of_the_server_ends_as_in_every_command(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/clients/cli_1", problem("not-found", 404))
    assert server.run("api", "GET", "/api/clients/cli_1", "--json") == Code.NOT_FOUND
    assert json.loads(capsys.readouterr().out)["type"] == "urn:tillroll:problem:not-found"


def test_the_description_is_kept_until_it_has_changed(server: FakeServer) -> None:
    server.on("GET /api/clients/cli_1", ok({}))
    server.on(
        "GET /api/openapi.json",
        ok(DOCUMENT, etag='"one"'),
        httpx.Response(304),
        ok({**DOCUMENT, "paths": {}}, etag='"two"'),
    )
    asked = ["api", "GET", "/api/clients/cli_1"]
    assert [server.run(*asked) for _ in range(3)] == [Code.DONE, Code.DONE, Code.USAGE]
    tags = [
        request.headers.get("if-none-match")
        for request in server.asked
        if request.url.path == "/api/openapi.json"
    ]
    assert tags == [None, '"one"', '"one"']


def test_help_says_what_a_route_takes(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert server.run("api", "POST", "clients", "--help") == Code.DONE
    said = capsys.readouterr().out
    assert said.startswith("POST /api/clients\nAdd a client. Its name is no other client's.\n")
    for line in (
        "Permission: book",
        "  name*      text",
        "  termsDays  whole number or nothing. Days until a claim is due",
        "  language   en | de",
        "  tags       list: text; repeat",
        "Answer: 200 application/json",
        "  tillroll api POST /api/clients -f 'name=ACME AG' -f termsDays=14 -f tags=a -f tags=b",
    ):
        assert line in said
    assert server.run("api", "--help", "/api/clients/cli_1") == Code.DONE
    said = capsys.readouterr().out
    assert "GET /api/clients/{client_id}" in said
    assert "DELETE /api/clients/{client_id}" in said
    assert server.run("api", "--help", "newest") == Code.DONE
    assert capsys.readouterr().out == "GET\t/api/clients/newest\tThe newest client\n"
    assert server.run("api", "-h") == Code.DONE
    assert "Usage:" in capsys.readouterr().out
    assert "There is no route" in _refused(server, capsys, "--help", "nothing-like-it")


def test_help_needs_no_server_where_the_description_was_kept(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert server.run("api", "--help", "newest") == Code.DONE
    server.on("GET /api/openapi.json", silent)
    assert server.run("api", "--help", "newest") == Code.DONE
    assert capsys.readouterr().out.count("The newest client") == 2


def test_a_shell_is_offered_what_the_description_has(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert server.run("api", "--help", "newest") == Code.DONE
    monkeypatch.setenv("XDG_CACHE_HOME", server.environment["XDG_CACHE_HOME"])
    monkeypatch.chdir(tmp_path)
    here = ServerOptions(url=URL)
    assert complete_method("p") == ["POST", "PUT", "PATCH"]
    paths = [path for path, _ in complete_path("POST", "/api/cl", here)]
    assert paths == [
        "/api/clients",
        "/api/clients/{client_id}/merge",
        "/api/clients/{client_id}/logo",
    ]
    assert [path for path, _ in complete_path("POST", "/api/clients/cli_1/m", here)] == [
        "/api/clients/cli_1/merge"
    ]
    fields = complete_field("POST", "/api/clients", "t", here)
    assert fields == [("termsDays=", "Days until a claim is due"), ("tags=", "")]
    assert complete_field("POST", "/api/clients", "language=", here) == [
        ("language=en", ""),
        ("language=de", ""),
    ]
    assert complete_query("GET", "/api/clients", "archived=", here) == [
        ("archived=true", ""),
        ("archived=false", ""),
    ]
    assert complete_query("GET", "/api/nothing", "", here) == []
