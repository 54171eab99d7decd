"""What a policy is about, for any policy and expense: held against a plain reading of its
members.
"""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tillroll.expenses.approval.held import rule_of
from tillroll.expenses.approval.policies import By, Claimed, Effect, HeldAt, Policy, violations

# How fast a busy machine draws says nothing of policies.
AT_EASE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY"])
PEOPLE = st.sampled_from(["usr_ann", "usr_ben", "usr_cy"])
CATEGORIES = st.sampled_from(["Meals", "Travel", "Books"])
ROLES = st.sampled_from(["owner", "approver", "submitter"])
AMOUNTS = st.integers(-300, 300)
LIMITS = st.one_of(st.just((None, None)), st.tuples(CURRENCIES, st.integers(0, 300)))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    currency, above = draw(LIMITS)
    return Policy(
        "pol_1",
        "Rule",
        draw(st.sampled_from(Effect)),
        draw(st.none() | CATEGORIES),
        draw(st.none() | PEOPLE),
        currency,
        above,
        draw(st.sampled_from(HeldAt)),
        draw(st.booleans()),
        draw(st.none() | st.sampled_from(["owner", "approver"]) | PEOPLE),
    )


EXPENSES = st.builds(
    Claimed,
    categories=st.frozensets(CATEGORIES),
    person=st.none() | PEOPLE,
    amounts=st.dictionaries(CURRENCIES, AMOUNTS),
    editors=st.frozensets(PEOPLE),
    lacks_receipt=st.booleans(),
)
APPROVERS = st.builds(By, user_id=st.none() | PEOPLE, roles=st.frozensets(ROLES))


def hinders(policy: Policy, expense: Claimed, by: By) -> bool:
    return any(each.hinders for each in violations([policy], expense, by))


@AT_EASE
@given(policies(), EXPENSES, APPROVERS)
def test_it_hinders_as_its_members_read(policy: Policy, expense: Claimed, by: By) -> None:
    is_about = policy.category in (None, *expense.categories) and policy.person in (
        None,
        expense.person,
    )
    if policy.without_receipt:
        is_about = is_about and expense.lacks_receipt
    if policy.unless_approved_by is not None:
        is_about = (
            is_about
            and policy.unless_approved_by != by.user_id
            and policy.unless_approved_by not in by.roles
        )
    if (
        policy.currency is not None
        and policy.above_minor is not None
        and policy.currency in expense.amounts
    ):
        is_about = is_about and abs(expense.amounts[policy.currency]) > policy.above_minor
    is_alone = None in (by.user_id, expense.person) or by.user_id in (
        expense.person,
        *expense.editors,
    )
    expected = {
        Effect.REFUSE: is_about,
        Effect.WARN: False,
        Effect.FOUR_EYES: is_about and is_alone,
    }
    assert hinders(policy, expense, by) is expected[policy.effect]


@AT_EASE
@given(policies(), EXPENSES, APPROVERS, st.integers(0, 300))
def test_a_higher_limit_hinders_nothing_more(
    policy: Policy, expense: Claimed, by: By, more: int
) -> None:
    if policy.above_minor is not None:
        higher = replace(policy, above_minor=policy.above_minor + more)
        assert hinders(policy, expense, by) or not hinders(higher, expense, by)


@AT_EASE
@given(policies(), EXPENSES, APPROVERS)
def test_what_is_not_known_in_the_currency_of_the_limit_is_let_through_least(
    policy: Policy, expense: Claimed, by: By
) -> None:
    unknown = {
        currency: amount
        for currency, amount in expense.amounts.items()
        if currency != policy.currency
    }
    assert hinders(policy, replace(expense, amounts=unknown), by) or not hinders(
        policy, expense, by
    )


@AT_EASE
@given(policies(), EXPENSES, APPROVERS)
def test_what_is_said_names_the_policy_and_is_a_sentence(
    policy: Policy, expense: Claimed, by: By
) -> None:
    said = [each.reason for each in violations([policy], expense, by)] + [rule_of(policy, None)]
    assert all(each.startswith("Rule") and each.endswith(".") and "  " not in each for each in said)


@AT_EASE
@given(st.lists(policies(), max_size=5), EXPENSES, APPROVERS)
def test_each_policy_is_held_by_itself(several: list[Policy], expense: Claimed, by: By) -> None:
    found = violations(several, expense, by)
    assert found == [each for policy in several for each in violations([policy], expense, by)]


def test_a_policy_is_about_its_category_in_whatever_case() -> None:
    expense = Claimed(frozenset({"Öffis"}), None, {})
    for name in ("Öffis", "öFFIS"):
        assert hinders(Policy("pol_1", "Rule", Effect.REFUSE, name), expense, By(None))
    assert not hinders(Policy("pol_1", "Rule", Effect.REFUSE, "Offis"), expense, By(None))
