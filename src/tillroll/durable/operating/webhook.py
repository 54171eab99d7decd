"""One signed POST, as Standard Webhooks has it."""

from datetime import datetime

from standardwebhooks import Webhook

from tillroll.durable.errors import one_line
from tillroll.platform.bindings.http import Http, HttpFailed

TIMEOUT_SECONDS = 15


async def post_signed(http: Http, url: str, secret: str, message_id: str, payload: str, now: datetime) -> str | None:
    """Send `payload` (JSON) under `message_id`; return None for an answer of 2xx, else what went wrong in a line."""
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, payload),
    }
    try:
        answer = await http.post(url, headers, payload, TIMEOUT_SECONDS)
    except HttpFailed as error:
        return one_line(str(error))
    return None if answer.is_success else f"the receiver answered {answer.status}"
