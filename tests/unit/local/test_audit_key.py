"""The key that seals the audit on this machine: made once, kept private, one the Worker takes."""

import stat
from pathlib import Path

from local.audit_key import signing_key_of
from tillroll_testing.host.signing import public_key_of


def test_a_state_folder_has_one_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    key = signing_key_of(tmp_path)
    assert public_key_of(key)
    assert signing_key_of(tmp_path) == key
    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert signing_key_of(tmp_path / "one") != signing_key_of(tmp_path / "two")
