"""The whole way of a second reading: the Worker's `env.AI`, the local server, an OpenAI-compatible
server behind it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command
from tests.support.drawing import draw_receipt
from tests.support.openai_stand_in import OpenAiStandIn
from tests.support.running_stack import RunningStack

MODEL = "@cf/google/gemma-4-26b-a4b-it"
NONE: dict[str, Any] = dict.fromkeys(("merchant", "date", "total", "tax", "currency"))


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAiStandIn]:
    with OpenAiStandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def reading_stack(
    model: OpenAiStandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningStack]:
    stack = RunningStack(
        tmp_path_factory.mktemp("stack"),
        {"LANGUAGE_MODEL": MODEL},
        language_model=(model.url, "small"),
    )
    stack.start()
    yield stack
    stack.stop()


def unsure(total: str) -> list[str]:
    """A receipt whose total nothing else confirms; another amount stands above it."""
    return [
        "PINE BOOKS SDN BHD",
        "12 Jalan Bunga, 50000 Kuala Lumpur",
        "Date: 14/02/2026  09:31",
        "Member discount possible  RM 3.30",
        f"TOTAL  RM {total}",
        "Thank you, come again",
    ]


def said(total: str) -> str:
    fields = {"date": {"value": "2026-02-14", "line": 2}, "total": {"value": total, "line": 4}}
    return json.dumps(NONE | fields)


def read(stack: RunningStack, total: str) -> dict[str, Any]:
    run_id = stack.upload(draw_receipt(unsure(total))).raise_for_status().json()["runId"]
    return stack.wait_for_status(run_id, "complete", "needs_review", "failed")


def calls(stack: RunningStack, run: dict[str, Any]) -> list[str]:
    rows = stack.d1(
        f"SELECT state, reason FROM ai_calls WHERE run_id = '{run['id']}' AND purpose = "
        "'second-reading' ORDER BY id"
    )
    return [str(row["reason"] or row["state"]) for row in rows]


def test_a_model_that_agrees_spares_the_review(
    reading_stack: RunningStack, model: OpenAiStandIn
) -> None:
    model.says = ["Sorry, what?", said("9.10")]
    run = read(reading_stack, "9.10")
    assert (run["status"], run["expense"] and run["expense"]["total"]) == ("complete", "9.10"), run
    assert calls(reading_stack, run) == ["unusable", "completed"]
    first, second = model.asked[-2:]
    assert first["model"] == "small"
    assert first["response_format"]["json_schema"]["schema"]["required"] == [*NONE]
    assert "response_format" not in second
    assert "TOTAL" in first["messages"][1]["content"]


def test_one_that_disagrees_is_shown_beside_the_rules(
    reading_stack: RunningStack, model: OpenAiStandIn
) -> None:
    model.says = [said("3.30")]
    run = read(reading_stack, "9.20")
    assert run["status"] == "needs_review", run
    assert "model_disagrees" in run["review"]["reasons"]
    assert run["extraction"]["total"]["value"] == "9.20"
    other = run["extraction"]["alternatives"]["total"]
    assert (other["value"], other["source"]) == ("3.30", MODEL)


def test_one_that_is_not_there_leaves_it_to_a_person(
    reading_stack: RunningStack, model: OpenAiStandIn
) -> None:
    model.says = [503]
    run = read(reading_stack, "9.30")
    assert (run["status"], run["reason"]) == ("needs_review", "total_uncertain"), run
    assert calls(reading_stack, run) == ["refused"]
    assert (
        next(step for step in run["steps"] if step["name"] == "parse-structured")["attempts"] == 1
    )


def test_models_are_measured_on_what_a_person_confirmed(
    reading_stack: RunningStack, model: OpenAiStandIn, tmp_path: Path
) -> None:
    model.says = [503]
    own = reading_stack.with_own_account()
    run = read(own, "9.40")
    tillroll = Command(own, tmp_path)
    assert tillroll.json("review", run["id"], "--approve", "--wait")["status"] == "complete"
    model.says = [said("3.30")]
    found = tillroll.json("models", "measure", MODEL)["items"]
    assert [(each["model"], each["verdicts"]["total"]) for each in found] == [
        ("rules", "right"),
        (MODEL, "wrong"),
    ]
    assert found[1]["costMicroUsd"] > 0
    asked = len(model.asked)
    assert MODEL in tillroll("models", "measure", MODEL)
    assert len(model.asked) == asked, "an answer was paid twice"
