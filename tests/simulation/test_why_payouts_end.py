"""A payout that comes to nothing, or stands still, says why; one whose answer was lost goes on with
the payment that was made.
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from local.payments.counterpart import Answered, Counterpart, Fault, shown
from tests.simulation.paying import AMOUNT, CURRENCY, PAYEE, Order, ask, check, open_payout
from tests.simulation.test_undoing_payouts import cancelled, held, lost, sent, told
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


async def test_a_payment_whose_answer_was_lost_goes_on_and_is_not_asked_for_twice() -> None:
    world, provider = await open_payout(Faults(), Order([Fault("lost_after")], settles=False))
    await ask(world)
    await world.settle({})
    await world.let_pass(timedelta(hours=1), {})
    [payment] = provider.payments
    [intent] = await world.rows("SELECT outcome, external_id, sends FROM effect_intents")
    assert (intent["outcome"], intent["external_id"]) == ("done", payment.id)
    assert intent["sends"] == 1, "the provider's list has it"
    provider.settle()
    await told(world, provider)
    await world.settle({})
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    await check(world, provider)


async def test_a_payment_that_came_back_says_the_banks_reason() -> None:
    world, provider = await open_payout(Faults(), Order([Fault("returned")], settles=False))
    await ask(world)
    await world.settle({})
    provider.settle()
    await told(world, provider)
    await world.settle({})
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
    await check(world, provider)


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
