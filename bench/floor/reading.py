"""What a receipt of the benchmark says, by some regular expressions, as twin/reading.js."""

# pyright: basic

import re

_NAME, _DAY, _TIME = (
    re.compile(r"^\S.*$"),
    re.compile(r"(\d\d)/(\d\d)/(\d{4})"),
    re.compile(r"\d\d:\d\d"),
)
_ITEM, _TOTAL = re.compile(r"^(.*\S)\s+(\d+\.\d\d)$"), re.compile(r"^TOTAL\s+RM\s+(\d+\.\d\d)$")
_CASH = re.compile(r"^CASH")


def read(text):
    lines = text.split("\n")

    def find(pattern):
        number, found = next(
            (n, found) for n, line in enumerate(lines) if (found := pattern.search(line))
        )
        return found, {
            "line": number,
            "start": found.start(),
            "end": found.end(),
            "text": lines[number],
        }

    def field(found, value):
        reasons = [{"code": "printed", "weight": 10}]
        return {"confidence": 0.9, "evidence": found[1], "reasons": reasons, "value": value}

    name, day, time = find(_NAME), find(_DAY), find(_TIME)
    item, total, cash = find(_ITEM), find(_TOTAL), find(_CASH)
    return {
        "currency": field(total, "MYR"),
        "date": field(day, f"{day[0][3]}-{day[0][2]}-{day[0][1]}"),
        "documentKind": field(total, "receipt"),
        "lineItems": [{"amount": item[0][2], "description": item[0][1], "evidence": item[1]}],
        "merchant": field(name, name[0][0]),
        "paymentMethod": field(cash, "cash"),
        "registeredName": {"value": name[0][0], "as": "merchant"},
        "time": field(time, time[0][0]),
        "total": field(total, total[0][1]),
    }
