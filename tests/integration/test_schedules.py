"""A schedule on the genuine stack: the JavaScript engine has its time zone, and several crons at
once begin one run.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

from tests.support.running_stack import RunningStack, wait_until
from tillroll_durable.platform.clock import SystemZones, to_text, zone_of
from tillroll_durable.platform.cron import next_tick

# Whole hours, half ones, and half an hour of summer time, in both halves of the world.
_ZONES: Final = ("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe")
_PARAMS: Final = {"format": "csv", "onlyNew": True}


def test_an_export_is_begun_by_time_once(stack: RunningStack) -> None:
    with stack.with_own_account().client() as client:

        def asked(cron: str, zone: str) -> dict[str, Any]:
            body = {
                "kind": "export",
                "name": f"{cron} {zone}",
                "cron": cron,
                "timeZone": zone,
                "params": _PARAMS,
            }
            return client.post("/api/schedules", json=body).json()

        for cron in ("30 2 15 1 *", "30 2 15 7 *"):
            for zone in _ZONES:
                expected = next_tick(cron, zone_of(SystemZones(), zone), datetime.now(UTC))
                assert asked(cron, zone)["nextTick"] == to_text(expected), zone
        assert [each["field"] for each in asked("0 6 3 * *", "Europe/Atlantis")["errors"]] == [
            "timeZone"
        ]
        due = asked("0 6 3 * *", "Europe/Berlin")["id"]
        stack.d1(f"UPDATE schedules SET next_tick = '2026-10-03T04:00:00.000Z' WHERE id = '{due}'")
        with ThreadPoolExecutor() as crons:
            for cron in [crons.submit(stack.fire_cron) for _ in range(3)]:
                cron.result()

        def ended() -> bool:
            last = client.get(f"/api/schedules/{due}").json()["last"]
            return last is not None and last["runStatus"] == "complete"

        wait_until(lambda: ended() or None, "the export to end")
        assert len(client.get("/api/exports").json()["items"]) == 1
