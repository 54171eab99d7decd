"""A Worker of durable workflows, in five lines. wrangler.jsonc names its `main` and its classes.

    from tillroll_durable.worker import Tillroll
    from shop import order

    app = Tillroll(workflows=[order.ORDER, order.SHIP])
    Default = app.entrypoint
    Workflows = app.workflows

workerd finds a class by the name that it was made with, so the variables have the same names. A
kind with a class of its own, such as `ship`, has one more line: `ShipWorkflow = app.own(SHIP)`.
"""

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qsl

import js
from pyodide.ffi import JsException
from workers import WorkerEntrypoint, WorkflowEntrypoint

from tillroll_durable.account_tables import TABLES_OF_ACCOUNTS
from tillroll_durable.ai import ledger
from tillroll_durable.ai.costs import CostSettings
from tillroll_durable.archive.archiving import PLAIN
from tillroll_durable.archive.files import BUNDLES_IN_USE
from tillroll_durable.dispatch import execute
from tillroll_durable.idempotency import keys
from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.minute import do_each_minute
from tillroll_durable.jobs.secrets import secrets_job
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.bindings.engine import (
    JOB,
    SHARED_CLASS,
    TICK,
    class_name_of,
    take_all,
)
from tillroll_durable.platform.bindings.http import BodyTooLong, BrokenUpload
from tillroll_durable.platform.cloudflare.environment import platform_of
from tillroll_durable.platform.cloudflare.requests import JsUpload
from tillroll_durable.platform.cloudflare.runtime import log_to_console, options, to_object
from tillroll_durable.platform.cloudflare.workflows import CloudflareEngine, hand_back_abort
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.invocation import invocation
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import RoomSettings
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_durable.registry import Registry
from tillroll_durable.sealing import jobs as seals
from tillroll_durable.sealing.settings import ArchiveSettings, AuditSettings
from tillroll_durable.server.app import server_of
from tillroll_durable.server.exchange import (
    LARGEST_BODY_BYTES,
    BodyTooLarge,
    Handler,
    Incoming,
    Reply,
    UnreadableBody,
)
from tillroll_durable.settings import RunSettings
from tillroll_durable.upkeep.reconciliation import durable_jobs
from tillroll_durable.webhooks.consumer import receive
from tillroll_durable.webhooks.deliveries import SECRETS
from tillroll_durable.workflow import Workflow

_SETTINGS: Final = (
    ArchiveSettings,
    AuditSettings,
    CostSettings,
    EncryptionSettings,
    OutgoingSettings,
    RunSettings,
)


async def _archive_old(platform: Platform) -> None:
    await seals.archive_old(platform, PLAIN)


class Tillroll:
    """A deployment of workflows: its routes, its classes and what it does each minute."""

    def __init__(
        self,
        workflows: Sequence[Workflow],
        *,
        jobs: Sequence[Job] = (),
        settings: Sequence[type[RoomSettings]] = (),
    ) -> None:
        """Describe the deployment.

        Args:
            workflows: all kinds, each with the versions that live runs may still have.
            jobs: what is done each minute, beside the jobs of workflows.
            settings: classes of settings, which are checked before anything is done.

        Raises ValueError: two workflows are the same version of a kind.
        """
        log_to_console()
        self.registry = Registry(workflows, objects=lambda: [BUNDLES_IN_USE])
        self.server = server_of(self.registry)
        upkeep = (*durable_jobs(self.registry), *keys.JOBS, secrets_job(SECRETS))
        sealing = (*seals.JOBS, Job("archive", _archive_old, 30))
        self.jobs = (*upkeep, *sealing, *ledger.JOBS, *jobs)
        self.settings = (*_SETTINGS, *settings)

    def route(
        self, method: str, path: str, *, permission: str | None = None, is_public: bool = False
    ) -> Callable[[Handler], Handler]:
        """Add the function below as a route.

        Args:
            method: such as "GET".
            path: such as "/api/orders/<order_id>". The function is given each part by its name.
            permission: what the caller's token needs, such as "read".
            is_public: anybody may ask, without a token. The function is given a `PublicRequest`,
                which has no caller. It checks by itself what it believes, such as a signature.

        Raises ValueError: give a permission, or say that it is public, and not both.
        """
        return self.server.route(method, path, permission=permission, is_public=is_public)

    @cached_property
    def entrypoint(self) -> type[WorkerEntrypoint]:
        """The class `Default`: what answers requests, takes messages and is called each minute."""
        return _entrypoint_of(self)

    @cached_property
    def workflows(self) -> type[WorkflowEntrypoint]:
        """The class `Workflows`: it executes the runs of all kinds without a class of their own."""
        return self._executing(SHARED_CLASS)

    def own(self, workflow: Workflow) -> type[WorkflowEntrypoint]:
        """The class that executes the runs of one kind alone, such as `ShipWorkflow`.

        Raises ContractError: the workflow does not say that it has a class of its own.
        """
        if not workflow.has_own_class:
            raise ContractError(
                f"{workflow.contract.kind}: give the workflow `has_own_class=True`, "
                "or leave it to `app.workflows`"
            )
        return self._executing(class_name_of(workflow.contract.kind))

    def platform(self, env: Any) -> Platform:
        """The platform of one invocation.

        Raises InvalidSetting: a variable has a value that cannot be used.
        """
        platform = platform_of(env, self.registry.binding_of, tables_of_accounts=TABLES_OF_ACCOUNTS)
        platform.settings.check(self.settings)
        return invocation(platform)

    def _executing(self, name: str) -> type[WorkflowEntrypoint]:
        async def run(entrypoint: WorkflowEntrypoint, event: Any, step: Any) -> Any:
            return await _execute(self, entrypoint.env, event=event, step=step)

        return type(name, (WorkflowEntrypoint,), {"run": run})


def _entrypoint_of(app: Tillroll) -> type[WorkerEntrypoint]:
    # Another Worker that is bound to this one can call every method of this class, also one with an
    # underscore. So it has the handlers and nothing else.
    class Default(WorkerEntrypoint):
        async def fetch(self, request: Any) -> Any:
            """Answer a request."""
            return await _answer(app, self.env, request.js_object)

        async def queue(self, batch: Any, *_: Any) -> None:
            """Deliver what each message names, and go on with jobs. A message only nudges: its row
            says when to try again.
            """
            await _take_messages(app, self.env, batch.messages)

        async def scheduled(self, _controller: Any, *_: Any) -> None:
            """Do what is due."""
            await do_each_minute(app.platform(self.env), app.jobs)

    return Default


async def _execute(app: Tillroll, env: Any, event: Any, step: Any) -> Any:
    """Execute the body of an instance's run. Its params say of which kind it is."""
    params = json.loads(json.dumps(event["payload"]))
    workflows = [*app.registry.versions(str(params["kind"])).values()]
    engine = CloudflareEngine(step)
    try:
        return await execute(app.platform(env), engine, workflows=workflows, params=params)
    except JsException as error:
        return hand_back_abort(error)


async def _answer(app: Tillroll, env: Any, raw: Any) -> Any:
    method = str(raw.method)
    upload = JsUpload(raw, None)
    try:
        platform = app.platform(env)
        incoming = await _incoming(raw, upload)
        reply = await app.server.answer(platform, incoming)
    except Exception as error:  # noqa: BLE001
        # Whatever it was, it is logged and answered as a problem.
        reply = app.server.refuse(error, method)
    finally:
        await upload.leave()
    return _response(reply, is_head=method == "HEAD")


async def _incoming(raw: Any, upload: JsUpload) -> Incoming:
    """Raises BodyTooLarge, UnreadableBody."""
    url = js.URL.new(raw.url)
    try:
        file = await upload.body(LARGEST_BODY_BYTES)
    except BodyTooLong as error:
        raise BodyTooLarge(f"Send at most {LARGEST_BODY_BYTES} bytes.") from error
    except BrokenUpload as error:
        raise UnreadableBody("The body did not come whole: send it again.") from error
    return Incoming(
        str(raw.method),
        str(url.pathname),
        query=parse_qsl(str(url.search)[1:], keep_blank_values=True),
        headers={str(name): str(value) for name, value in raw.headers},
        body=file.peek(0, file.size),
    )


def _response(reply: Reply, *, is_head: bool) -> Any:
    headers: JsonObject = {**reply.headers}
    body = None
    if reply.body is not None:
        headers = {"content-type": "application/json", **headers}
        if not is_head:
            body = dump(reply.body)
    return js.Response.new(body, options(status=reply.status, headers=to_object(headers)))


async def _take_messages(app: Tillroll, env: Any, messages: Any) -> None:
    platform = app.platform(env)
    going_on: list[tuple[str, str]] = []

    async def take(message: Any) -> None:
        body = json.loads(json.dumps(message.body))
        if TICK in body:
            going_on.append((str(body[TICK]), str(body[JOB])))
            return
        is_first = int(message.attempts) == 1
        await receive(platform, app.registry.settlements, body, is_first=is_first)

    await take_all(messages, take)
    if going_on:
        start = max(start for start, _ in going_on)
        names = [name for _, name in going_on]
        await do_each_minute(platform, app.jobs, start=start, only=names)
    for message in messages:
        message.ack()
