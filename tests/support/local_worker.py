"""What tests do with any Worker under the genuine `wrangler dev`, by wrangler's own addresses."""

from typing import Any, Final

import httpx

from tests.support.patience import PATIENCE_SECONDS

EXPLORER: Final = "/cdn-cgi/local/explorer/api"


def fire_cron(url: str) -> None:
    """Do what is due each minute."""
    httpx.get(
        f"{url}/cdn-cgi/local/scheduled", params={"cron": "* * * * *"}, timeout=PATIENCE_SECONDS
    ).raise_for_status()


def query_d1(url: str, sql: str, *values: Any, database: str = "DB") -> list[dict[str, Any]]:
    """Run SQL on one of the Worker's databases; the rows of the last statement.

    Raises:
        AssertionError: D1 refused it; the message is D1's.
    """
    body = {"sql": sql, "params": [*values]} if values else {"sql": sql}
    address = f"{url}{EXPLORER}/d1/database/{database}/raw"
    answer = httpx.post(address, json=body, timeout=PATIENCE_SECONDS)
    assert answer.is_success, answer.text
    rows = answer.json()["result"][-1]["results"]
    return [dict(zip(rows["columns"], row, strict=True)) for row in rows["rows"]]
