"""HubSpot's CRM and its OAuth, as far as Tillroll asks them
(github.com/HubSpot/HubSpot-public-api-spec-collection).

Hosts are parts of the path here: `/oauth/authorize` is app.hubspot.com's, all else
api.hubapi.com's. Each search can change some records, which then are the last, and repeat some in
its page, as a CRM in use does.

Acts: `make` (type, properties, to: ids by type, modified: ISO 8601), `change` (id, properties),
`archive` (id), `restless` (changes, repeats: how many a search), `lag` (seconds until a search
finds a change), `revoke`, `expire`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from local.books.counterpart import Answered, Call, Counterpart, Fault, Unable
from local.books.grants import Grants
from local.books.limits import Window

if TYPE_CHECKING:
    from collections.abc import Callable

_TYPES: Final = {
    "0-1": "lastmodifieddate",
    "0-2": "hs_lastmodifieddate",
    "0-3": "hs_lastmodifieddate",
}
_MOST_RESULTS: Final = 10_000
_MOST_IN_PAGE: Final = 200
_ASSOCIATIONS_IN_PAGE: Final = 500
_VERSION: Final = "2026-03"
_STAGES: Final = [
    ("appointmentscheduled", "Appointment scheduled", "0.2", "false"),
    ("contractsent", "Contract sent", "0.9", "false"),
    ("closedwon", "Closed won", "1.0", "true"),
    ("closedlost", "Closed lost", "0.0", "true"),
]


class HubSpotCounterpart(Counterpart):
    """One account, at `/hubspot`. `searches` a second is its limit; None for none."""

    name = "hubspot"

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        searches: int | None = 5,
    ) -> None:
        super().__init__(now)
        self.grants = Grants(client_id, client_secret, now, "never", in_body=True)
        self.portal = 24_000_001
        self.records: dict[str, dict[str, Any]] = {}
        self.changes, self.repeats = 0, 0
        self.lag = timedelta()
        self.searches = Window(now, searches, timedelta(seconds=1))
        self.chance = Random(0)  # noqa: S311 - changes by chance
        self.stages = list(_STAGES)
        self._last_id = 1000
        self._ticks = 0

    def make(
        self,
        type_: str,
        properties: dict[str, str],
        to: dict[str, list[str]] | None = None,
        modified: datetime | None = None,
    ) -> str:
        """Make a record, and return its id."""
        self._last_id += 1
        id_ = str(self._last_id)
        at = self.now() if modified is None else modified
        self.records[id_] = {
            "type": type_,
            "properties": dict(properties),
            "to": to or {},
            "modified": _ms(at),
        }
        return id_

    def change(self, id_: str, properties: dict[str, str]) -> None:
        """Change a record, which makes it the last one."""
        self._ticks += 1
        record = self.records[id_]
        record["properties"] |= properties
        record["modified"] = _ms(self.now()) + self._ticks

    def undone(self, fault: Fault) -> Answered:
        if fault.kind == "throttled":
            return _error(
                429, "RATE_LIMITS", "You have reached your secondly limit.", policyName="SECONDLY"
            )
        return super().undone(fault)

    def forget(self) -> None:
        """It knows no keys: nothing is written here."""

    def do(self, call: Call, *, is_half: bool) -> Answered:
        del is_half
        match call.method, call.parts:
            case "GET", ["oauth", "authorize"]:
                return self.grants.authorize(call)
            case "POST", ["oauth", _, "token"]:
                return self._token(call)
            case "POST", ["oauth", _, "token", "revoke"]:
                answered = self.grants.withdraw(call)
                return Answered(204) if answered.status == 200 else answered
            case _:
                return self._asked(call)

    def _token(self, call: Call) -> Answered:
        answered = self.grants.token(call)
        if answered.status == 200:
            granted = {**answered.body, "hub_id": self.portal, "token_use": "access_token"}
            granted["scopes"] = str(granted.pop("scope")).split()
            return Answered(200, granted)
        form = parse_qs(call.body.decode())
        kind = (
            "BAD_REFRESH_TOKEN" if form.get("grant_type") == ["refresh_token"] else "BAD_AUTH_CODE"
        )
        if answered.body["error"] == "invalid_grant":
            return Answered(
                400, {"status": kind, "message": "missing or invalid", "correlationId": "local"}
            )
        return answered

    def _asked(self, call: Call) -> Answered:
        if not self.grants.lets_in(call):
            return _error(
                401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired."
            )
        match call.method, call.parts:
            case "POST", ["crm", "objects", version, type_, "search"] if (
                version == _VERSION and type_ in _TYPES
            ):
                return self._search(type_, call.json())
            case "POST", ["crm", "associations", version, _, other, "batch", "read"] if (
                version == _VERSION
            ):
                return self._associations(other, call.json()["inputs"])
            case "GET", ["crm", "pipelines", version, "0-3"] if version == _VERSION:
                return Answered(200, {"results": [self._pipeline()]})
            case "GET", ["account-info", version, "details"] if version == _VERSION:
                return Answered(
                    200,
                    {
                        "portalId": self.portal,
                        "companyCurrency": "EUR",
                        "uiDomain": "app.hubspot.com",
                    },
                )
            case _:
                return Answered(404, {})

    def _search(self, type_: str, asked: dict[str, Any]) -> Answered:
        if self.searches.take():
            raise Unable(self.undone(Fault("throttled")))
        begin, limit = int(asked.get("after") or 0), int(asked["limit"])
        if begin + limit > _MOST_RESULTS or limit > _MOST_IN_PAGE:
            return _error(
                400,
                "VALIDATION_ERROR",
                "Paging past 10000 results, or over 200 a page, is not possible.",
            )
        until = _ms(self.now() - self.lag) + self._ticks
        found = [
            (id_, each)
            for id_, each in self.records.items()
            if each["type"] == type_ and (not self.lag or each["modified"] <= until)
        ]
        for group in asked["filterGroups"][:1]:
            for condition in group["filters"]:
                found = [pair for pair in found if _holds(pair, condition, type_)]
        [by] = asked["sorts"]
        found.sort(key=lambda pair: _value(pair, by["propertyName"], type_))
        if by.get("direction") == "DESCENDING":
            found.reverse()
        page = found[begin : begin + limit]
        results = [_shown(id_, each, type_, asked["properties"]) for id_, each in page]
        results += self.chance.sample(results, min(self.repeats, len(results)))
        for id_, _ in self.chance.sample(found, min(self.changes, len(found))):
            self.change(id_, {})
        said: dict[str, Any] = {"total": len(found), "results": results}
        if begin + limit < len(found):
            said["paging"] = {"next": {"after": str(begin + limit)}}
        return Answered(200, said)

    def _associations(self, other: str, inputs: list[dict[str, str]]) -> Answered:
        results: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for each in inputs:
            to = self.records.get(each["id"], {"to": {}})["to"].get(other, [])
            if not to:
                errors.append(
                    {
                        "status": "error",
                        "category": "OBJECT_NOT_FOUND",
                        "context": {"fromObjectId": [each["id"]]},
                    }
                )
                continue
            begin = int(each.get("after") or 0)
            page = to[begin : begin + _ASSOCIATIONS_IN_PAGE]
            shown: list[dict[str, Any]] = [
                {"toObjectId": int(id_), "associationTypes": []} for id_ in page
            ]
            result: dict[str, Any] = {"from": {"id": each["id"]}, "to": shown}
            if begin + _ASSOCIATIONS_IN_PAGE < len(to):
                result["paging"] = {"next": {"after": str(begin + _ASSOCIATIONS_IN_PAGE)}}
            results.append(result)
        return Answered(
            207 if errors else 200, {"status": "COMPLETE", "results": results, "errors": errors}
        )

    def _pipeline(self) -> dict[str, Any]:
        stages = [
            {
                "id": id_,
                "label": label,
                "metadata": {"probability": probability, "isClosed": is_closed},
            }
            for id_, label, probability, is_closed in self.stages
        ]
        return {"id": "default", "label": "Sales", "stages": stages}

    def act(self, act: str, given: dict[str, Any]) -> Any:
        match act:
            case "make":
                modified = (
                    datetime.fromisoformat(given["modified"]) if "modified" in given else None
                )
                return self.make(given["type"], given["properties"], given.get("to"), modified)
            case "change":
                self.change(given["id"], given["properties"])
            case "archive":
                del self.records[given["id"]]
            case "restless":
                self.changes, self.repeats = (
                    int(given.get("changes", 0)),
                    int(given.get("repeats", 0)),
                )
            case "lag":
                self.lag = timedelta(seconds=given["seconds"])
            case "revoke":
                self.grants.revoke()
            case "expire":
                self.grants.expire()
            case _:
                raise ValueError(f"there is no act {act!r}")
        return None

    def state(self) -> dict[str, Any]:
        return {
            "records": self.records,
            "grants": self.grants.state(),
            "lastId": self._last_id,
            "ticks": self._ticks,
        }

    def load(self, state: dict[str, Any]) -> None:
        self.records = state["records"]
        self.grants.load(state["grants"])
        self._last_id, self._ticks = state["lastId"], state["ticks"]


def _value(pair: tuple[str, dict[str, Any]], name: str, type_: str) -> int:
    if name == "hs_object_id":
        return int(pair[0])
    if name == _TYPES[type_]:
        return int(pair[1]["modified"])
    raise Unable(_error(400, "VALIDATION_ERROR", f"Property {name} cannot be searched for."))


def _holds(pair: tuple[str, dict[str, Any]], condition: dict[str, Any], type_: str) -> bool:
    value, given = _value(pair, condition["propertyName"], type_), int(condition["value"])
    return {"GTE": value >= given, "GT": value > given, "EQ": value == given}[condition["operator"]]


def _shown(id_: str, record: dict[str, Any], type_: str, names: list[str]) -> dict[str, Any]:
    moment = datetime.fromtimestamp(record["modified"] // 1000, UTC) + timedelta(
        milliseconds=record["modified"] % 1000
    )
    text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kept = {**record["properties"], _TYPES[type_]: text, "hs_object_id": id_}
    return {
        "id": id_,
        "properties": {name: kept.get(name) for name in [*names, "hs_object_id"]},
        "createdAt": text,
        "updatedAt": text,
        "archived": False,
    }


def _ms(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def _error(status: int, category: str, message: str, **more: Any) -> Answered:
    return Answered(status, {"status": "error", "category": category, "message": message, **more})
