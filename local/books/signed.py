"""A target of one's own, as docs/books-targets.md describes it: signed requests at one address.

Acts: `edit` (id, fields), `void` (id), `remove` (id), `close` (until), `secrets` (secrets).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from standardwebhooks import Webhook

from local.books.counterpart import Answered, Call, Counterpart, Unable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TOLERANCE: Final = timedelta(minutes=5)
_ACCOUNTS: Final = [
    {"code": "6300", "name": "Travel", "type": "expense"},
    {"code": "6400", "name": "Meals", "type": "expense"},
    {"code": "6800", "name": "Office supplies", "type": "expense"},
    {"code": "8400", "name": "Sales", "type": "revenue"},
]
_TAX_CODES: Final = [
    {"code": "V19", "name": "Input tax 19 %", "percent": "19"},
    {"code": "V7", "name": "Input tax 7 %", "percent": "7"},
    {"code": "V0", "name": "No tax", "percent": "0"},
    {"code": "U19", "name": "Output tax 19 %", "percent": "19", "ofPurchases": False},
    {"code": "U7", "name": "Output tax 7 %", "percent": "7", "ofPurchases": False},
    {"code": "UR", "name": "Reverse charge", "percent": "0", "ofPurchases": False},
]
_FIELDS: Final = ("contact", "currency", "due", "issued", "lines", "number", "total")


class SignedCounterpart(Counterpart):
    """One company's books at `/signed/books`. `secrets` are those that sign (whsec_…)."""

    name = "signed"

    def __init__(
        self, secrets: Sequence[str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(now)
        self.secrets = list(secrets)
        self.documents: dict[str, dict[str, Any]] = {}
        self.contacts: dict[str, dict[str, str]] = {}
        self.attachments: list[dict[str, Any]] = []
        self.closed_until: str | None = None
        self._keys: dict[str, tuple[str, int, Any]] = {}

    def what(self, call: Call) -> str:
        try:
            return str(call.json().get("operation"))
        except ValueError:
            return super().what(call)

    def forget(self) -> None:
        self._keys.clear()

    def do(self, call: Call, *, is_half: bool) -> Answered:
        if call.method != "POST" or call.path != "/books":
            return Answered(404, {})
        if not self._is_signed(call):
            return Answered(401, {})
        key, digest = call.headers["webhook-id"], hashlib.sha256(call.body).hexdigest()
        given = call.json()
        operation = given["operation"]
        is_read = operation in _READS
        known = None if is_read else self._keys.get(key)
        if known is not None:
            if known[0] != digest:
                return _problem("key-reused", "This key was used for other content.")
            return Answered(known[1], known[2])
        answered = self._done(operation, given, is_half=is_half)
        if not is_read and answered.status == 200 and not is_half:
            self._keys[key] = (digest, answered.status, answered.body)
        return answered

    def _done(self, operation: str, given: dict[str, Any], *, is_half: bool) -> Answered:
        if operation == "document.write_many":
            return self._write_many(given["writes"], is_half=is_half)
        operations: dict[str, Callable[[], dict[str, Any]]] = {
            "chart.read": lambda: {
                "company": "Example GmbH",
                "currency": "EUR",
                "accounts": _ACCOUNTS,
                "taxCodes": _TAX_CODES,
            },
            "period.read": lambda: {"closedUntil": self.closed_until},
            "contact.upsert": lambda: {"contact": self._contact(given["name"], given["role"])},
            "document.find": lambda: {
                "documents": [each for each in self.documents.values() if _is(each, given)]
            },
            "document.read": lambda: {"document": self._document(given)},
            "document.write": lambda: {
                "document": self._write(given["document"], given["previous"])
            },
            "document.credit": lambda: {
                "document": self._credit(given["document"], given["credited"])
            },
            "attachment.list": lambda: {
                "attachments": [
                    _shown(each) for each in self.attachments if each["document"] == given["id"]
                ]
            },
            "attachment.add": lambda: {"attachment": self._attach(given)},
        }
        if operation not in operations:
            return _problem("refused", f"There is no operation {operation}.")
        return Answered(200, deepcopy(operations[operation]()))

    def _is_signed(self, call: Call) -> bool:
        try:
            id_, at = (
                call.headers["webhook-id"],
                datetime.fromtimestamp(int(call.headers["webhook-timestamp"]), UTC),
            )
            given = call.headers["webhook-signature"].split(" ")
        except (KeyError, ValueError):
            return False
        if abs(self.now() - at) > _TOLERANCE:
            return False
        right = [Webhook(secret).sign(id_, at, call.body.decode()) for secret in self.secrets]
        return any(hmac.compare_digest(one, other) for one in right for other in given)

    def _contact(self, name: str, role: str) -> dict[str, str]:
        wanted = " ".join(name.split()).casefold()
        for each in self.contacts.values():
            if each["name"].casefold() == wanted and each["role"] == role:
                return {"id": each["id"], "name": each["name"]}
        made = {"id": f"c_{len(self.contacts) + 1}", "name": " ".join(name.split()), "role": role}
        self.contacts[made["id"]] = made
        return {"id": made["id"], "name": made["name"]}

    def _document(self, given: dict[str, Any]) -> dict[str, Any] | None:
        found = self.documents.get(given["id"])
        return found if found is not None and found["kind"] == given["kind"] else None

    def _write(self, document: dict[str, Any], previous: dict[str, str] | None) -> dict[str, Any]:
        there = [each for each in self.documents.values() if _is(each, document)]
        if previous is None and there:
            raise Unable(
                _problem("exists", "There is a document with this reference.", document=there[0])
            )
        self._check(document)
        if previous is None:
            made = {"id": str(uuid.uuid4()), "version": "1", **document}
            made |= {
                "url": f"https://books.example/{made['id']}",
                "isVoid": False,
                "isSettled": False,
            }
            self.documents[made["id"]] = made
            return made
        old = self.documents.get(previous["id"])
        if old is None or old["version"] != previous["version"]:
            raise Unable(_problem("changed", "The document has another version.", document=old))
        if old["isSettled"]:
            raise Unable(_problem("refused", "The document is paid."))
        self._check_open(old["issued"])
        old |= {name: document[name] for name in ("reference", *_FIELDS)}
        old["version"] = str(int(old["version"]) + 1)
        return old

    def _check(self, document: dict[str, Any]) -> None:
        if document["contact"] not in self.contacts:
            raise Unable(_problem("refused", "There is no such contact.", field="contact"))
        for line in document["lines"]:
            if line["account"] not in {each["code"] for each in _ACCOUNTS}:
                raise Unable(
                    _problem("refused", f"There is no account {line['account']}.", field="account")
                )
            if line["taxCode"] not in {None, *(each["code"] for each in _TAX_CODES)}:
                raise Unable(
                    _problem("refused", f"There is no tax code {line['taxCode']}.", field="taxCode")
                )
        if sum(line["net"] + line["tax"] for line in document["lines"]) != document["total"]:
            raise Unable(_problem("refused", "The lines do not add up.", field="total"))
        self._check_open(document["issued"])

    def _check_open(self, day: str) -> None:
        if self.closed_until is not None and day <= self.closed_until:
            why = f"The period until {self.closed_until} is closed."
            raise Unable(_problem("period-closed", why, closedUntil=self.closed_until))

    def _write_many(self, writes: list[dict[str, Any]], *, is_half: bool) -> Answered:
        outcomes: list[dict[str, Any]] = []
        for each in writes[: len(writes) // 2] if is_half else writes:
            try:
                outcomes.append(
                    {"document": deepcopy(self._write(each["document"], each["previous"]))}
                )
            except Unable as error:
                outcomes.append(error.answered.body)
        return Answered(200, {"outcomes": outcomes})

    def _credit(self, document: dict[str, Any], of: dict[str, str]) -> dict[str, Any]:
        credited = self._document(of)
        if credited is None:
            raise Unable(_problem("refused", "There is no document to credit."))
        made = self._write(document, None)
        if not credited["isSettled"]:
            credited |= {"isSettled": True, "version": str(int(credited["version"]) + 1)}
            made |= {"isSettled": True}
        return made

    def _attach(self, given: dict[str, Any]) -> dict[str, Any]:
        if self._document(given) is None:
            raise Unable(_problem("refused", "There is no such document."))
        content = base64.b64decode(given["content"], validate=True)
        digest = hashlib.sha256(content).hexdigest()
        for each in self.attachments:
            if (each["document"], each["name"]) == (given["id"], given["name"]):
                if each["sha256"] != digest:
                    raise Unable(
                        _problem("refused", "There is another file of this name.", field="name")
                    )
                return _shown(each)
        made = {
            "id": f"f_{len(self.attachments) + 1}", "document": given["id"], "name": given["name"],
            "mediaType": given["mediaType"], "size": len(content), "sha256": digest,
        }  # fmt: skip
        self.attachments.append(made)
        return _shown(made)

    def act(self, act: str, given: dict[str, Any]) -> Any:
        match act:
            case "edit":
                found = self.documents[given["id"]]
                found |= {**given["fields"], "version": str(int(found["version"]) + 1)}
            case "void":
                found = self.documents[given["id"]]
                found |= {"isVoid": True, "version": str(int(found["version"]) + 1)}
            case "remove":
                del self.documents[given["id"]]
            case "close":
                self.closed_until = given["until"]
            case "secrets":
                self.secrets = list(given["secrets"])
            case _:
                raise ValueError(f"there is no act {act!r}")

    def state(self) -> dict[str, Any]:
        return {
            "documents": self.documents,
            "contacts": self.contacts,
            "attachments": self.attachments,
            "closedUntil": self.closed_until,
            "keys": self._keys,
        }

    def load(self, state: dict[str, Any]) -> None:
        self.documents, self.contacts = state["documents"], state["contacts"]
        self.attachments, self.closed_until = state["attachments"], state["closedUntil"]
        self._keys = {
            key: (digest, status, body) for key, (digest, status, body) in state["keys"].items()
        }


_READS: Final = frozenset(
    {"chart.read", "period.read", "document.find", "document.read", "attachment.list"}
)


def _is(document: dict[str, Any], given: dict[str, Any]) -> bool:
    return document["kind"] == given["kind"] and document["reference"] == given["reference"]


def _shown(attachment: dict[str, Any]) -> dict[str, Any]:
    return {name: attachment[name] for name in ("id", "name", "mediaType", "size")}


def _problem(code: str, reason: str, **more: Any) -> Answered:
    status = {"refused": 422, "period-closed": 422}.get(code, 409)
    return Answered(
        status, json.loads(json.dumps({"problem": {"code": code, "reason": reason, **more}}))
    )
