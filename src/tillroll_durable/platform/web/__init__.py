"""Requests and answers of HTTP: outgoing ones, their limits, and what answers say of themselves."""
