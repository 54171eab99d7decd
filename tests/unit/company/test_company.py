"""The company's profile: entered once, checked, audited; its logo is a bare picture."""

import struct
import zlib
from collections.abc import AsyncGenerator

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN, assemble, migrated_database
from tests.support.roles import MEMBER, roles_given
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.company.native import receive, show
from tillroll.company.service import LARGEST_LOGO, LogoTooLarge, NoLogo, find_logo
from tillroll_durable import statement
from tillroll_durable.idempotency.keys import KeyReused
from tillroll_testing.host.platform import HostPlatform

FILLED = {
    "name": " Books  GmbH ",
    "street": "Domplatz 1",
    "postalCode": "50667",
    "city": "Köln",
    "country": "de",
    "vatId": "de 123 456 789",
    "iban": "de02 1203 0000 0000 2020 51",
    "bic": "byladem1001",
    "mail": "Books@acme.example",
}


@pytest.fixture
async def host() -> HostPlatform:
    return assemble(await migrated_database(), {})


@pytest.fixture
async def client(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


def png(width: int = 64, height: int = 32, *more: tuple[bytes, bytes]) -> bytes:
    """A grey picture, with chunks beside the pixels."""
    rows = b"".join(b"\0" + bytes(width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def upload(host: HostPlatform, content: bytes, key: str | None = None) -> MemoryUpload:
    files = [MemoryFile(content, host.pieces.objects, "logo.png")]
    headers = {"authorization": f"Bearer {TOKEN}"}
    if key is not None:
        headers["idempotency-key"] = key
    return MemoryUpload(files, headers, named="logo")


async def test_it_is_entered_once_and_read_as_people_type_it(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    before = (await client.get("/api/company")).json()
    assert (before["name"], before["iban"], before["logo"], before["updatedAt"]) == (
        "Books",
        None,
        None,
        None,
    )
    assert before["missing"] == ["street", "postalCode", "city", "country", "iban", "vatId"]
    answer = await client.patch("/api/company", json=FILLED)
    assert answer.status_code == httpx.codes.OK, answer.text
    company = answer.json()
    assert (company["name"], company["country"], company["vatId"]) == (
        "Books GmbH",
        "DE",
        "DE123456789",
    )
    assert (company["iban"], company["bic"]) == ("DE02120300000000202051", "BYLADEM1001")
    assert (company["missing"], company["registrationId"]) == ([], None)
    # What is so already is no change; null takes away, and the rest stays.
    await client.patch("/api/company", json={"iban": FILLED["iban"]})
    changed = (await client.patch("/api/company", json={"bic": None, "name": None})).json()
    assert (changed["bic"], changed["name"], changed["city"]) == (None, "Books GmbH", "Köln")
    query = "SELECT actor, detail FROM audit_events WHERE action = 'company.changed' ORDER BY seq"
    first, second = await host.database.all(statement(query))
    assert first["actor"] == "token:tok_usr_first"
    assert "iban" in str(first["detail"])
    assert "DE02" not in str(first["detail"])
    assert set(str(second["detail"]).split('"')) >= {"bic", "name"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iban", "DE03120300000000202051"),
        ("iban", "an account"),
        ("bic", "BANK"),
        ("country", "Germany"),
        ("vatId", "123"),
        ("mail", "nobody"),
        ("name", ""),
        ("name", "x" * 141),
    ],
)
async def test_what_does_not_hold_is_refused_by_its_field(
    client: httpx.AsyncClient, field: str, value: str
) -> None:
    await client.patch("/api/company", json=FILLED)
    answer = await client.patch("/api/company", json={"city": "Bonn", field: value})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert (await client.get("/api/company")).json()["city"] == "Köln"


async def test_the_account_has_the_companys_name(client: httpx.AsyncClient) -> None:
    """As invitations and the frame of the page say it."""
    (await client.patch("/api/company", json=FILLED)).raise_for_status()
    assert (await client.get("/api/session")).json()["account"]["name"] == "Books GmbH"


async def test_only_owners_change_it(client: httpx.AsyncClient, host: HostPlatform) -> None:
    await host.database.batch(roles_given("usr_first", *MEMBER))
    assert (
        await client.patch("/api/company", json={"city": "Bonn"})
    ).status_code == httpx.codes.FORBIDDEN


async def test_a_logo_is_kept_bare_and_replaced(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    told = (b"tEXt", b"Author\0Ann Lee")
    reply = await receive(host.platform, upload(host, png(64, 32, told)), {})
    logo = reply.body["logo"]
    assert isinstance(logo, dict)
    assert (logo["mediaType"], logo["width"], logo["height"]) == ("image/png", 64, 32)
    found = await find_logo(host.database, ACCOUNT)
    assert found is not None
    assert host.pieces.objects.content[found.key] == png(64, 32)
    shown = await show(host.platform, MemoryUpload([], {"authorization": f"Bearer {TOKEN}"}), {})
    assert (shown.key, shown.headers["content-type"]) == (found.key, "image/png")
    assert (await client.delete("/api/company/logo")).status_code == httpx.codes.NO_CONTENT
    assert (await client.get("/api/company")).json()["logo"] is None
    assert await logo_changes(host) == 2


async def logo_changes(host: HostPlatform) -> int:
    rows = await host.database.all(
        statement("SELECT 1 FROM audit_events WHERE action = 'company.logo_changed'")
    )
    return len(rows)


async def test_a_logo_is_set_once_under_a_key(host: HostPlatform) -> None:
    first = await receive(host.platform, upload(host, png(64, 32), "lost"), {})
    again = await receive(host.platform, upload(host, png(64, 32), "lost"), {})
    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert await logo_changes(host) == 1
    with pytest.raises(KeyReused):
        await receive(host.platform, upload(host, png(32, 32), "lost"), {})


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", NoLogo),
        (b"GIF89a" + bytes(40), NoLogo),
        (b"\x89PNG\r\n\x1a\n", NoLogo),
        (png(8, 8), NoLogo),
        (png(2001, 16), LogoTooLarge),
        (png(64, 32) + bytes(LARGEST_LOGO), LogoTooLarge),
    ],
)
async def test_other_files_are_no_logo(
    host: HostPlatform, content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await receive(host.platform, upload(host, content), {})
    assert await find_logo(host.database, ACCOUNT) is None
    assert not host.pieces.objects.content


@pytest.mark.parametrize(
    ("chosen", "country", "becomes"),
    [(None, "DE", "EUR"), (None, "GB", "GBP"), ("USD", "DE", "USD"), (None, "AQ", None)],
)
async def test_the_currency_of_the_country_becomes_the_base_currency_where_none_was_chosen(
    client: httpx.AsyncClient, chosen: str | None, country: str, becomes: str | None
) -> None:
    if chosen is not None:
        (await client.patch("/api/account", json={"baseCurrency": chosen})).raise_for_status()
    (await client.patch("/api/company", json={"country": country})).raise_for_status()
    account = (await client.get("/api/account")).json()
    assert account["baseCurrency"] == becomes
