"""What follows from a contract: its states, where its steps begin, and what comes next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tillroll_durable.contract import (
    COMPENSATED,
    FAIL,
    MOST_ATTRIBUTES,
    RETURNED,
    Contract,
    ReviewStates,
    Settlement,
    newest,
)
from tillroll_durable.declared import Concurrency, Rate, Signal, Timer, Topic
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.declaring import WrongDeclaration
from tillroll_durable.platform.models import Model
from tillroll_durable.states import NextSafeAction, State, Status
from tillroll_durable.step import Effect, OnFailure, RollbackConfig, Step, Then

YEAR = 366 * 86_400
READ = Step("read", Effect.READ)
WRITE = Step("write-it", Effect.WRITE, withheld=("iban",))
BOOK = Step("book", Effect.EXTERNAL, rollback_config=RollbackConfig())
DONE = State.ended("done", Status.COMPLETE, "Done.")
CLOSE = Step("close", Effect.WRITE, ("done",))


class Sent(Model):
    """What a signal brings."""


def shown(contract: Contract) -> dict[str, tuple[Status, str]]:
    return {each.name: (each.status, each.says) for each in contract.states}


def test_a_contract_of_steps_alone_has_a_state_for_each() -> None:
    contract = Contract("kind", 1, (READ, WRITE))
    assert shown(contract) == {
        "begun": (Status.PROCESSING, "This has begun."),
        "read": (Status.PROCESSING, "This has come as far as read."),
        "write_it": (Status.PROCESSING, "This has come as far as write-it."),
        "read_failed": (Status.FAILED, READ.on_failure.says),
        "write_it_failed": (Status.FAILED, WRITE.on_failure.says),
        "cancelled": (Status.CANCELLED, "This was stopped: {reason}"),
        "abandoned": (Status.CANCELLED, "This was given up: {reason}"),
        "completed": (Status.COMPLETE, "This is complete."),
    }
    assert (contract.completed, contract.compensating) == ("completed", None)
    assert contract.state("read").deadline_seconds is None
    assert contract.unreachable() == []


def test_a_call_that_cannot_be_undone_and_compensates_may_stop_the_run_unknown() -> None:
    undo = OnFailure(then=Then.COMPENSATE)
    pay = Step("pay", Effect.EXTERNAL, on_failure=undo)
    contract = Contract("kind", 1, (BOOK, pay))
    stop = contract.state("outcome_unknown")
    assert (stop.status, stop.next_safe_action) == (
        Status.FAILED,
        NextSafeAction.RETRY_FROM_STEP,
    )
    assert stop.says.startswith("It is not known whether")
    assert contract.unreachable() == []
    own = State.dead_letter("outcome_unknown", "Ask the bank.")
    assert Contract("kind", 1, (BOOK, pay), states=(own,)).state("outcome_unknown") == own


@pytest.mark.parametrize(
    "step",
    [
        replace(BOOK, on_failure=OnFailure(then=Then.COMPENSATE)),
        Step("pay", Effect.EXTERNAL),
        Step("pay", Effect.WRITE, on_failure=OnFailure(then=Then.COMPENSATE)),
        Step("pay", Effect.READ, on_failure=OnFailure(then=Then.COMPENSATE)),
    ],
    ids=["with a rollback", "that stops", "that writes", "that reads"],
)
def test_any_other_step_does_not(step: Step[Any]) -> None:
    assert "outcome_unknown" not in shown(Contract("kind", 1, (step,)))


def test_by_default_nothing_else_is_declared() -> None:
    contract = Contract("kind", 1)
    assert contract.is_told
    assert (contract.initial, contract.cancelled, contract.abandoned) == (
        "begun",
        "cancelled",
        "abandoned",
    )
    assert (contract.has_line, contract.line_key) == (False, None)
    assert (COMPENSATED, RETURNED) == ("compensated", "return: the result")


def test_a_contract_whose_step_leads_to_an_end_completes_there() -> None:
    contract = Contract("kind", 1, (READ, CLOSE), states=(DONE,))
    assert contract.completed is None
    assert "completed" not in shown(contract)
    assert not contract.is_returned_to(DONE)


def test_a_wait_has_states_of_its_own_and_lasts_up_to_a_year() -> None:
    contract = Contract(
        "kind", 1, (READ,), timers=(Timer("next-day"),), signals=(Signal("answer", Sent),)
    )
    assert {name: contract.state(name).says for name in shown(contract) if "_" in name} == {
        "next_day_waiting": "This waits for next-day.",
        "next_day_over": "The wait for next-day is over.",
        "answer_awaited": "This waits for answer.",
        "answer_received": "The wait for answer is over.",
        "answer_timed_out": "The wait for answer is over.",
        "read_failed": READ.on_failure.says,
    }
    assert contract.state("next_day_waiting").deadline_seconds == YEAR
    assert contract.state("next_day_over").deadline_seconds is None
    assert contract.unreachable() == []
    # No step begins while the run waits.
    assert contract.begins_of(READ) == (
        "begun",
        "read",
        "next_day_over",
        "answer_received",
        "answer_timed_out",
    )


def test_a_wait_whose_states_the_author_names_is_declared_by_the_author() -> None:
    own = (
        State.processing("asked", "Asked."),
        State.processing("heard", "Heard."),
        State.processing("late", "Late."),
    )
    signal = Signal("answer", Sent, "asked", "heard", "late", begins_in=("begun",))
    contract = Contract("kind", 1, (READ,), states=own, signals=(signal,))
    assert contract.states[:3] == own
    assert contract.unreachable() == []
    with pytest.raises(ContractError, match="signal 'answer' uses the state 'heard'"):
        Contract("kind", 1, (READ,), states=(own[0], own[2]), signals=(signal,))
    lost = Signal("answer", Sent, begins_in=("nowhere",))
    with pytest.raises(ContractError, match="begins_in of signal 'answer' uses the state"):
        Contract("kind", 1, (READ,), signals=(lost,))


def test_a_review_has_three_states_and_is_awaited_in_one() -> None:
    contract = Contract("kind", 1, (READ,), review=ReviewStates())
    assert shown(contract)["in_review"] == (Status.NEEDS_REVIEW, "{reason}")
    assert shown(contract)["rejected"] == (Status.REJECTED, "This was rejected: {reason}")
    assert shown(contract)["approved"] == (Status.PROCESSING, "This is approved.")
    assert contract.unreachable() == []
    with pytest.raises(ContractError, match="review uses the state 'asked'"):
        Contract("kind", 1, (READ,), review=ReviewStates(waiting="asked"))
    with pytest.raises(ContractError, match="review uses the state 'nowhere'"):
        Contract("kind", 1, (READ,), review=ReviewStates(begins_in=("nowhere",)))


def test_what_can_be_undone_is_undone_in_a_state() -> None:
    contract = Contract("kind", 1, (BOOK,))
    assert contract.compensating == "undoing"
    assert shown(contract)["undoing"] == (Status.PROCESSING, "What was done is being undone.")
    assert "undoing" not in contract.begins_of(BOOK)
    own = State.processing("taking_back", "It is taken back.")
    named = Contract("kind", 1, (BOOK,), states=(own,), compensating="taking_back")
    assert (named.compensating, "undoing" in shown(named)) == ("taking_back", False)
    fails = Step("act", Effect.WRITE, on_failure=OnFailure(then=Then.COMPENSATE))
    assert Contract("kind", 1, (fails,)).compensating == "undoing"


def test_a_run_that_goes_on_as_another_ends() -> None:
    contract = Contract("kind", 1, (READ,), continued="continued")
    assert contract.state("continued") == State.ended(
        "continued", Status.COMPLETE, "This goes on as another run."
    )
    assert contract.unreachable() == []
    with pytest.raises(ContractError, match="`continued` uses the state 'further'"):
        Contract("kind", 1, (READ,), continued="further")


def test_a_body_may_say_that_its_run_fails() -> None:
    contract = Contract("kind", 1, (READ,), failed="failed")
    assert [step.name for step in contract.steps] == ["read", "fail"]
    failing = contract.failing
    assert (failing.name, failing.effect, failing.title) == (FAIL, Effect.READ, "Fail")
    assert contract.state("failed") == State.undone(
        "failed", "This failed, and what was done before was undone."
    )
    assert contract.compensating == "undoing"
    own = Step(FAIL, Effect.READ, on_failure=OnFailure("failed", Then.COMPENSATE, says="No."))
    assert Contract("kind", 1, (own,), failed="failed").steps == (own,)
    with pytest.raises(ContractError, match='give the contract `failed="failed"`'):
        _ = Contract("kind", 1, (READ,)).failing


def test_a_long_step_has_twice_its_time() -> None:
    # Two attempts of 60,000 s, and a pause of one second.
    slow = Step("slow", Effect.READ, retries=Retries(limit=1), timeout_seconds=60_000)
    contract = Contract("kind", 1, (slow,))
    assert contract.state("begun").deadline_seconds == 2 * 120_001
    # A day is enough for what takes half of one.
    half = Step("half", Effect.READ, retries=Retries(limit=2), timeout_seconds=14_399)
    assert half.longest_seconds == 43_200
    assert Contract("kind", 1, (half,)).state("begun").deadline_seconds is None
    more = Step("more", Effect.READ, retries=Retries(limit=2), timeout_seconds=14_400)
    assert Contract("kind", 1, (half, more)).state("begun").deadline_seconds == 2 * 43_203


def test_a_step_that_outlasts_its_state_is_refused() -> None:
    slow = Step("slow", Effect.READ, retries=Retries(limit=1), timeout_seconds=50)
    assert slow.longest_seconds == 101
    for seconds in (100, 101):
        with pytest.raises(
            ContractError, match=f"can take 101 s, and 'begun' ends after {seconds}"
        ):
            Contract("kind", 1, (slow,), states=(State.processing("begun", "Begun.", seconds),))
    longer = State.processing("begun", "Begun.", 102)
    own = State.processing("slow", "Slow.", 102)
    assert Contract("kind", 1, (slow,), states=(longer, own)).state("begun") is longer


def test_in_any_order_or_where_the_step_before_leads() -> None:
    free = Contract("kind", 1, (READ, WRITE))
    assert free.begins_of(READ) == free.begins_of(WRITE) == ("begun", "read", "write_it")
    ordered = Contract("kind", 1, (READ, WRITE, CLOSE), states=(DONE,))
    assert [ordered.begins_of(step) for step in ordered.steps] == [
        ("begun",),
        ("read",),
        ("write_it",),
    ]
    last = Step("last", Effect.WRITE, ("ready", "done"))
    ready = State.processing("ready", "Ready.")
    after = Contract("kind", 1, (last, CLOSE), states=(ready, DONE))
    assert after.begins_of(CLOSE) == ("ready",)


def test_a_step_that_is_passed_over_leads_on_too() -> None:
    passed = Step("ask", Effect.READ, on_failure=OnFailure("unasked", Then.CONTINUE, says="No."))
    contract = Contract("kind", 1, (passed, CLOSE), states=(DONE,))
    assert contract.begins_of(CLOSE) == ("ask", "unasked")
    assert contract.state("unasked").status is Status.PROCESSING


def test_an_occurrence_begins_also_where_the_one_before_has_led() -> None:
    contract = Contract("kind", 1, (READ, CLOSE), states=(DONE,))
    assert contract.begins_of(READ.keyed("a")) == ("begun", "read")


def test_a_step_beside_others_begins_where_these_do() -> None:
    contract = Contract("kind", 1, (READ, CLOSE), states=(DONE,))
    assert contract.begins_of(READ.in_company()) == ("begun",)


def test_which_step_comes_next() -> None:
    ordered = Contract("kind", 1, (READ, WRITE, CLOSE), states=(DONE,))

    def next_in(state: str, done: tuple[str, ...] | None = None) -> str | None:
        step = ordered.step_from(state, done)
        return step.name if step else None

    assert [next_in(state) for state in ("begun", "read", "write_it", "done")] == [
        "read",
        "write-it",
        "close",
        None,
    ]
    assert next_in("begun", ()) == "read"
    assert next_in("begun", ("read",)) is None


def test_which_step_comes_next_in_any_order() -> None:
    free = Contract("kind", 1, (READ, WRITE), review=ReviewStates())
    assert free.step_from("begun") is READ
    assert free.step_from("read") is WRITE
    assert free.step_from("begun", ("read",)) is WRITE
    assert free.step_from("begun", ("read", "write-it")) is None
    # Nobody says what is done, and the state is no step's own.
    assert free.step_from("approved") is None
    assert free.step_from("approved", ()) is not None


def test_a_body_that_returns_ends_where_nothing_failed() -> None:
    contract = Contract("kind", 1, (READ,))
    assert contract.is_returned_to(contract.state("completed"))
    assert contract.is_returned_to(contract.state("cancelled"))
    assert not contract.is_returned_to(contract.state("begun"))
    assert not contract.is_returned_to(State("x", Status.FAILED, "", NextSafeAction.NONE, True))


def test_what_nothing_leads_to_is_found() -> None:
    lost = State.processing("lost", "Lost.")
    contract = Contract("kind", 1, (READ, CLOSE), states=(DONE, lost))
    assert contract.unreachable() == ["lost"]
    assert contract.unreachable(["lost"]) == []


def test_a_step_and_its_occurrences_are_found_by_name() -> None:
    contract = Contract("kind", 1, (READ, WRITE))
    assert contract.find_step("read") is READ
    assert contract.find_step("write-it[ab]") == WRITE.keyed("ab")
    assert contract.find_step("items: read 2") == READ.of_map(2)
    gone = [contract.find_step(name) for name in ("gone", "gone[a]", "items: gone 1")]
    assert gone == [None, None, None]
    assert contract.has_step(READ)
    assert not contract.has_step(Step("read", Effect.WRITE))
    assert not contract.has_step(BOOK)


def test_what_is_withheld_of_a_step_the_result_and_what_is_gone() -> None:
    contract = Contract("kind", 1, (READ, WRITE), withheld=("name",))
    assert contract.withheld_of("read") == ()
    assert contract.withheld_of("write-it") == contract.withheld_of("write-it[a]") == ("iban",)
    assert contract.withheld_of(RETURNED) == ("name",)
    assert contract.withheld_of("gone") == ("*",)


def test_a_name_that_is_no_state_is_refused() -> None:
    with pytest.raises(ContractError, match="kind has no state 'gone'"):
        Contract("kind", 1).state("gone")


def test_each_order_of_work_has_a_fingerprint_of_its_own() -> None:
    contracts = [
        Contract("kind", 1, (READ, WRITE)),
        Contract("kind", 1, (WRITE, READ)),
        Contract("kind", 2, (READ, WRITE)),
        Contract("other", 1, (READ, WRITE)),
        Contract("kind", 1, (Step("read", Effect.WRITE), WRITE)),
        Contract("kind", 1, (READ, WRITE), timers=(Timer("day"),)),
        Contract("kind", 1, (READ, WRITE), signals=(Signal("day", Sent),)),
        Contract("kind", 1, (READ, WRITE), topics=(Topic("day", Sent),)),
    ]
    assert len({each.fingerprint for each in contracts}) == len(contracts)
    assert {len(each.fingerprint) for each in contracts} == {16}
    titled = Contract("kind", 1, (Step("read", Effect.READ, title="Look"), WRITE))
    assert titled.fingerprint == contracts[0].fingerprint


def test_runs_wait_in_one_line() -> None:
    many = Concurrency(2, key="shop")
    often = Rate(5, timedelta(minutes=1), key="shop")
    for contract in (
        Contract("kind", 1, concurrency=many),
        Contract("kind", 1, rate=often),
        Contract("kind", 1, concurrency=many, rate=often, priority="rank"),
    ):
        assert (contract.has_line, contract.line_key) == (True, "shop")
    with pytest.raises(ContractError, match="give both the same key"):
        Contract("kind", 1, concurrency=Concurrency(2), rate=often)
    with pytest.raises(ContractError, match="nobody waits in line"):
        Contract("kind", 1, priority="rank")


def test_attributes_are_ten_names_in_small_letters() -> None:
    names = tuple(f"name_{number}" for number in range(MOST_ATTRIBUTES))
    assert MOST_ATTRIBUTES == 10
    assert Contract("kind", 1, attributes=names).attributes == names
    assert Contract("kind", 1, attributes=("a" * 50,)).attributes
    for wrong in ((*names, "more"), ("name", "name")):
        with pytest.raises(ContractError, match="at most 10 names, each once"):
            Contract("kind", 1, attributes=wrong)
    for name in ("a" * 51, "Name", "_name", "1name", ""):
        with pytest.raises(ContractError, match="with 1 to 50 small letters"):
            Contract("kind", 1, attributes=(name,))


def test_nothing_is_found_by_what_is_withheld() -> None:
    secret = Step("read", Effect.READ, withheld=("cardNumber",))
    with pytest.raises(ContractError, match="'card_number' is withheld"):
        Contract("kind", 1, (secret,), attributes=("card_number",))
    with pytest.raises(ContractError, match="'iban' is withheld"):
        Contract("kind", 1, attributes=("iban",), withheld=("iban",))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Contract("kind", 0), "its version is 0: begin with 1"),
        (lambda: Contract("kind", 1, (READ,), result="gone"), "`result` names 'gone'"),
        (
            lambda: Contract("kind", 1, (READ, READ, WRITE, WRITE)),
            "steps need names of their own; repeated: read, write-it",
        ),
        (lambda: Contract("kind", 1, timers=(Timer("a"), Timer("a"))), "timers need names"),
        (
            lambda: Contract("kind", 1, signals=(Signal("a", Sent), Signal("a", Sent))),
            "signals need names",
        ),
        (lambda: Contract("kind", 1, topics=(Topic("a", Sent), Topic("a", Sent))), "topics need"),
        (lambda: Contract("kind", 1, (Step("completed", Effect.READ),)), "name another step than"),
        (lambda: Contract("kind", 1, initial="new"), "the initial state uses the state 'new'"),
        (lambda: Contract("kind", 1, cancelled="gone"), "`cancelled` uses the state 'gone'"),
        (lambda: Contract("kind", 1, abandoned="gone"), "`abandoned` uses the state 'gone'"),
        (lambda: Contract("kind", 1, completed="gone"), "`completed` uses the state 'gone'"),
        (
            lambda: Contract("kind", 1, (BOOK,), compensating="gone"),
            "`compensating` uses the state 'gone'",
        ),
        (
            lambda: Contract("kind", 1, (Step("a", Effect.READ, begins_in=("gone",)),)),
            "begins_in of step 'a' uses the state 'gone'",
        ),
        (
            lambda: Contract("kind", 1, (Step("a", Effect.READ, ("a", "gone")),)),
            "on_success of step 'a' uses the state 'gone'",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(make: Callable[[], Contract], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        make()


def test_a_member_of_another_type_is_refused_by_the_contracts_name() -> None:
    wrong: Any = "one"
    with pytest.raises(WrongDeclaration, match="contract 'kind'"):
        Contract("kind", wrong)


def test_the_result_is_of_a_step() -> None:
    assert Contract("kind", 1, (READ, WRITE), result="read").result == "read"


def test_new_runs_begin_under_the_newest() -> None:
    contracts = {(kind, version): Contract(kind, version) for kind in "ab" for version in (1, 2)}
    assert newest(contracts) == {"a": contracts["a", 2], "b": contracts["b", 2]}


def test_a_settlement_leads_from_a_state_to_two() -> None:
    states = [State.processing(name, "Sent.") for name in ("sent", "taken", "given_up")]
    assert Settlement(*states).given_up is states[2]
