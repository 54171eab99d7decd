"""The commands and programs of the guide. Tests run what is shown here, but for the lines in Go,
which were tried by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

# The address in every command, in whose place public/js/docs.ts puts the one that the page was
# opened at.
EXAMPLE: Final = "https://tillroll.example.com"


@dataclass(frozen=True)
class Snippet:
    language: str
    text: str


_HERE: Final = """\
URL=https://tillroll.example.com
read -rs TOKEN"""

_HERE_IN_DEV: Final = """\
URL=https://tillroll.example.com
TOKEN=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["token"])' \\
  "${STATE:-.tillroll}/dev.json")"""

_WHO: Final = """\
curl -s $URL/api/session -H "Authorization: Bearer $TOKEN\""""

_UPLOAD: Final = """\
curl -s $URL/api/receipts -H "Authorization: Bearer $TOKEN" -F receipt=@receipt.jpg |
  tee upload.json
RUN=$(python3 -c 'import json; print(json.load(open("upload.json"))["runId"])')
RECEIPT=$(python3 -c 'import json; print(json.load(open("upload.json"))["receiptId"])')"""

_TRIGGER: Final = """\
curl -s -X POST $URL/api/workflows/receipt/trigger -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" -H "Idempotency-Key: receipt-$RECEIPT" \\
  -d '{"receiptId": "'$RECEIPT'"}'"""

_WAIT: Final = """\
while true; do
  STATUS=$(curl -s $URL/api/workflows/receipt/status/$RUN -H "Authorization: Bearer $TOKEN")
  case "$STATUS" in
    *'"status":"started"'*|*'"status":"running"'*) sleep 1 ;;
    *) echo "$STATUS"; break ;;
  esac
done"""

_REJECTED: Final = """\
{"id": "run_01M7W5NGV645S0BRJVWMNMGREZ", "status": "rejected", "output": null,
 "error": {"errorClass": "rejected",
  "summary": "This receipt was rejected: Not for the company"}}"""

_REVIEW: Final = """\
curl -s $URL/api/runs/$RUN -H "Authorization: Bearer $TOKEN" |
  python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)["review"], indent=2))'
curl -s -X POST $URL/api/runs/$RUN/review -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" -d '{"decision": "approve",
  "values": {"merchant": "Blue Bottle Coffee", "date": "2026-11-20", "total": "12.50"}}'"""

_RECEIVER: Final = """\
# receiver.py: verifies what comes, with Python's own library only.
# Keys stand in keys.txt, one a line.
import base64, hashlib, hmac, http.server, json, pathlib, time

def verify(keys, headers, body):
    sent = headers.get("webhook-id")
    at = headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature")
    if not (sent and at and signatures):
        raise ValueError(
            "webhook-id, webhook-timestamp or webhook-signature is missing"
        )
    if not at.isdecimal() or abs(time.time() - int(at)) > 300:
        raise ValueError("webhook-timestamp is not within five minutes of now")
    signed = sent.encode() + b"." + at.encode() + b"." + body
    for key in keys:
        secret = base64.b64decode(key.removeprefix("whsec_"))
        own = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
        for each in signatures.split():
            if hmac.compare_digest(each.encode(), b"v1," + own.encode()):
                return json.loads(body)
    raise ValueError("signed by none of these keys")

class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            event = verify(pathlib.Path("keys.txt").read_text().split(), self.headers, body)
        except ValueError as error:
            print("refused:", error, flush=True)
            self.send_response(400)
        else:
            print("verified:", event["type"], self.headers["webhook-id"], flush=True)
            self.send_response(204)
        self.end_headers()

if __name__ == "__main__":
    http.server.HTTPServer(("127.0.0.1", 9000), Receiver).serve_forever()"""

_START_RECEIVER: Final = """\
touch keys.txt
python3 receiver.py &"""

_ENDPOINT: Final = """\
curl -s -X POST $URL/api/endpoints -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" -d '{"url": "http://127.0.0.1:9000/hook"}' | tee endpoint.json
ENDPOINT=$(python3 -c 'import json; print(json.load(open("endpoint.json"))["id"])')
python3 -c 'import json; print(json.load(open("endpoint.json"))["secret"])' > keys.txt"""

_TEST_EVENT: Final = """\
curl -s -X POST $URL/api/endpoints/$ENDPOINT/test -H "Authorization: Bearer $TOKEN\""""

_ROTATE: Final = """\
curl -s -X POST $URL/api/endpoints/$ENDPOINT/rotate-secret -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" -d '{"overlapHours": 24}' | tee rotated.json"""

_NEW_KEY: Final = """\
python3 -c 'import json; print(json.load(open("rotated.json"))["secret"])' > keys.txt"""

_PYTHON: Final = """\
# pip install standardwebhooks
from standardwebhooks import Webhook

def received(headers: dict[str, str], body: bytes) -> dict:
    # It raises where the event is not ours, or older than five minutes.
    return Webhook("whsec_…").verify(body, headers)"""

_JAVASCRIPT: Final = """\
// verify.mjs: Node's own library only. headers are request.headers,
// and body is the Buffer as it came, not parsed.
import { createHmac, timingSafeEqual } from "node:crypto";

export function verify(keys, headers, body) {
  const id = headers["webhook-id"];
  const at = headers["webhook-timestamp"];
  const signatures = headers["webhook-signature"] ?? "";
  if (!(Math.abs(Date.now() / 1000 - Number(at)) <= 300)) {
    throw new Error("older or newer than five minutes");
  }
  for (const key of keys) {
    const secret = Buffer.from(key.replace("whsec_", ""), "base64");
    const hmac = createHmac("sha256", secret).update(`${id}.${at}.`).update(body);
    const own = Buffer.from("v1," + hmac.digest("base64"));
    for (const each of signatures.split(" ").map((text) => Buffer.from(text))) {
      if (each.length === own.length && timingSafeEqual(each, own)) return JSON.parse(body);
    }
  }
  throw new Error("signed by none of these keys");
}"""

_GO: Final = """\
// verify.go: Go's own library only. headers are request.Header,
// and body is what was read, not parsed.
package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func Verify(keys []string, headers http.Header, body []byte) error {
	id, at := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return errors.New("older or newer than five minutes")
	}
	for _, key := range keys {
		secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, "whsec_"))
		if err != nil {
			return err
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(id + "." + at + "."))
		mac.Write(body)
		own := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		for _, each := range strings.Fields(headers.Get("webhook-signature")) {
			if hmac.Equal([]byte(each), []byte(own)) {
				return nil
			}
		}
	}
	return errors.New("signed by none of these keys")
}"""

# By the name that the guide has for each.
SNIPPETS: Final[Mapping[str, Snippet]] = {
    "token": Snippet("sh", _HERE),
    "dev-token": Snippet("sh", _HERE_IN_DEV),
    "who": Snippet("sh", _WHO),
    "upload": Snippet("sh", _UPLOAD),
    "trigger": Snippet("sh", _TRIGGER),
    "wait": Snippet("sh", _WAIT),
    "rejected": Snippet("json", _REJECTED),
    "review": Snippet("sh", _REVIEW),
    "receiver": Snippet("python", _RECEIVER),
    "start-receiver": Snippet("sh", _START_RECEIVER),
    "endpoint": Snippet("sh", _ENDPOINT),
    "test-event": Snippet("sh", _TEST_EVENT),
    "rotate": Snippet("sh", _ROTATE),
    "python": Snippet("python", _PYTHON),
    "javascript": Snippet("javascript", _JAVASCRIPT),
    "go": Snippet("go", _GO),
    "test-old": Snippet("sh", _TEST_EVENT),
    "new-key": Snippet("sh", _NEW_KEY),
    "test-again": Snippet("sh", _TEST_EVENT),
}
