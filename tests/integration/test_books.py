"""The books on the genuine stack, in the local QuickBooks and in a signed target: connected,
mapped, and brought into step while answers are lost and everything dies. Nothing is lost or
doubled; a change by hand is a conflict; where the books let us in no more, a person is called.
"""

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.books.together import SIGNED_SECRET
from tests.support.audits import check_audit
from tests.support.drawing import smallest_jpeg
from tests.support.expenses import Given, id_of, sql_of
from tests.support.moments import Moment, Moments, fire_cron_until_ended, stack_of_moments
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until

pytestmark = pytest.mark.long

_EXPENSES: Final = [
    Given(
        number,
        date="2026-02-14",
        merchant=f"Shop {number % 3}",
        total_minor=11_900 + number,
        tax_minor=1900,
        category="Travel",
    )
    for number in range(1, 31)
]
_CODES: Final = {"quickbooks": ("7", "5"), "signed": ("6300", "V19")}
_ON_ITS_WAY: Final = 2
"""So many requests are done, and their answers are on their way, when everything dies."""
_MOST_SYNCS: Final = 5
_LONG: Final = 90.0


@dataclass(frozen=True)
class Books:
    """One account's books, and what is there by the books' own account."""

    stack: RunningStack
    provider: str
    account_id: str
    id: str

    def there(self) -> dict[str, Any]:
        return self._local("GET", "state").json()

    def documents(self) -> list[dict[str, Any]]:
        """Each with the id of its expense and its total in minor units."""
        if self.provider == "signed":
            found = [
                {**each, "of": each["reference"]} for each in self.there()["documents"].values()
            ]
        else:
            found = [
                {
                    **each,
                    "id": each["Id"],
                    "of": str(each["PrivateNote"]).partition("#")[2].partition("\n")[0],
                    "total": round(100 * float(each["TotalAmt"])),
                }
                for each in self.there()["rows"]["Bill"].values()
            ]
        return [each for each in found if self.account_id in str(each["of"])]

    def files(self) -> list[str]:
        """The id of the document of each file."""
        there = self.there()
        if self.provider == "signed":
            return [each["document"] for each in there["attachments"]]
        return [
            each["AttachableRef"][0]["EntityRef"]["value"]
            for each in there["rows"]["Attachable"].values()
        ]

    def edit(self, document: dict[str, Any]) -> None:
        """Somebody changes a document there."""
        fields = {"due": "2026-12-24"} if self.provider == "signed" else {"DueDate": "2026-12-24"}
        self.act("edit", id=document["id"], fields=fields, entity="Bill")

    def due(self, document_id: str) -> str:
        [found] = [each for each in self.documents() if each["id"] == document_id]
        return str(found["due"] if self.provider == "signed" else found["DueDate"])

    def act(self, act: str, **given: Any) -> None:
        self._local("POST", "acts", act=act, **given)

    def disturb(self, kind: str, times: int, **more: Any) -> None:
        """What becomes of the next requests that write a document."""
        on = "document.write" if self.provider == "signed" else "/bill"
        self._local("POST", "faults", kind=kind, on=on, times=times, **more)

    def undisturbed(self) -> None:
        self._local("DELETE", "faults")

    def lose_answers(self) -> None:
        self._local("PUT", "rates", lost_after=0.1, lost_before=0.05, seed=7)

    def _local(self, method: str, path: str, **body: Any) -> httpx.Response:
        url = f"{self.stack.stack.books_url}/{self.provider}/_/{path}"
        sent = None if method in {"GET", "DELETE"} else body
        return httpx.request(method, url, timeout=PATIENCE_SECONDS, json=sent).raise_for_status()

    def get(self, path: str) -> Any:
        with self.stack.client() as client:
            return client.get(path).raise_for_status().json()

    def begin(self, **body: Any) -> dict[str, Any]:
        asked = self.stack.ask(f"/api/books/connections/{self.id}/syncs", **body)
        return asked.raise_for_status().json()

    def synced(self, **body: Any) -> dict[str, Any]:
        """A sync that has ended."""
        begun = self.begin(**body)
        fire_cron_until_ended(self.stack, "sync")
        return self.get(f"/api/books/syncs/{begun['id']}")


@pytest.fixture(scope="module")
def moments() -> Generator[Moments]:
    with Moments() as server:
        yield server


@pytest.fixture(scope="module")
def stack(moments: Moments, tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningStack]:
    with stack_of_moments(tmp_path_factory.mktemp("books"), moments) as running:
        yield running


def _say_yes(own: RunningStack, address: str) -> None:
    """What a person does at the provider, and the page that they come back to."""
    came = httpx.get(address, timeout=PATIENCE_SECONDS)
    said = {
        name: values[0]
        for name, values in parse_qs(urlsplit(came.headers["location"]).query).items()
    }
    body = {"state": said["state"], "code": said["code"], "realmId": said["realmId"]}
    answer = own.ask("/api/books/authorizations", **body).raise_for_status().json()
    assert answer["status"] == "connected", answer


def _connected(stack: RunningStack, provider: str) -> Books:
    own = stack.with_own_account()
    account_id = own.account_id()
    for each in _EXPENSES:
        own.upload(smallest_jpeg(f"{account_id}{each.number}".encode())).raise_for_status()
    sums = [
        each.split("/")[1] for each in own.stored_objects(account_id) if each.endswith("original")
    ]
    # Their bytes are those of the expenses that are made here, not of what was uploaded.
    # Ours.
    own.d1(f"UPDATE receipts SET sha256 = 'given ' || sha256 WHERE account_id = '{account_id}'")
    own.d1(
        "".join(
            sql_of(account_id, each, sha256) for each, sha256 in zip(_EXPENSES, sums, strict=True)
        )
    )
    body: dict[str, Any] = {
        "name": "Books",
        "provider": provider,
        "firstDay": "2026-01-01",
        "onChange": False,
    }
    if provider == "signed":
        body |= {"url": f"{stack.stack.books_url}/signed/books", "secret": SIGNED_SECRET}
    made = own.ask("/api/books/connections", **body).raise_for_status().json()
    if provider != "signed":
        _say_yes(own, made["authorizeUrl"])
    books = Books(own, provider, account_id, made["id"])
    path = f"/api/books/connections/{books.id}"
    own.ask(f"{path}/chart").raise_for_status()
    refused = own.ask(f"{path}/syncs")
    assert refused.json()["type"] == "urn:tillroll:problem:books-unmapped", (
        "something was sent without a place"
    )
    account, tax = _CODES[provider]
    words = [
        {"what": "category", "word": "Travel", "code": account},
        {"what": "tax", "word": "*", "code": tax},
    ]
    with own.client() as client:
        mapped = client.put(f"{path}/mapping", json={"words": words}).raise_for_status().json()
    assert mapped["unmapped"] == []
    assert len(books.get(f"{path}/dry-run?limit=100")["items"]) == len(_EXPENSES)
    return books


@pytest.mark.parametrize("provider", ["quickbooks", "signed"])
def test_the_books_are_brought_into_step_through_lost_answers_and_a_death(
    stack: RunningStack, moments: Moments, provider: str
) -> None:
    books = _connected(stack, provider)
    _die_in_the_middle(books, moments)
    for _ in range(_MOST_SYNCS):
        if books.get("/api/books/status")["isEverything"]:
            break
        books.synced()
    books.undisturbed()
    _check_all_is_there(books)
    _change_by_hand(books)
    _no_way_in(books)
    _check_all_is_there(books)
    rows = stack.d1("SELECT id, state FROM runs WHERE kind = 'sync'")
    check_audit(stack, {str(row["id"]): str(row["state"]) for row in rows})
    assert books.get("/api/audit/verify")["isIntact"]


def _die_in_the_middle(books: Books, moments: Moments) -> None:
    books.lose_answers()
    moments.begin()
    run_id = str(books.begin()["runId"])
    moment = Moment("book", "before", turn=14)
    moments.aim({run_id: moment})
    moments.wait()
    books.disturb("slow", _ON_ITS_WAY, seconds=_LONG)
    moments.let_go()
    wait_until(
        lambda: books.there()["happened"].get("slow", 0) == _ON_ITS_WAY,
        "answers to be on their way",
    )
    assert 0 < len(books.documents()) < len(_EXPENSES), "it was not in the middle"
    books.stack.kill()
    books.stack.start()
    books.lose_answers()
    fire_cron_until_ended(books.stack, "sync", 2 * PATIENCE_SECONDS)


def _check_all_is_there(books: Books) -> None:
    documents = books.documents()
    times = Counter(str(each["of"]) for each in documents)
    assert times == Counter(id_of(books.account_id, each) for each in _EXPENSES), (
        "something is lost or doubled"
    )
    totals = {str(each["of"]): each["total"] for each in documents}
    assert totals == {id_of(books.account_id, each): each.total_minor for each in _EXPENSES}
    ids = {str(each["id"]) for each in documents}
    files = Counter(each for each in books.files() if each in ids)
    assert files == Counter(ids), "a file is lost or doubled"
    status = books.get("/api/books/status")
    assert status["isEverything"], status
    says = books.get(f"/api/books/subjects/{id_of(books.account_id, _EXPENSES[0])}")["items"][0]
    assert says["state"] == "written", says


def _change_by_hand(books: Books) -> None:
    """What somebody changed there is left, and both sides are shown, until a person decides."""
    document = books.documents()[0]
    books.edit(document)
    assert books.synced(compare=True)["outcomes"].get("conflict") == 1
    assert books.due(document["id"]) == "2026-12-24"
    [conflict] = books.get("/api/books/conflicts")["items"]
    assert conflict["subject"] == document["of"]
    assert [each["theirs"] for each in conflict["differences"]] == ["2026-12-24"], conflict[
        "differences"
    ]
    books.stack.ask(
        f"/api/books/conflicts/{conflict['id']}/decision", decision="ours"
    ).raise_for_status()
    assert books.synced()["outcomes"].get("written") == 1
    assert books.due(document["id"]) != "2026-12-24"


def _no_way_in(books: Books) -> None:
    """The books let us in no more: a person is called, and what is left waits for them."""
    if books.provider == "signed":
        books.act("secrets", secrets=["whsec_" + "b" * 32])
    else:
        books.act("revoke")
    changed_id = id_of(books.account_id, _EXPENSES[0])
    change = (
        f"UPDATE expenses SET total_minor = 15000, version = version + 1 WHERE id = '{changed_id}'"
    )
    books.stack.d1(change)
    assert books.synced()["state"] == "disconnected"
    connection = books.get(f"/api/books/connections/{books.id}")
    assert connection["status"] == "disconnected", connection
    query = (
        f"SELECT topic FROM notifications WHERE account_id = '{books.account_id}' AND topic LIKE "
        "'books.%'"
    )
    assert [row["topic"] for row in books.stack.d1(query)] == ["books.disconnected"]
    refused = books.stack.ask(f"/api/books/connections/{books.id}/syncs")
    assert refused.json()["type"] == "urn:tillroll:problem:books-disconnected"
    if books.provider == "signed":
        books.act("secrets", secrets=[SIGNED_SECRET])
        books.stack.ask(f"/api/books/connections/{books.id}/chart").raise_for_status()
    else:
        again = (
            books.stack.ask(f"/api/books/connections/{books.id}/authorization")
            .raise_for_status()
            .json()
        )
        _say_yes(books.stack, again["authorizeUrl"])
    assert books.synced()["outcomes"].get("written") == 1
    [changed] = [each for each in books.documents() if each["of"] == changed_id]
    assert changed["total"] == 15_000
    books.stack.d1(change.replace("15000", f"{_EXPENSES[0].total_minor}"))
    assert books.synced()["outcomes"].get("written") == 1
