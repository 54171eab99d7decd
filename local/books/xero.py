"""Xero's Accounting API, identity and connections, as far as Tillroll asks them
(github.com/XeroAPI/Xero-OpenAPI).

Hosts are parts of the path here: `/identity/connect/authorize` is login.xero.com's,
`/connect/token` and `/connect/revocation` identity.xero.com's, `/connections` and `/api.xro/2.0/…`
api.xero.com's.

Acts: `edit` (id, fields), `void` (id), `pay` (id, amount), `lock` (period and year, as days or
null), `revoke`, `expire`, `deny` (is), `disconnect`.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from local.books.counterpart import Answered, Call, Counterpart, Fault, Unable
from local.books.grants import Grants
from local.books.limits import Window

if TYPE_CHECKING:
    from collections.abc import Callable

_KEY_HOLDS: Final = timedelta(hours=1)
_LONGEST_KEY: Final = 128
_MOST_ATTACHMENTS: Final = 10
_PAGE: Final = 100
_API: Final = "/api.xro/2.0/"
_CONDITION: Final = re.compile(r'(\w+)(?:==|\.(EndsWith|StartsWith|Contains)\()"([^"]*)"\)?')
_ACCOUNTS: Final = [
    {"Code": "200", "Name": "Sales", "Type": "REVENUE", "Status": "ACTIVE"},
    {"Code": "420", "Name": "Entertainment", "Type": "EXPENSE", "Status": "ACTIVE"},
    {"Code": "461", "Name": "Printing & Stationery", "Type": "EXPENSE", "Status": "ACTIVE"},
    {"Code": "493", "Name": "Travel - National", "Type": "EXPENSE", "Status": "ACTIVE"},
    {"Code": "499", "Name": "Old costs", "Type": "EXPENSE", "Status": "ARCHIVED"},
    {"Name": "Business account", "Type": "BANK", "Status": "ACTIVE"},
]
_TAX_RATES: Final = [
    {
        "TaxType": "INPUT2",
        "Name": "20% (VAT on Expenses)",
        "EffectiveRate": 20.0,
        "Status": "ACTIVE",
        "CanApplyToExpenses": True,
        "CanApplyToRevenue": False,
    },
    {
        "TaxType": "RRINPUT",
        "Name": "5% (VAT on Expenses)",
        "EffectiveRate": 5.0,
        "Status": "ACTIVE",
        "CanApplyToExpenses": True,
        "CanApplyToRevenue": False,
    },
    {
        "TaxType": "OUTPUT2",
        "Name": "20% (VAT on Income)",
        "EffectiveRate": 20.0,
        "Status": "ACTIVE",
        "CanApplyToExpenses": False,
        "CanApplyToRevenue": True,
    },
    {"TaxType": "NONE", "Name": "No VAT", "EffectiveRate": 0.0, "Status": "ACTIVE"},
]
_WHOLE: Final = {"JPY": 0, "KWD": 3}


class XeroCounterpart(Counterpart):
    """One organisation, at `/xero`. `per_minute`, `per_day` and `at_once` are its limits; None for
    none.
    """

    name = "xero"

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        per_minute: int | None = 60,
        per_day: int | None = 5000,
        at_once: int = 5,
    ) -> None:
        super().__init__(now)
        self.grants = Grants(client_id, client_secret, now, "always")
        self.tenant = "5f7c2f0e-0d0c-4a57-9a0e-3d9d6b9c1a11"
        self.is_connected = True
        self.invoices: dict[str, dict[str, Any]] = {}
        self.credit_notes: dict[str, dict[str, Any]] = {}
        self.contacts: dict[str, dict[str, Any]] = {}
        self.attachments: list[dict[str, Any]] = []
        self.period_lock: str | None = None
        self.year_lock: str | None = None
        self.minute = Window(now, per_minute, timedelta(minutes=1))
        self.day = Window(now, per_day, timedelta(days=1))
        self._at_once = at_once
        self._keys: dict[str, tuple[str, str, int, Any]] = {}
        self._updates = 0

    def undone(self, fault: Fault) -> Answered:
        if fault.kind == "throttled":
            return Answered(
                429, {}, {"retry-after": str(fault.retry_after), "x-rate-limit-problem": "minute"}
            )
        return super().undone(fault)

    def forget(self) -> None:
        self._keys.clear()

    def do(self, call: Call, *, is_half: bool) -> Answered:
        match call.method, call.path:
            case "GET", "/identity/connect/authorize":
                return self.grants.authorize(call)
            case "POST", "/connect/token":
                return self.grants.token(call)
            case "POST", "/connect/revocation":
                return self.grants.withdraw(call)
            case _:
                return self._asked(call, is_half=is_half)

    def _asked(self, call: Call, *, is_half: bool) -> Answered:
        if not self.grants.lets_in(call):
            return Answered(401, {"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired"})
        if call.path == "/connections" and call.method == "GET":
            shown = {
                "id": self.tenant,
                "tenantId": self.tenant,
                "tenantType": "ORGANISATION",
                "tenantName": "Example Ltd",
                "updatedDateUtc": "2026-02-01T00:00:00",
            }
            return Answered(200, [shown] if self.is_connected else [])
        if not call.path.startswith(_API):
            return Answered(404, {})
        if call.headers.get("xero-tenant-id") != self.tenant or not self.is_connected:
            return Answered(
                403, {"Title": "Forbidden", "Status": 403, "Detail": "AuthenticationUnsuccessful"}
            )
        self._check_limits(call)
        if call.method == "GET":
            return self._read(call)
        return self._once(call, is_half=is_half)

    def _check_limits(self, call: Call) -> None:
        if call.at_once > self._at_once:
            raise Unable(Answered(429, {}, {"x-rate-limit-problem": "concurrent"}))
        if wait := self.minute.take():
            raise Unable(
                Answered(429, {}, {"retry-after": str(wait), "x-rate-limit-problem": "minute"})
            )
        if wait := self.day.take():
            raise Unable(
                Answered(429, {}, {"retry-after": str(wait), "x-rate-limit-problem": "day"})
            )

    def _once(self, call: Call, *, is_half: bool) -> Answered:
        key = call.headers.get("idempotency-key", "")
        if len(key) > _LONGEST_KEY:
            raise Unable(_invalid("The Idempotency-Key is longer than 128 characters."))
        digest = hashlib.sha256(f"{call.method} {call.path}".encode() + call.body).hexdigest()
        known = self._keys.get(key) if key else None
        if known is not None and datetime.fromisoformat(known[1]) + _KEY_HOLDS > self.now():
            if known[0] != digest:
                raise Unable(_invalid("The idempotency key was used with another request."))
            return Answered(known[2], known[3])
        answered = self._changed(call, is_half=is_half)
        if key and answered.status == 200 and not is_half:
            self._keys[key] = (digest, self.now().isoformat(), answered.status, answered.body)
        return answered

    def _changed(self, call: Call, *, is_half: bool) -> Answered:
        match call.method, call.path.removeprefix(_API).split("/"):
            case (("PUT" | "POST"), ["Contacts"]):
                return Answered(
                    200,
                    {"Contacts": [self._make_contact(each) for each in call.json()["Contacts"]]},
                )
            case "PUT", [("Invoices" | "CreditNotes") as kind]:
                return self._make(kind, call, is_half=is_half)
            case "POST", [("Invoices" | "CreditNotes") as kind, id_]:
                return Answered(200, {kind: [self._change(kind, id_, call.json()[kind][0])]})
            case "PUT", ["CreditNotes", id_, "Allocations"]:
                return Answered(
                    200, {"Allocations": [self._allocate(id_, call.json()["Allocations"][0])]}
                )
            case ("PUT" | "POST") as method, [
                ("Invoices" | "CreditNotes") as kind,
                id_,
                "Attachments",
                name,
            ]:
                return Answered(200, {"Attachments": [self._attach(kind, id_, name, call, method)]})
            case _:
                return Answered(404, {})

    def _read(self, call: Call) -> Answered:
        found: Any
        match call.path.removeprefix(_API).split("/"):
            case ["Organisation"]:
                name, found = "Organisations", [self._organisation()]
            case ["Accounts" as name]:
                found = _ACCOUNTS
            case ["TaxRates" as name]:
                found = _TAX_RATES
            case ["Contacts" as name]:
                found = _page(_where(self.contacts.values(), call), call)
            case [("Invoices" | "CreditNotes") as name]:
                found = _page(_where(self._all(name).values(), call), call)
            case [("Invoices" | "CreditNotes") as name, id_]:
                found = [self._one(name, id_)]
            case [("Invoices" | "CreditNotes"), id_, "Attachments" as name]:
                found = [_shown(each) for each in self.attachments if each["of"] == id_]
            case _:
                return Answered(404, {})
        return Answered(200, {name: found})

    def _all(self, kind: str) -> dict[str, dict[str, Any]]:
        return self.invoices if kind == "Invoices" else self.credit_notes

    def _one(self, kind: str, id_: str) -> dict[str, Any]:
        found = self._all(kind).get(id_)
        if found is None:
            raise Unable(Answered(404, {"Title": "The resource cannot be found", "Status": 404}))
        return found

    def _organisation(self) -> dict[str, Any]:
        locks = {"PeriodLockDate": self.period_lock, "EndOfYearLockDate": self.year_lock}
        shown = {name: _ms(date.fromisoformat(day)) for name, day in locks.items() if day}
        return {
            "OrganisationID": self.tenant,
            "Name": "Example Ltd",
            "BaseCurrency": "GBP",
            **shown,
        }

    def _make_contact(self, given: dict[str, Any]) -> dict[str, Any]:
        name = given["Name"]
        if any(each["Name"].casefold() == name.casefold() for each in self.contacts.values()):
            why = f"The contact name {name} is already assigned to another contact."
            raise Unable(
                _invalid(f"{why} The contact name must be unique across all active contacts.")
            )
        made = {"ContactID": str(uuid.uuid4()), "Name": name, "ContactStatus": "ACTIVE"}
        self.contacts[made["ContactID"]] = made
        return made

    def _make(self, kind: str, call: Call, *, is_half: bool) -> Answered:
        given = call.json()[kind]
        summarizes = call.query.get("summarizeErrors", "true") != "false"
        wrong = [self._wrong(each) for each in given]
        if summarizes and any(wrong):
            raise Unable(_invalid(*[why for each in wrong for why in each]))
        made: list[dict[str, Any]] = []
        for each in given[: len(given) // 2] if is_half else given:
            errors = self._wrong(each)  # also against those that were made just before
            if errors:
                made.append(
                    {
                        **each,
                        "HasErrors": True,
                        "StatusAttributeString": "ERROR",
                        "ValidationErrors": [{"Message": why} for why in errors],
                    }
                )
            else:
                made.append({**self._made(kind, each), "StatusAttributeString": "OK"})
        return Answered(200, {kind: made})

    def _made(self, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        one = kind.removesuffix("s")
        id_ = str(uuid.uuid4())
        made: dict[str, Any] = {f"{one}ID": id_, "HasAttachments": False, "Payments": []}
        made |= self._content(kind, given)
        if kind == "Invoices":
            made |= {
                "AmountPaid": 0,
                "AmountCredited": 0,
                "AmountDue": made["Total"],
                "CreditNotes": [],
            }
        else:
            made |= {"Allocations": [], "AppliedAmount": 0, "RemainingCredit": made["Total"]}
        self._all(kind)[id_] = made
        self._touch(made)
        return made

    def _content(self, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        """What is kept of a request: a supplier's document has no reference of its own."""
        number = f"{kind.removesuffix('s')}Number"
        lines = [_line(each) for each in given["LineItems"]]
        net, tax = (
            float(sum(Decimal(str(line[name])) for line in lines))
            for name in ("LineAmount", "TaxAmount")
        )
        is_inclusive = given["LineAmountTypes"] == "Inclusive"
        contact = self.contacts[given["Contact"]["ContactID"]]
        kept = {
            name: given[name]
            for name in ("Type", "LineAmountTypes", "CurrencyCode", "Status", number)
        }
        if given["Type"] in {"ACCREC", "ACCRECCREDIT"}:
            kept["Reference"] = given.get("Reference", "")
        return {
            **kept,
            "Contact": {"ContactID": contact["ContactID"], "Name": contact["Name"]},
            "Date": _ms(date.fromisoformat(given["Date"])),
            "DueDate": _ms(date.fromisoformat(given["DueDate"])),
            "LineItems": lines,
            "SubTotal": float(Decimal(str(net)) - (Decimal(str(tax)) if is_inclusive else 0)),
            "TotalTax": tax,
            "Total": net if is_inclusive else float(Decimal(str(net)) + Decimal(str(tax))),
        }

    def _wrong(self, given: dict[str, Any], own: str = "") -> list[str]:
        why: list[str] = []
        if given["Contact"].get("ContactID") not in self.contacts:
            why.append("The Contact could not be found.")
        for line in given["LineItems"]:
            if line.get("AccountCode") not in {
                each.get("Code") for each in _ACCOUNTS if each["Status"] == "ACTIVE"
            }:
                why.append(
                    f"Account code '{line.get('AccountCode')}' is not a valid code for this "
                    "document."
                )
            if line.get("TaxType") not in {each["TaxType"] for each in _TAX_RATES}:
                why.append(
                    f"The TaxType code '{line.get('TaxType')}' does not exist or cannot be used."
                )
            digits = _WHOLE.get(given["CurrencyCode"], 2)
            if Decimal(str(line["UnitAmount"])).scaleb(digits) % 1:
                why.append("UnitAmount has too many decimal places.")
        if given["Type"] == "ACCREC" and any(
            each["Type"] == "ACCREC"
            and each["InvoiceNumber"] == given["InvoiceNumber"]
            and each["InvoiceID"] != own
            for each in self.invoices.values()
        ):
            why.append("Invoice # must be unique.")
        return why + self._locked(date.fromisoformat(given["Date"]))

    def _locked(self, day: date) -> list[str]:
        for name, until in (
            ("end of year lock date", self.year_lock),
            ("period lock date", self.period_lock),
        ):
            if until and day <= date.fromisoformat(until):
                shown = date.fromisoformat(until).strftime("%d-%b-%Y")
                return [f"The document date cannot be before the {name}, currently set at {shown}"]
        return []

    def _change(self, kind: str, id_: str, given: dict[str, Any]) -> dict[str, Any]:
        found = self._one(kind, id_)
        if found["Status"] not in {"DRAFT", "SUBMITTED", "AUTHORISED"} or _is_touched(found):
            raise Unable(_invalid("Invoice not of valid status for modification"))
        if errors := [*self._locked(_day(found["Date"])), *self._wrong(given, id_)]:
            raise Unable(_invalid(*errors))
        found |= self._content(kind, given)
        found["AmountDue" if kind == "Invoices" else "RemainingCredit"] = found["Total"]
        self._touch(found)
        return found

    def _allocate(self, id_: str, given: dict[str, Any]) -> dict[str, Any]:
        note, invoice = (
            self._one("CreditNotes", id_),
            self._one("Invoices", given["Invoice"]["InvoiceID"]),
        )
        amount = Decimal(str(given["Amount"]))
        if amount > Decimal(str(invoice["AmountDue"])) or amount > Decimal(
            str(note["RemainingCredit"])
        ):
            raise Unable(
                _invalid("The amount is greater than the outstanding amount of the document.")
            )
        if errors := self._locked(date.fromisoformat(given["Date"])):
            raise Unable(_invalid(*errors))
        made = {
            "Amount": float(amount),
            "Date": _ms(date.fromisoformat(given["Date"])),
            "Invoice": given["Invoice"],
        }
        note["Allocations"].append(made)
        _add(note, "RemainingCredit", -amount)
        _add(note, "AppliedAmount", amount)
        _add(invoice, "AmountDue", -amount)
        _add(invoice, "AmountCredited", amount)
        for each, rest in ((note, "RemainingCredit"), (invoice, "AmountDue")):
            each["Status"] = "AUTHORISED" if each[rest] else "PAID"
            self._touch(each)
        return made

    def _attach(self, kind: str, id_: str, name: str, call: Call, method: str) -> dict[str, Any]:
        of = self._one(kind, id_)
        there = [each for each in self.attachments if each["of"] == id_]
        same = [each for each in there if each["FileName"] == name]
        if same and method == "PUT":
            raise Unable(_invalid(f"There is an attachment with the name {name} already."))
        if len(there) >= _MOST_ATTACHMENTS and not same:
            raise Unable(_invalid("The document has 10 attachments already."))
        made = {
            "of": id_,
            "AttachmentID": str(uuid.uuid4()),
            "FileName": name,
            "MimeType": call.headers.get("content-type", ""),
            "ContentLength": len(call.body),
            "sha256": hashlib.sha256(call.body).hexdigest(),
        }
        self.attachments = [*(each for each in self.attachments if each not in same), made]
        of["HasAttachments"] = True
        return _shown(made)

    def _touch(self, document: dict[str, Any]) -> None:
        self._updates += 1
        moment = self.now() + timedelta(milliseconds=self._updates)
        document["UpdatedDateUTC"] = f"/Date({int(moment.timestamp() * 1000)}+0000)/"

    def act(self, act: str, given: dict[str, Any]) -> Any:
        match act:
            case "edit" | "void" | "pay":
                found = self.invoices.get(given["id"]) or self.credit_notes[given["id"]]
                if act == "edit":
                    found |= given["fields"]
                elif act == "void":
                    found["Status"] = "VOIDED"
                else:
                    _add(found, "AmountPaid", Decimal(str(given["amount"])))
                    _add(found, "AmountDue", -Decimal(str(given["amount"])))
                    found["Status"] = "AUTHORISED" if found["AmountDue"] else "PAID"
                self._touch(found)
            case "lock":
                self.period_lock, self.year_lock = given.get("period"), given.get("year")
            case "revoke":
                self.grants.revoke()
            case "expire":
                self.grants.expire()
            case "deny":
                self.grants.denies = bool(given["is"])
            case "disconnect":
                self.is_connected = False
            case _:
                raise ValueError(f"there is no act {act!r}")

    def state(self) -> dict[str, Any]:
        return {
            "invoices": self.invoices,
            "creditNotes": self.credit_notes,
            "contacts": self.contacts,
            "attachments": self.attachments,
            "locks": [self.period_lock, self.year_lock],
            "isConnected": self.is_connected,
            "grants": self.grants.state(),
            "keys": self._keys,
            "updates": self._updates,
        }

    def load(self, state: dict[str, Any]) -> None:
        self.invoices, self.credit_notes = state["invoices"], state["creditNotes"]
        self.contacts, self.attachments = state["contacts"], state["attachments"]
        self.period_lock, self.year_lock = state["locks"]
        self.is_connected, self._updates = state["isConnected"], state["updates"]
        self.grants.load(state["grants"])
        self._keys = {
            key: (each[0], each[1], each[2], each[3]) for key, each in state["keys"].items()
        }


def _invalid(*why: str) -> Answered:
    errors = [{"Message": each} for each in why]
    said = {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
    }
    return Answered(400, {**said, "Elements": [{"ValidationErrors": errors}]})


def _line(given: dict[str, Any]) -> dict[str, Any]:
    amount = float(Decimal(str(given["Quantity"])) * Decimal(str(given["UnitAmount"])))
    kept = {
        name: given[name]
        for name in ("Description", "Quantity", "UnitAmount", "AccountCode", "TaxType", "TaxAmount")
    }
    return {**kept, "LineItemID": str(uuid.uuid4()), "LineAmount": amount, "Tracking": []}


def _where(records: Any, call: Call) -> list[dict[str, Any]]:
    """What a filter of `==` and of EndsWith, StartsWith, Contains finds, each joined by AND."""
    clause = call.query.get("where", "")
    conditions = [each.strip() for each in re.split(r"\s+AND\s+", clause)] if clause else []
    found: list[dict[str, Any]] = list(records)
    for condition in conditions:
        match = _CONDITION.fullmatch(condition)
        if match is None:
            raise Unable(
                Answered(
                    400, {"Type": "QueryParseException", "ErrorNumber": 16, "Message": condition}
                )
            )
        field, how, value = match[1], match[2] or "==", match[3]
        found = [each for each in found if _holds(str(each.get(field, "")), how, value)]
    return found


def _holds(text: str, how: str, value: str) -> bool:
    text, value = text.casefold(), value.casefold()
    if how == "EndsWith":
        return text.endswith(value)
    if how == "StartsWith":
        return text.startswith(value)
    return value in text if how == "Contains" else text == value


def _page(found: list[dict[str, Any]], call: Call) -> list[dict[str, Any]]:
    size = int(call.query.get("pageSize", _PAGE))
    begin = (int(call.query.get("page", "1")) - 1) * size
    return found[begin : begin + size]


def _shown(attachment: dict[str, Any]) -> dict[str, Any]:
    return {
        name: attachment[name] for name in ("AttachmentID", "FileName", "MimeType", "ContentLength")
    }


def _is_touched(document: dict[str, Any]) -> bool:
    return any(document.get(name) for name in ("AmountPaid", "AmountCredited", "AppliedAmount"))


def _add(document: dict[str, Any], name: str, amount: Decimal) -> None:
    document[name] = float(Decimal(str(document[name])) + amount)


def _ms(day: date) -> str:
    return (
        f"/Date({int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)}+0000)/"
    )


def _day(text: str) -> date:
    return datetime.fromtimestamp(int(text[6:].partition("+")[0]) / 1000, UTC).date()
