"""Requests of an order as somebody sends them who has read the other side's manual: with a key
where one is honoured, and looked up before where there is none.
"""

import os
from http import HTTPStatus

import httpx

_SIDE = os.environ.get("PEER_SIDE", "")


class Refused(Exception):
    """The other side said no, and asking again would not help."""


def charge(order: str) -> str:
    return _ask("POST", "charges", order, key=f"charge:{order}")


def reserve(order: str) -> str:
    return _ask("PUT", f"reservations/{order}", order)


def ship(order: str) -> str:
    """The carrier knows no key: it is asked before."""
    found = httpx.get(f"{_SIDE}/shipments/{order}", timeout=20)
    if found.status_code != HTTPStatus.NOT_FOUND:
        return str(found.raise_for_status().json()["id"])
    return _ask("POST", "shipments", order)


def mail(order: str) -> str:
    """Nobody can ask whether it was sent, so it may come twice."""
    return _ask("POST", "mails", order)


def release(order: str) -> str:
    return _ask("DELETE", f"reservations/{order}", order)


def refund(order: str) -> str:
    return _ask("POST", "refunds", order, key=f"refund:{order}")


def _ask(method: str, path: str, order: str, *, key: str = "") -> str:
    headers = {"idempotency-key": key} if key else {}
    body = {"order": order, "reference": order}
    answer = httpx.request(method, f"{_SIDE}/{path}", json=body, headers=headers, timeout=20)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise Refused(answer.text)
    return str(answer.raise_for_status().json()["id"])
