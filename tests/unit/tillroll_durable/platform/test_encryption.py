"""Secrets in the database: read back only under their key and for their row, also while keys
change.
"""

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from local.encryption_key import encryption_keys_of
from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.platform.encryption import (
    EncryptionSettings,
    NoKey,
    UnreadableSecret,
    decrypt,
    encrypt,
    key_name,
)
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import InvalidSetting, Settings

ROW, SECRET = "endpoint_secrets/sec_1", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD, NEW = bytes(32), bytes(range(32, 64))


async def with_keys(keys: Mapping[int, bytes]) -> Platform:
    platform = assemble(await migrated_database(), {}).platform
    return replace(platform, settings=platform.settings.changed(EncryptionSettings(keys)))


def read(text: str) -> EncryptionSettings:
    return Settings({"ENCRYPTION_KEYS": text}.__getitem__).of(EncryptionSettings)


async def test_a_secret_is_read_back_and_never_stands_in_what_is_kept() -> None:
    platform = await with_keys({1: OLD})
    kept = [await encrypt(platform, SECRET, ROW) for _ in range(2)]
    assert kept[0] != kept[1]
    assert not any(
        SECRET in text or base64.b64encode(SECRET.encode()).decode() in text for text in kept
    )
    assert [await decrypt(platform, text, ROW) for text in kept] == [SECRET, SECRET]


async def test_it_is_read_for_its_own_row_only_and_unchanged() -> None:
    platform = await with_keys({1: OLD})
    kept = await encrypt(platform, SECRET, ROW)
    version, nonce, encrypted = kept.split(".")
    changed = f"{version}.{nonce}.{'B' if encrypted[0] == 'A' else 'A'}{encrypted[1:]}"
    for text, row in (
        (kept, "endpoint_secrets/sec_2"),
        (changed, ROW),
        ("nothing", ROW),
        ("1..", ROW),
    ):
        with pytest.raises(UnreadableSecret):
            await decrypt(platform, text, row)


async def test_a_new_key_reads_what_the_old_one_encrypted_as_long_as_that_is_kept() -> None:
    kept = await encrypt(await with_keys({1: OLD}), SECRET, ROW)
    rotating = await with_keys({2: NEW, 1: OLD})
    assert await decrypt(rotating, kept, ROW) == SECRET
    assert kept.startswith(f"{key_name(1, OLD)}.")
    anew = await encrypt(rotating, SECRET, ROW)
    assert anew.startswith(f"{key_name(2, NEW)}.")
    rotated = await with_keys({2: NEW})
    assert await decrypt(rotated, anew, ROW) == SECRET
    with pytest.raises(
        UnreadableSecret, match=f"the key {key_name(1, OLD)} that encrypted it is not in"
    ):
        await decrypt(rotated, kept, ROW)


async def test_another_key_of_the_same_version_is_not_taken_for_it() -> None:
    kept = await encrypt(await with_keys({1: OLD}), SECRET, ROW)
    restored = await with_keys({1: NEW})
    with pytest.raises(
        UnreadableSecret, match="another key is of version 1 in ENCRYPTION_KEYS"
    ) as refused:
        await decrypt(restored, kept, ROW)
    assert key_name(1, OLD) in str(refused.value)
    assert SECRET not in refused.value.detail
    for keys in ({2: NEW, 1: OLD}, {1: NEW, 7: OLD}):
        assert await decrypt(await with_keys(keys), kept, ROW) == SECRET


def test_the_name_of_a_key_tells_keys_apart_and_nothing_of_them() -> None:
    names = {key_name(version, key) for version in (1, 2) for key in (OLD, NEW)}
    assert len(names) == 4
    assert all(OLD.hex()[:8] not in name.partition("-")[2] for name in names)


async def test_without_a_key_nothing_is_kept() -> None:
    with pytest.raises(NoKey, match="ENCRYPTION_KEYS must be set"):
        await encrypt(await with_keys({}), SECRET, ROW)


@pytest.mark.parametrize(
    "text", ["key", "1:short", "0:" + "A" * 43 + "=", f"1:{'A' * 43}=,1:{'B' * 42}A="]
)
def test_keys_of_another_shape_are_refused_with_the_remedy_but_are_not_told(text: str) -> None:
    with pytest.raises(
        InvalidSetting, match=r"^ENCRYPTION_KEYS must be version:key.*openssl"
    ) as refused:
        read(text)
    assert "AAAA" not in str(refused.value)


def test_the_first_key_is_the_newest() -> None:
    settings = read(
        f"2:{base64.b64encode(NEW).decode()},1:{base64.urlsafe_b64encode(OLD).decode()}"
    )
    assert list(settings.keys.items()) == [(2, NEW), (1, OLD)]
    assert base64.b64encode(NEW).decode() not in repr(settings)
    assert read("").keys == {}


def test_a_state_folder_has_one_key_that_the_worker_takes(tmp_path: Path) -> None:
    made = encryption_keys_of(tmp_path)
    assert made == encryption_keys_of(tmp_path)
    assert list(read(made).keys) == [1]
