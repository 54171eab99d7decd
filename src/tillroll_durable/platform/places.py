"""Places in the code: `shop.orders.workflow:ORDER` is `ORDER` in the file
`shop/orders/workflow.py`.
"""

from importlib import import_module


def at(place: str) -> object:
    """What is at a place, which is imported now."""
    file, name = place.split(":")
    value: object = getattr(import_module(file), name)
    return value
