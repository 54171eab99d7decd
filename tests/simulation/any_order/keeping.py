"""The operator of the deployment archives, replaces keys, erases and restores while payouts go
on.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from cli.operations.backup import TAKE_UP
from cli.operations.leaving import LIFT
from tests.simulation.any_order.acting import ASKER, PEOPLE, WHICH, Acting
from tests.support.host_platform import ACCOUNT
from tests.unit.tillroll_durable.sealing.records import findings_of
from tillroll.payouts.bank_files.recovered_files import copy_key
from tillroll.privacy.repository import What, left_over
from tillroll.workflows.registry import KEPT_SECRETS
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.kept_secrets import secrets_by_key
from tillroll_durable.sealing.settings import AuditSettings
from tillroll_testing.host.platform import HostPlatform
from tillroll_testing.host.signing import HostSigner, new_signing_key
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.adapters import FaultyDatabase

_ROUNDS: Final = 12
_ENDED: Final = "SELECT 1 FROM runs WHERE status IN ('complete', 'rejected', 'cancelled') LIMIT 1"
_ARCHIVED: Final = "SELECT run_id FROM archived_runs WHERE bundle_id IS NOT NULL"
_MOST_BROUGHT_BACK: Final = 20
_FILES: Final = copy_key(ACCOUNT, "").removesuffix(".xml")


@dataclass(frozen=True)
class Backup:
    """The database, the bucket, and which keys encrypted what is in them."""

    database: SqliteDatabase
    objects: dict[str, bytes]
    keys: EncryptionSettings


class Keeping(Acting):
    """Also its history is looked at: what is archived is shown as it was, and nobody has tampered
    with the audit.
    """

    backup: Backup | None = None

    @precondition(lambda self: not self.is_shut and self._has_ended())
    @rule()
    def archives(self) -> None:
        """All that may go into the archive goes there."""
        self.time_passes(20, None)
        if self.is_shut:
            return
        before = {run_id: self._shown(run_id) for run_id in self.runs}
        asked: dict[str, object] = {"olderThanDays": 0}
        for _ in range(_ROUNDS):
            done = self.post(ASKER, "/api/archive/rounds", asked).json()
            if done["isIdle"]:
                break
            asked = {"before": done["before"]}
        else:
            raise AssertionError("the archive is never done")
        assert {run_id: self._shown(run_id) for run_id in self.runs} == before, (
            "an archived payout is shown otherwise"
        )

    @precondition(lambda self: self._is_archived())
    @rule(which=WHICH)
    def brings_back(self, which: int) -> None:
        self.post(ASKER, "/api/archive/restore", {"runs": [self.runs[which % len(self.runs)]]})

    @rule(key=st.sampled_from(["audit", "new", "old"]))
    def replaces_a_key(self, key: str) -> None:
        """That of the audit; that of secrets, where a new one stands in front of the others, and
        the cron encrypts anew what these have encrypted; or the old ones of secrets are taken away.
        """
        match key:
            case "audit":
                self._replace_the_audits()
            case "new":
                keys = self._keys()
                version = max(keys) + 1
                self.settle_with(
                    EncryptionSettings({version: hashlib.sha256(b"%d" % version).digest(), **keys})
                )
            case _:
                self._take_old_ones_away()

    @rule(person=PEOPLE, takes_back=st.booleans())
    def erases_the_account(self, person: str, takes_back: bool) -> None:
        """Asks for it, or has it stay."""
        if takes_back:
            self.request("DELETE", person, "/api/account/erasure")
        else:
            self.post(person, "/api/account/erasure", {"name": "Books"})

    @precondition(lambda self: not self.is_shut)
    @rule()
    def backs_up(self) -> None:
        host = self.world.host
        keys = host.platform.settings.of(EncryptionSettings)
        self.backup = Backup(host.database.copy(), dict(host.pieces.objects.content), keys)

    @precondition(lambda self: self.backup is not None and not self.is_shut)
    @rule(has_files=st.booleans())
    def restores(self, has_files: bool) -> None:
        """In a new place, as `tillroll restore` does. `has_files`: the bucket still has all files
        for the bank.
        """
        backup, host = self.backup, self.world.host
        assert backup is not None
        files = {
            key: content
            for key, content in host.pieces.objects.content.items()
            if key.startswith(_FILES)
        }
        host.pieces.objects.content = {**backup.objects, **(files if has_files else {})}
        database = backup.database.copy()
        database.connection.execute(TAKE_UP)
        database.connection.execute(LIFT)  # before the place runs, what left was listed
        self.world.instances.by_id.clear()
        host.pieces.queue.lose_all()
        platform = replace(host.platform, database=FaultyDatabase(database, self.faults))
        self.world.host = HostPlatform(platform, database, host.pieces)
        self.settle_with(EncryptionSettings({**self._keys(), **backup.keys.keys}))
        there = self.known({*self.runs})
        self.runs = [each for each in self.runs if each in there]

    @invariant()
    def no_money_moves_once_it_is_shut(self) -> None:
        if self.is_shut:
            made = {each.id for each in self.history()}
            assert made <= {each.id for each in self.when_shut}, "an account was erased, and pays"

    def brings_all_back(self) -> None:
        assert not self.runner.run(findings_of(self.world.host)), "the audit was tampered with"
        left = [row["run_id"] for row in self.rows(_ARCHIVED)]
        for begin in range(0, len(left), _MOST_BROUGHT_BACK):
            some = left[begin : begin + _MOST_BROUGHT_BACK]
            assert self.post(ASKER, "/api/archive/restore", {"runs": some}).json()["runs"] == some

    async def check_erased(self) -> None:
        world = self.world
        for _ in range(3):
            await world.surviving(world.turn)
        [erasure] = await world.rows(
            "SELECT run_id, erased_at FROM erasures WHERE begun_at IS NOT NULL"
        )
        assert erasure["erased_at"] is not None, "an erasure that is final is never done"
        assert (
            await left_over(
                world.host.database, What.ACCOUNT, [ACCOUNT, ACCOUNT, str(erasure["run_id"])]
            )
            == []
        )
        own = [key for key in world.host.pieces.objects.content if key.startswith(f"{ACCOUNT}/")]
        assert not own, f"the bucket keeps {own}"
        [left] = await world.rows(
            "SELECT COALESCE(SUM(CASE side WHEN 'debit' THEN posted ELSE -posted END), 0) AS net "
            "FROM ledger_entries WHERE substr(ledger_account_id, 1, 19) = 'payouts:in-transit:'"
        )
        assert left["net"] == 0, "an account was erased while money of it was on its way"

    def _is_archived(self) -> bool:
        return bool(self.world.host.database.at_once(statement(_ARCHIVED)))

    def _has_ended(self) -> bool:
        return bool(self.world.host.database.at_once(statement(_ENDED)))

    def _shown(self, run_id: str) -> list[Any]:
        """A run as people see it, but for where it lies."""
        answers = [
            self.request("GET", ASKER, f"/api/runs/{run_id}{more}") for more in ("", "/timeline")
        ]
        return [{**each.json(), "archived": None} for each in answers]

    def _replace_the_audits(self) -> None:
        """Its seals are verified by the former as well."""
        platform = self.world.host.platform
        former, audit = (
            self.runner.run(platform.signer.public_key()),
            platform.settings.of(AuditSettings),
        )
        assert former is not None
        self.settle_with(replace(audit, earlier_keys=(*audit.earlier_keys, former)))
        self.world.host.platform = replace(
            self.world.host.platform, signer=HostSigner(new_signing_key())
        )

    def _take_old_ones_away(self) -> None:
        """Those that have encrypted nothing any more, as `tillroll secrets status` counts, where no
        backup has.
        """
        if self.backup is None:
            newest, used = (
                next(iter(self._keys())),
                {
                    int(str(row["key"]).partition("-")[0])
                    for row in self.rows(secrets_by_key(KEPT_SECRETS))
                },
            )
            left = {
                version: key for version, key in self._keys().items() if version in {newest, *used}
            }
            self.settle_with(EncryptionSettings(left))

    def _keys(self) -> dict[int, bytes]:
        return {**self.world.host.platform.settings.of(EncryptionSettings).keys}
