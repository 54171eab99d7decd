"""Bank statements on the genuine stack: files of several formats, what a person says, and hostile ones."""

import re
from dataclasses import replace
from typing import Any

import httpx

from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt, mt940, ofx
from tests.support.bank_month import IBAN, month
from tests.support.running_stack import RunningStack
from tillroll.bank.limits import MAX_BYTES


def _account(stack: RunningStack) -> str:
    answer = stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN)
    return str(answer.raise_for_status().json()["id"])


def _send(stack: RunningStack, content: bytes, account: str = "") -> httpx.Response:
    with stack.client() as client:
        params = {"account": account} if account else {}
        return client.post("/api/bank/statements", files={"statement": ("march", content)}, params=params)


def _shown(stack: RunningStack, path: str) -> dict[str, Any]:
    with stack.client() as client:
        return client.get(path).raise_for_status().json()


def test_a_month_in_four_formats_is_there_once(stack: RunningStack) -> None:
    own = stack.with_own_account()
    account, march = _account(own), month(7, entries=40)
    for content in (camt(march), mt940(march), ofx(march)):
        taken = _send(own, content)
        assert taken.status_code == httpx.codes.ACCEPTED, taken.text
        own.wait_for_status(taken.json()["runId"], "complete")
    taken = _send(own, csv_file(march), account)
    run = own.wait_for_status(taken.json()["runId"], "needs_review")
    own.ask(f"/api/runs/{run['id']}/review", decision="approve").raise_for_status()
    own.wait_for_status(run["id"], "complete")
    shown = _shown(own, f"/api/bank/statements/{taken.json()['statementId']}")
    booked = [line for line in march.lines if not line.is_pending]
    assert (shown["added"], shown["sections"][0]["sum"]) == (0, "closes"), shown
    kept = _shown(own, f"/api/bank/accounts/{account}")
    assert (kept["entries"], kept["balance"]) == (len(booked), march.closing)
    assert own.actions(run["id"])[-1] == "step.completed"


def test_what_does_not_close_waits_and_is_dropped(stack: RunningStack) -> None:
    own = stack.with_own_account()
    _account(own)
    taken = _send(own, camt(replace(month(8), wrong_by=5)))
    run = own.wait_for_status(taken.json()["runId"], "needs_review")
    assert "0.05" in run["review"]["proposed"]["says"]
    own.ask(f"/api/runs/{run['id']}/review", decision="reject", comment="wrong").raise_for_status()
    own.wait_for_status(run["id"], "rejected")
    assert _shown(own, "/api/bank/entries")["items"] == []


def test_hostile_files_get_a_clear_answer(stack: RunningStack) -> None:
    own = stack.with_own_account()
    _account(own)
    bomb = b'<?xml version="1.0"?><!DOCTYPE D [<!ENTITY a "aaaa">]><Document>&a;</Document>'
    for content in (bomb, camt(month(9))[:-300], re.sub(rb">[0-9.]+</Amt>", b">NaN</Amt>", camt(month(9)), count=1)):
        run = own.wait_for_status(_send(own, content).json()["runId"], "rejected", "complete")
        assert run["state"] == "unreadable", run
        assert len(run["message"]) > 20
    large = _send(own, b"x" * (MAX_BYTES + 1))
    assert (large.status_code, large.json()["type"]) == (413, "urn:tillroll:problem:statement-too-large")
    assert _shown(own, "/api/bank/entries")["items"] == []
