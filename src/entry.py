"""The Worker: one class that answers, consumes and reconciles, and one WorkflowEntrypoint a workflow. Wiring only."""

import json
import logging
import re
from typing import Any

import asgi
import js
from pyodide.ffi import JsException
from workers import WorkerEntrypoint, WorkflowEntrypoint

from tillroll.api.app import create_app
from tillroll.api.image import no_picture, show_image
from tillroll.api.problems import MISCONFIGURED, Problem, crash, not_found
from tillroll.api.replies import ObjectReply, PictureReply
from tillroll.api.upload import receive
from tillroll.conversion.tick import tick as convert
from tillroll.durable.delivery import deliver
from tillroll.durable.dispatch import execute
from tillroll.durable.reconciliation.tick import tick
from tillroll.platform.cloudflare.environment import platform_of
from tillroll.platform.cloudflare.images import CloudflareImages
from tillroll.platform.cloudflare.incoming import JsUpload
from tillroll.platform.cloudflare.responses import json_response, object_response, picture_response
from tillroll.platform.cloudflare.values import is_nothing
from tillroll.platform.cloudflare.workflows import CloudflareEngine, hand_back_abort
from tillroll.platform.images import UnreadableImage
from tillroll.platform.settings import InvalidSetting
from tillroll.workflows.registry import CONTRACTS, REFERRING_QUERY, SETTLEMENTS, WORKFLOWS

_LOG = logging.getLogger("tillroll")
_IMAGE_PATH = re.compile(r"/api/receipts/([^/]+)/image")

app = create_app()


class ReceiptWorkflow(WorkflowEntrypoint):
    async def run(self, event: Any, step: Any) -> Any:
        params = json.loads(json.dumps(event["payload"]))
        try:
            return await execute(platform_of(self.env), CloudflareEngine(step), WORKFLOWS, params)
        except JsException as error:
            return hand_back_abort(error)


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        raw = request.js_object
        url = js.URL.new(raw.url)
        try:
            return await self._answer(raw, url)
        except Problem as error:
            problem = error
        except InvalidSetting as error:
            _LOG.error("misconfigured: %s", error)
            problem = Problem(MISCONFIGURED, f"{error}. Set it in wrangler.jsonc or by `wrangler secret put`.")
        except Exception:  # noqa: BLE001 - whatever it was, it is logged whole and answered as a problem
            _LOG.exception("request failed path=%s", url.pathname)
            problem = crash()
        return json_response(problem.kind.status, problem.body(), problem.headers)

    async def _answer(self, raw: Any, url: Any) -> Any:
        """Bytes pass natively, all else through FastAPI."""
        platform = platform_of(self.env)
        upload = JsUpload(raw, self._raw.BUCKET)
        path = str(url.pathname)
        image = _IMAGE_PATH.fullmatch(path)
        if path == "/api/receipts" and raw.method == "POST":
            reply = await receive(platform, upload)
            return json_response(reply.status, reply.body, reply.headers)
        if image and raw.method == "GET":
            width = url.searchParams.get("width")
            found = await show_image(platform, upload.header, image[1], None if is_nothing(width) else str(width))
            return await self._show(found)
        return await asgi.fetch(app, raw, platform)

    async def _show(self, found: ObjectReply | PictureReply) -> Any:
        if isinstance(found, PictureReply):
            images = CloudflareImages(self._raw.IMAGES, self._raw.BUCKET)
            try:
                return await picture_response(images, found.key, found.width, found.headers)
            except UnreadableImage as error:
                raise no_picture() from error
        response = await object_response(self._raw.BUCKET, found.key, found.headers)
        if response is None:
            raise not_found("image")
        return response

    @property
    def _raw(self) -> Any:
        """The bindings without the SDK's wrapper, which would copy the bytes."""
        return self.env._env  # noqa: SLF001

    async def queue(self, batch: Any, *_: Any) -> None:
        platform = platform_of(self.env)
        for message in batch.messages:
            seconds = await deliver(platform, SETTLEMENTS, str(message.body["outboxId"]))
            if seconds is None:
                message.ack()
            else:
                message.retry({"delaySeconds": seconds})

    async def scheduled(self, _controller: Any, *_: Any) -> None:
        platform = platform_of(self.env)
        mended = await tick(platform, CONTRACTS, REFERRING_QUERY)
        if any(vars(mended).values()):
            _LOG.warning("reconciler mended %s", mended)
        await convert(platform)
