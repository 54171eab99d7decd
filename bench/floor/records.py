"""The values of what the workflow asks and writes beside the run record, as twin/records.js."""

# pyright: basic

import json
import re

from values import canonical, now

_TOPIC = "expense.created"
_MOST_RULES = 200
_MOST_CATEGORIES = 500
_ANSWER_TOKENS = 3000
_PICTURE_TOKENS = 2200
_NO_SIGN = re.compile(r"[^a-z0-9]")
_ALIKE = str.maketrans("01i58", "ollsb")
_TOLD = (
    "merchant",
    "registeredName",
    "date",
    "total",
    "tax",
    "currency",
    "documentKind",
    "receiptNumber",
    "dueDate",
    "amountDue",
    "buyer",
)


def expense_id(run):
    return run["id"].replace("run_", "exp_")


def _event_id(run):
    return f"{run['id'].replace('run_', 'evt_')}_{_TOPIC}"


def _minor(total):
    return round(float(total) * 100)


def _merchant_key(name):
    return _NO_SIGN.sub("", name.lower())


def _look_key(name):
    return _merchant_key(name).translate(_ALIKE)


def _rest_of_key(read):
    return f"|{read['date']['value']}|{read['currency']['value']}|{_minor(read['total']['value'])}"


def offered(env, run, attempt, call):
    """The call of a model that is about to begin."""
    at, price = now(), _prices(env).get(call["model"])
    reserved = _cost(price, _PICTURE_TOKENS, _ANSWER_TOKENS) if price else None
    of = [
        run["account_id"],
        at,
        call["id"],
        run["id"],
        call["purpose"],
        run["generation"],
        attempt,
        call["model"],
    ]
    rest = [call["purpose"], call["input_sha256"], reserved, None, at[:10]]
    return [at, run["id"]], [*of, *rest], [call["id"]]


def settled(env, run, call):
    """How it ended."""
    price = _prices(env).get(call["model"])
    cost = _cost(price, call["input_tokens"], call["output_tokens"]) if price else None
    of = [
        call["id"],
        run["account_id"],
        run["id"],
        *(call[name] for name in ("model", "purpose", "state")),
    ]
    used = [
        call[name]
        for name in ("input_sha256", "duration_ms", "input_tokens", "output_tokens", "error")
    ]
    return [*of, *used, now(), call["reason"], cost, call["output_key"]]


def _prices(env):
    return json.loads(env.AI_PRICES or "{}")


def _cost(price, given, answered):
    """US dollars for a million tokens are micro-US-dollars for one."""
    return round(round((price["input"] * given + price["output"] * answered) * 1000) / 1000)


def recollection(run, read):
    """What the account has that bears on a reading."""
    name, firm = read["merchant"]["value"], read["registeredName"]["value"]
    whose = [run["account_id"], _look_key(name), None, _look_key(firm), None, None]
    keys = [_merchant_key(name), _merchant_key(firm)]
    return [*whose, *keys, run["subject"], _rest_of_key(read), _MOST_RULES, _MOST_CATEGORIES]


def extraction(run, read):
    return [run["id"], canonical(read)]


def expense(run, read):
    merchant, firm = read["merchant"]["value"], read["registeredName"]["value"]
    currency = read["currency"]["value"]
    key = _merchant_key(merchant) + _rest_of_key(read)
    amount = [read["date"]["value"], _minor(read["total"]["value"]), None, currency]
    document = [read["documentKind"]["value"], None, None, None, None, key]
    ids = [expense_id(run), run["account_id"], now(), read["paymentMethod"]["value"]]
    return [run["id"], run["subject"], None, merchant, firm, *amount, *document, *ids, None, None]


def conversion(run, _found):
    """Of an expense in the base currency."""
    return [expense_id(run), now()]


def items(run, read):
    names = ("description", "quantity", "unitPrice")
    lines = [
        [*(line.get(name) for name in names), _minor(line["amount"])] for line in read["lineItems"]
    ]
    return [expense_id(run), canonical(lines)]


def sighting(run, read):
    name = read["merchant"]["value"]
    known = [run["id"], run["account_id"], name, _look_key(name), None, name, _merchant_key(name)]
    return [*known, now(), None, None, None]


def held_event(run, read):
    values = {name: read[name]["value"] if name in read else None for name in _TOLD}
    ids = {"expenseId": expense_id(run), "receiptId": run["subject"], "runId": run["id"]}
    at = now()
    payload = canonical({"type": _TOPIC, "timestamp": at, "data": {**ids, **values}})
    return [_event_id(run), run["account_id"], run["id"], _TOPIC, payload, at, None]


def completion(run, at):
    return [run["id"], "run.completed", at]


def notification(run):
    return [
        f"{run['id']}:{_TOPIC}",
        run["account_id"],
        _TOPIC,
        run["id"],
        "",
        run["id"],
        now(),
        None,
    ]


def recipients(run, person, at):
    topic = [1, 0, 0, 0, canonical(["owner"])]
    return [f"{run['id']}:{_TOPIC}", at, run["account_id"], _TOPIC, person, *topic]


def pushed(run, at):
    return [f"{run['id']}:{_TOPIC}", at, "ready"]


def release(run):
    return [now(), _event_id(run)]
