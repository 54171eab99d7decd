"""What QuickBooks Online answers: an entity, or a fault, which may come with status 200."""

from typing import Final

from tillroll.books.targets.calls import REFUSALS, Answer, objects, reason, text
from tillroll.books.targets.errors import (
    Busy,
    ItemRefused,
    PeriodClosed,
    TargetError,
    TargetUncertain,
)
from tillroll.books.targets.quickbooks_documents import NAME
from tillroll_durable.errors import one_line
from tillroll_durable.platform.json import JsonObject

PATIENCE_SECONDS: Final = 60.0
"""A 429 has no Retry-After; Intuit's page asks to wait a minute."""

_THROTTLED: Final = "3001"


def entity_of(answer: Answer, name: str) -> JsonObject:
    entity = answer.said.get(name)
    if not isinstance(entity, dict):
        raise TargetUncertain(f"{NAME}'s answer has no {name}")
    return entity


def _fault(answer: Answer) -> JsonObject | None:
    fault = answer.said.get("Fault") or answer.said.get("fault")
    if isinstance(fault, dict):
        return fault
    return None


def code_of(answer: Answer) -> str:
    """The code of an error; empty where there is none."""
    errors = objects((_fault(answer) or {}).get("Error"))
    if errors:
        return text(errors[0], "code").lstrip("0")
    return ""


def checked(answer: Answer) -> Answer:
    """Raises ItemRefused, PeriodClosed, Busy, TargetUncertain."""
    fault = _fault(answer)
    if fault is not None and (answer.is_success or answer.status in REFUSALS):
        raise refusal_of(fault)
    if answer.is_success:
        return answer
    if answer.status in REFUSALS:
        raise ItemRefused(f"{NAME} answered {answer.status}")
    raise TargetUncertain(f"{NAME} answered {answer.status}")


def refusal_of(fault: JsonObject) -> TargetError:
    errors = objects(fault.get("Error"))
    if not errors:
        return TargetUncertain(f"{NAME} answered a fault without an error")
    sentences = [" ".join((text(each, "Message"), text(each, "Detail"))) for each in errors]
    why = reason("; ".join(sentences))
    code = text(errors[0], "code").lstrip("0")
    if code == _THROTTLED:
        return Busy(one_line(f"{NAME} answered {code}"), PATIENCE_SECONDS)
    # 6210 is also the code of a number that is taken.
    if "period" in why.lower() and "closed" in why.lower():
        return PeriodClosed(why)
    return ItemRefused(why, text(errors[0], "element"))
