"""Loaded by schemathesis (SCHEMATHESIS_HOOKS): each request is somebody's, and its answer is one
that they may get.

`FUZZ_ASKERS` names a file of askers: `[{"name", "token", "may", "share"}]`; a line for each answer
is written to the file `FUZZ_ANSWERS`: `{"asker", "operation", "status"}`.
"""

import json
import os
import random
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import unquote

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi import checks

from tillroll_durable.platform.models import LONGEST_IN_PATH

_ASKERS: Final[list[dict[str, Any]]] = json.loads(
    Path(os.environ["FUZZ_ASKERS"]).read_text(encoding="utf-8")
)
_PREFIX: Final = {"user_id": "usr_", "token_id": "tok_"}
# Ids by the name of a parameter, which alone may be asked for under it.
_SPARE: Final[dict[str, list[str]]] = json.loads(os.environ["FUZZ_SPARE"])
_BY_TOKEN: Final = {each["token"]: each for each in _ASKERS}
_SHARES: Final = [each["share"] for each in _ASKERS]
_CHOICE: Final = random.Random(os.environ["FUZZ_SEED"])
_REFUSALS: Final = {"not-permitted", "owner-only", "operator-only", "beyond-token"}
# What is too large: workerd refuses a line or a head before it is ours, and we a body before it is
# read.
_TOO_LARGE: Final = {413, 414, 431}
_AUTHORIZATION, _BEARER = "Authorization", "Bearer "

_untyped, _theirs = cast("Any", schemathesis), cast("Any", checks)


@_untyped.hook
def before_call(_context: Any, case: Any, **_: Any) -> None:
    """Each request is sent as somebody, by their shares of all requests. One by a method that there
    is not is an owner's, since nobody is told of methods who does not say who they are.
    """
    (asker,) = _CHOICE.choices(_ASKERS, _SHARES)
    if case.method.upper() != case.operation.method.upper():
        asker = _ASKERS[0]
    _spare_askers(case)
    given: dict[str, str] = dict(case.headers or {})
    headers = {name: value for name, value in given.items() if name.lower() != "authorization"}
    case.headers = (
        headers if asker["token"] is None else {**headers, _AUTHORIZATION: _BEARER + asker["token"]}
    )


def _spare_askers(case: Any) -> None:
    """A path names a person or a token of those that were made for it: schemathesis learns the
    askers' from lists.
    """
    parameters: dict[str, Any] = dict(case.path_parameters or {})
    for name, spare in _SPARE.items():
        if (
            str(parameters.get(name, "")).startswith(_PREFIX[name])
            and parameters[name] not in spare
        ):
            parameters[name] = _CHOICE.choice(spare)
            case.path_parameters = parameters


@_untyped.check
def status_as_described(context: Any, response: Any, case: Any) -> Any:
    """schemathesis' own, of what came as far as to us."""
    return (
        None
        if response.status_code in _TOO_LARGE
        else _theirs.status_code_conformance(context, response, case)
    )


@_untyped.check
def wrong_data_is_refused(context: Any, response: Any, case: Any) -> Any:
    """schemathesis' own, for which 413 is no refusal."""
    return (
        None
        if response.status_code in _TOO_LARGE
        else _theirs.negative_data_rejection(context, response, case)
    )


@_untyped.check
def wrong_method_is_refused(context: Any, response: Any, case: Any) -> Any:
    """schemathesis' own, of what came as far as to us."""
    return (
        None
        if response.status_code in _TOO_LARGE
        else _theirs.unsupported_method(context, response, case)
    )


@_untyped.check
def only_what_they_may(_context: Any, response: Any, case: Any) -> None:
    """Whoever may not ask a route gets a 403 whatever else is wrong with the request, and nobody a
    401; whoever may gets no 403 that says they may not.
    """
    sent = (response.request.headers.get(_AUTHORIZATION) or "").removeprefix(_BEARER) or None
    asker = _BY_TOKEN[sent]
    label, status = str(case.operation.label), int(response.status_code)
    with Path(os.environ["FUZZ_ANSWERS"]).open("a", encoding="utf-8") as answers:
        answers.write(
            json.dumps({"asker": asker["name"], "operation": label, "status": status}) + "\n"
        )
    if response.request.method.upper() != case.operation.method.upper():
        return  # another method, which the description does not have
    if status in _TOO_LARGE:
        return  # whoever asks
    if status == 404 and max(map(len, unquote(response.request.url).split("/"))) > LONGEST_IN_PATH:
        return  # no path of ours, whoever asks
    needed: str = case.operation.definition.raw["x-permission"]
    refused: dict[str, str] = response.json() if status in {401, 403} else {}
    code = refused.get("type", "").rpartition(":")[2]
    if needed in asker["may"]:
        wrong: bool = code == "unauthenticated" or (
            code in _REFUSALS and refused.get("permission") == needed
        )
    else:
        wrong = (status != 401) if sent is None else code not in _REFUSALS
    if wrong:
        said = (
            f"{asker['name']} asked {label}, which needs {needed}, and got {status} "
            f"{response.text[:300]}"
        )
        raise Failure(operation=label, title="Another answer than this asker may get", message=said)
