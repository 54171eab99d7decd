"""Requests to the other side of an order, as all peers in Python send them."""

import os
from http import HTTPStatus

import httpx

_SIDE = os.environ.get("PEER_SIDE", "")
_CLIENT = httpx.Client(timeout=20)


class RefusedBySide(Exception):
    """The other side said no: nothing happened, and asking again would not help."""


def do(effect: str, reference: str) -> str:
    """Ask for an effect (charges, notices, refunds), under an idempotency key that is the order's;
    return its id.

    Raises:
        RefusedBySide: it said no.
        httpx.HTTPError: nobody knows whether it was done.
    """
    headers = {"idempotency-key": f"{effect}:{reference}"}
    answer = _CLIENT.post(f"{_SIDE}/{effect}", json={"reference": reference}, headers=headers)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise RefusedBySide(answer.text)
    return str(answer.raise_for_status().json()["id"])
