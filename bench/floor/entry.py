"""The receipt Worker once more, in Python with nothing but the Workers SDK: how fast a Python
Worker can be (bench/speed.py). It does what the twin in JavaScript does (bench/twin), file by file.
"""

# pyright: basic

import json
import time

import js
from upload import Refused, receive
from values import EMPTY, ago, batch, bindings, first, log, now, options, sha256
from workers import WorkerEntrypoint
from workflow import ReceiptWorkflow

__all__ = ["Default", "ReceiptWorkflow"]
_NOTED_EACH_MINUTES = 5


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        request = request.js_object
        path, method = js.URL.new(request.url).pathname, request.method
        if path == "/api/health":
            return _answer(200, {"status": "ok"})
        if path != "/api/receipts" or method != "POST":
            return js.Response.new(EMPTY, options(status=404))
        began = time.monotonic()
        status, body, told = await self._upload(request)
        response = _answer(
            status, body, **({"location": f"/api/runs/{told['run']}"} if told else {})
        )
        took = round(1000 * (time.monotonic() - began))
        log("request.answered", method=method, route=path, status=status, **told, duration_ms=took)
        return response

    async def _upload(self, request):
        env = bindings()
        try:
            principal = await _authenticate(env, self.ctx, request)
            run_id, receipt_id = await receive(env, principal, request)
        except Refused as error:
            return error.status, {"status": error.status, "detail": str(error)}, {}
        body = {"runId": run_id, "receiptId": receipt_id, "status": "processing"}
        return 202, body, {"account": principal["account_id"], "run": run_id, "subject": receipt_id}

    async def queue(self, batch, *_):
        for message in batch.messages:
            message.ack()

    async def scheduled(self, *_):
        pass


async def _authenticate(env, context, request):
    scheme, _, token = str(request.headers.get("authorization") or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(401, "Send a valid token.")
    row = await first(env, "who", [sha256(token.strip()), now()])
    if row is None:
        raise Refused(401, "Send a valid token.")
    before = ago(_NOTED_EACH_MINUTES)
    if row["last_used_at"] is None or row["last_used_at"] <= before:
        context.waitUntil(batch(env, "used", [row["token_id"], now(), before]))
    return {
        "user_id": row["id"],
        "account_id": row["account_id"],
        "actor": f"token:{row['token_id']}",
    }


def _answer(status, body, **headers):
    given = options(
        status=status, headers=options(**{"content-type": "application/json"}, **headers)
    )
    return js.Response.new(json.dumps(body), given)
