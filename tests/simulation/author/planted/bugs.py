"""The mistakes: what is wrong, and how a right workflow's text becomes the wrong one."""

# ruff: noqa: ISC004 - texts of code

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

LETTER: Final = "tests.simulation.author.planted.letter"
FIRST: Final = "tests.simulation.author.planted.reminder"
ORDER: Final = "tests.simulation.author.elsewhere"
SYNC: Final = "tests.simulation.author.crm_sync.workflow"
TRIP: Final = "tests.simulation.author.planted.trip"


@dataclass(frozen=True)
class Bug:
    """`edits` are texts of the module `of`, and what stands there instead; `imports` are lines that
    come first.
    """

    name: str
    of: str
    edits: tuple[tuple[str, str], ...]
    imports: str = ""

    def text(self) -> str:
        """The wrong workflow's module."""
        found = right(self.of)
        for old, new in self.edits:
            assert found.count(old) == 1, (
                f"{self.name}: {self.of} has {found.count(old)} times: {old}"
            )
            found = found.replace(old, new)
        doc, _, code = found.partition("\n\n")
        return f"{doc}\n\n{self.imports}\n{code}" if self.imports else found


def right(module: str) -> str:
    """The text of a right workflow's module."""
    return Path(str(import_module(module).__file__)).read_text(encoding="utf-8")


_HEADERS = (
    'headers = {"content-type": "application/json", "idempotency-key": context.idempotency_key}'
)
_KEYLESS = 'headers = {"content-type": "application/json"}'
_POST = "answer = await context.platform.http.post(url, headers, dump(request), timeout_seconds=20)"
_MAIL = (
    "answer = await context.platform.http.post(MAILS, headers, dump(request), timeout_seconds=20)"
)
_QUERY = '    query = statement("SELECT email'
_RECORD = "    await run.step(RECORD, record, run.params.invoice, mail)\n"
_DUE = "    due = await run.step(READ, read, run.params.invoice)\n"
_FAILED = (
    '        if not answer.is_success:\n            raise HttpFailed(f"the mail service answered '
    '{answer.status}")\n'
)
_WRITTEN = "return Outcome(statements=[statement(insert, [context.run.id, invoice, mail])])"
_WAIT = "    approval = await run.wait(APPROVE, timedelta(days=7))\n"
_CHECK = "    await run.step(CHECK, check, approval is not None and approval.approves)\n"
_REFUND = 'return await ask_for(context, REFUNDS, {"charge": context.step_key})'
_LOOK_UP = """\
answer = await context.platform.http.get(
        f"{url}/{quote(context.idempotency_key)}", 20, max_bytes=4096
    )"""
_FOUND = "    return NotDone() if answer.status == 404 else done(answer)\n"
_MAP = """\
    ends = await run.map(
        PUSH,
        partial(pushing, crm),
        customers,
        key=lambda each: each.id,
        rollback=partial(removing, crm),
    )
"""
_SEAT = "await run.step(SEAT, keep_seat, leg, key=leg, rollback=partial(give_back, leg=leg))"

BUGS: Final = (
    # Effects elsewhere, where they do not belong.
    Bug(
        "a read step sends a POST under its key",
        FIRST,
        (
            (
                "    row = await",
                '    headers = {"idempotency-key": context.idempotency_key}\n'
                "    await context.platform.http.post(MAILS, headers, invoice, "
                "timeout_seconds=20)\n"
                "    row = await",
            ),
        ),
    ),
    Bug(
        "a write step sends a PUT",
        FIRST,
        (
            (
                "    insert = ",
                (
                    '    await context.platform.http.put(f"{MAILS}/{mail}", {}, "kept", '
                    "timeout_seconds=20)\n    insert = "
                ),
            ),
        ),
    ),
    Bug(
        "the body reads the database itself",
        FIRST,
        (
            (
                _DUE,
                '    row = await run.platform.database.first(statement("SELECT email, amount FROM '
                'invoices"))\n'
                "    due = Due.model_validate(row)\n"
                "    await run.step(READ, read, run.params.invoice)\n",
            ),
        ),
    ),
    # Failures that nobody hears of.
    Bug(
        "`send` takes every answer for done",
        FIRST,
        ((_FAILED + "        mail = ", '        mail = "sent" if not answer.is_success else '),),
    ),
    Bug(
        "`send` swallows that no answer came",
        FIRST,
        (
            (
                _MAIL,
                f"try:\n            {_MAIL}\n        except HttpFailed:\n"
                '            return Done("unknown", "unknown")',
            ),
        ),
    ),
    Bug(
        "`send` takes a 404 for done",
        ORDER,
        (
            (
                "    if answer.status == 422:",
                (
                    '    if answer.status == 404:\n        return Done("none", "none")\n'
                    "    if answer.status == 422:"
                ),
            ),
        ),
    ),
    Bug(
        "a lost answer passes for a refusal",
        ORDER,
        (
            (
                _POST,
                (
                    f'try:\n        {_POST}\n    except HttpFailed:\n        raise Refused("no '
                    'answer") from None'
                ),
            ),
        ),
    ),
    Bug(
        "a 502 passes for a refusal",
        ORDER,
        (("if answer.status == 422:", "if not answer.is_success:"),),
    ),
    Bug(
        "a page that failed passes for an empty one",
        SYNC,
        (
            (
                '        raise HttpFailed(f"the shop answered {answer.status}")\n',
                "        return Page(customers=[])\n",
            ),
        ),
    ),
    Bug(
        "`except Exception` around a step",
        ORDER,
        ((_CHECK, f"    try:\n    {_CHECK}    except Exception:\n        pass\n"),),
    ),
    Bug(
        "the body catches RunCancelled",
        ORDER,
        ((_WAIT, f"    try:\n    {_WAIT}    except RunCancelled:\n        return charge\n"),),
        "from tillroll_durable.errors import RunCancelled",
    ),
    # What asks, and what undoes.
    Bug(
        "`reconcile` always says NotDone",
        ORDER,
        ((_FOUND, "    return NotDone() if answer.status else done(answer)\n"),),
    ),
    Bug(
        "`reconcile` always says Done",
        ORDER,
        ((_FOUND, '    return Done(answer.body or "none", "none")\n'),),
    ),
    Bug(
        "`reconcile` swallows that no answer came",
        ORDER,
        (
            (
                _LOOK_UP,
                f"try:\n        {_LOOK_UP}\n    except HttpFailed:\n        return NotDone()",
            ),
        ),
    ),
    Bug("neither a key nor a look-up", FIRST, ((_HEADERS, _KEYLESS),)),
    Bug("the idempotency key is not sent", ORDER, ((_HEADERS, _KEYLESS),)),
    Bug(
        "each attempt sends a key of its own",
        FIRST,
        ((_HEADERS, 'headers = {"idempotency-key": str(uuid4())}'),),
        "from uuid import uuid4",
    ),
    Bug(
        "each attempt sends another body under the same key",
        FIRST,
        (("dump(request)", 'dump({**request, "at": str(context.platform.clock.now())})'),),
    ),
    Bug(
        "what can be undone has no `reconcile`, and no key",
        ORDER,
        (
            (
                "        reconcile=lambda context: look_up(context, CHARGES),\n"
                "        honours_key=True,\n",
                "",
            ),
            (_HEADERS, _KEYLESS),
        ),
    ),
    Bug("the rollback of a call does nothing", ORDER, ((_REFUND, 'return Done("none", "none")'),)),
    Bug(
        "the rollback names its own key", ORDER, (("context.step_key", "context.idempotency_key"),)
    ),
    Bug(
        "every rollback of a map is the first one's",
        SYNC,
        (("rollback=partial(removing, crm)", "rollback=lambda _: removing(crm, customers[0])"),),
    ),
    Bug(
        "the rollback of a write does nothing",
        TRIP,
        (
            ('    delete = "DELETE FROM seats WHERE run_id = ? AND leg = ?"\n', ""),
            (
                "return Outcome(statements=[statement(delete, [context.run.id, leg])])",
                'return Outcome(told={"leg": leg})',
            ),
        ),
    ),
    Bug(
        "a rollback closes over the loop's variable",
        TRIP,
        (
            (
                "rollback=partial(give_back, leg=leg)",
                "rollback=lambda context: give_back(context, leg)",
            ),
        ),
    ),
    # Another value in each replay.
    Bug(
        "`datetime.now` in the body",
        FIRST,
        ((_RECORD, _RECORD.replace("mail)", 'f"{mail} at {datetime.now(UTC)}")')),),
        "from datetime import UTC, datetime",
    ),
    Bug(
        "`random` in the body",
        FIRST,
        (("mailing(due)", "mailing(due.model_copy(update={'amount': random.randrange(1000)}))"),),
        "import random",
    ),
    Bug(
        "`uuid4` in the body",
        FIRST,
        ((_RECORD, _RECORD.replace("mail)", "str(uuid4()))")),),
        "from uuid import uuid4",
    ),
    Bug(
        "a loop over a set",
        SYNC,
        (
            (
                _MAP,
                "    for one in {each.id for each in customers}:\n"
                "        customer = Customer(id=one, name=one)\n"
                "        await run.call(PUSH, pushing(crm, customer), key=one, "
                "rollback=removing(crm, customer))\n"
                "    ends = list[Done[str] | Failed]()\n",
            ),
        ),
    ),
    Bug(
        "a counter of the module",
        FIRST,
        (
            (_DUE, f"    global sent\n    sent += 1\n{_DUE}"),
            ("mailing(due)", "mailing(due, sent)"),
            ("def mailing(due: Due)", "def mailing(due: Due, number: int)"),
            ("Please pay {due.amount}.", "Mail {number}: please pay {due.amount}."),
            ("\nasync def remind", "\nsent = 0\n\n\nasync def remind"),
        ),
    ),
    Bug(
        "a cache of the module",
        FIRST,
        (
            (
                _DUE,
                (
                    "    if run.params.invoice not in SEEN:\n        SEEN[run.params.invoice] "
                    f"={_DUE[9:]}"
                ),
            ),
            ("mailing(due)", "mailing(SEEN[run.params.invoice])"),
            ("\nasync def remind", "\nSEEN: dict[str, Due] = {}\n\n\nasync def remind"),
        ),
    ),
    Bug(
        "a step counts in a variable of the module",
        FIRST,
        (
            (
                "    insert = ",
                (
                    '    NUMBERS["last"] += 1\n    mail = f"{mail}, number {NUMBERS[\'last\']}"\n'
                    "    insert = "
                ),
            ),
            ("\nasync def record", '\nNUMBERS = {"last": 0}\n\n\nasync def record'),
        ),
    ),
    Bug(
        "a step fills a list of the body",
        SYNC,
        (
            (
                "    pages = await run.pages(FETCH, fetch, shop, then=lambda page: page.next)\n"
                "    customers = [customer for page in pages for customer in page.customers]\n",
                "    customers: list[Customer] = []\n\n"
                "    async def fetched(context: StepContext, shop: str, cursor: str | None) -> "
                "Page:\n"
                "        page = await fetch(context, shop, cursor)\n"
                "        customers.extend(page.customers)\n"
                "        return page\n\n"
                "    await run.pages(FETCH, fetched, shop, then=lambda page: page.next)\n",
            ),
        ),
    ),
    # Steps, keys and waits.
    Bug("the body never begins `record`", FIRST, ((_RECORD, ""),)),
    Bug("a step is not awaited", FIRST, ((_RECORD, _RECORD.replace("await ", "")),)),
    Bug(
        "nobody awaits the signal",
        ORDER,
        ((_WAIT, ""), (_CHECK, "    await run.step(CHECK, check, run.params.amount < 100)\n")),
    ),
    Bug(
        "a wait's end by time is not handled",
        ORDER,
        ((_CHECK, "    await run.step(CHECK, check, approval.approves)\n"),),
    ),
    Bug(
        "what Then.CONTINUE leaves out is not handled",
        TRIP,
        (("STANDARD_PRICE if quote is None else quote.price", "quote.price"),),
    ),
    Bug(
        "a map's failure is not handled",
        SYNC,
        (
            ("[end.key for end in ends if isinstance(end, Failed)]", "[]"),
            ("len(ends) - len(failed)", "len({end.output for end in ends})"),
        ),
    ),
    Bug(
        "all items of a map may fail, and nobody looks",
        SYNC,
        (
            (
                _MAP,
                _MAP.replace("ends = ", "").replace("    )\n", '        may_fail="all",\n    )\n'),
            ),
            ("    failed = [end.key for end in ends if isinstance(end, Failed)]\n", ""),
            ("pushed=len(ends) - len(failed), failed=failed", "pushed=len(customers), failed=[]"),
        ),
    ),
    Bug(
        "the body reads a model's answer itself",
        LETTER,
        (
            (
                "judgement = await run.model(JUDGE, asked, gives=Judgement)\n",
                "answer = await run.model(JUDGE, asked)\n"
                "    judgement = Judgement.model_validate_json(answer.text)\n",
            ),
        ),
    ),
    Bug(
        "a key by position",
        SYNC,
        (("key=lambda each: each.id", "key=lambda each: str(customers.index(each))"),),
    ),
    Bug(
        "a key from the time",
        TRIP,
        (("keep_seat, leg, key=leg", "keep_seat, leg, key=run.now().isoformat()"),),
    ),
    Bug("a child's key is the same for all", TRIP, (('f"label of {leg}"', '"label"'),)),
    Bug("a child is begun with other params", TRIP, (("LabelParams(leg=leg)", '{"legs": leg}'),)),
    Bug(
        "a step inside of a step",
        TRIP,
        (
            (_SEAT, _SEAT.replace("keep_seat, leg,", "keep_and_print, leg,")),
            (
                "    for leg in run.params.legs:\n",
                "    async def keep_and_print(context: StepContext, leg: str) -> Outcome:\n"
                "        await run.child(LABEL, LabelParams(leg=leg), leg)\n"
                "        return await keep_seat(context, leg)\n\n"
                "    for leg in run.params.legs:\n",
            ),
        ),
    ),
    Bug(
        "a loop without an end",
        SYNC,
        (("then=lambda page: page.next)", 'then=lambda page: page.next or "")'),),
    ),
    Bug(
        "`asyncio.sleep` in the body",
        FIRST,
        ((_RECORD, f"    await asyncio.sleep(0)\n{_RECORD}"),),
        "import asyncio",
    ),
    # What is written and kept.
    Bug(
        "a step writes beside its batch",
        FIRST,
        (
            (
                _WRITTEN,
                "await context.platform.database.batch([statement(insert, [context.run.id, "
                "invoice, mail])])\n"
                "    return Outcome()",
            ),
        ),
    ),
    Bug(
        "an output that is no JSON",
        FIRST,
        (
            (
                'Step("record", Effect.WRITE)',
                'Step("record", Effect.WRITE, gives=dict[str, object])',
            ),
            ("Outcome:\n    insert", "Outcome[dict[str, object]]:\n    insert"),
            (_WRITTEN, _WRITTEN.replace("Outcome(", 'Outcome({"at": object()}, ')),
        ),
    ),
    Bug(
        "an output of five megabytes",
        FIRST,
        (
            (
                "return Due.model_validate(row)",
                'return Due.model_validate({**row, "email": "x" * 5_000_000})',
            ),
        ),
    ),
    Bug(
        "a mail's address in the log",
        FIRST,
        (
            (
                "    return ExternalCall(request, send)",
                '    log.info("mail.sent", to=due.email)\n    return ExternalCall(request, send)',
            ),
        ),
        "from tillroll_durable.platform import log",
    ),
    Bug(
        "a step goes on after its failure, and gives no None",
        TRIP,
        (("gives=TypeAdapter(Quote | None)", "gives=Quote"),),
    ),
    Bug("money is a float", FIRST, (("    amount: int\n", "    amount: float\n"),)),
    Bug(
        "a secret in an output",
        FIRST,
        (("    amount: int\n", '    amount: int\n    access_token: str = ""\n'),),
    ),
    Bug(
        "a step asks past the platform",
        FIRST,
        ((_QUERY, f'    urllib.request.urlopen("https://shop.example")\n{_QUERY}'),),
        imports="import urllib.request\n",
    ),
    Bug(
        "a step sleeps in its isolate",
        FIRST,
        ((_QUERY, f"    time.sleep(5)\n{_QUERY}"),),
        imports="import time\n",
    ),
)

# Written otherwise, and right all the same: nothing may be told of them.
RIGHT: Final = (
    *(Bug(of.rpartition(".")[2], of, ()) for of in (FIRST, ORDER, SYNC, TRIP, LETTER)),
    Bug(
        "a key in the body, where the other side wants it",
        FIRST,
        (
            (_HEADERS, _KEYLESS),
            ("dump(request), timeout", "dump({**request, 'id': context.idempotency_key}), timeout"),
        ),
    ),
    Bug(
        "a key that is made of the step's",
        ORDER,
        (
            ('"idempotency-key": context.idempotency_key}', '"idempotency-key": key_of(context)}'),
            ("quote(context.idempotency_key)", "key_of(context)"),
            (
                "\nasync def ask_for",
                "\ndef key_of(context: StepContext | RollbackContext) -> str:\n"
                "    return str(uuid5(NAMESPACE_URL, context.idempotency_key))\n\n\nasync def "
                "ask_for",
            ),
        ),
        "from uuid import NAMESPACE_URL, uuid5",
    ),
    Bug(
        "a PUT, which needs no key, and a DELETE that undoes it",
        SYNC,
        (
            (
                (
                    '        headers = {"content-type": "application/json", "idempotency-key": '
                    "context.idempotency_key}\n"
                ),
                "",
            ),
            (
                (
                    "context.platform.http.post(\n"
                    "            crm, headers, customer.model_dump_json(), timeout_seconds=20\n"
                    "        )"
                ),
                (
                    'context.platform.http.put(f"{crm}/{customer.id}", {}, '
                    "customer.model_dump_json(), 20)"
                ),
            ),
            (
                "send, partial(_look_up, crm), honours_key=True)",
                'send, partial(_look_up, f"{crm}/{customer.id}"), is_repeatable=True)',
            ),
            (
                'f"{crm}/{quote(context.idempotency_key)}", 20, max_bytes=4096',
                "crm, 20, max_bytes=4096",
            ),
            ('        headers = {"idempotency-key": context.idempotency_key}\n', ""),
            (
                "await context.platform.http.post(\n"
                '            f"{crm}/{quote(customer.id)}/removal", headers, "", '
                "timeout_seconds=20\n        )\n"
                "        return Done(_done(answer).external_id)",
                'await context.platform.http.delete(f"{crm}/{customer.id}", {}, 20)\n'
                "        if not answer.is_success:\n"
                '            raise HttpFailed(f"the CRM answered {answer.status}")\n'
                "        return Done(customer.id)",
            ),
            (
                "        found = await _look_up(crm, context)\n"
                "        return Done(found.external_id) if isinstance(found, Done) else found",
                '        found = await _look_up(f"{crm}/{customer.id}", context)\n'
                "        return NotDone() if isinstance(found, Done) else Done(customer.id)",
            ),
        ),
    ),
    Bug(
        "what is not there is no failure",
        TRIP,
        (
            ("trip: str) -> Quote:", "trip: str) -> Quote | None:"),
            (
                "    if not answer.is_success:",
                "    if answer.status == 404:\n        return None\n    if not answer.is_success:",
            ),
        ),
    ),
)
