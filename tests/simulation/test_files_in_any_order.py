"""People, an office, its bank, time, the machine and whoever runs it act on payouts by file in any
order, over the API: no payment is in two files that the bank was given, and the books say what the
bank did.
"""

import re
from collections import Counter
from dataclasses import replace
from typing import Final, Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.simulation.any_order.acting import ASKER, LIMIT, OTHER, PEOPLE, SETTINGS, WHICH
from tests.simulation.any_order.keeping import Keeping
from tests.simulation.filing import Order, open_by_file
from tests.simulation.paying import CURRENCY, limits
from tests.support.campaigns import of_campaign
from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.bank_files.test_status_report import part, report, transaction
from tillroll.payouts.bank_files.recovered_files import copy_key
from tillroll.payouts.payments import Made, PaymentStatus
from tillroll.payouts.postings import book_all_late
from tillroll.payouts.sepa import as_reference, from_reference
from tillroll.payouts.settlement import call_back_strays, look_after_payments
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.world import World

POSTED, FAILED, RETURNED = PaymentStatus.POSTED, PaymentStatus.FAILED, PaymentStatus.RETURNED
# What a report of the bank says; that a payment came back is in none.
_CODES: Final = {PaymentStatus.PROCESSING: "ACSP", POSTED: "ACSC", FAILED: "RJCT"}
_BECAUSE: Final = "because of the test"


class Filed(Keeping):
    """The bank pays what is in the files that it was `given`, by their ids, and has its word of
    each payment: `truth`, by the payout.
    """

    async def open_world(self) -> World:
        self.given: dict[str, str] = {}
        self.truth: dict[str, PaymentStatus] = {}
        world = await open_by_file(self.faults, Order(is_silent=True, is_idle=True))
        world.deployed = replace(
            world.deployed, more_ticks=[*world.deployed.more_ticks, _looked_after]
        )
        await world.host.database.batch(limits(LIMIT))
        return world

    @rule(key=st.integers(0, 2), is_handed_out=st.booleans())
    def files(self, key: int, is_handed_out: bool) -> None:
        made = self.post(ASKER, "/api/payment-files", {}, key=f"file {key}")
        if made.is_success and is_handed_out:
            self._hand_out(made.json()["id"])

    @precondition(lambda self: self.truth)
    @rule(which=WHICH, status=st.sampled_from([POSTED, FAILED, RETURNED]))
    def bank_does(self, which: int, status: PaymentStatus) -> None:
        """It pays, or does not; what it did not, it may after all; what it paid may come back."""
        run_id = [*self.truth][which % len(self.truth)]
        before = self.truth[run_id]
        if before is not RETURNED and (before, status) != (POSTED, FAILED):
            self.truth[run_id] = status

    @precondition(lambda self: self.given)
    @rule(which=WHICH, person=PEOPLE)
    def bank_reports(self, which: int, person: str) -> None:
        file_id = [*self.given][which % len(self.given)]
        said = [
            transaction(as_reference(run_id), _CODES[self.truth[run_id]], "<Cd>AC04</Cd>")
            for run_id in _paid_by(self.given[file_id])
            if self.truth[run_id] in _CODES
        ]
        if said:
            content = report(part(*said)).replace("pmf-1", as_reference(file_id))
            self.post(person, "/api/payment-reports", {"report": content})

    @precondition(lambda self: self.truth)
    @rule(which=WHICH, person=PEOPLE)
    def person_confirms(self, which: int, person: str) -> None:
        """Somebody has asked the bank of a payment, and says its word."""
        self._confirm([*self.truth][which % len(self.truth)], person)

    @precondition(lambda self: self.backup is not None)
    @rule(is_all=st.booleans())
    def files_are_recovered(self, is_all: bool) -> None:
        """Behind a restore somebody says which files the bank was given; `is_all`: and that it has
        no others.
        """
        self._recover()
        if is_all:
            self.post(OTHER, "/api/payment-files/recovery", {"reason": _BECAUSE})

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        asked = Counter(run_id for content in self.given.values() for run_id in _paid_by(content))
        assert all(times == 1 for times in asked.values()), f"the bank was asked twice: {asked}"

    def history(self) -> list[Made]:
        query = (
            "SELECT i.id, i.run_id, i.amount FROM payment_instructions i "
            "JOIN payouts p ON p.run_id = i.run_id"
        )
        return [
            Made(
                text(row, "id"),
                run_id,
                self.truth[run_id],
                currency=CURRENCY,
                amount=integer(row, "amount"),
            )
            for row in self.rows(query)
            if (run_id := text(row, "run_id")) in self.truth
        ]

    def comes_to_an_end(self) -> None:
        self._recover()
        self.post(OTHER, "/api/payment-files/recovery", {"reason": _BECAUSE})
        self.post(ASKER, "/api/payment-files", {})
        for row in self.rows("SELECT id FROM payment_files ORDER BY id"):
            self._hand_out(text(row, "id"))
        for run_id, status in self.truth.items():
            self.truth[run_id] = POSTED if status is PaymentStatus.PROCESSING else status
            self._confirm(run_id, OTHER)

    def gives_some_back(self) -> None:
        for run_id in [*self.truth][::2]:
            if self.truth[run_id] is POSTED:
                self.truth[run_id] = RETURNED
                self._confirm(run_id, OTHER)

    def _hand_out(self, file_id: str) -> None:
        """The bank is given a file, the same bytes each time."""
        content = self.request("GET", ASKER, f"/api/payment-files/{file_id}/pain.001.xml").text
        assert self.given.setdefault(file_id, content) == content, (
            "a file has other bytes than before"
        )
        for run_id in _paid_by(content):
            self.truth.setdefault(run_id, PaymentStatus.PROCESSING)

    def _confirm(self, run_id: str, person: str) -> None:
        status: dict[PaymentStatus, Literal["posted", "failed", "returned"]]
        status = {POSTED: "posted", FAILED: "failed", RETURNED: "returned"}
        if self.truth[run_id] in status:
            file_id = next(
                id_ for id_, content in self.given.items() if run_id in _paid_by(content)
            )
            said = {"status": status[self.truth[run_id]], "payoutId": run_id}
            self.post(person, f"/api/payment-files/{file_id}/outcomes", said)

    def _recover(self) -> None:
        """Each file that the database does not know is taken up where the bank has it, and dropped
        where not.
        """
        known = {text(row, "id") for row in self.rows("SELECT id FROM payment_files")}
        begin, objects = (
            copy_key(ACCOUNT, "").removesuffix(".xml"),
            self.world.host.pieces.objects.content,
        )
        kept = {
            key.removeprefix(begin).removesuffix(".xml") for key in objects if key.startswith(begin)
        }
        for id_ in sorted(({*self.given} | kept) - known):
            where = {"fileId": id_} if id_ in kept else {"content": self.given[id_]}
            said = {**where, "handedOut": id_ in self.given, "reason": _BECAUSE}
            self.post(OTHER, "/api/payment-files/recovery", said)


async def _looked_after(platform: Platform) -> None:
    await look_after_payments(platform)
    await call_back_strays(platform)
    await book_all_late(platform)


def _paid_by(content: str) -> list[str]:
    """The payouts that a file pays."""
    return [from_reference(name) for name in re.findall("<EndToEndId>(.*?)</EndToEndId>", content)]


TestFiled = Filed.TestCase
TestFiled.settings = settings(SETTINGS, max_examples=of_campaign(50))
