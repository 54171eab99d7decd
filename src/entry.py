"""The Worker: HTTP, mail, queue and cron handlers, and one class for each workflow. Wiring only.

The path of a receipt:

1. `Default.fetch` below: the bytes of POST /api/receipts never enter Python.
2. src/tillroll/receipts/native.py: who asks, size, type, SHA-256; the bytes go to R2.
3. src/tillroll/receipts/service.py: the same bytes again are answered; others begin a run.
4. src/tillroll/durable/beginning.py: run, receipt and audit event in one D1 batch; then the instance; then 202.
5. `ReceiptWorkflow` below executes src/tillroll/receipts/workflow.py, which has the four steps.
6. src/tillroll/receipts/transcription.py: `ocr-extract`, a transcript in R2.
7. src/tillroll/receipts/understanding.py: `parse-structured`; in doubt a person is asked.
8. src/tillroll/expenses/writes.py: `persist-db`, the expense.
9. src/tillroll/durable/running/steps.py: each step's state, audit event, effect and output in one guarded batch.
10. src/tillroll/notifications/service.py: `notify-user`; `Default.queue` below delivers the signed webhook.
"""

import asyncio
import importlib
import json
import time
from typing import Any
from urllib.parse import parse_qsl

import js
from pyodide.ffi import JsException
from workers import WorkerEntrypoint, WorkflowEntrypoint

from tillroll.api.admission import log_request
from tillroll.api.native import native_route
from tillroll.api.picture_reply import PictureReply
from tillroll.api.problems import REQUEST_ID, Problem, answer_to, crash, misconfigured, no_such_bytes, not_found
from tillroll.api.replies import SAFE_HEADERS, JsonReply, Reply
from tillroll.durable.operating.delivery import receive as receive_event
from tillroll.durable.operating.dispatch import execute
from tillroll.inbound.events import NUDGE
from tillroll.inbound.jobs import work_off
from tillroll.inbound.rules import Inbound
from tillroll.platform import log
from tillroll.platform.bindings.engine import take_all
from tillroll.platform.bindings.models import UnreadableImage
from tillroll.platform.cloudflare.environment import platform_of
from tillroll.platform.cloudflare.incoming import IncomingMail, JsUpload
from tillroll.platform.cloudflare.models import CloudflareImages
from tillroll.platform.cloudflare.picture_responses import bare_response, picture_response
from tillroll.platform.cloudflare.responses import json_response, object_response
from tillroll.platform.cloudflare.runtime import is_kept, log_to_console
from tillroll.platform.cloudflare.workflows import CloudflareEngine, hand_back_abort
from tillroll.platform.ids import begin_request
from tillroll.platform.invocation import invocation
from tillroll.platform.ranges import Unsatisfiable
from tillroll.platform.refusals import Refusal
from tillroll.platform.services import Platform
from tillroll.platform.settings import InvalidSetting
from tillroll.receipts.native import no_picture
from tillroll.received_mail.service import NUDGE as MAIL_NUDGE
from tillroll.workflows.registry import CONSUMERS, REGISTRY, SETTINGS

log_to_console()
# What is imported now is in the snapshot that a deploy, and most local starts, begin with. The first upload after
# another start need not wait for it.
if is_kept():
    importlib.import_module("http_api")
    importlib.import_module("each_minute")
    importlib.import_module("mail_in")


def _platform_of(env: Any) -> Platform:
    """Raises InvalidSetting: a variable has a value that cannot be used."""
    platform = platform_of(env)
    platform.settings.check(SETTINGS)
    return invocation(platform)


def _problem(error: Exception, method: str, route: str) -> Problem:
    """What is answered for an error; what is not the client's is logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refusal):
        return answer_to(error)
    if isinstance(error, InvalidSetting):
        log.error("setting.invalid", error=error)
        return misconfigured(error)
    log.crash("request.failed", error, method=method, route=route)
    return crash()


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        """Bytes pass natively, all else through FastAPI, which logs its requests itself."""
        raw, began, asked = request.js_object, time.monotonic(), begin_request()
        url = js.URL.new(raw.url)
        path, method = str(url.pathname), str(raw.method)
        native = native_route(method, path)
        route, account, run, subject = native.template if native else "any", None, None, None
        try:
            platform = _platform_of(self.env)
            upload = JsUpload(raw, self._raw.BUCKET)
            if native is None:
                from http_api import answer  # noqa: PLC0415 - see above

                return await answer(platform, method, path, raw, upload)
            query = parse_qsl(str(url.search)[1:], keep_blank_values=True)
            await native.check_parameters(platform, upload, [name for name, _ in query])
            reply = await native.answer(platform, upload, dict(query))
            response, account = await self._send(reply, upload), reply.account
            if isinstance(reply, JsonReply):
                run, subject = reply.run, reply.subject
        except Exception as error:  # noqa: BLE001 - whatever it was, it is logged and answered as a problem
            problem = _problem(error, method, route)
            response = json_response(problem.kind.status, problem.body(), problem.headers)
        for name, value in SAFE_HEADERS.items():
            if not response.headers.has(name):
                response.headers.set(name, value)
        response.headers.set(REQUEST_ID, asked)
        log_request(method, route, int(response.status), began, account, run=run, subject=subject)
        return response

    async def _send(self, reply: Reply, asked: JsUpload) -> Any:
        if isinstance(reply, JsonReply):
            return json_response(reply.status, reply.body, reply.headers)
        if isinstance(reply, PictureReply):
            try:
                return await picture_response(
                    CloudflareImages(self._raw.IMAGES, self._raw.BUCKET), reply.key, reply.width, reply.headers
                )
            except UnreadableImage as error:
                raise no_picture() from error
        try:
            if reply.picture is not None:
                response = await bare_response(self._raw.BUCKET, reply.key, reply.picture, reply.headers, asked.header)
            else:
                response = await object_response(self._raw.BUCKET, reply.key, reply.headers, asked.header)
        except Unsatisfiable as error:
            raise no_such_bytes(error.size) from error
        if response is None:
            raise not_found(reply.what)
        return response

    @property
    def _raw(self) -> Any:
        """The bindings without the SDK's wrapper, which would copy the bytes."""
        return self.env._env  # noqa: SLF001

    async def queue(self, batch: Any, *_: Any) -> None:
        """Deliver each, or work it off, all at the same time. A message only nudges: its row says when to try again."""
        platform = _platform_of(self.env)

        by_turns = asyncio.Lock()  # a mail is large: several at once would not fit into an isolate

        async def take(message: Any) -> None:
            body = json.loads(json.dumps(message.body))
            if MAIL_NUDGE in body:
                from mail_in import work_off_nudged  # noqa: PLC0415 - see above

                async with by_turns:
                    await work_off_nudged(platform, str(body[MAIL_NUDGE]))
            elif NUDGE in body:
                await work_off(platform, Inbound(REGISTRY, CONSUMERS), str(body[NUDGE]))
            else:
                await receive_event(platform, REGISTRY.settlements, body, is_first=int(message.attempts) == 1)

        await take_all(batch.messages, take)
        for message in batch.messages:
            message.ack()

    async def email(self, message: Any, *_: Any) -> None:
        """Take receipts by mail: stored, or refused with a reason."""
        try:
            from mail_in import take  # noqa: PLC0415 - see above

            await take(_platform_of(self.env), IncomingMail(message))
        except Exception as error:
            log.crash("received_mail.not_stored", error)
            raise

    async def scheduled(self, _controller: Any, *_: Any) -> None:
        from each_minute import do_each_minute  # noqa: PLC0415 - see above

        await do_each_minute(_platform_of(self.env))


class _Run(WorkflowEntrypoint):
    """An instance of a workflow. Its record says of which kind it is."""

    async def run(self, event: Any, step: Any) -> Any:
        params = json.loads(json.dumps(event["payload"]))
        try:
            return await execute(_platform_of(self.env), CloudflareEngine(step), REGISTRY.workflows, params)
        except JsException as error:
            return hand_back_abort(error)


# One line a kind: wrangler.jsonc names the class, and `binding_of` the binding.
class ReceiptWorkflow(_Run): ...


class ExportWorkflow(_Run): ...


class MailWorkflow(_Run): ...


class ErasureWorkflow(_Run): ...


class DataExportWorkflow(_Run): ...


class BulkOperationWorkflow(_Run): ...


class PayoutWorkflow(_Run): ...


class PayoutBatchWorkflow(_Run): ...


class ClaimWorkflow(_Run): ...


class OnboardingWorkflow(_Run): ...
