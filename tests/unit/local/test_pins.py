"""What workers-py would install is what `make setup` installs."""

import tomllib

import pytest

from local.pins import PINNED, PROJECT, pins, with_pins


def test_the_project_pins_what_is_locked() -> None:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    locked = pins(PINNED.read_text(encoding="utf-8"))
    assert project["tool"]["uv"]["constraint-dependencies"] == locked, (
        "run: .venv/bin/python -m local.pins"
    )
    wanted = {each.split(">=")[0] for each in project["project"]["dependencies"]}
    assert wanted <= {each.split("==")[0] for each in locked}


def test_pins_are_read_without_hashes_and_markers() -> None:
    text = (
        "# a comment\nanyio==4.16.0 \\\n    --hash=sha256:00\nidna==3.20 ; python_version > '3'\n"
    )
    assert pins(text) == ["anyio==4.16.0", "idna==3.20"]


def test_a_project_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="constraint-dependencies once"):
        with_pins("[project]\n", [])
