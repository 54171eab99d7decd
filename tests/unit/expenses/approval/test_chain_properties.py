"""Chains of approval for any rules, expenses and people."""

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tillroll.expenses.approval.chains import (
    ANYONE,
    Given,
    Person,
    Rule,
    Subject,
    closeness,
    rule_for,
    turn_of,
)

AT_EASE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
IDS = ["usr_ann", "usr_ben", "usr_cy", "usr_dee"]
WHO = st.sampled_from(IDS)
CATEGORIES = st.sampled_from(["Meals", "Travel"])
STEPS = st.lists(st.sampled_from([ANYONE, "owner", "approver", *IDS]), min_size=1, max_size=4).map(
    tuple
)
AT = "2026-03-01T00:00:00.000Z"
SUBJECTS = st.builds(
    Subject,
    st.frozensets(CATEGORIES),
    st.none() | WHO,
    st.dictionaries(st.just("EUR"), st.integers(-500, 500)),
)


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    found: list[Rule] = []
    for number in range(draw(st.integers(0, 5))):
        from_minor = draw(st.none() | st.integers(0, 500))
        found.append(
            Rule(
                f"chn_{number}",
                "Rule",
                draw(STEPS),
                draw(st.none() | CATEGORIES),
                draw(st.none() | WHO),
                None if from_minor is None else "EUR",
                from_minor,
                draw(st.sampled_from(["2026-01-01", "2026-05-01"])),
                draw(st.sampled_from([None, "2026-02-01", "2026-06-01"])),
            )
        )
    return found


PEOPLE = st.lists(
    st.builds(
        Person,
        WHO,
        st.frozensets(st.sampled_from(["owner", "approver"]), min_size=1),
        st.just(frozenset[str]()),
    ),
    unique_by=lambda person: person.id,
)


@AT_EASE
@given(rules(), SUBJECTS, st.randoms())
def test_an_expense_has_one_rule_whatever_their_order(
    given_rules: list[Rule], subject: Subject, random: Random
) -> None:
    mixed = [*given_rules]
    random.shuffle(mixed)
    assert rule_for(given_rules, subject, AT) == rule_for(mixed, subject, AT)


@AT_EASE
@given(rules(), SUBJECTS, st.integers(0, 500))
def test_a_larger_amount_has_no_fewer_steps_unless_a_closer_rule_says_so(
    given_rules: list[Rule], subject: Subject, more: int
) -> None:
    assume("EUR" in subject.amounts)
    amount = subject.amounts["EUR"]
    larger = replace(subject, amounts={"EUR": amount + more if amount >= 0 else amount - more})
    before, after = rule_for(given_rules, subject, AT), rule_for(given_rules, larger, AT)
    if before is not None:
        assert after is not None
        assert len(after.steps) >= len(before.steps) or closeness(after) > closeness(before)


@AT_EASE
@given(rules(), rules(), SUBJECTS)
def test_rules_that_come_or_go_later_change_nothing(
    now: list[Rule], later: list[Rule], subject: Subject
) -> None:
    fresh = [replace(rule, id=f"{rule.id}b", created_at="2026-04-01") for rule in later]
    gone = [
        replace(rule, deleted_at="2026-04-01") if rule.deleted_at is None else rule for rule in now
    ]
    before, after = rule_for(now, subject, AT), rule_for([*gone, *fresh], subject, AT)
    assert (before and before.id) == (after and after.id)


@AT_EASE
@given(STEPS, PEOPLE, st.lists(st.tuples(WHO, WHO)), st.frozensets(WHO), st.data())
def test_four_eyes_hold_through_the_whole_chain(
    steps: tuple[str, ...],
    people: list[Person],
    substitutes: list[tuple[str, str]],
    own: frozenset[str],
    data: st.DataObject,
) -> None:
    given_steps: list[Given] = []
    for number in range(len(steps)):
        turn = turn_of(steps, given_steps, people, substitutes, own)
        assert turn is not None
        assert turn.number == number
        before = {who for each in given_steps for who in (each.user_id, each.for_user) if who}
        for decider, behind in turn.deciders.items():
            assert not {decider, behind or decider} & (own | before)
            assert decider in {person.id for person in people}
            assert behind is None or (behind, decider) in substitutes
        if not turn.deciders:
            return
        decider = data.draw(st.sampled_from(sorted(turn.deciders)))
        given_steps.append(Given(number, decider, turn.deciders[decider]))
    assert turn_of(steps, given_steps, people, substitutes, own) is None


@AT_EASE
@given(STEPS, PEOPLE, st.frozensets(WHO))
def test_an_owner_who_is_free_can_always_decide_or_is_asked_to_give_it_away(
    steps: tuple[str, ...], people: list[Person], own: frozenset[str]
) -> None:
    turn = turn_of(steps, [], people, [], own)
    assert turn is not None
    free_owners = {
        person.id for person in people if "owner" in person.roles and person.id not in own
    }
    if steps[0] != "approver" or turn.has_fallen:
        assert not free_owners or turn.deciders


def test_a_rule_is_for_its_category_in_whatever_case() -> None:
    subject = Subject(frozenset({"Öffis"}), None, {})
    for name in ("Öffis", "öFFIS"):
        rule = Rule("chn_1", "Rule", (ANYONE,), category=name)
        assert rule_for([rule], subject, AT) == rule
    assert rule_for([Rule("chn_1", "Rule", (ANYONE,), category="Offis")], subject, AT) is None
