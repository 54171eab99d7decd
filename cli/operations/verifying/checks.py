"""The lines, each by what the deployment itself answers to its checks' account."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cli.client.api import Api
from cli.endings import Stopped
from cli.operations.verifying.lines import Line, differs, open_line, proven
from cli.operations.verifying.papers import paper_without_total
from cli.upload.sending import send, send_file

_PATIENCE_SECONDS: Final = 300.0
_BETWEEN_SECONDS: Final = 2.0
_LATEST_TICK_SECONDS: Final = 180.0
_LAST_TICK: Final = "tillroll_reconciler_last_tick_timestamp_seconds"
_STARTUP_MILLISECONDS: Final = 1_000
"""https://developers.cloudflare.com/workers/platform/limits/ : what the global scope may take to start."""
FORMATS: Final = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WebP", ".heic": "HEIC"}


@dataclass(frozen=True)
class Verified:
    """What a verification has to go by. `photos` are receipts of the owner's; `startup` is what the last upload told,
    in ms; `mail_domain` is empty where no mail comes in."""

    api: Api
    now: datetime
    photos: Sequence[Path] = ()
    startup: int | None = None
    mail_domain: str = ""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time


def verify(seen: Verified) -> Iterator[Line]:
    """Each line as it comes to stand. Raises Stopped: the deployment does not answer at all."""
    yield from _health(seen)
    yield from _cron(seen)
    yield from _wake_up(seen)
    yield from _photos(seen)
    yield from _model_answers(seen)
    yield from _mail(seen)
    yield from _start(seen)
    yield open_line(
        "query counting",
        "Workers Logs of a busy hour: each refusal of D1 by its limit has a `limit.reached` of ours before it.",
    )
    yield open_line("memory", "the dashboard, Metrics, Errors: no Exceeded Memory in a day with scans of 30 pages.")


def _health(seen: Verified) -> Iterator[Line]:
    health = seen.api.get("/api/health", {"deep": "true"})
    yield (
        proven("D1, R2, Queue", "each answers the Worker")
        if health["status"] == "ok"
        else differs("D1, R2, Queue", f"{health.get('parts')}")
    )


def _cron(seen: Verified) -> Iterator[Line]:
    """A tick within the last three minutes, or within the time that is waited for one."""

    def last_tick() -> float | None:
        text = seen.api.answer("GET", "/api/metrics").text
        for line in text.splitlines():
            if line.startswith(_LAST_TICK):
                return float(line.rsplit(" ", 1)[1])
        return None

    def is_recent() -> bool:
        tick = last_tick()
        return tick is not None and seen.clock() - tick < _LATEST_TICK_SECONDS

    if _comes_about(seen, is_recent):
        yield proven("cron", "a tick ended within the last three minutes")
    else:
        yield differs("cron", "no tick ended within the last three minutes: look at the Worker's Triggers")


def _wake_up(seen: Verified) -> Iterator[Line]:
    """A run that waits for a person goes on once it is decided."""
    about = "a waiting Workflow wakes up"
    sent = send(seen.api, Path("letter.pdf"), paper_without_total(seen.now))
    if not sent.run_id or _settled(seen, sent.run_id) != "needs_review":
        yield differs(about, f"a letter without a total did not come to wait for a person: {sent.run_id or sent.says}")
        return
    path = f"/api/runs/{sent.run_id}"
    seen.api.send("POST", f"{path}/review", {"decision": "reject", "comment": "a check of the deployment"})
    if _comes_about(seen, lambda: seen.api.get(path)["status"] == "rejected"):
        yield proven(about, f"{sent.run_id} waited, and ended when it was decided")
    else:
        yield differs(about, f"{sent.run_id} was decided, and does not go on")


def _photos(seen: Verified) -> Iterator[Line]:
    """A line for each format, of the photos that the owner gives."""
    missing = dict.fromkeys(FORMATS.values())
    for photo in seen.photos:
        kind = FORMATS.get(photo.suffix.lower())
        if kind is None:
            continue
        missing.pop(kind, None)
        try:
            sent = send_file(seen.api, photo)
            status = _settled(seen, sent.run_id) if sent.run_id else f"refused: {sent.says}"
        except Stopped as stopped:
            status = str(stopped)
        was_read = status in {"complete", "needs_review"}
        yield (proven if was_read else differs)(f"{kind} {photo.name}", f"the run is {status}")
    for kind in missing:
        yield open_line(f"{kind} photos", "give a folder by --photos with one, also one that a phone turned (EXIF)")


def _model_answers(seen: Verified) -> Iterator[Line]:
    """What the models answered, by the ledger."""
    calls = seen.api.get("/api/ai-calls", {"limit": 100})["items"]
    ended = [each for each in calls if each["state"] in {"completed", "failed", "rolled_back"}]
    if not ended:
        yield open_line("model answers", "no model was asked yet: give photos by --photos")
        return
    useless = [each for each in ended if each.get("reason") or each["state"] == "failed"]
    without_tokens = [each for each in ended if each["state"] != "failed" and each.get("outputTokens") is None]
    says = (
        f"{len(ended)} calls: {len(useless)} failed, or were cut off or of no use; {len(without_tokens)} tell no tokens"
    )
    yield (differs if useless or without_tokens else proven)("model answers, finish_reason, tokens", says)
    yield from _prices(ended)


def _prices(ended: Sequence[dict[str, Any]]) -> Iterator[Line]:
    unpriced = sorted({each["model"] for each in ended if each.get("costMicroUsd") is None})
    if unpriced:
        yield differs("prices", f"no price for {', '.join(unpriced)}: name it in AI_PRICES")
        return
    dollars = sum(each["costMicroUsd"] for each in ended) / 1_000_000
    says = f"{len(ended)} calls cost {dollars:.4f} dollars by AI_PRICES: compare the dashboard's Workers AI page"
    yield open_line("prices", says)


def _mail(seen: Verified) -> Iterator[Line]:
    about = "mail headers"
    if not seen.mail_domain:
        yield open_line(about, "no mail comes in: deploy with --mail-domain to have this looked at")
        return
    mails = seen.api.get("/api/received-mail", {"limit": 1})["items"]
    if mails:
        yield proven(about, f"the newest mail is {mails[0]['state']}: its sender's proof was understood")
    else:
        says = (
            f"send a receipt to the address that the page shows under Settings, Receipts by mail ({seen.mail_domain})"
        )
        yield open_line(about, says)


def _start(seen: Verified) -> Iterator[Line]:
    about = "start-up CPU"
    if seen.startup is None:
        yield open_line(about, "the next deploy tells it")
    elif seen.startup < _STARTUP_MILLISECONDS:
        yield proven(about, f"{seen.startup} of {_STARTUP_MILLISECONDS} ms, as Cloudflare measured it")
    else:
        yield differs(about, f"{seen.startup} of {_STARTUP_MILLISECONDS} ms: deploy with --late-imports")


def _settled(seen: Verified, run_id: str) -> str:
    """The run's status once the server is not at work on it; `processing` where that takes too long."""
    path = f"/api/runs/{run_id}"
    _comes_about(seen, lambda: seen.api.get(path)["status"] != "processing")
    return str(seen.api.get(path)["status"])


def _comes_about(seen: Verified, holds: Callable[[], bool]) -> bool:
    waited = 0.0
    while not holds():
        if waited >= _PATIENCE_SECONDS:
            return False
        seen.sleep(_BETWEEN_SECONDS)
        waited += _BETWEEN_SECONDS
    return True
