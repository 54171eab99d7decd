"""What a submitter is told where something of another's is near: of a file that is there already, a
mail, a notice, an act, and what looks like their own.
"""

import json
from typing import Any, cast

import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tests.support.sql import sql
from tests.support.uploads import JPEG, MemoryFile, MemoryUpload
from tests.unit.api.test_own_documents import MINE, SUBMITTER, of_two_people
from tests.unit.expenses.sorting.sorted_books import Books
from tillroll.receipts.native import receive
from tillroll.receipts.service import DocumentKnown
from tillroll_testing.host.memory import MemoryObjects


@pytest.fixture
async def books() -> Books:
    return await of_two_people()


async def _uploaded(books: Books, token: str, *, key: str | None = None) -> dict[str, Any]:
    """The answer to one and the same file, handed in by the token's person."""
    headers = {"authorization": f"Bearer {token}", **({"idempotency-key": key} if key else {})}
    file = MemoryFile(JPEG + b"the same", MemoryObjects())
    try:
        return cast(
            "dict[str, Any]",
            (await receive(books.host.platform, MemoryUpload([file], headers))).body,
        )
    except DocumentKnown as refused:
        return {"refused": refused.detail, "title": refused.kind.title, "more": refused.extra}


@pytest.mark.parametrize("ended", ["processing", "rejected"])
async def test_whoever_hands_in_what_another_has_is_told_that_it_is_there_and_no_more(
    books: Books, ended: str
) -> None:
    ann = await _uploaded(books, TOKEN)
    await books.run(sql(f"UPDATE runs SET status = '{ended}' WHERE id = '{ann['runId']}'"))
    before = await books.rows("SELECT id, person, run_id FROM receipts")
    for key in (None, "k", "k"):
        ben = await _uploaded(books, SUBMITTER, key=key)
        assert ben == {
            "refused": (
                "Somebody has handed it in before. Nothing was changed, and there is nothing for "
                "you to do."
            ),
            "title": "The account has this document already",
            "more": {},
        }
    assert await books.rows("SELECT id, person, run_id FROM receipts") == before
    # Whoever sees all is told which it is.
    assert (await _uploaded(books, TOKEN))["receiptId"] == ann["receiptId"]


async def test_the_same_file_of_ones_own_is_answered_with_its_run(books: Books) -> None:
    first, again = await _uploaded(books, SUBMITTER), await _uploaded(books, SUBMITTER)
    assert first["runId"] == again["runId"]
    async with api_client(books.host.platform, SUBMITTER) as client:
        assert (await client.get(f"/api/runs/{first['runId']}")).status_code == 200


async def test_a_mail_tells_its_sender_nothing_of_a_document_that_is_anothers(books: Books) -> None:
    await books.run(
        "INSERT INTO receipt_addresses (id, account_id, local_part, created_at) "
        "VALUES ('adr_2', 'acc_first', 'r', '')"
    )
    await books.run(
        "INSERT INTO received_mail (id, account_id, address_id, message_id, digest, sender, "
        "subject, user_id, "
        "is_authenticated, is_automatic, size, object_key, received_at, state, next_attempt_at) "
        "VALUES "
        "('rml_2', 'acc_first', 'adr_2', '', 'd', 's', 's', 'usr_ben', 1, 0, 1, 'k', '', 'done', "
        "'')"
    )
    for position, number in ((1, 1), (2, 3)):
        await books.run(
            sql(
                "INSERT INTO received_papers (mail_id, position, found, name, size, outcome, "
                "receipt_id, run_id) VALUES "
                f"('rml_2', {position}, 'attached', 'a.jpg', 1, 'known', 'rec_00000{number}', "
                f"'run_00000{number}')"
            )
        )
    async with api_client(books.host.platform, SUBMITTER) as client:
        papers = (await client.get("/api/received-mail/rml_2")).json()["papers"]
    assert [(each["receiptId"], each["runId"], each["outcome"]) for each in papers] == [
        (None, None, "known"),
        ("rec_000003", "run_000003", "known"),
    ]


async def test_a_notice_of_what_became_anothers_is_not_shown(books: Books) -> None:
    for number in (1, 3):
        await books.run(
            sql(
                "INSERT INTO notifications (id, account_id, topic, subject, about, run_id, "
                "created_at) VALUES "
                f"('n{number}', 'acc_first', 'run.rejected', 's', '', 'run_00000{number}', '2026')"
            )
        )
        await books.run(
            sql(
                "INSERT INTO notification_recipients (notification_id, user_id, created_at, "
                "in_app, by_mail) VALUES "
                f"('n{number}', 'usr_ben', '2026', 1, 0)"
            )
        )
    async with api_client(books.host.platform, SUBMITTER) as client:
        assert [each["id"] for each in (await client.get("/api/notices")).json()["items"]] == ["n3"]


async def test_an_act_on_ones_own_stays_with_these(books: Books) -> None:
    """Also where it is gone on with, or taken back, by somebody who sees more."""
    async with api_client(books.host.platform, SUBMITTER) as client:
        act = (
            await client.post("/api/acts", json={"kind": "tags", "add": ["mine"], "filter": {}})
        ).json()
    assert act["changed"] == 2
    await books.run("UPDATE expenses SET person = 'usr_first' WHERE id = 'exp_000003'")
    async with api_client(books.host.platform, SUBMITTER) as client:
        assert (await client.post(f"/api/acts/{act['id']}/undo")).json()["restored"] == 1
    assert await books.rows("SELECT expense_id FROM expense_tags") == [{"expense_id": "exp_000003"}]


async def test_a_run_begun_by_name_is_its_beginners(books: Books) -> None:
    await books.run("UPDATE runs SET status = 'rejected' WHERE id = 'run_000003'")
    async with api_client(books.host.platform, SUBMITTER) as client:
        begun = (
            await client.post("/api/workflows/receipt/trigger", json={"receiptId": "rec_000003"})
        ).json()
        assert (await client.get(f"/api/workflows/receipt/status/{begun['id']}")).status_code == 200
        assert (await client.get(f"/api/runs/{begun['id']}")).json()[
            "previousRunId"
        ] == "run_000003"


async def test_how_often_others_were_at_a_merchant_is_not_told(books: Books) -> None:
    """A receipt's merchant is known by all receipts of the account."""
    known = {"by": "name", "times": 7, "since": "2020", "spelling": MINE, "taxId": None}
    body = json.dumps({"knownAs": known}).replace("'", "''")
    await books.run(sql(f"INSERT INTO extractions (run_id, body) VALUES ('run_000003', '{body}')"))
    async with api_client(books.host.platform, SUBMITTER) as client:
        assert (await client.get("/api/runs/run_000003")).json()["extraction"]["knownAs"] is None
    assert (await books.ask("GET", "/api/runs/run_000003"))["extraction"]["knownAs"] == {
        **known,
        "contact": None,
        "iban": None,
    }


@pytest.mark.parametrize(
    ("decider", "pairs"), [("user:usr_ben", 1), ("token:tok_ben", 1), ("user:usr_first", 0)]
)
async def test_nobody_tells_their_own_apart_from_what_they_do_not_see(
    books: Books, decider: str, pairs: int
) -> None:
    """Whoever sees both is asked, where a submitter has approved what looks like another's."""
    await books.run(
        "UPDATE expenses SET merchant = 'BEN BAKERY', total_minor = 500 WHERE id = 'exp_000001'"
    )
    await books.run(
        "UPDATE expenses SET date = '2020-01-01' WHERE id IN ('exp_000002', 'exp_000004')"
    )
    await books.run(
        sql(
            "INSERT INTO review_decisions (review_id, decision, corrections, actor, decided_at) "
            f"VALUES ('rev_1', 'approve', '{{}}', '{decider}', '')"
        )
    )
    assert len((await books.ask("GET", "/api/duplicates"))["items"]) == pairs
    async with api_client(books.host.platform, SUBMITTER) as client:
        assert (await client.get("/api/duplicates")).json()["items"] == []
