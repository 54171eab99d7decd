"""What a server refuses, as sentences and as an exit code."""

import json
import re
from typing import TYPE_CHECKING, Any, cast

from tillroll_command.endings import Code, Stopped

if TYPE_CHECKING:
    import httpx

_CODES = {401: Code.NOT_ALLOWED, 403: Code.NOT_ALLOWED, 404: Code.NOT_FOUND}
# What is refused with 403 and another token would not change: a quota, and work that something else
# begins.
_REFUSED = {"quota-reached", "not-triggerable"}
_FIRST_FAULT = 500
_COMMANDS = {
    "POST /api/expenses/{id}/send-back": "expense ID --send-back --reason WHY",
    "POST /api/expenses/{id}/restore": "expense ID --restore",
}
"""Routes that have a command of their own."""
_ROUTE = re.compile(r"`?\b((?:GET|POST|PUT|PATCH|DELETE) /api(?:/[\w{}-]+(?:\.[a-z]+)?)+)`?")


class Refused(Stopped):
    """`kind` is the end of the problem's type, such as `not-found`; empty where the answer is no
    problem of ours. `errors` has a sentence by field, `more` all that the problem says.
    """

    def __init__(
        self,
        code: Code,
        sentences: str,
        status: int,
        kind: str,
        errors: dict[str, str],
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(code, sentences)
        self.more = more or {}
        self.status = status
        self.kind = kind
        self.errors = errors

    @property
    def problem(self) -> dict[str, object]:
        """The server's problem as it came, with its `type`."""
        return self.more or super().problem


def refusal(answer: "httpx.Response") -> Refused:
    """The problem (RFC 9457) that an answer tells of. Its body must have been read."""
    problem = _problem(answer)
    code = _code_of(answer, problem)
    if problem is None:
        text = (
            f"{answer.request.url.host} answered {answer.status_code} {answer.reason_phrase}, and "
            "is no Tillroll."
        )
        return Refused(code, text, answer.status_code, "", {})
    errors = {
        str(each.get("field")): str(each.get("message")) for each in problem.get("errors", ())
    }
    title = problem.get("title", answer.reason_phrase)
    problem["detail"] = in_commands(problem["detail"])
    lines = [
        # That fields are named in `errors` is said by naming them.
        f"{title}:"
        if errors and "`errors`" in problem["detail"]
        else f"{title}. {problem['detail']}",
        *(f"  {name}: {says}" for name, says in errors.items()),
    ]
    for each in problem.get("violations", ()):
        lines.append(f"  {each.get('expenseId')}: {each.get('reason')}")
        lines += [f"    {way.get('says')}" for way in each.get("next", ())]
    if answer.status_code >= _FIRST_FAULT and "requestId" in problem:
        lines.append(f"The server's log has it as {problem['requestId']}.")
    if answer.status_code == 401:
        lines.append(
            "The token is that of TILLROLL_TOKEN or --token-file, else what `make dev` wrote down."
        )
    return Refused(code, "\n".join(lines), answer.status_code, _kind_of(problem), errors, problem)


def _code_of(answer: "httpx.Response", problem: dict[str, Any] | None) -> Code:
    if answer.status_code >= _FIRST_FAULT:
        return Code.UNREACHABLE
    if problem is not None and _kind_of(problem) in _REFUSED:
        return Code.REFUSED
    return _CODES.get(answer.status_code, Code.REFUSED)


def _kind_of(problem: dict[str, Any]) -> str:
    return str(problem.get("type", "")).rpartition(":")[2]


def in_commands(text: str) -> str:
    """A sentence of the API in which each route is a command to copy."""
    return _ROUTE.sub(lambda found: f"`tillroll {_command_of(found[1])}`", text)


def _command_of(route: str) -> str:
    return _COMMANDS.get(route, f"api {route}")


def told(answer: "httpx.Response") -> dict[str, Any]:
    """The JSON object of an answer, empty where it has no body. Raises Refused: it is none, so no
    Tillroll answered.
    """
    if not answer.content:
        return {}
    found = _object(answer)
    if found is None:
        text = f"{answer.request.url} answered no JSON: this address is no Tillroll's."
        raise Refused(Code.UNREACHABLE, text, answer.status_code, "", {})
    return found


def _problem(answer: "httpx.Response") -> dict[str, Any] | None:
    found = _object(answer)
    return found if found is not None and "detail" in found else None


def _object(answer: "httpx.Response") -> dict[str, Any] | None:
    try:
        found: Any = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None
