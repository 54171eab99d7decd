"""OpenMetrics 1.0: families of samples, and their text."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

MEDIA_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"

_UNITS: Final = frozenset({"dollars", "seconds"})
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", '"': '\\"'})


@dataclass(frozen=True)
class Sample:
    """One value. `suffix` is what the type adds to the family's name, such as _total."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    suffix: str = ""


@dataclass(frozen=True)
class Family:
    """Samples of one name. The name ends in the unit, where there is one; a counter's samples end
    in _total.
    """

    name: str
    type: Literal["counter", "gauge", "histogram"]
    help: str
    samples: list[Sample]


def gauge(name: str, explanation: str, samples: Iterable[Sample]) -> Family:
    return Family(name, "gauge", help=explanation, samples=[*samples])


def counter(name: str, explanation: str, samples: Iterable[Sample]) -> Family:
    return Family(
        name,
        "counter",
        help=explanation,
        samples=[Sample(s.value, s.labels, "_total") for s in samples],
    )


def histogram_samples(
    labels: Mapping[str, str], counts: Iterable[tuple[str, float]], total: float
) -> Iterator[Sample]:
    """The samples of one histogram from its buckets' own counts, in order, the last one +Inf;
    `total` is the sum.
    """
    observed = 0.0
    for bound, value in counts:
        observed += value
        yield Sample(observed, {**labels, "le": bound}, "_bucket")
    yield Sample(observed, labels, "_count")
    yield Sample(total, labels, "_sum")


def render(families: Iterable[Family]) -> str:
    """The whole exposition, with its end mark."""
    return "".join([*(line + "\n" for family in families for line in _lines(family)), "# EOF\n"])


def _lines(family: Family) -> Iterator[str]:
    yield f"# TYPE {family.name} {family.type}"
    unit = family.name.rpartition("_")[2]
    if unit in _UNITS:
        yield f"# UNIT {family.name} {unit}"
    yield f"# HELP {family.name} {family.help.translate(_ESCAPED)}"
    for sample in family.samples:
        pairs = ",".join(
            f'{name}="{value.translate(_ESCAPED)}"' for name, value in sample.labels.items()
        )
        labels = f"{{{pairs}}}" if pairs else ""
        yield f"{family.name}{sample.suffix}{labels} {_number(sample.value)}"


def _number(value: float) -> str:
    if math.isfinite(value) and value == int(value):
        return str(int(value))
    return repr(value)
