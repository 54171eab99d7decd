"""When a schedule is due: what Debian's cron does when clocks change, and that nothing between two
ticks is one.
"""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.campaigns import of_campaign
from tillroll_durable.platform.clock import SystemZones, UnknownZone, zone_of
from tillroll_durable.platform.cron import InvalidCron, check_cron, in_words, last_tick, next_tick

_BERLIN = zone_of(SystemZones(), "Europe/Berlin")
_ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
)
# What hypothesis asks for.
_FIRST, _LAST = datetime(2020, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001
_MOMENTS = st.datetimes(_FIRST, _LAST).map(lambda each: each.replace(tzinfo=UTC, fold=0))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "after", "ticks"),
    [
        # 2:30 is left out on 29 March 2026: it is due when the hour is over.
        ("30 2 * * *", "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        # 2:30 comes twice on 25 October 2026: it is due the first time.
        ("30 2 * * *", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("30 2 * * *", "2026-10-25T00:45", ["2026-10-26T01:30"]),
        # What is due each hour, or each half, is due in both.
        (
            "0 * * * *",
            "2026-10-24T23:30",
            ["2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T02:00"],
        ),
        (
            "*/30 2 * * *",
            "2026-10-24T23:30",
            ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00"],
        ),
        ("*/30 * * * *", "2026-03-29T00:20", ["2026-03-29T00:30", "2026-03-29T01:00"]),
        ("0 6 3 * *", "2026-03-03T05:00", ["2026-04-03T04:00", "2026-05-03T04:00"]),
        # Of the day of the month and that of the week one is enough, unless one is `*`.
        (
            "0 6 13 * 5",
            "2026-03-01T00:00",
            ["2026-03-06T05:00", "2026-03-13T05:00", "2026-03-20T05:00"],
        ),
        ("0 6 L * *", "2028-02-01T00:00", ["2028-02-29T05:00"]),
    ],
)
def test_ticks_where_clocks_change(cron: str, after: str, ticks: list[str]) -> None:
    moment, found = _utc(after), list[datetime]()
    for _ in ticks:
        moment = next_tick(cron, _BERLIN, moment)
        found.append(moment)
    assert found == [_utc(each) for each in ticks]


@pytest.mark.parametrize(
    "cron",
    ["", "* * * *", "* * * * * *", "@daily", "60 * * * *", "0 0 30 2 *", "0 0 0 1 *", "x" * 200],
)
def test_what_is_no_time_is_refused(cron: str) -> None:
    with pytest.raises(InvalidCron, match="day of the month"):
        check_cron(cron)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 8 * * 1-5", "At 08:00 on Monday through Friday"),
        ("0 6  3 * *", "At 06:00 on the third day of every month"),
        ("*/15 * * * *", "Every 15th minute of every hour"),
        ("0 6 L * *", "At 06:00 on the last day of every month"),
        # One is enough of the two, unless one begins with `*`.
        ("0 6 13 * 5", "At 06:00 on the 13th day of month and on Friday"),
        ("0 6 */2 * 5", "At 06:00 on every second day of month if it's on Friday"),
    ],
)
def test_what_it_says_is_told_in_words(cron: str, words: str) -> None:
    assert in_words(cron) == words


def test_what_is_no_time_has_no_words() -> None:
    with pytest.raises(InvalidCron, match="day of the month"):
        in_words("60 * * * *")


_FIELDS = (
    st.sampled_from(("*", "*/7", "0", "13", "5-20/5", "59")),
    st.sampled_from(("*", "*/5", "0", "2", "3", "22-23")),
    st.sampled_from(("*", "1", "29", "15-17", "*/10")),
    st.sampled_from(("*", "3", "10", "1-6")),
    st.sampled_from(("*", "0", "1-5")),
)


_CHANGING = (
    *(
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "America/Santiago",
    ),
    *("Asia/Beirut", "Africa/Casablanca", "America/St_Johns", "Europe/Dublin"),
)
_AROUND = (
    *(
        "30 2 * * *",
        "0 2 * * *",
        "0 0 * * *",
        "30 0 * * *",
        "*/15 * * * *",
        "0 * * * *",
        "30 1-3 * * *",
        "45 2 29 3 *",
    ),
    *("0 3 * * 0", "10,50 2 * * *", "30 23 * * *", "*/7 2 * * *", "5 2,3 * * *", "59 1 * * *"),
)


def _changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """When clocks are changed, to the hour."""
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=each) for each in range(366 * 24)]
    offsets = [each.astimezone(zone).utcoffset() for each in hours]
    return [hours[each] for each in range(1, len(hours)) if offsets[each] != offsets[each - 1]]


@pytest.mark.campaign
@pytest.mark.parametrize("name", _CHANGING)
def test_the_next_tick_is_the_same_from_wherever_one_looks(name: str) -> None:
    """Also from within the hour that comes twice, and from right behind the one that is left
    out.
    """
    zone = zone_of(SystemZones(), name)
    tried = random.Random(name).sample(_AROUND, of_campaign(len(_AROUND)))
    for change in _changes(ZoneInfo(name), 2026):
        for cron in tried:
            chain = [next_tick(cron, zone, change - timedelta(hours=30))]
            while chain[-1] < change + timedelta(hours=6):
                chain.append(next_tick(cron, zone, chain[-1]))
            for minutes in range(-150, 331, 20):
                seen_from = change + timedelta(minutes=minutes)
                assert next_tick(cron, zone, seen_from) == next(
                    each for each in chain if each > seen_from
                ), cron
                if seen_from > chain[0]:
                    last = max(each for each in chain if each <= seen_from)
                    assert last_tick(cron, zone, chain[0], seen_from) == last, cron


@given(fields=st.tuples(*_FIELDS), zone=st.sampled_from(_ZONES), after=_MOMENTS)
def test_a_tick_is_later_and_the_last_one_before_it_is_no_other(
    fields: tuple[str, ...], zone: str, after: datetime
) -> None:
    cron, there = " ".join(fields), zone_of(SystemZones(), zone)
    first = next_tick(cron, there, after)
    assert first > after
    assert in_words(cron)[:1].isupper()
    assert (first.second, first.microsecond) == (0, 0)
    # From whenever one asks before it, it is the next; and it is the last until the one behind it.
    assert next_tick(cron, there, first - timedelta(seconds=1)) == first
    assert next_tick(cron, there, after + (first - after) / 2) == first
    second = next_tick(cron, there, first)
    assert last_tick(cron, there, first, second - timedelta(seconds=1)) == first
    assert last_tick(cron, there, first, second) == second


@given(zone=st.sampled_from(_ZONES), moment=_MOMENTS, fold=st.sampled_from((0, 1)))
def test_a_zone_is_what_pythons_own_is(zone: str, moment: datetime, fold: int) -> None:
    ours, pythons = zone_of(SystemZones(), zone), ZoneInfo(zone)
    local = moment.replace(tzinfo=None, fold=fold)
    assert local.replace(tzinfo=ours).utcoffset() == local.replace(tzinfo=pythons).utcoffset()
    here, there = moment.astimezone(ours), moment.astimezone(pythons)
    assert (here.replace(tzinfo=None), here.fold) == (there.replace(tzinfo=None), there.fold)
    assert here.astimezone(UTC) == moment


@pytest.mark.parametrize(
    "name", ["", "Europe/Atlantis", "+01:00", "../../etc/passwd", "/etc/localtime", "A" * 60]
)
def test_a_name_that_is_no_zones_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone, match="such as Europe/Berlin"):
        zone_of(SystemZones(), name)
