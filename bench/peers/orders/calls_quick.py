"""Requests of an order as a quickstart sends them."""

import os
from http import HTTPStatus

import httpx

_SIDE = os.environ.get("PEER_SIDE", "")


class Refused(Exception):
    """The other side said no, and asking again would not help."""


def charge(order: str) -> str:
    return _ask("POST", "charges", order)


def reserve(order: str) -> str:
    return _ask("PUT", f"reservations/{order}", order)


def ship(order: str) -> str:
    return _ask("POST", "shipments", order)


def mail(order: str) -> str:
    return _ask("POST", "mails", order)


def release(order: str) -> str:
    return _ask("DELETE", f"reservations/{order}", order)


def refund(order: str) -> str:
    return _ask("POST", "refunds", order)


def _ask(method: str, path: str, order: str) -> str:
    answer = httpx.request(method, f"{_SIDE}/{path}", json={"order": order}, timeout=20)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise Refused(answer.text)
    return str(answer.raise_for_status().json()["id"])
