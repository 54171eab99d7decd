"""POST /api/receipts, as twin/upload.js: check, store, record, start. The file's bytes stay in
JavaScript.
"""

# pyright: basic

import js
from pyodide.ffi import JsException
from sql import SQL
from values import batch, canonical, event_values, hours_after, new_id, now, options

_LARGEST_BYTES = 10 * 1024 * 1024
_FORM_OVERHEAD_BYTES = 64 * 1024
_MOST_PIXELS = 50_000_000
# Of a JPEG so much is copied at once; its frame's header stands further behind in few.
_HEAD_BYTES = 4096

# No schedule began it, and no run goes on in it; the contract is the product's.
_BEGUN = (None, None, *SQL["fingerprint"])


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


async def receive(env, principal, request):
    if int(request.headers.get("content-length") or 0) > _LARGEST_BYTES + _FORM_OVERHEAD_BYTES:
        raise Refused(413, "The file is too large.")
    files = [
        each for each in (await request.formData()).getAll("receipt") if not isinstance(each, str)
    ]
    if len(files) != 1:
        raise Refused(400, "Send one file in the field `receipt`.")
    buffer = await files[0].arrayBuffer()
    size = buffer.byteLength
    width, height = _check(buffer, size)
    digest = await js.crypto.subtle.digest("SHA-256", buffer)
    sha256 = js.Uint8Array.new(digest).toHex()
    key = f"{principal['account_id']}/{sha256}/original"
    await env.BUCKET.put(key, buffer, options(httpMetadata=options(contentType="image/jpeg")))
    file = {
        "sha256": sha256,
        "key": key,
        "size": size,
        "name": files[0].name,
        "width": width,
        "height": height,
    }
    return await _record(env, principal, file)


def _check(buffer, size):
    """Width and height by the frame header, of a JPEG; the other kinds are the product's
    business.
    """
    if not 0 < size <= _LARGEST_BYTES:
        raise Refused(400, "Empty or too large.")
    head, at = js.Uint8Array.new(buffer, 0, min(size, _HEAD_BYTES)).to_bytes(), 2
    if head[:2] != b"\xff\xd8":
        raise Refused(415, "The floor takes JPEG only.")
    while at + 9 < size:
        if at + 9 >= len(head):
            head = js.Uint8Array.new(buffer).to_bytes()
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = (
                int.from_bytes(head[at + 5 : at + 7]),
                int.from_bytes(head[at + 7 : at + 9]),
            )
            if width * height > _MOST_PIXELS:
                raise Refused(422, "Too many pixels.")
            return width, height
        at += 2 + int.from_bytes(head[at + 2 : at + 4])
    return None, None


async def _record(env, principal, file):
    at, run_id, receipt_id = now(), new_id("run"), new_id("rec")
    account, user = principal["account_id"], principal["user_id"]
    detail = {"previousRun": None, "subject": receipt_id, "to": "received"}
    params = canonical({"receipt_id": receipt_id})
    run = [
        run_id,
        account,
        "receipt",
        1,
        f"sha256:{file['sha256'][:32]}",
        receipt_id,
        None,
        "received",
        "processing",
    ]
    receipt = [
        receipt_id,
        account,
        file["sha256"],
        "image/jpeg",
        file["size"],
        file["name"],
        run_id,
        user,
    ]
    quotas = [int(env.QUOTA_UPLOADS), int(env.QUOTA_STORAGE_MB) * 1e6]
    try:
        await batch(
            env,
            "record",
            [*run, "wait", at, params, hours_after(at, 24), None, None, user, *_BEGUN],
            # Of no photo of several, and nobody says who paid.
            [*receipt, at, file["width"], file["height"], at[:7], *quotas, None, None],
            event_values(run_id, "created", account, principal["actor"], "run.created", at, detail),
        )
    except JsException as error:
        if "constraint failed" not in error.message:
            raise
        raise Refused(
            409, "These bytes are here already; the floor takes new ones only."
        ) from error
    await env.RECEIPT_WORKFLOW.create(
        options(id=f"{run_id}-1", params=options(runId=run_id, generation=1))
    )
    return run_id, receipt_id
