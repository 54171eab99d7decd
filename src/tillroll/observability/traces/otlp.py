"""OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hexadecimal, 64-bit numbers as
text. Pure."""

from collections.abc import Iterable
from typing import Final

from tillroll.observability.traces.spans import Attributes, Span
from tillroll.platform.clock import from_text
from tillroll.platform.json import Json, JsonObject

_ERROR: Final = 2
_SCOPE: Final = "tillroll"


def export_request(traces: Iterable[tuple[str, Iterable[Span]]]) -> JsonObject:
    """ExportTraceServiceRequest for traces by their ids."""
    spans: list[Json] = [_span(trace, span) for trace, spans in traces for span in spans]
    resource: JsonObject = {"attributes": _attributes({"service.name": _SCOPE})}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": _SCOPE}, "spans": spans}]}]}


def _span(trace: str, span: Span) -> JsonObject:
    told: JsonObject = {
        "traceId": trace,
        "spanId": span.id,
        "name": span.name,
        "kind": span.kind.value,
        "startTimeUnixNano": _nanoseconds(span.start),
        "endTimeUnixNano": _nanoseconds(span.end),
        "attributes": _attributes(span.attributes),
    }
    if span.parent is not None:
        told["parentSpanId"] = span.parent
    if span.moments:
        told["events"] = [
            {"name": each.name, "timeUnixNano": _nanoseconds(each.at), "attributes": _attributes(each.attributes)}
            for each in span.moments
        ]
    if span.is_error:
        told["status"] = {"code": _ERROR}
    return told


def _attributes(attributes: Attributes) -> list[Json]:
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in attributes.items()
    ]


def _nanoseconds(moment: str) -> str:
    """Unix time; our times have milliseconds."""
    return f"{round(from_text(moment).timestamp() * 1000)}000000"
