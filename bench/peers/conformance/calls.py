"""Requests to the other side, as the workflows of all peers in Python send them.

With PEER_CARE=1 they are those of somebody who has read the other side's manual: a shipment, which
knows no key, is looked up before it is sent.
"""

import os
from http import HTTPStatus
from typing import Any

import httpx

CARE = os.environ.get("PEER_CARE") == "1"
_SIDE = os.environ.get("PEER_SIDE", "")
_CLIENT = httpx.Client(timeout=600)


class Refused(Exception):
    """The other side said no: nothing happened, and asking again would not help."""


def do(effect: str, run: str, **more: Any) -> str:
    """Ask for an effect, under a key of the run's; its id.

    Raises:
        Refused: it said no.
        httpx.HTTPError: nobody knows whether it was done.
    """
    if CARE and effect == "shipments":
        found = _CLIENT.get(f"{_SIDE}/{effect}/{run}")
        if found.status_code != HTTPStatus.NOT_FOUND:
            return str(found.raise_for_status().json()["id"])
    headers = {"idempotency-key": f"{effect}:{run}"}
    answer = _CLIENT.post(f"{_SIDE}/{effect}", json={"run": run, **more}, headers=headers)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise Refused(f"{effect}: {answer.json()['error']}")
    return str(answer.raise_for_status().json()["id"])


def quote(run: str) -> int:
    """What a charge is to be."""
    return int(_CLIENT.get(f"{_SIDE}/quotes/{run}").raise_for_status().json()["amount"])
