"""QuickBooks Online's Accounting API and its OAuth, as far as Tillroll asks them
(developer.intuit.com).

Hosts are parts of the path here: `/connect/oauth2` is appcenter.intuit.com's,
`/oauth2/v1/tokens/bearer` oauth.platform.intuit.com's, `/v2/oauth2/tokens/revoke`
developer.api.intuit.com's, and `/v3/company/{realm}/…` quickbooks.api.intuit.com's.

Acts: `edit` (entity, id, fields), `void` (entity, id), `remove` (entity, id), `pay` (entity, id,
amount), `close` (until), `employee` (name), `revoke`, `expire`, `deny` (is).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any, Final

from local.books.counterpart import Answered, Call, Counterpart, Fault, Unable
from local.books.grants import Grants
from local.books.limits import Window

if TYPE_CHECKING:
    from collections.abc import Callable

_DOCUMENTS: Final = {
    "Bill": ("VendorRef", "Vendor"),
    "VendorCredit": ("VendorRef", "Vendor"),
    "Invoice": ("CustomerRef", "Customer"),
    "CreditMemo": ("CustomerRef", "Customer"),
}
_PEOPLE: Final = ("Vendor", "Customer", "Employee")
_PAYMENTS: Final = ("BillPayment", "Payment")
_LONGEST_NUMBER: Final = 21
_LONGEST_REQUEST_ID: Final = 50
_MOST_IN_BATCH: Final = 30
_QUERY: Final = re.compile(
    r"select \* from (\w+)(?: where (.*?))?(?: startposition (\d+))?(?: maxresults (\d+))?",
    re.IGNORECASE | re.DOTALL,
)
_HOME: Final = "CAD"
_ONE_CURRENCY: Final = (
    "Business Validation Error: You can only use one foreign currency per transaction."
)
_TEXT: Final = r"'((?:[^'\\]|\\.)*)'"
_CONDITION: Final = re.compile(rf"([\w.]+) (?:= {_TEXT}|in \(([^)]*)\))", re.IGNORECASE)
_AND: Final = re.compile(r" and (?=[\w.]+ (?:=|in))", re.IGNORECASE)
_WHOLE: Final = {"JPY": 0, "KWD": 3}
_INACTIVE: Final = (
    "Something you're trying to use has been made inactive. Check the fields with accounts, "
    "customers, items, vendors or employees."
)
_ACCOUNTS: Final = {
    "7": {"Id": "7", "Name": "Travel", "AcctNum": "6300", "AccountType": "Expense", "Active": True},
    "8": {"Id": "8", "Name": "Meals", "AcctNum": "6400", "AccountType": "Expense", "Active": True},
    "9": {
        "Id": "9",
        "Name": "Old costs",
        "AcctNum": "6999",
        "AccountType": "Expense",
        "Active": False,
    },
    "35": {
        "Id": "35",
        "Name": "Checking",
        "AcctNum": "1200",
        "AccountType": "Bank",
        "Active": True,
    },
}
_ITEMS: Final = {"12": {"Id": "12", "Name": "Consulting", "Type": "Service", "Active": True}}
_RATES: Final = {
    "1": {"Id": "1", "Name": "HST", "RateValue": 13, "Active": True},
    "2": {"Id": "2", "Name": "GST", "RateValue": 5, "Active": True},
    "3": {"Id": "3", "Name": "PST", "RateValue": 7, "Active": True},
    "4": {"Id": "4", "Name": "HST sales", "RateValue": 13, "Active": True},
}


def _currency(contact: dict[str, Any]) -> str:
    """The currency of a vendor or customer: the company's, where none was named."""
    return str(contact.get("CurrencyRef", {}).get("value", _HOME))


def _rates(*ids: str) -> dict[str, Any]:
    return {
        "TaxRateDetail": [
            {"TaxRateRef": {"value": id_}, "TaxTypeApplicable": "TaxOnAmount"} for id_ in ids
        ]
    }


_TAX_CODES: Final = {
    "5": {
        "Id": "5",
        "Name": "HST ON",
        "PurchaseTaxRateList": _rates("1"),
        "SalesTaxRateList": _rates("4"),
    },
    "6": {
        "Id": "6",
        "Name": "GST/PST BC",
        "PurchaseTaxRateList": _rates("2", "3"),
        "SalesTaxRateList": {},
    },
    "7": {"Id": "7", "Name": "GST", "PurchaseTaxRateList": _rates("2"), "SalesTaxRateList": {}},
}


class QuickBooksCounterpart(Counterpart):
    """One company, at `/quickbooks`. `per_minute` and `batches` a minute are its limits; None for
    none.
    """

    name = "quickbooks"

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        per_minute: int | None = 500,
        batches: int | None = 40,
        at_once: int = 10,
    ) -> None:
        super().__init__(now)
        self.grants = Grants(
            client_id, client_secret, now, "daily", access_holds=timedelta(hours=1)
        )
        self.realm = "4620816365001234567"
        self.rows: dict[str, dict[str, dict[str, Any]]] = {
            name: {} for name in (*_DOCUMENTS, *_PEOPLE, *_PAYMENTS, "Attachable")
        }
        self.rows |= {
            "Account": _ACCOUNTS,
            "Item": _ITEMS,
            "TaxRate": _RATES,
            "TaxCode": _TAX_CODES,
        }
        self.closed_until: str | None = None
        self.has_currencies = True
        self.minute = Window(now, per_minute, timedelta(minutes=1))
        self.batches = Window(now, batches, timedelta(minutes=1))
        self._at_once = at_once
        self._requests: dict[str, tuple[int, Any]] = {}
        self._last_id = 100

    def undone(self, fault: Fault) -> Answered:
        if fault.kind == "throttled":
            return _fault("3001", "ThrottleExceeded", "Too many requests", status=429)
        return super().undone(fault)

    def forget(self) -> None:
        self._requests.clear()

    def do(self, call: Call, *, is_half: bool) -> Answered:
        match call.method, call.path:
            case "GET", "/connect/oauth2":
                answered = self.grants.authorize(call)
                where = answered.headers.get("location", "")
                return Answered(
                    answered.status, answered.body, {"location": f"{where}&realmId={self.realm}"}
                )
            case "POST", "/oauth2/v1/tokens/bearer":
                return self.grants.token(call)
            case "POST", "/v2/oauth2/tokens/revoke":
                return self.grants.withdraw(call, as_json=True)
            case _:
                return self._asked(call, is_half=is_half)

    def _asked(self, call: Call, *, is_half: bool) -> Answered:
        begin = f"/v3/company/{self.realm}/"
        if not self.grants.lets_in(call):
            return _fault(
                "3200",
                "message=AuthenticationFailed",
                "Token expired",
                status=401,
                type_="AUTHENTICATION",
            )
        if not call.path.startswith(begin):
            return _fault("3100", "ApplicationAuthorizationFailed", "another company", status=403)
        if call.at_once > self._at_once or self.minute.take():
            return _fault("3001", "ThrottleExceeded", "Too many requests", status=429)
        parts = call.path.removeprefix(begin).split("/")
        return (
            self._read(parts, call)
            if call.method == "GET"
            else self._once(parts, call, is_half=is_half)
        )

    def _once(self, parts: list[str], call: Call, *, is_half: bool) -> Answered:
        request_id = call.query.get("requestid", "")
        if len(request_id) > _LONGEST_REQUEST_ID:
            return _fault("2010", "Request has invalid or unsupported property", "requestid")
        if request_id in self._requests:
            return Answered(*self._requests[request_id])
        answered = self._changed(parts, call, is_half=is_half)
        if request_id and answered.status == 200 and not is_half:
            self._requests[request_id] = (answered.status, answered.body)
        return answered

    def _read(self, parts: list[str], call: Call) -> Answered:
        match parts:
            case ["companyinfo", _]:
                return Answered(
                    200, {"CompanyInfo": {"CompanyName": "Example Inc.", "Country": "CA"}}
                )
            case ["preferences"]:
                accounting = (
                    {} if self.closed_until is None else {"BookCloseDate": self.closed_until}
                )
                currency = {
                    "HomeCurrency": {"value": _HOME},
                    "MultiCurrencyEnabled": self.has_currencies,
                }
                return Answered(
                    200,
                    {"Preferences": {"AccountingInfoPrefs": accounting, "CurrencyPrefs": currency}},
                )
            case ["query"]:
                entity, rows = self._queried(call.query["query"])
                return Answered(200, {"QueryResponse": {entity: rows} if rows else {}})
            case [entity, id_]:
                name = _named(entity)
                return Answered(200, {name: self._one(name, id_)})
            case _:
                return Answered(404, {})

    def _changed(self, parts: list[str], call: Call, *, is_half: bool) -> Answered:
        match parts:
            case ["batch"]:
                if self.batches.take():
                    return _fault("3001", "ThrottleExceeded", "Too many batches", status=429)
                return self._batch(call.json()["BatchItemRequest"], is_half=is_half)
            case ["upload"]:
                return self._upload(call)
            case [entity]:
                return Answered(200, {_named(entity): self._saved(_named(entity), call.json())})
            case _:
                return Answered(404, {})

    def _batch(self, requests: list[dict[str, Any]], *, is_half: bool) -> Answered:
        if len(requests) > _MOST_IN_BATCH:
            return _fault("1040", "Max batch items exceeded", "30")
        said: list[dict[str, Any]] = []
        for each in requests[: len(requests) // 2] if is_half else requests:
            name = next(name for name in each if name not in {"bId", "operation"})
            try:
                said.append(
                    {
                        "bId": each["bId"],
                        name: json.loads(json.dumps(self._saved(name, each[name]))),
                    }
                )
            except Unable as error:
                said.append({"bId": each["bId"], **error.answered.body})
        return Answered(200, {"BatchItemResponse": said})

    def _saved(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        if name in _PEOPLE:
            return self._person(name, given)
        if name in _PAYMENTS:
            return self._payment(name, given)
        self._check(name, given)
        if "Id" not in given:
            made: dict[str, Any] = {**given, "Id": self._next_id(), "SyncToken": "0"}
            self.rows[name][made["Id"]] = self._counted(name, made)
            return made
        old = self._one(name, given["Id"])
        if given.get("SyncToken") != old["SyncToken"]:
            raise Unable(
                _fault("5010", "Stale Object Error", "You and another user were working on this.")
            )
        self._check_open(old["TxnDate"])
        kept = {key: value for key, value in given.items() if key != "sparse"}
        old.clear()
        old.update({**kept, "SyncToken": str(int(given["SyncToken"]) + 1)})
        return self._counted(name, old)

    def _counted(self, name: str, document: dict[str, Any]) -> dict[str, Any]:
        """With its total, its balance, and the tax that is computed where none is given."""
        for number, line in enumerate(document["Line"], start=1):
            line["Id"] = str(number)
        net = sum((Decimal(str(line["Amount"])) for line in document["Line"]), Decimal(0))
        tax = Decimal(0)
        if document.get("GlobalTaxCalculation") == "TaxExcluded":
            tax = Decimal(str(document.setdefault("TxnTaxDetail", {}).get("TotalTax", 0)))
        document["TotalAmt"] = float(net + tax)
        document["RemainingCredit" if name == "CreditMemo" else "Balance"] = document["TotalAmt"]
        document["LinkedTxn"] = []
        return document

    def _check(self, name: str, given: dict[str, Any]) -> None:
        field, people = _DOCUMENTS[name]
        if given[field]["value"] not in self.rows[people]:
            raise Unable(
                _fault(
                    "2500",
                    "Invalid Reference Id",
                    f"{people} {given[field]['value']}",
                    element=field,
                )
            )
        if not self.rows[people][given[field]["value"]]["Active"]:
            raise Unable(_fault("610", "Object Not Found", _INACTIVE, element=field))
        # A contact's currency never changes (developer.intuit.com, "Manage multiple currencies").
        if given["CurrencyRef"]["value"] != _currency(self.rows[people][given[field]["value"]]):
            why = "A business validation error has occurred while processing your request"
            raise Unable(_fault("6000", why, _ONE_CURRENCY))
        if len(given.get("DocNumber", "")) > _LONGEST_NUMBER:
            raise Unable(
                _fault("2050", "String length is too long", "DocNumber", element="DocNumber")
            )
        digits = _WHOLE.get(given["CurrencyRef"]["value"], 2)
        for line in given["Line"]:
            self._check_line(line, line[line["DetailType"]], digits)
        for line in given.get("TxnTaxDetail", {}).get("TaxLine", []):
            if line["TaxLineDetail"]["TaxRateRef"]["value"] not in _RATES:
                raise Unable(
                    _fault("2500", "Invalid Reference Id", "TaxRateRef", element="TaxRateRef")
                )
        self._check_open(given["TxnDate"])

    def _check_line(self, line: dict[str, Any], detail: dict[str, Any], digits: int) -> None:
        for field, known in (("AccountRef", _ACCOUNTS), ("ItemRef", _ITEMS)):
            id_ = detail.get(field, {}).get("value")
            if id_ is not None and not known.get(id_, {}).get("Active"):
                raise Unable(_fault("610", "Object Not Found", _INACTIVE, element=field))
        code = detail.get("TaxCodeRef", {}).get("value")
        if code is not None and code not in _TAX_CODES:
            raise Unable(
                _fault("2500", "Invalid Reference Id", f"TaxCode {code}", element="TaxCodeRef")
            )
        if Decimal(str(line["Amount"])).scaleb(digits) % 1:
            raise Unable(_fault("2020", "Amount has too many decimals", "Amount", element="Amount"))

    def _check_open(self, day: str) -> None:
        if self.closed_until is not None and day <= self.closed_until:
            why = (
                "The account period has closed and the account books cannot be updated through "
                "the QBO Services API."
            )
            raise Unable(
                _fault("6210", "Account Period Closed, Cannot Update Through Services API", why)
            )

    def _person(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        wanted = given["DisplayName"]
        if ":" in wanted:
            raise Unable(_fault("2040", "Invalid String", "DisplayName", element="DisplayName"))
        everyone = [each for people in _PEOPLE for each in self.rows[people].values()]
        if any(each["DisplayName"].casefold() == wanted.casefold() for each in everyone):
            why = "The name supplied already exists. Please use a different name."
            raise Unable(_fault("6240", "Duplicate Name Exists Error", why))
        made: dict[str, Any] = {
            "Id": self._next_id(),
            "SyncToken": "0",
            "DisplayName": wanted,
            "Active": True,
        }
        if name in {"Vendor", "Customer"}:
            made["CurrencyRef"] = {"value": _currency(given)}
            if not self.has_currencies and _currency(given) != _HOME:
                why = "Multi Currency should be enabled to perform this operation."
                raise Unable(_fault("6000", "A business validation error has occurred", why))
        self.rows[name][made["Id"]] = made
        return made

    def _payment(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        if name == "BillPayment" and given["CheckPayment"]["BankAccountRef"]["value"] != "35":
            raise Unable(_fault("2500", "Invalid Reference Id", "BankAccountRef"))
        self._check_open(given["TxnDate"])
        paid: list[tuple[dict[str, Any], str, Decimal]] = []
        for line in given["Line"]:
            [linked] = line["LinkedTxn"]
            document = self._one(linked["TxnType"], linked["TxnId"])
            rest = "RemainingCredit" if linked["TxnType"] == "CreditMemo" else "Balance"
            amount = Decimal(str(line["Amount"]))
            if amount > Decimal(str(document[rest])):
                raise Unable(
                    _fault(
                        "6000", "A business validation error has occurred", "Too much is applied."
                    )
                )
            paid.append((document, rest, amount))
        made = {**given, "Id": self._next_id(), "SyncToken": "0"}
        for document, rest, amount in paid:
            document[rest] = float(Decimal(str(document[rest])) - amount)
            document["SyncToken"] = str(int(document["SyncToken"]) + 1)
            document["LinkedTxn"].append({"TxnId": made["Id"], "TxnType": name})
        self.rows[name][made["Id"]] = made
        return made

    def _upload(self, call: Call) -> Answered:
        head = f"content-type: {call.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + call.body)
        about, file = message.iter_parts()
        # Bytes, of a part.
        given = json.loads(about.get_payload(decode=True))  # type: ignore[arg-type]
        content = file.get_payload(decode=True)
        entity = given["AttachableRef"][0]["EntityRef"]
        self._one(entity["type"], entity["value"])
        size = len(content) if isinstance(content, bytes) else 0
        made: dict[str, Any] = {**given, "Id": self._next_id(), "SyncToken": "0", "Size": size}
        self.rows["Attachable"][made["Id"]] = made
        return Answered(200, {"AttachableResponse": [{"Attachable": made}]})

    def _queried(self, query: str) -> tuple[str, list[dict[str, Any]]]:
        match = _QUERY.fullmatch(query)
        if match is None or match[1] not in self.rows:
            raise Unable(_fault("4000", "Error parsing query", query))
        found = list(self.rows[match[1]].values())
        conditions = _AND.split(match[2]) if match[2] else []
        asks_active = False
        for each in conditions:
            condition = _CONDITION.fullmatch(each.strip())
            if condition is None:
                raise Unable(_fault("4000", "Error parsing query", each))
            asks_active |= condition[1] == "Active"
            found = [row for row in found if _holds(row, condition)]
        if not asks_active:
            found = [row for row in found if row.get("Active", True)]
        begin = int(match[3] or 1) - 1
        return match[1], found[begin : begin + int(match[4] or 100)]

    def _one(self, name: str, id_: str) -> dict[str, Any]:
        found = self.rows.get(name, {}).get(id_)
        if found is None:
            raise Unable(
                _fault("610", "Object Not Found", "Something you're trying to use is not there.")
            )
        return found

    def _next_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    def act(self, act: str, given: dict[str, Any]) -> Any:
        match act:
            case "edit" | "void" | "pay":
                found = self.rows[given["entity"]][given["id"]]
                if act == "edit":
                    found |= given["fields"]
                elif act == "void":
                    found |= {
                        "TotalAmt": 0,
                        "Balance": 0,
                        "PrivateNote": f"Voided\n{found['PrivateNote']}",
                    }
                else:
                    found["Balance"] = float(
                        Decimal(str(found["Balance"])) - Decimal(str(given["amount"]))
                    )
                found["SyncToken"] = str(int(found["SyncToken"]) + 1)
            case "remove":
                del self.rows[given["entity"]][given["id"]]
            case "close":
                self.closed_until = given["until"]
            case "employee":
                self._person("Employee", {"DisplayName": given["name"]})
            case "revoke":
                self.grants.revoke()
            case "expire":
                self.grants.expire()
            case "deny":
                self.grants.denies = bool(given["is"])
            case _:
                raise ValueError(f"there is no act {act!r}")

    def state(self) -> dict[str, Any]:
        kept = (*_DOCUMENTS, *_PEOPLE, *_PAYMENTS, "Attachable")
        return {
            "rows": {name: self.rows[name] for name in kept},
            "closedUntil": self.closed_until,
            "grants": self.grants.state(),
            "requests": self._requests,
            "lastId": self._last_id,
        }

    def load(self, state: dict[str, Any]) -> None:
        self.rows |= state["rows"]
        self.closed_until, self._last_id = state["closedUntil"], state["lastId"]
        self.grants.load(state["grants"])
        self._requests = {id_: (status, body) for id_, (status, body) in state["requests"].items()}


_NAMES: Final = {name.lower(): name for name in (*_DOCUMENTS, *_PEOPLE, *_PAYMENTS)}


def _named(path: str) -> str:
    if path not in _NAMES:
        raise Unable(Answered(404, {}))
    return _NAMES[path]


def _holds(row: dict[str, Any], condition: re.Match[str]) -> bool:
    field, text, listed = condition[1], condition[2], condition[3]
    if listed is not None:
        return str(row.get(field, True)).lower() in [
            each.strip().lower() for each in listed.split(",")
        ]
    wanted = re.sub(r"\\(.)", r"\1", text).casefold()
    if field.startswith("AttachableRef.EntityRef."):
        name = field.rpartition(".")[2]
        refs = [each["EntityRef"] for each in row.get("AttachableRef", [])]
        return any(
            str(each.get("type" if name == "Type" else name, "")).casefold() == wanted
            for each in refs
        )
    return str(row.get(field, "")).casefold() == wanted


def _fault(
    code: str,
    message: str,
    detail: str,
    *,
    status: int = 400,
    type_: str = "ValidationFault",
    element: str = "",
) -> Answered:
    error = {"Message": message, "Detail": detail, "code": code, "element": element}
    return Answered(
        status,
        {"Fault": {"Error": [error], "type": type_}, "time": "2026-03-01T09:00:00.000-08:00"},
    )
