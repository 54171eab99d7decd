"""A payout that comes to nothing, or stands still, says why; one whose answer was lost goes on with
the payment that was made.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from local.payments.counterpart import Answered, Counterpart, Fault, shown
from tests.simulation.paying import AMOUNT, CURRENCY, PAYEE, Order, ask, check, open_payout
from tests.simulation.test_undoing_payouts import cancelled, held, lost, pay, sent, told
from tillroll_durable import statement
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.json import load, load_object
from tillroll_testing.simulation.faults import Faults


async def test_what_the_companys_account_does_not_hold_is_not_paid_and_says_so() -> None:
    world, provider = await open_payout(Faults(), Order(settles=False, holds=AMOUNT - 1))
    await ask(world)
    await world.settle({})
    [run] = await world.rows("SELECT state, status FROM runs")
    assert (run["state"], run["status"]) == ("uncovered", "rejected")
    [payout] = await world.rows("SELECT refusal FROM payouts")
    assert payout["refusal"] == "uncovered"
    await check(world, provider)


async def test_what_is_stopped_when_its_debit_was_refused_needs_nobody() -> None:
    faults = Faults()
    world, provider = await open_payout(faults, Order(settles=False, holds=AMOUNT - 1))
    faults.when.append((lambda name: name.startswith("cover: before attempt"), world.cancel))
    await ask(world)
    await world.settle({})
    [run] = await world.rows("SELECT state, failure_class FROM runs")
    assert run == {"state": "cancelled", "failure_class": None}
    await check(world, provider)


async def test_a_payment_whose_answer_was_lost_goes_on_and_is_not_asked_for_twice() -> None:
    world, provider = await open_payout(Faults(), Order([Fault("lost_after")], settles=False))
    await ask(world)
    await world.settle({})
    await world.let_pass(timedelta(hours=1), {})
    [payment] = provider.payments
    [intent] = await world.rows("SELECT outcome, external_id, sends FROM effect_intents")
    assert (intent["outcome"], intent["external_id"]) == ("done", payment.id)
    assert intent["sends"] == 1, "the provider's list has it"
    await pay(world, provider)
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    await check(world, provider)


async def test_a_payment_that_came_back_says_the_banks_reason() -> None:
    world, provider = await open_payout(Faults(), Order([Fault("returned")], settles=False))
    await ask(world)
    await world.settle({})
    await pay(world, provider)
    [run] = await world.rows("SELECT state, reason FROM runs")
    assert (run["state"], run["reason"]) == ("came_back", "no_account")


async def test_a_payment_that_failed_without_a_reason_says_at_least_that() -> None:
    world, provider = await sent()
    provider.payments[0].status = "failed"
    await told(world, provider)
    await world.settle({})
    [run] = await world.rows("SELECT state, reason FROM runs")
    assert (run["state"], run["reason"]) == ("came_back", "failed")


async def test_a_payment_that_the_provider_knows_no_more_is_named() -> None:
    world, provider = await sent()
    [payment] = provider.payments
    provider.payments.clear()
    for _ in range(12):
        await world.let_pass(timedelta(days=1), {})
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert run["state"] == "unheard_look_up_failed"
    assert f"the provider knows no payment {payment.id}" in str(run["error_summary"])


async def test_what_could_not_be_called_back_says_that_its_debit_stands() -> None:
    world, _, _ = await lost()
    [run] = await world.rows("SELECT error_summary FROM runs")
    assert "the debit stands until it is known what became of it" in str(run["error_summary"])


def _answers_a_cancel(provider: Counterpart, became: str, then: str) -> None:
    """The provider's payment `became` something as it is called back, and is shown as `then`."""
    post = provider.post

    def answer(path: str, headers: Mapping[str, str], body: str) -> Answered:
        if not path.endswith("/cancel"):
            return post(path, headers, body)
        provider.payments[0].status = became
        answered = post(path, headers, body)
        provider.payments[0].status = then
        return answered

    provider.post = answer


async def test_what_is_called_back_needs_no_second_attempt_and_says_what_became_of_it() -> None:
    world, provider = await sent()
    assert await cancelled(world) is None
    [undone] = await world.rows(
        "SELECT attempts, output FROM run_steps WHERE step = 'rollback: pay'"
    )
    assert undone["attempts"] == 1
    assert load_object(text(undone, "output")) == {
        "paymentId": provider.payments[0].id,
        "status": "canceled",
        "reason": None,
    }


async def test_what_the_provider_calls_back_only_later_keeps_its_debit_until_then() -> None:
    world, provider = await sent()
    post = provider.post

    def takes_note(path: str, headers: Mapping[str, str], body: str) -> Answered:
        if not path.endswith("/cancel"):
            return post(path, headers, body)
        provider.post = post
        return Answered(200, shown(provider.payments[0]))

    provider.post = takes_note
    assert await cancelled(world) is None
    assert [each.status for each in provider.payments] == ["canceled"]
    [undone] = await world.rows("SELECT attempts FROM run_steps WHERE step = 'rollback: pay'")
    assert undone["attempts"] == 2
    assert await held(world) == (0, 0, 0)
    await check(world, provider)


def _cancels(provider: Counterpart, *answers: Callable[[Answered], Answered]) -> None:
    """Have the provider answer the first requests to cancel otherwise than it does."""
    post = provider.post
    waiting = [*answers]

    def answer(path: str, headers: Mapping[str, str], body: str) -> Answered:
        answered = post(path, headers, body)
        if path.endswith("/cancel") and waiting:
            return waiting.pop(0)(answered)
        return answered

    provider.post = answer


async def test_a_call_back_whose_answer_was_lost_is_asked_for_and_not_sent_again() -> None:
    world, provider = await sent()
    _cancels(provider, lambda answered: replace(answered, is_lost=True))
    assert await cancelled(world) is None
    [intent] = await world.rows(
        "SELECT outcome, sends FROM effect_intents WHERE step = 'rollback: pay'"
    )
    assert (intent["outcome"], intent["sends"]) == ("done", 1)
    assert await held(world) == (0, 0, 0)
    await check(world, provider)


async def test_nothing_is_called_back_anew_while_the_provider_cannot_be_asked() -> None:
    world, provider = await sent()
    key, get = provider.api_key, provider.get

    def lets_nobody_in(_: Answered) -> Answered:
        provider.api_key = "another"
        return Answered(200, {}, is_lost=True)

    def lets_in_again(path: str, headers: Mapping[str, str]) -> Answered:
        answer = get(path, headers)
        provider.api_key = key
        return answer

    _cancels(provider, lets_nobody_in)
    provider.get = lets_in_again
    assert await cancelled(world) is None
    [intent] = await world.rows(
        "SELECT outcome, sends FROM effect_intents WHERE step = 'rollback: pay'"
    )
    assert (intent["outcome"], intent["sends"]) == ("done", 1)
    assert await held(world) == (0, 0, 0)


async def test_that_there_was_nothing_to_call_back_is_in_the_record() -> None:
    at_the_bank = Faults()
    world, provider = await open_payout(at_the_bank, Order([Fault("lost_before")], settles=False))
    at_the_bank.when.append((lambda name: name == "bank: after the payment", world.cancel))
    await ask(world)
    await world.settle({})
    for _ in range(4):
        await world.let_pass(timedelta(hours=1), {})
    [undone] = await world.rows(
        "SELECT outcome, external_id FROM run_steps WHERE step = 'rollback: pay'"
    )
    assert undone == {"outcome": "completed", "external_id": "none"}
    assert provider.payments == []
    assert await held(world) == (0, 0, 0)


async def test_the_record_says_what_was_heard_of_a_payment_and_why() -> None:
    world, provider = await sent()
    provider.end(provider.payments[0], "failed")
    await told(world, provider)
    await world.settle({})
    [step] = await world.rows("SELECT output FROM run_steps WHERE step = 'look-up'")
    assert load_object(text(step, "output")) == {"status": "failed", "reason": "no_account"}


async def test_a_report_that_was_taken_back_before_it_was_booked_is_not_called_paid() -> None:
    faults = Faults()
    world, provider = await open_payout(faults, Order(settles=False))
    await ask(world)
    await world.settle({})

    async def taken_back() -> None:
        unproven = (
            "UPDATE payouts SET payment_status = 'processing', payment_reason = 'unproven', "
            "heard = heard + 1"
        )
        await world.host.database.batch([statement(unproven)])

    faults.when.append((lambda name: name.startswith("record: before attempt"), taken_back))
    await pay(world, provider)
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert run["state"] == "settled_record_failed"
    assert "the report that the payment has left was taken back" in str(run["error_summary"])
    assert await held(world) == (AMOUNT, AMOUNT, 0)


async def test_the_step_of_the_debit_leads_to_what_is_in_the_ledger() -> None:
    world, _ = await sent()
    [step] = await world.rows("SELECT output FROM run_steps WHERE step = 'debit'")
    [transaction] = await world.rows("SELECT id, outcome FROM ledger_transactions")
    assert load(text(step, "output")) == transaction["id"]
    assert transaction["outcome"] == "applied"


async def test_a_run_whose_payout_is_missing_stops_and_says_so() -> None:
    world, provider = await open_payout(Faults(), Order())
    await ask(world)
    await world.host.database.batch([statement("DELETE FROM payouts")])
    await world.settle({})
    [run] = await world.rows("SELECT id, state, error_summary FROM runs")
    assert run["state"] == "requested_check_failed"
    assert f"the payout of the run {run['id']} is missing" in str(run["error_summary"])
    assert provider.payments == []


async def test_what_leaves_as_it_is_called_back_stays_paid() -> None:
    world, provider = await sent()
    _answers_a_cancel(provider, became="posted", then="posted")
    assert await cancelled(world) is None
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    assert await world.rows("SELECT 1 FROM audit_events WHERE action = 'rollback.failed'") == []
    [undone] = await world.rows("SELECT attempts FROM run_steps WHERE step = 'rollback: pay'")
    assert undone["attempts"] == 1
    await check(world, provider)


async def test_what_the_provider_does_not_list_yet_is_called_back_by_its_id() -> None:
    world, provider = await sent()
    provider.lag = timedelta(days=2)
    assert await cancelled(world) is None
    assert [each.status for each in provider.payments] == ["canceled"]
    assert await held(world) == (0, 0, 0)


async def test_what_the_provider_does_not_call_back_keeps_its_debit_and_that_it_was_refused() -> (
    None
):
    world, provider = await sent()
    _answers_a_cancel(provider, became="posted", then="processing")
    assert await cancelled(world) == FailureClass.ROLLBACK_FAILED
    assert await held(world) == (AMOUNT, AMOUNT, 0)
    [intent] = await world.rows("SELECT outcome FROM effect_intents WHERE step = 'rollback: pay'")
    assert intent["outcome"] == "refused"


async def test_an_undoing_that_began_before_a_deployment_is_the_same_behind_it() -> None:
    """The request is kept as a digest: where it were another, the run would stand still."""
    world, _ = await sent()
    assert await cancelled(world) is None
    [intent] = await world.rows(
        "SELECT request_digest FROM effect_intents WHERE step = 'rollback: pay'"
    )
    request = f'{{"callBack":"{PAYEE}"}}'
    assert intent["request_digest"] == sha256(request.encode()).hexdigest()


async def test_who_approves_sees_whom_and_how_much_and_has_three_days() -> None:
    world, _ = await open_payout(Faults(), Order(settles=False, above=0))
    await ask(world)
    await world.settle()
    [review] = await world.rows("SELECT proposed, requested_at, deadline FROM reviews")
    proposed = {"payee": PAYEE, "currency": CURRENCY, "amount": AMOUNT}
    assert load_object(text(review, "proposed")) == proposed
    asked_at = from_text(text(review, "requested_at"))
    assert from_text(text(review, "deadline")) - asked_at == timedelta(days=3)


async def test_a_decision_finds_what_waits_for_it_over_a_deployment() -> None:
    """What a run waits by is kept while it waits for days, so its name stays as it is."""
    world, _ = await open_payout(Faults(), Order(settles=False, above=0))
    await ask(world)
    await world.settle()
    [review] = await world.rows("SELECT id, run_id, event_type FROM reviews")
    assert review["id"] == f"{review['run_id']}:review-1"
    assert review["event_type"] == "review-1-1"
