"""The four steps of the receipt workflow, as twin/workflow.js and steps.js: a step's one batch is
its guarded change of state, audit event, effect and stored output.
"""

# pyright: basic

import json
import time
from datetime import datetime
from typing import Any

import js
import records
from reading import read
from values import (
    batch,
    bindings,
    canonical,
    event_values,
    hours_after,
    log,
    new_id,
    now,
    options,
    rows,
    sha256,
)
from workers import WorkflowEntrypoint

_MAX_PIXELS = 2_200_000
_PROMPT = (
    "Transcribe this receipt exactly as printed. One printed line per line of text, top to bottom. "
    "Keep columns apart by two or more spaces. Do not translate, correct, summarise or add "
    "anything."
)


def _config(limit, delay, backoff, timeout):
    return {"retries": {"limit": limit, "delay": delay, "backoff": backoff}, "timeout": timeout}


# Name, round trip, configuration; state, status, next safe action and hours until the deadline of
# where it leads.
_OCR_EXTRACT = "ocr-extract", "read", _config(5, "2 seconds", "exponential", "300 seconds")
_TEXT_EXTRACTED = "text_extracted", "processing", "wait", 24
_PARSE_STRUCTURED = (
    "parse-structured",
    "parse",
    _config(3, "1 seconds", "exponential", "120 seconds"),
)
_PARSED = "parsed", "processing", "wait", 24
_PERSIST_DB = "persist-db", "persist", _config(10, "3 seconds", "linear", "30 seconds")
_EXPENSE_CREATED = "expense_created", "complete", "none", 96
_NOTIFY_USER = "notify-user", "notify", _config(5, "10 seconds", "exponential", "600 seconds")
_NOTIFIED = "notified", "complete", "none", None


class ReceiptWorkflow(WorkflowEntrypoint):
    async def run(self, event, step):
        env, payload = bindings(), event["payload"]
        hold = await _Hold.load(env, payload["runId"])
        if hold.run["generation"] != payload["generation"]:
            return {"superseded": "another generation has taken over"}
        extracted = await hold.perform(step, _OCR_EXTRACT, _TEXT_EXTRACTED, _extract)
        await hold.perform(step, _PARSE_STRUCTURED, _PARSED, _parse, extracted)
        await hold.perform(step, _PERSIST_DB, _EXPENSE_CREATED, _persist, {})
        await hold.perform(step, _NOTIFY_USER, _NOTIFIED, _notify)
        hold.tell()
        return {"expenseId": records.expense_id(hold.run)}


class _Hold:
    """The run as it is known here, and what its steps leave to each other."""

    def __init__(self, env, run, stored, receipt):
        self.env, self.run, self.stored, self.receipt = env, run, stored, receipt
        self.read, self._untold = None, []

    @classmethod
    async def load(cls, env, run_id):
        runs, steps, receipts = rows(await batch(env, "load", [run_id], [run_id], [run_id]))
        return cls(
            env, runs[0], {row["step"]: json.loads(row["output"]) for row in steps}, receipts[0]
        )

    async def perform(self, step: Any, declared, to, work, *given):
        """Run one step: `work` returns its output, the values of its effect's statements, and those
        of what stands behind the stored output in the round trip.
        """
        name, trip, config = declared

        @step.do(name, config=config)
        async def attempted(ctx):
            if name in self.stored:
                return self.stored[name]
            attempt, started_at = ctx["attempt"], now()
            output, values, after = await work(self, attempt, *given)
            at, run = now(), self.run
            await batch(
                self.env,
                trip,
                _move_values(run, name, to, attempt, at),
                _completed_values(run, name, to, attempt, started_at, at),
                *values,
                _store_values(run, name, attempt, started_at, at, given, output),
                *after(at),
            )
            self._untold.append((name, attempt, to[0], started_at, at))
            self.run = {**run, "state": to[0], "status": to[1]}
            return output

        return await attempted()

    def tell(self):
        """What was committed is logged when the run ends, so that no step waits for the log."""
        of = {"account": self.run["account_id"], "run": self.run["id"], "kind": "receipt"}
        for name, attempt, state, started_at, at in self._untold:
            took = round(
                1000
                * (datetime.fromisoformat(at) - datetime.fromisoformat(started_at)).total_seconds()
            )
            done = {"step": name, "attempt": attempt, "state": state, "duration_ms": took}
            log("step.completed", at=at, **of, generation=self.run["generation"], **done)


def _move_values(run, name, to, attempt, at):
    state, status, next_safe_action, hours = to
    deadline = hours and hours_after(at, hours)
    moved = [state, status, next_safe_action, deadline, attempt, None, at, 0, name]
    items = [0, 0]  # there is no map here
    requires_review = 0
    return [*moved, *items, requires_review, run["id"], run["generation"], run["state"], 0]


def _completed_values(run, name, to, attempt, started_at, at):
    detail = {
        "step": name,
        "attempt": attempt,
        "generation": run["generation"],
        "startedAt": started_at,
    }
    detail |= {"from": run["state"], "to": to[0]}
    key, account = f"{name}:completed", run["account_id"]
    return event_values(run["id"], key, account, "workflow:receipt", "step.completed", at, detail)


def _store_values(run, name, attempt, started_at, at, given, output):
    kept, key = canonical(given) if given else None, f"{run['id']}:{name}"
    stored = [
        run["id"],
        name,
        key,
        run["generation"],
        attempt,
        started_at,
        at,
        canonical(output),
        kept,
    ]
    # No step here can be undone, or acts elsewhere.
    return [*stored, 0, sha256(f"{key}:{kept or ''}")[:32], None]


def _nothing(_at):
    return ()


async def _extract(hold, attempt):
    env, run, receipt = hold.env, hold.run, hold.receipt
    model = env.VISION_MODEL
    name = model.replace("@", "").replace("/", "-")
    key = f"{run['account_id']}/{receipt['sha256']}/transcript/{name}.json"
    if await env.BUCKET.get(key):
        raise ValueError("The floor reads new receipts only.")
    image = await _scaled(env, receipt)
    question = {
        "id": new_id("aic"),
        "model": model,
        "purpose": "ocr-extract",
        "input_sha256": sha256(image),
    }
    offered = await batch(env, "call", *records.offered(env, run, attempt, question))
    if rows(offered)[1][0]["state"] != "started":
        raise ValueError("The budget of today is spent.")
    began = time.monotonic()
    content = [
        {"type": "text", "text": _PROMPT},
        {"type": "image_url", "image_url": {"url": image}},
    ]
    asked = {"messages": [{"role": "user", "content": content}], "stream": False, "temperature": 0}
    answer = json.loads(
        js.JSON.stringify(await env.AI.run(model, js.JSON.parse(json.dumps(asked))))
    )
    call = {
        **question,
        "state": "completed",
        "duration_ms": round(1000 * (time.monotonic() - began)),
        "input_tokens": answer["usage"]["prompt_tokens"],
        "output_tokens": answer["usage"]["completion_tokens"],
        "error": None,
        "reason": None,
        "output_key": key,
    }
    text, boxes = answer["choices"][0]["message"]["content"], answer.get("boxes")
    body = canonical(
        {
            "text": text,
            "calls": [call],
            "doubt": None,
            "xml": None,
            "attachments": [],
            **({"boxes": boxes} if boxes else {}),
        }
    )
    await env.BUCKET.put(key, body, options(httpMetadata=options(contentType="application/json")))
    values = [records.settled(env, run, call)]
    return {"transcript": key}, values, lambda _at: [records.recollection(run, read(text))]


async def _scaled(env, receipt):
    width, height = receipt["width"], receipt["height"]
    side = round(max(width, height) * min(1, (_MAX_PIXELS / (width * height)) ** 0.5))
    stored = await env.BUCKET.get(receipt["object_key"])
    size = options(width=side, height=side, fit="scale-down")
    image = (
        await env.IMAGES.input(stored.body)
        .transform(size)
        .output(options(format="image/jpeg", quality=85))
    )
    pixels = js.Uint8Array.new(await image.response().arrayBuffer())
    return f"data:image/jpeg;base64,{pixels.toBase64()}"


async def _parse(hold, _attempt, extracted):
    stored = await hold.env.BUCKET.get(extracted["transcript"])
    hold.read = read(json.loads(await stored.text())["text"])
    return {"reasons": [], "duplicateOf": None}, [records.extraction(hold.run, hold.read)], _nothing


async def _persist(hold, _attempt, _corrections):
    run, found = hold.run, hold.read
    values = [
        make(run, found)
        for make in (
            records.expense,
            records.conversion,
            records.items,
            records.sighting,
            records.held_event,
        )
    ]
    return {"expenseId": records.expense_id(run)}, values, lambda at: [records.completion(run, at)]


async def _notify(hold, _attempt):
    run = hold.run
    at = now()
    people = [records.recipients(run, hold.receipt["uploaded_by"], at), records.pushed(run, at)]
    values = [records.notification(run), *people, records.release(run)]
    return None, values, _nothing
