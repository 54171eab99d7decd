"""From the Worker's bindings to the platform."""

from typing import Any

from tillroll_durable.platform.bindings.engine import Instances, binding_of
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
    KvSessions,
    R2Objects,
    RateLimit,
    WorkerAssets,
)
from tillroll_durable.platform.cloudflare.workflows import CloudflareInstances
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import Settings

_platforms: list[Platform] = []


class _Instances:
    """`InstancesByKind` on the bindings: a kind's is found by its name, so that nothing here lists
    the kinds."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._found: dict[str, Instances] = {}

    def get(self, kind: str, /) -> Instances | None:
        if kind not in self._found:
            binding = getattr(self._raw, binding_of(kind), None)
            if is_nothing(binding):
                return None
            self._found[kind] = CloudflareInstances(binding)
        return self._found[kind]


def platform_of(env: Any) -> Platform:
    """The platform on a Worker's `env`. It is made once: bindings and variables last as long as the
    isolate, and each one that is looked at costs a crossing into JavaScript."""
    if not _platforms:
        run_by_turns()
        _platforms.append(_made_of(getattr(env, "_env", env)))
    return _platforms[0]


def _made_of(raw: Any) -> Platform:
    """`raw` holds the bindings without the SDK's wrappers, which convert every argument and
    result."""

    def variable(name: str) -> str:
        value = getattr(raw, name, None)
        if is_nothing(value):
            return ""
        return str(value)

    return Platform(
        database=D1Database(raw.DB),
        objects=R2Objects(raw.BUCKET),
        assets=WorkerAssets(raw.ASSETS),
        images=CloudflareImages(raw.IMAGES, raw.BUCKET),
        models=WorkersAi(getattr(raw, "AI", None)),
        queue=CloudflareQueue(raw.EVENTS),
        deliveries=CloudflareQueue(raw.DELIVERIES),
        slow_deliveries=CloudflareQueue(raw.SLOW_DELIVERIES),
        ticks=CloudflareQueue(raw.TICKS),
        http=FetchHttp(),
        downloads=FetchDownloads(raw.BUCKET),
        exchange=FetchExchange(),
        sessions=KvSessions(raw.SESSIONS),
        attempts=RateLimit(raw.SIGN_IN_ATTEMPTS),
        limits=Limits(
            RateLimit(raw.REQUESTS_BY_ADDRESS),
            RateLimit(raw.REQUESTS_BY_ACTOR),
            RateLimit(raw.REQUESTS_BY_ACCOUNT),
        ),
        signer=WebCryptoSigner(variable("AUDIT_SIGNING_KEY")),
        verifier=WebCryptoVerifier(),
        cipher=WebCryptoCipher(),
        resolver=DnsOverHttps(),
        clock=SystemClock(),
        instances=_Instances(raw),
        settings=Settings(variable),
        pause=pause,
        later=after_the_answer,
        zones=EngineZones(),
    )
