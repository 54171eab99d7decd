"""OTLP/JSON as a collector reads it: by the protocol's own messages."""

import base64
import json
from typing import Any

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

_IDS = ("traceId", "spanId", "parentSpanId")


def read_spans(body: str) -> list[Span]:
    """The spans of an export request. OTLP's JSON has ids in hexadecimal, where JSON of Protobuf
    has base64.

    Raises json_format.ParseError where a field is none of the protocol's, or of another type.
    """
    request = json.loads(body)
    for span in (
        span
        for each in request["resourceSpans"]
        for scope in each["scopeSpans"]
        for span in scope["spans"]
    ):
        for name in _IDS:
            if name in span:
                span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    message = ExportTraceServiceRequest()
    json_format.ParseDict(request, message)
    return [
        span
        for each in message.resource_spans
        for scope in each.scope_spans
        for span in scope.spans
    ]


def attributes(span: Span) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value") or "string_value")
        for each in span.attributes
    }
