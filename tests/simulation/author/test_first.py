"""The first workflow of docs/writing-workflows.md does what the page says, whatever comes
between.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.simulation.author.first import MAILS, REMINDER, ReminderParams
from tillroll_durable import begin
from tillroll_durable.contract import RETURNED
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.http import HttpAnswer
from tillroll_durable.platform.json import dump, load_object
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.host.memory import WebhookReceiver

_TABLES = [
    statement(
        "CREATE TABLE invoices (id TEXT NOT NULL, email TEXT NOT NULL, amount INTEGER NOT NULL) "
        "STRICT"
    ),
    statement("INSERT INTO invoices (id, email, amount) VALUES ('inv-1', 'ann@example.com', 90)"),
    statement(
        "CREATE TABLE reminders (run_id TEXT NOT NULL, invoice TEXT NOT NULL, mail TEXT NOT NULL) "
        "STRICT"
    ),
]


class MailService(WebhookReceiver):
    """It sends one mail for each key. `answers` are given first."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults
        self.sent: dict[str, str] = {}

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        assert url == MAILS
        await self._faults.point("mail: before")
        answer = self.answers.pop(0) if self.answers else 201
        if answer == 201:
            self.sent.setdefault(headers["idempotency-key"], str(load_object(body)["to"]))
        await self._faults.point("mail: after")
        return HttpAnswer(answer or 500, dump({"id": "mail-1"}))


async def _opened(faults: Faults) -> tuple[World, MailService]:
    world, mails = await open_world(faults, Deployed(REMINDER), tables=_TABLES), MailService(faults)
    world.host.platform = replace(world.host.platform, http=mails)
    return world, mails


async def _remind(world: World, invoice: str = "inv-1") -> None:
    await begin(world.host.platform, REMINDER, ReminderParams(invoice=invoice), ANN, key="one")


async def _scene(faults: Faults) -> Scene:
    world, mails = await _opened(faults)

    async def check() -> None:
        """One mail, written down once, and only where it was sent."""
        written = await world.rows("SELECT invoice, mail FROM reminders")
        assert list(mails.sent.values()) in ([], ["ann@example.com"]), "mailed twice"
        assert written in ([], [{"invoice": "inv-1", "mail": "mail-1"}]), "written down twice"
        assert len(written) <= len(mails.sent), "written down, and not sent"

    return Scene(world, lambda: _remind(world), check)


_STORY = Story("a reminder", _scene, "completed")


async def test_the_first_workflow_mails_and_writes_down_once(undisturbed: Undisturbed) -> None:
    scene = await undisturbed(_STORY)
    assert len(await scene.world.rows("SELECT * FROM reminders")) == 1
    [row] = await scene.world.rows("SELECT output FROM run_steps WHERE step = ?", RETURNED)
    assert row["output"] == '"mail-1"'


async def test_the_first_workflow_does_so_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(_STORY)


@pytest.mark.parametrize(
    ("invoice", "answers", "state", "sent"),
    [
        ("inv-1", [500, 500], "completed", 1),
        ("inv-1", [500] * 9, "mail_failed", 0),
        ("none", [], "read_failed", 0),
    ],
)
async def test_the_states_follow_from_the_steps(
    invoice: str, answers: list[int], state: str, sent: int
) -> None:
    world, mails = await _opened(Faults())
    mails.answers += answers
    await _remind(world, invoice)
    await world.settle()
    [run] = await world.rows("SELECT state FROM runs")
    assert (run["state"], len(mails.sent)) == (state, sent)
