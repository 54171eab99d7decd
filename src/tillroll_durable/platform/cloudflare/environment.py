"""From the Worker's bindings to the platform."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import js

from tillroll_durable.platform.bindings.engine import ClassNotBound, Instances, NoQueue, Queue
from tillroll_durable.platform.bindings.missing import MissingBinding, workflow_sentence_for
from tillroll_durable.platform.bindings.objects import Limits
from tillroll_durable.platform.clock import SystemClock
from tillroll_durable.platform.cloudflare.crypto import (
    WebCryptoCipher,
    WebCryptoSigner,
    WebCryptoVerifier,
)
from tillroll_durable.platform.cloudflare.http import DnsOverHttps, FetchExchange, FetchHttp
from tillroll_durable.platform.cloudflare.models import CloudflareImages, WorkersAi
from tillroll_durable.platform.cloudflare.requests import FetchDownloads
from tillroll_durable.platform.cloudflare.runtime import (
    EngineZones,
    after_the_answer,
    is_nothing,
    pause,
    run_by_turns,
)
from tillroll_durable.platform.cloudflare.storage import (
    CloudflareQueue,
    D1Database,
    R2Objects,
    RateLimit,
    WorkerAssets,
)
from tillroll_durable.platform.cloudflare.vectors import VectorizeIndex
from tillroll_durable.platform.cloudflare.workflows import CloudflareInstances
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import Settings
from tillroll_durable.platform.shards import FIRST, FIRST_BINDING, numbers_of

_platforms: list[Platform] = []


BindingOf = Callable[[str], str | None]
"""Names the binding of the class that executes a kind; None for a kind that is not deployed."""


class _Instances:
    """`InstancesByKind` on the bindings."""

    def __init__(self, raw: Any, binding_of: BindingOf) -> None:
        self._raw = raw
        self._binding_of = binding_of
        self._by_binding: dict[str, Instances] = {}

    def get(self, kind: str, /) -> Instances | None:
        name = self._binding_of(kind)
        if name is None:
            return None
        if name not in self._by_binding:
            binding = getattr(self._raw, name, None)
            if is_nothing(binding):
                raise ClassNotBound(workflow_sentence_for(kind, name))
            self._by_binding[name] = CloudflareInstances(binding)
        return self._by_binding[name]


def platform_of(
    env: Any, binding_of: BindingOf, *, tables_of_accounts: frozenset[str] = frozenset()
) -> Platform:
    """The platform on a Worker's `env`. It is made once: bindings and variables last as long as the
    isolate, and each one that is looked at costs a crossing into JavaScript.

    Only the database and the workflows are needed by every deployment. What another binding is for
    raises BindingMissing when it is asked for, and without a queue the cron alone delivers.
    """
    if not _platforms:
        run_by_turns()
        platform = _made_of(getattr(env, "_env", env), binding_of)
        _platforms.append(replace(platform, tables_of_accounts=tables_of_accounts))
    return _platforms[0]


def bound_or_missing(raw: Any, name: str) -> Any:
    """A binding, or what raises BindingMissing in its place."""
    binding = getattr(raw, name, None)
    if is_nothing(binding):
        return MissingBinding(name)
    return binding


def _made_of(raw: Any, binding_of: BindingOf) -> Platform:
    """`raw` holds the bindings without the SDK's wrappers, which convert every argument and
    result."""

    def bound(name: str) -> Any:
        return bound_or_missing(raw, name)

    def queue(name: str, *names: str) -> Queue:
        """The queue of the first of these bindings that is there."""
        for each in (name, *names):
            binding = getattr(raw, each, None)
            if not is_nothing(binding):
                return CloudflareQueue(binding)
        return NoQueue(name)

    def variable(name: str) -> str:
        value = getattr(raw, name, None)
        if is_nothing(value):
            return ""
        return str(value)

    bindings = [str(name) for name in js.Object.keys(raw)]
    names = numbers_of([FIRST_BINDING, *bindings])
    databases = {number: D1Database(bound(name)) for number, name in names.items()}
    bucket = bound("BUCKET")
    deliveries = queue("DELIVERIES")
    return Platform(
        database=databases[FIRST],
        databases=databases,
        objects=R2Objects(bucket),
        assets=WorkerAssets(bound("ASSETS")),
        images=CloudflareImages(bound("IMAGES"), bucket),
        models=WorkersAi(getattr(raw, "AI", None)),
        vectors=VectorizeIndex(bound("VECTORS")),
        queue=queue("EVENTS"),
        deliveries=deliveries,
        slow_deliveries=queue("SLOW_DELIVERIES", "DELIVERIES"),
        ticks=queue("TICKS"),
        has_queue=not isinstance(deliveries, NoQueue),
        has_objects=not isinstance(bucket, MissingBinding),
        http=FetchHttp(),
        downloads=FetchDownloads(bucket),
        exchange=FetchExchange(),
        attempts=RateLimit(bound("SIGN_IN_ATTEMPTS")),
        limits=Limits(
            RateLimit(bound("REQUESTS_BY_ADDRESS")),
            RateLimit(bound("REQUESTS_BY_ACTOR")),
            RateLimit(bound("REQUESTS_BY_ACCOUNT")),
        ),
        signer=WebCryptoSigner(variable("AUDIT_SIGNING_KEY")),
        verifier=WebCryptoVerifier(),
        cipher=WebCryptoCipher(),
        resolver=DnsOverHttps(),
        clock=SystemClock(),
        instances=_Instances(raw, binding_of),
        settings=Settings(variable),
        pause=pause,
        later=after_the_answer,
        zones=EngineZones(),
    )
