"""Metrics as a scraper reads them, by the parser of Prometheus' own client."""

from collections.abc import Iterable
from typing import Any

from prometheus_client import Metric
from prometheus_client.openmetrics import parser


def parse(text: str) -> Iterable[Metric]:
    """The families of an exposition. Raises ValueError where it breaks the format."""
    untyped: Any = parser
    return untyped.text_string_to_metric_families(text)
