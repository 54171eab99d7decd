"""Places in the code: `bank.effects:work_off` is `work_off` in the file `bank/effects.py` of
`tillroll`."""

from importlib import import_module


def at(place: str) -> object:
    """What is at a place, which is imported now."""
    file, name = place.split(":")
    value: object = getattr(import_module(f"tillroll.{file}"), name)
    return value
