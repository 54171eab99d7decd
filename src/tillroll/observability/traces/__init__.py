"""Traces: a run's timeline as spans of OpenTelemetry, made from the records, for one who asks or for a collector."""
