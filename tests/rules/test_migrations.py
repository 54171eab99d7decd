"""Triggers have a form that Cloudflare's server splits into statements as it should.

`wrangler d1 migrations apply --remote` sends a file as one text. Public reports describe the
splitter as broken for triggers over several lines, above all with `CASE … END` inside: workers-sdk
14991, 15178, 15314 and 15690.
"""

import re

import pytest

from local.places import ROOT

_TRIGGER = re.compile(r"^CREATE TRIGGER (\w+)(.*?\bEND;)$", re.DOTALL | re.MULTILINE)
_DECLARED = re.compile(r"\bcreate\s+(?:temp(?:orary)?\s+)?trigger\b", re.IGNORECASE)
# What a splitter that counts words takes for a beginning or an end.
_MISLEADING = re.compile(r"\bcase\b|\bend\b(?!;\Z)", re.IGNORECASE)
_LOWER_CASE = re.compile(r"\bbegin\b|\bend\b")


def _faults(sql: str) -> list[str]:
    faults: list[str] = []
    for name, body in _TRIGGER.findall(sql):
        if _MISLEADING.search(body):
            faults.append(f"{name}: use iif(…) instead of CASE, and END at the end only")
        if _LOWER_CASE.search(body):
            faults.append(f"{name}: write BEGIN and END in capitals")
    return faults


def test_no_trigger_has_what_the_splitter_misreads() -> None:
    files = sorted((ROOT / "migrations").glob("*.sql"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    declared = sum(len(_DECLARED.findall(text)) for text in texts)
    assert declared == sum(len(_TRIGGER.findall(text)) for text in texts) > 0
    assert [fault for text in texts for fault in _faults(text)] == []


@pytest.mark.parametrize(
    "body",
    [
        "BEGIN UPDATE t SET a = CASE b WHEN 1 THEN 2 END; END;",
        "BEGIN UPDATE t SET a = case b when 1 then 2 end; END;",
        "begin SELECT 1; END;",
    ],
)
def test_a_trigger_of_the_wrong_form_is_named(body: str) -> None:
    faults = _faults(f"CREATE TRIGGER wrong AFTER INSERT ON t\n{body}\n")
    assert faults
    assert all(fault.startswith("wrong: ") for fault in faults)
