"""A campaign against the genuine stack: whatever is sent, no 5xx comes back and nothing that the
OpenAPI document does not tell of, and the Worker answers everybody else meanwhile.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.fuzz.answers import Description
from tests.fuzz.askers import OWNER, make_askers
from tests.fuzz.crafted_files import HostileFile, crafted_files
from tests.fuzz.description import COVERAGE, EXAMPLES, FUZZING, ask_operations
from tests.fuzz.hostile_files import hostile_files
from tests.fuzz.hostile_requests import HostileRequest, hostile_requests
from tests.fuzz.tally import Tally
from tests.fuzz.things import make_things
from tests.support.files import jpeg
from tests.support.health import HealthWatch
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until

_READING_SECONDS = 600.0
_AS_OWNER = 0.8  # of our own requests; the others are a stranger's
_PAGE = 50


@dataclass(frozen=True)
class Size:
    """How much is sent: random examples for each operation, requests of our own, damaged files, and
    how many of the crafted ones. `phases` are those of schemathesis.
    """

    examples: int
    requests: int
    files: int
    crafted: int
    phases: Sequence[str] = (EXAMPLES, COVERAGE, FUZZING)


@dataclass(frozen=True)
class Outcome:
    """What was asked, and the longest that the health route took, in seconds."""

    operations: int
    described: Tally
    own_requests: int
    files: int
    runs: int
    health_asked: int
    slowest_health: float


def run_campaign(stack: RunningStack, folder: Path, seed: int, size: Size) -> Outcome:
    """Files first, so that there are runs in every status for the requests to meet. `folder` is for
    schemathesis.

    Raises:
        AssertionError: something was answered that must not be, a file has made its run fail,
            health was not answered or workerd was started anew; the message has the request.
    """
    random_ = random.Random(seed)
    askers = make_askers(stack, "acc_first")
    owner = next(asker for asker in askers if asker.name == OWNER)
    with (
        HealthWatch(stack) as health,
        stack.client_of(owner.token) as client,
        stack.client_of(None) as stranger,
    ):
        description = Description(client)
        known = [invoice_pdf(clear_receipt("PAPER SHOP SDN BHD", "12.90")), jpeg(300, 300)]
        damaged = hostile_files(random_, size.files)
        sent = [_upload(client, description, content) for content in [*known, *damaged]]
        crafted = random_.sample(crafted_files(), size.crafted)
        sent += [_upload(client, description, file.content, file) for file in crafted]
        runs = sorted({run for run in sent if run})
        wait_until(
            lambda: _all_rest(client, runs),
            "every file to be read or to wait for a person",
            _READING_SECONDS,
        )
        ids = make_things(stack, client, runs)
        own = hostile_requests(random_, description.addresses(random_, ids), size.requests)
        for hostile in own:
            _send(client if random_.random() < _AS_OWNER else stranger, description, hostile)
        asked = ask_operations(
            stack.url, askers, ids, folder, seed=seed, examples=size.examples, phases=size.phases
        )
        client.get(
            "/api/session"
        ).raise_for_status()  # the token holds: not all that came was a 401
    return Outcome(
        asked.operations,
        asked.tally,
        len(own),
        len(damaged) + len(crafted),
        len(runs),
        health.asked,
        health.slowest,
    )


def _send(client: httpx.Client, description: Description, hostile: HostileRequest) -> None:
    url = hostile.path + (f"?{hostile.query}" if hostile.query else "")
    headers = [(name.encode(), value.encode("latin-1")) for name, value in hostile.headers.items()]
    answer = client.request(hostile.method, url, headers=headers, content=hostile.body)
    description.hold(answer, f"{hostile!r:.600}")


def _upload(
    client: httpx.Client,
    description: Description,
    content: bytes,
    expected: HostileFile | None = None,
) -> str | None:
    """The run's id, where the file was taken."""
    answer = client.post("/api/receipts", files={"receipt": ("a", content)})
    description.hold(answer, f"a file of {len(content)} bytes that begins with {content[:20]!r}")
    if expected is not None:
        refused = (
            ""
            if answer.is_success
            else f"{answer.status_code} {answer.json()['type'].rpartition(':')[2]}"
        )
        assert refused == ("" if expected.is_taken else expected.door), (
            f"{expected.name}: {answer.text}"
        )
    return answer.json().get("runId")


def _all_rest(client: httpx.Client, runs: list[str]) -> bool:
    """Whether no run is under way; none may have failed, since no file is a reason for that."""
    found = [
        run
        for start in range(0, len(runs), _PAGE)
        for run in client.get(
            "/api/runs", params={"ids": ",".join(runs[start : start + _PAGE])}
        ).json()["items"]
    ]
    assert len(found) == len(runs), "a run is not listed"
    failed = [run for run in found if run["status"] == "failed"]
    assert not failed, failed[:3]
    return all(run["status"] != "processing" for run in found)
