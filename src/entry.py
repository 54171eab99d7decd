"""The Worker: HTTP, mail, queue and cron handlers, and the classes of workflows. Wiring only.

docs/architecture.md follows a receipt from here to the ledger.
"""

import asyncio
import importlib
import json
import time
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qsl

import js
from pyodide.ffi import JsException
from workers import WorkerEntrypoint, WorkflowEntrypoint

from bare_pictures import bare_response, picture_response
from tillroll.api.answers import (
    JsonReply,
    PictureReply,
    Reply,
    headers_beside,
    log_request,
    reply_of,
)
from tillroll.api.native import load_first, native_route
from tillroll.api.near import cookie_of_write, remembers
from tillroll.api.problems import Problem, no_picture, no_such_bytes, not_found
from tillroll.identity.authentication import shard_of
from tillroll.workflows.account_tables import TABLES_OF_ACCOUNTS
from tillroll.workflows.registry import (
    NUDGES,
    REGISTRY,
    SETTINGS,
    load_mail,
    prefetch,
    work_off_nudged,
    workflows_of,
)
from tillroll_durable.dispatch import execute
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.engine import JOB, SHARD, TICK, take_all
from tillroll_durable.platform.bindings.models import MissingImage, UnreadableImage
from tillroll_durable.platform.cloudflare.environment import platform_of
from tillroll_durable.platform.cloudflare.models import CloudflareImages
from tillroll_durable.platform.cloudflare.requests import (
    IncomingMail,
    JsUpload,
    json_response,
    object_response,
    trigger_request,
    without_body,
)
from tillroll_durable.platform.cloudflare.runtime import ISOLATE, is_kept, log_to_console, to_object
from tillroll_durable.platform.cloudflare.workflows import CloudflareEngine, hand_back_abort
from tillroll_durable.platform.ids import begin_request
from tillroll_durable.platform.invocation import enter, invocation
from tillroll_durable.platform.refusals import INVALID_REQUEST
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import FIRST, of_id
from tillroll_durable.platform.web.conditional_requests import Unsatisfiable
from tillroll_durable.server.problems import refusal_of
from tillroll_durable.webhooks.consumer import receive as receive_event

log_to_console()
# What is imported now is in the snapshot that a deploy, and most local starts, begin with. The
# first upload after another start need not wait for it.
load_first()
if is_kept():
    importlib.import_module("http_api")
    importlib.import_module("each_minute")
    load_mail()
    prefetch()


def _platform_of(env: Any) -> Platform:
    """Raises InvalidSetting: a variable has a value that cannot be used."""
    ISOLATE.tell_of_birth()
    platform = platform_of(env, REGISTRY.binding_of, tables_of_accounts=TABLES_OF_ACCOUNTS)
    platform.settings.check(SETTINGS)
    return invocation(platform)


# Another Worker that is bound to this one can call every method of the class below, also one with
# an underscore. So it has the handlers and `begin`, and nothing else.
async def _answer(env: Any, raw: Any) -> Any:
    """Bytes pass natively, all else through FastAPI, which logs its requests itself."""
    began = time.monotonic()
    begin_request()
    url = js.URL.new(raw.url)
    path = str(url.pathname)
    method = str(raw.method)
    native = native_route(method, path)
    route = native.template if native else "any"
    upload: JsUpload | None = None
    try:
        platform = _platform_of(env)
        upload = JsUpload(raw, _raw(env).BUCKET)
        if len(platform.shards) > 1:
            platform = enter(platform, shard_of(upload.header))
        if native is None:
            from http_api import answer  # noqa: PLC0415 - see above

            return await answer(platform, method, path=path, raw=raw, upload=upload)
        query = parse_qsl(str(url.search)[1:], keep_blank_values=True)
        await native.check_parameters(platform, upload, query)
        reply = await native.answer(platform, upload, dict(query))
        response = await _send(env, reply, upload, is_head=method == "HEAD")
        if remembers(platform, method):
            is_secure = str(url.protocol) == "https:"
            cookie = cookie_of_write(upload.header("cookie"), is_secure=is_secure)
            if cookie is not None:
                response.headers.append("set-cookie", cookie)
    except Exception as error:  # noqa: BLE001
        # Whatever it was, it is logged and answered as a problem.
        reply = reply_of(refusal_of(error, method=method, route=route))
        response = json_response(reply.status, reply.body, reply.headers)
    finally:
        if upload is not None:
            await upload.leave()
    if method == "HEAD":
        response = await without_body(response)
    for name, value in headers_beside(response.headers.has).items():
        response.headers.set(name, value)
    log_request(
        method, route, status=int(response.status), began=began, account=reply.account, reply=reply
    )
    return response


async def _send(env: Any, reply: Reply, asked: JsUpload, *, is_head: bool) -> Any:
    if isinstance(reply, JsonReply):
        return json_response(reply.status, reply.body, reply.headers)
    if isinstance(reply, PictureReply):
        try:
            images = CloudflareImages(_raw(env).IMAGES, _raw(env).BUCKET)
            return await picture_response(
                images, reply.key, width=reply.width, headers=reply.headers
            )
        except UnreadableImage as error:
            raise no_picture() from error
        except MissingImage as error:
            raise not_found("picture") from error
    header = asked.header
    try:
        if reply.picture is not None:
            response = await bare_response(
                _raw(env).BUCKET,
                reply.key,
                media_type=reply.picture,
                headers=reply.headers,
                header=header,
                is_head=is_head,
            )
        else:
            response = await object_response(
                _raw(env).BUCKET,
                reply.key,
                headers=reply.headers,
                header_of=header,
                is_head=is_head,
            )
    except Unsatisfiable as error:
        raise no_such_bytes(error.size) from error
    if response is None:
        raise not_found(reply.what)
    return response


async def _each_minute(
    platform: Platform, began: str | None = None, only: list[str] | None = None
) -> None:
    from each_minute import do_each_minute  # noqa: PLC0415 - see above

    await do_each_minute(platform, began, only)


async def _go_on(platform: Platform, messages: list[dict[str, Any]]) -> None:
    """What messages of the queue say of the cron's jobs, by the databases."""
    for shard in dict.fromkeys(int(each.get(SHARD, FIRST)) for each in messages):
        ticks = [each for each in messages if int(each.get(SHARD, FIRST)) == shard]
        began = max(str(each[TICK]) for each in ticks)
        jobs: list[str] | None = None
        if all(JOB in each for each in ticks):
            jobs = [str(each[JOB]) for each in ticks]
        await _each_minute(enter(platform, shard), began, jobs)


def _raw(env: Any) -> Any:
    """The bindings without the SDK's wrapper, which would copy the bytes."""
    return env._env  # noqa: SLF001 - what the SDK wraps


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        return await _answer(self.env, request.js_object)

    async def begin(self, token: str, kind: str, params: Any = None, key: str | None = None) -> Any:
        """Begin a run for another Worker of the same Cloudflare account, which is bound to this
        one. It is a request like any other: what is returned is the JSON that the route says, also
        where it refuses.
        """
        begin_request()
        try:
            raw = trigger_request(
                str(token), str(kind), params={} if params is None else params, key=key
            )
        except ValueError as error:
            refused = Problem(
                INVALID_REQUEST, f"Give token, kind and key as texts, and params as JSON: {error}."
            )
            return to_object(dict(reply_of(refused).body))
        return js.JSON.parse(await (await _answer(self.env, raw)).text())

    async def queue(self, batch: Any, *_: Any) -> None:
        """Deliver each, or work it off, all at the same time. A message only nudges: its row says
        when to try again.
        """
        platform = _platform_of(self.env)
        turns = asyncio.Lock()
        ticks: list[dict[str, Any]] = []

        async def take(message: Any) -> None:
            body = json.loads(json.dumps(message.body))
            if TICK in body:
                ticks.append(body)
                return
            key = next((each for each in NUDGES if each in body), None)
            if key is None:
                await receive_event(
                    enter(platform, of_id(str(body["outboxId"]))),
                    REGISTRY.settlements,
                    body,
                    is_first=int(message.attempts) == 1,
                )
                return
            row_id = str(body[key])
            async with turns if NUDGES[key][1].by_turns else nullcontext():
                await work_off_nudged(enter(platform, of_id(row_id)), key, row_id)

        await take_all(batch.messages, take)
        if ticks:
            await _go_on(platform, ticks)
        for message in batch.messages:
            message.ack()

    async def email(self, message: Any, *_: Any) -> None:
        """Take a mail, or have its sender's server told why not."""
        try:
            mail = IncomingMail(message)
            platform = _platform_of(self.env)
            take = load_mail()
            if take and (why := await take(platform, mail.recipient, mail.size, mail.read)):
                mail.reject(why)
        except Exception as error:
            log.crash("received_mail.not_stored", error)
            raise

    async def scheduled(self, _controller: Any, *_: Any) -> None:
        await _each_minute(_platform_of(self.env))


class Workflows(WorkflowEntrypoint):
    """An instance of any kind that has no class of its own: its params name the kind."""

    async def run(self, event: Any, step: Any) -> Any:
        return await _execute(self.env, event, step)


class ReceiptWorkflow(WorkflowEntrypoint):
    """An instance of a receipt's run."""

    async def run(self, event: Any, step: Any) -> Any:
        return await _execute(self.env, event, step)


async def _execute(env: Any, event: Any, step: Any) -> Any:
    params = json.loads(json.dumps(event["payload"]))
    workflows = workflows_of(str(params["kind"]))
    engine = CloudflareEngine(step)
    platform = enter(_platform_of(env), of_id(str(params["runId"])))
    try:
        return await execute(platform, engine, workflows=workflows, params=params)
    except JsException as error:
        return hand_back_abort(error)
