"""Places in the code: `tillroll.bank.decisions.effects:work_off` is `work_off` in the file
`tillroll/bank/decisions/effects.py`."""

from importlib import import_module


def at(place: str) -> object:
    """What is at a place, which is imported now."""
    file, name = place.split(":")
    value: object = getattr(import_module(file), name)
    return value
