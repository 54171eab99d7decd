"""`audit` on the command line: keys, and an export that is verified with nothing but a public
key.
"""

import asyncio
import base64
import json
from pathlib import Path

import pytest

from tests.support.host_platform import SIGNING_KEY
from tests.unit.tillroll_durable.sealing.records import copies_of, export_of, open_audit
from tests.unit.tillroll_durable.sealing.tamperings import STRANGERS_KEY
from tillroll_command.endings import Code
from tillroll_command.main import main
from tillroll_durable.platform.json import load_object
from tillroll_durable.sealing.seals import seal_of_json
from tillroll_durable.sealing.settings import AuditSettings
from tillroll_testing.host.signing import HostSigner


async def own_key(secret: str = SIGNING_KEY) -> str:
    key = await HostSigner(secret).public_key()
    assert key is not None
    return base64.b64encode(key).decode()


@pytest.fixture
async def export(tmp_path: Path) -> Path:
    path = tmp_path / "audit.jsonl"
    path.write_text(await export_of(await open_audit(3)), encoding="utf-8")
    return path


@pytest.fixture
async def key() -> str:
    return await own_key()


def test_a_key_is_made_that_the_worker_takes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["audit", "key"]) == 0
    _, secret, _, public = capsys.readouterr().out.splitlines()
    settings = {
        "VISION_MODEL": "@cf/test/vision",
        "AUDIT_SIGNING_KEY": secret,
        "AUDIT_EARLIER_KEYS": public,
    }
    assert AuditSettings.read(lambda name: settings.get(name, "")).earlier_keys == (
        base64.b64decode(public),
    )
    (tmp_path / "key").write_text(secret, encoding="utf-8")
    assert main(["audit", "public-key", str(tmp_path / "key")]) == 0
    assert capsys.readouterr().out.strip() == public


def test_an_export_that_is_whole(
    capsys: pytest.CaptureFixture[str], export: Path, key: str
) -> None:
    assert main(["audit", "verify", str(export), "--public-key", key]) == 0
    said = capsys.readouterr().out
    assert "Verified seals 1 to 3 with 24 events" in said
    head = said.split()[-1]
    assert main(["audit", "verify", str(export), "--public-key", key, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "first": 1,
        "last": 3,
        "events": 24,
        "hash": head,
    }
    (export.parent / "key.pub").write_text(f"{key}\n", encoding="utf-8")
    held = [
        "--public-key",
        str(export.parent / "key.pub"),
        "--expect-seal",
        "3",
        "--expect-hash",
        head,
    ]
    assert main(["audit", "verify", str(export), *held]) == 0


def written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


async def test_copies_of_the_object_store_are_exports_too(tmp_path: Path, key: str) -> None:
    host = await open_audit(3)
    copies = sorted(host.pieces.objects.content.items())
    files = [written(tmp_path / name.removeprefix("audit/"), content) for name, content in copies]
    assert len(files) == 3
    assert copies_of(host) == await export_of(host)
    # On its own thread, as the command brings its own event loop.
    assert await _verify_beside([*files, "--public-key", key]) == 0
    assert await _verify_beside([*files[1:], "--public-key", key]) == 1
    assert await _verify_beside([*files[1:], "--public-key", key, "--from-seal", "2"]) == 0


async def _verify_beside(arguments: list[str]) -> int:
    return await asyncio.to_thread(main, ["audit", "verify", *arguments])


def changed(export: Path, line: int, old: str, new: str) -> None:
    lines = export.read_text(encoding="utf-8").splitlines(keepends=True)
    assert old in lines[line]
    lines[line] = lines[line].replace(old, new)
    export.write_text("".join(lines), encoding="utf-8")


def test_the_first_bad_event_is_named(
    capsys: pytest.CaptureFixture[str], export: Path, key: str
) -> None:
    changed(export, 12, '"outcome":"success"', '"outcome":"failure"')
    changed(export, 14, '"outcome":"success"', '"outcome":"failure"')
    assert main(["audit", "verify", str(export), "--public-key", key]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[:3] == [
        "The export was not verified.",
        "First bad event: 11",
        "edited: Event 11 of run_2 is not what was sealed.",
    ]


def test_an_end_that_was_cut_off_shows_against_a_noted_head(
    capsys: pytest.CaptureFixture[str], export: Path, key: str
) -> None:
    lines = export.read_text(encoding="utf-8").splitlines(keepends=True)
    head = seal_of_json(load_object(lines[18])).hash
    export.write_text("".join(lines[:18]), encoding="utf-8")
    verify = ["audit", "verify", str(export), "--public-key", key]
    assert main(verify) == 0
    assert "The export ends with seal 2" in capsys.readouterr().out
    assert main([*verify, "--expect-seal", "3"]) == 1
    assert main([*verify, "--expect-hash", head]) == 1
    export.write_text("".join(lines[:-1]), encoding="utf-8")
    assert main(verify) == 1
    assert "deleted: Event 24 is missing." in capsys.readouterr().err


async def test_the_keys_in_an_export_are_not_believed(
    capsys: pytest.CaptureFixture[str], export: Path
) -> None:
    stranger = await own_key(STRANGERS_KEY)
    assert await _verify_beside([str(export), "--public-key", stranger]) == 1
    assert "unknown_key: Seal 1: its key" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "no JSON\n", "{}\n", '{"hash":"x"}\n', "\n\n"])
def test_what_is_no_export_is_not_whole(export: Path, key: str, content: str) -> None:
    export.write_text(content, encoding="utf-8")
    assert main(["audit", "verify", str(export), "--public-key", key]) == 1


def test_a_missing_file_and_a_wrong_key_are_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, key: str
) -> None:
    assert main(["audit", "verify", str(tmp_path / "none"), "--public-key", key]) == Code.NOT_FOUND
    assert "No such file" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["audit", "verify", str(tmp_path), "--public-key", "AAAA"])
    assert "a public key is 32 bytes in base64" in capsys.readouterr().err
    (tmp_path / "key").write_text("no key", encoding="utf-8")
    assert main(["audit", "public-key", str(tmp_path / "key")]) == 1
