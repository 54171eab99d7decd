"""The shop's Worker."""

from typing import Any

from shop.order import ORDER, BankSettings
from shop.parcel import LABEL, SHIP
from shop.sending import SENDING

from tillroll_durable.platform.bindings.database import integer, statement
from tillroll_durable.worker import Tillroll

app = Tillroll(workflows=[ORDER, LABEL, SHIP, SENDING], settings=[BankSettings])


@app.route("GET", "/api/shop/orders", permission="read")
async def count_orders(request: Any) -> dict[str, Any]:
    """How many orders were recorded."""
    row = await request.platform.database.first(statement("SELECT COUNT(*) AS n FROM orders"))
    return {"orders": integer(row, "n")}


@app.route("GET", "/api/shop/files/<key>", permission="read")
async def read_file(request: Any, key: str) -> dict[str, Any]:
    """A file of the bucket, which this deployment does not have."""
    return {"text": await request.platform.objects.get_text(key)}


Default = app.entrypoint
Workflows = app.workflows
ShipParcelWorkflow = app.own(SHIP)
