"""The first part of the API's page: from a token to a verified webhook, in the order in which a
programmer does it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cli.reference.page.events_in import EVENTS_IN, EVENTS_IN_SNIPPETS
from cli.reference.page.html import code, joined, prose
from cli.reference.page.snippets import SNIPPETS
from cli.reference.page.statuses import status_table


@dataclass(frozen=True)
class Section:
    """`text` is paragraphs: `>> NAME` stands for the snippet of that name, `!! NAME` for a table,
    `### TITLE` for a title.
    """

    title: str
    text: str


_WHO: Final = """
Every request says who asks: `Authorization: Bearer till_…`. Somebody of the account makes a token
in the app under [Settings](/settings/access), Sign-in and tokens, by [POST
/api/tokens](#op-post-api-tokens) with a token there is, or, with access to the deployment's
database, by `tillroll token create --account acc_… --user usr_… --name "…"`. It may do what its
person may; one that is limited needs the scopes `submit`, `trigger`, `read`, `review` and
`administer` for this page. The commands run one after the other in one shell, with `curl` and
`python3`.

>> token

On a machine where `make dev` runs, the token stands in `dev.json` of the folder that its first line
names (`its data is in …`; `.tillroll`, unless `STATE` says another). Run this in the project's
folder, in place of the two lines above:

>> dev-token

Try it: the answer says who you are, and `may` what you may.

>> who
"""
_TRIGGER: Final = """
A receipt is uploaded, and its run starts with it. Take any photo or PDF of a receipt (JPEG, PNG,
WebP, HEIC, PDF, or an e-invoice in XML; at most 10 MB), here `receipt.jpg`.

>> upload

202 has the run's id. The same bytes again answer 200 with the same run: nothing is done twice.

Any kind of workflow is started by its name, with its params as the body. [GET
/api/workflows](#op-get-api-workflows) lists the kinds, the JSON Schema of their params, and who
may. The receipt that was just uploaded has a run already, so this answers 200 with that one; it
answers 202 with a new one where the first ended without an expense.

>> trigger
"""
_WAIT: Final = """
[GET /api/workflows/{kind}/status/{id}](#op-get-api-workflows-kind-status-run_id) says in one word
where a run stands, whatever its kind. This waits until there is something to do, or nothing more:

>> wait

Of a completed run, `output` is what it made, such as the `expenseId` to read by [GET
/api/expenses/{expense_id}](#op-get-api-expenses-expense_id). Of one that ended otherwise, `output`
is null and `error` says why:

>> rejected

A run has a second word: the `status` of [GET /api/runs](#op-get-api-runs), of one run there, and of
the answer to an upload, by which lists are filtered. This is what each of the two can be beside the
other:

!! statuses

A receipt that is unclear in one place ends this wait as `waiting`, and many are. Who has the
permission `review` (the scope of the same name, of a limited token) looks at what was read, and
answers:

>> review

`values` corrects what was read wrongly; `{"decision": "reject", "comment": "…"}` ends the run
without an expense. The same can be done in the app.

To wait without asking again and again, [GET /api/runs/{run_id}](#op-get-api-runs-run_id) with the
headers `Prefer: wait=20` and `If-None-Match` (the `ETag` of the answer before) answers as soon as
the run has changed. Or let a webhook tell you.
"""
_WEBHOOK: Final = """
Events are sent as [Standard Webhooks](https://www.standardwebhooks.com/) has it. Here is a whole
receiver to begin with. Save it as `receiver.py`:

>> receiver

>> start-receiver

Then set an endpoint up. Its key is shown this once, and is put where the receiver looks for it.
Deployed, the address must be a public one with `https`; `make dev` takes one on your own machine
too.

>> endpoint

A test event is sent at once, and the answer says what your receiver answered: `state` is
`delivered`, and the receiver prints `verified: endpoint.test`.

>> test-event

From now on every event comes, such as `expense.created` when an expense was made of a receipt, also
after a person was asked, and `review.requested` while one is; `topics` chooses, for instance
`["expense.*"]`. [GET /api/event-types](#op-get-api-event-types) has each with the JSON Schema of
its body. Answer 2xx within 20 seconds and do the work afterwards; what is not answered so is sent
again for three days. An event can come more than once: remember `webhook-id`.
"""
_VERIFY: Final = """
The receiver above has all there is to it: the body as it came, before it is parsed, and the three
headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. A library of Standard Webhooks,
as here Python's, makes it a line; in JavaScript and Go it is short without one, too.

### Python

>> python

### JavaScript

>> javascript

### Go

>> go

The signature is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, by the bytes that the
base64 behind `whsec_` stands for. While keys are rotated there are several signatures, apart by a
blank: one that fits is enough.
"""
_ROTATE: Final = """
Until `previousUntil` each event bears a signature of each key that still counts (`signingKeys` of
the endpoint), so that nothing is refused while you put the new one into your receiver: two after
one rotation, three where another follows before the first key has ended. After a leak,
`{"overlapHours": 0}` ends all but the new one at once.

>> rotate

Your receiver still has the old key, and verifies by it:

>> test-old

Now put the new key where the receiver looks for it. Another test is verified by the new key:

>> new-key

>> test-again
"""
_AGAIN: Final = """
A caller without an answer cannot know whether anything was done. Every POST, PATCH, PUT and DELETE
takes the header `Idempotency-Key`: sent again under the same key within a day, the request is
answered as before (`Idempotent-Replayed: true`), and nothing is done twice. 409 `request-in-flight`
says that the first one is under way, 422 `key-reused` that the request under this key was another
one. A secret that is shown once is null in the answer that is given again.
"""
_PAGES: Final = """
Lists come in pages: `items`, and `nextCursor`, which is null on the last. Send it as `cursor`, with
`limit` for the size. A parameter or a member of a body that a route does not have is refused (422),
not dropped. What belongs to another account is answered as if it did not exist (404).
"""

_TABLES: Final[Mapping[str, Callable[[], str]]] = {"statuses": status_table}

# By the anchor, in the order of the page.
SECTIONS: Final[Mapping[str, Section]] = {
    "token": Section("1. Get a token", _WHO),
    "trigger": Section("2. Start a run", _TRIGGER),
    "wait": Section("3. Wait until it is done", _WAIT),
    "webhook": Section("4. Be told by a webhook", _WEBHOOK),
    "verify": Section("5. Verify what comes", _VERIFY),
    "rotate": Section("6. Rotate the key", _ROTATE),
    "events-in": Section("7. Take events of another system", EVENTS_IN),
    "again": Section("Send a request again", _AGAIN),
    "lists": Section("Lists, and what is not known", _PAGES),
}


def guide() -> str:
    """The sections as HTML."""
    return joined(
        f'<section id="{name}"><h2>{section.title}</h2>{_told(section.text)}</section>'
        for name, section in SECTIONS.items()
    )


def _told(text: str) -> str:
    return joined(_paragraph(part.strip()) for part in text.split("\n\n"))


def _paragraph(part: str) -> str:
    if part.startswith("!! "):
        return _TABLES[part.removeprefix("!! ")]()
    if part.startswith(">> "):
        snippet = {**SNIPPETS, **EVENTS_IN_SNIPPETS}[part.removeprefix(">> ")]
        return code(part.removeprefix(">> "), snippet.language, snippet.text)
    return f"<h3>{part.removeprefix('### ')}</h3>" if part.startswith("### ") else prose(part)
