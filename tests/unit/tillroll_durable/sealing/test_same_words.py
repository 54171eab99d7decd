"""What was done to the audit is found in the same words wherever it is verified: in the rows by the
cron, in a copy, in an export, by the command, and in the file of an archived range.
"""

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import LiteralString

import pytest

from tests.unit.tillroll_durable.sealing.records import export_of, findings_of, rows, verified
from tests.unit.tillroll_durable.sealing.tamperings import Intruder
from tests.unit.tillroll_durable.sealing.test_archiving import archive, old_audit
from tillroll_command.main import main
from tillroll_durable.archive.files import pack, unpack
from tillroll_durable.sealing.checks import Finding, Place
from tillroll_durable.sealing.files import copy_key
from tillroll_testing.host.platform import HostPlatform

_MOST_BYTES = 1_000_000


def _edit_event(line: str) -> str:
    if '"id":11,' not in line:
        return line
    return line.replace('"outcome":"success"', '"outcome":"failure"')


def _drop_event(line: str) -> str | None:
    if '"id":11,' in line:
        return None
    return line


def _alter_seal(line: str) -> str:
    if '"number":2,' not in line:
        return line
    return line.replace('"sealedAt":"20', '"sealedAt":"19')


CHANGES = (
    pytest.param(
        "UPDATE audit_events SET outcome = 'failure' WHERE id = 11",
        _edit_event,
        "Event 11 of run_1 is not what was sealed.",
        id="an event was changed",
    ),
    pytest.param(
        "DELETE FROM audit_events WHERE id = 11",
        _drop_event,
        "Event 11 is missing.",
        id="an event is missing",
    ),
    pytest.param(
        "UPDATE seals SET sealed_at = '19' || substr(sealed_at, 3) WHERE number = 2",
        _alter_seal,
        "Seal 2: its signature is not that of its content.",
        id="a seal was altered",
    ),
)
ChangeLine = Callable[[str], str | None]


async def _tamper(host: HostPlatform, sql: LiteralString) -> None:
    await Intruder(host.database, host.pieces.objects, Random(1)).open()
    await rows(host, sql)


def _changed(content: str, change: ChangeLine) -> str:
    lines = [change(line) for line in content.split("\n")]
    result = "\n".join(line for line in lines if line is not None)
    assert result != content
    return result


def _said(findings: list[Finding], place: Place) -> list[str]:
    return [each.says for each in findings if each.place is place]


@pytest.mark.parametrize(("sql", "change", "words"), CHANGES)
async def test_rows_a_copy_an_export_and_the_command_say_the_same(
    sql: LiteralString,
    change: ChangeLine,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    host = await old_audit()
    whole = await export_of(host)
    key = copy_key(2)
    copy = host.pieces.objects.content[key]
    host.pieces.objects.content[key] = _changed(copy.decode(), change).encode()
    assert words in _said(await findings_of(host), Place.COPY)
    host.pieces.objects.content[key] = copy
    assert await findings_of(host) == []

    await _tamper(host, sql)
    assert words in _said(await findings_of(host), Place.DATABASE)
    tampered = await export_of(host)
    assert words in _said((await verified(host, tampered)).findings, Place.EXPORT)
    assert words in _said((await verified(host, _changed(whole, change))).findings, Place.EXPORT)

    path = tmp_path / "audit.jsonl"
    path.write_text(tampered, encoding="utf-8")
    public_key = await host.pieces.signer.public_key()
    assert public_key is not None
    arguments = [
        "audit",
        "verify",
        str(path),
        "--public-key",
        base64.b64encode(public_key).decode(),
    ]
    assert await asyncio.to_thread(main, arguments) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(("sql", "change", "words"), CHANGES)
async def test_the_file_of_an_archived_range_says_the_same(
    sql: LiteralString, change: ChangeLine, words: str
) -> None:
    del sql
    host = await old_audit()
    held = await archive(host)
    assert await findings_of(host) == []
    content = host.pieces.objects.content
    content[held.object_key] = pack(_changed(unpack(content[held.object_key], _MOST_BYTES), change))
    assert words in _said(await findings_of(host), Place.ARCHIVE)


@pytest.mark.parametrize(("sql", "change", "words"), CHANGES[:2])
async def test_a_row_that_was_archived_says_the_same(
    sql: LiteralString, change: ChangeLine, words: str
) -> None:
    del change
    host = await old_audit()
    await archive(host)
    await _tamper(host, sql)
    assert words in _said(await findings_of(host), Place.DATABASE)
