"""Conditions of alerts about what runs Tillroll itself: a cron that stood still, a collector that refuses traces."""

from datetime import timedelta
from typing import Final

from tillroll.jobs.job import gap_sentence, last_gap
from tillroll.observability.alert_rules import DEPLOYMENT, Cause, Rule, Watched
from tillroll.platform.bindings.database import Row, Statement, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

REFUSED_TRACES: Final = "refused-traces"
"""Under this name it is noted what the collector refused last: a status, or `spans` of a request that it took."""
_TOLD_FOR: Final = timedelta(hours=1)
_REFUSED: Final = """
  SELECT position, updated_at FROM reconciler_cursors WHERE name = ?1 AND updated_at > ?2
"""


def _gaps(platform: Platform) -> Statement:
    return last_gap(platform.clock.now())


def _cause_of_gap(row: Row, _day: str) -> Cause:
    return Cause(Rule.CRON_GAP, DEPLOYMENT, gap_sentence(row))


CRON_GAPS: Final = Watched(_gaps, _cause_of_gap)


def _refused(platform: Platform) -> Statement:
    return statement(_REFUSED, REFUSED_TRACES, to_text(platform.clock.now() - _TOLD_FOR))


def _cause_of_refused(row: Row, _day: str) -> Cause:
    what = text(row, "position")
    at = text(row, "updated_at")
    sentence = f"The collector of traces refuses what it is sent (status {what}), last at {at}."
    if what == "spans":
        sentence = f"The collector of traces refuses some spans, last at {at}."
    return Cause(Rule.TRACES_REFUSED, DEPLOYMENT, sentence)


REFUSALS_OF_TRACES: Final = Watched(_refused, _cause_of_refused)
