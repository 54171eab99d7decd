"""The text of metrics, read back by the parser that Prometheus' own client brings."""

import pytest

from tests.support.scraping import parse
from tillroll.observability.openmetrics import (
    Family,
    Sample,
    counter,
    gauge,
    histogram_samples,
    render,
)


def test_all_types_are_read_back() -> None:
    durations = Family(
        "step_duration_seconds",
        "histogram",
        "How long.",
        [*histogram_samples({"step": "ocr"}, [("0.5", 2), ("1.0", 1), ("+Inf", 1)], 7.25)],
    )
    text = render(
        [
            counter("runs", "Runs.", [Sample(3, {"kind": "receipt"})]),
            gauge("age_seconds", "Age.", [Sample(1.5)]),
            durations,
        ]
    )
    runs, age, step = parse(text)
    assert [(s.name, s.labels, s.value) for s in runs.samples] == [
        ("runs_total", {"kind": "receipt"}, 3)
    ]
    assert (age.unit, age.samples[0].value) == ("seconds", 1.5)
    assert [(s.name.rpartition("_")[2], s.labels.get("le"), s.value) for s in step.samples] == [
        ("bucket", "0.5", 2),
        ("bucket", "1.0", 3),
        ("bucket", "+Inf", 4),
        ("count", None, 4),
        ("sum", None, 7.25),
    ]


@pytest.mark.parametrize("value", ['a "quote"', "a \\ backslash", "two\nlines", "{}", "naïve 収"])
def test_every_label_survives(value: str) -> None:
    [family] = parse(render([gauge("runs", f"Help with {value}", [Sample(1, {"state": value})])]))
    assert family.samples[0].labels == {"state": value}
    assert family.documentation == f"Help with {value}"


def test_nothing_at_all_is_still_an_exposition() -> None:
    assert render([]) == "# EOF\n"
