"""How large a receipt may be."""

from typing import Final

from tillroll.receipts import service

LARGEST_BYTES: Final = {"receipt": service.LARGEST_BYTES}
