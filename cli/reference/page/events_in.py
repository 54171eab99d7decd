"""The part of the API's page about events of other systems: a source, how each scheme signs, what
became of them.
"""

from collections.abc import Mapping
from typing import Final

from cli.reference.page.snippets import Snippet

_SOURCE: Final = """\
curl -s -X POST $URL/api/inbound-sources -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"name": "Scanner", "scheme": {"name": "standard-webhooks"},
  "mapping": {"rules": [
        {"when": {"/type": "receipt.stored"},
         "start": {"kind": "receipt", "params": {"receiptId": {"pointer": "/data/receiptId"}}}},
        {"when": {"/type": "ping"}, "ignore": true}]}}' | tee source.json"""

_SIGNING: Final = """\
# signing.py: the headers that each scheme asks for, with Python's own library only.
# body is bytes, as it is sent.
import base64, hashlib, hmac, time


def standard_webhooks(secret, body, event_id):
    key, now = base64.b64decode(secret.removeprefix("whsec_")), str(int(time.time()))
    signature = hmac.digest(key, f"{event_id}.{now}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": now,
        "webhook-signature": "v1," + base64.b64encode(signature).decode(),
    }


def stripe(secret, body):  # the event's id is "id" of the body
    now = str(int(time.time()))
    signature = hmac.digest(secret.encode(), f"{now}.".encode() + body, hashlib.sha256)
    return {"stripe-signature": f"t={now},v1={signature.hex()}"}


def github(secret, body, event_id, event_type):
    signature = hmac.digest(secret.encode(), body, hashlib.sha256)
    return {
        "x-github-delivery": event_id,
        "x-github-event": event_type,
        "x-hub-signature-256": f"sha256={signature.hex()}",
    }


# {"name": "hmac", "signatureHeader": "X-Signature", "idPointer": "/id"}
def plain_hmac(secret, body):
    return {"x-signature": hmac.digest(secret.encode(), body, hashlib.sha256).hex()}"""

_SEND: Final = """\
# send.py: sends an event to the source that was set up.
import json, urllib.request
from signing import standard_webhooks

source = json.load(open("source.json"))
body = json.dumps({"type": "ping", "data": {}}).encode()
headers = {"content-type": "application/json", **standard_webhooks(source["secret"], body, "evt_1")}
request = urllib.request.Request("https://tillroll.example.com" + source["path"], body, headers)
print(urllib.request.urlopen(request).read().decode())"""

_SEND_TWICE: Final = """\
python3 send.py
python3 send.py"""

_BECAME: Final = """\
curl -s $URL/api/inbound-events?limit=5 -H "Authorization: Bearer $TOKEN\""""

EVENTS_IN: Final = """
Another system posts its events to an address of its own. A source says how that system signs, and
what its events mean. The answer has the address, as `path`, and the secret, which is shown this
once. To set one up, a person needs `administer`, and what the kinds that it names ask for.

>> source

Most systems sign by themselves, once they have the address and the secret (Stripe makes the secret:
send it as `secret`). Where you write the sender, or try one, each scheme is a few lines. The names
of the schemes are `standard-webhooks`, `stripe`, `github` and `hmac`. Save this as `signing.py`,
and what follows as `send.py`:

>> signing

>> send

>> send-twice

202 has our id of the event: it is stored. The same event again is answered the same, and does
nothing; another body under its id is 409. 401 says that signature or time do not fit (`reason` says
which): sign the very bytes that are sent, within five minutes. 429 and 503 have `Retry-After`. Send
again until you have a 2xx.

>> became

`state` is `stored` until the event is worked off, in a moment or, in a burst, in its turn. Then it
is `started`, `signalled`, `consumed` or `ignored`. Where it is `unmapped` or `failed`, `why` says
what is wrong. Mend the mapping by [PUT
/api/inbound-sources/{source_id}](#op-put-api-inbound-sources-source_id), and have all of them
worked off again by [POST
/api/inbound-sources/{source_id}/replay](#op-post-api-inbound-sources-source_id-replay).

`started` names the run that the event has led to in `runId`. Where the kind had a run for the same
thing already, such as for a receipt that was read before, it is that one, and nothing was begun.

The first rule that fits an event holds. `when` has values by JSON Pointer into the body,
`eventType` the sender's type; then one of these:

- `start`: a run of a `kind` that can be triggered begins, with `params`.
- `signal`: a run that is there receives a signal, as its contract declares (`signals` in
  [GET /api/workflows](#op-get-api-workflows)).
- `consumer`: a part of this deployment takes the whole event by itself.
- `ignore`: nothing is done.

A value is taken from a `pointer`, is `known` (`eventId`, `eventType`, `receivedAt`), or stands
there as `value`; it may have a `prefix`, and be `optional`. So a rule that signals reads:

>> signal-rule

[POST /api/inbound-sources](#op-post-api-inbound-sources) has all fields of mappings and schemes.
The scheme `hmac` has `signatureHeader` and where the event's id stands, `idHeader` or `idPointer`;
the rest may be left out.
"""

_SIGNAL_RULE: Final = """\
{"when": {"/type": "payment.settled"},
 "signal": {"kind": "payout", "name": "settled", "runId": {"pointer": "/data/runId"},
            "payload": {"amount": {"pointer": "/data/amount"}}}}"""

# By the name that the text has for each.
EVENTS_IN_SNIPPETS: Final[Mapping[str, Snippet]] = {
    "source": Snippet("sh", _SOURCE),
    "signing": Snippet("python", _SIGNING),
    "send": Snippet("python", _SEND),
    "send-twice": Snippet("sh", _SEND_TWICE),
    "signal-rule": Snippet("json", _SIGNAL_RULE),
    "became": Snippet("sh", _BECAME),
}
