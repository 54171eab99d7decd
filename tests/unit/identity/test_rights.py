"""What roles and scopes allow, by docs/security.md, and who is behind a name in the audit."""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.support.roles import roles_given
from tillroll.access.behind import PersonBehind, people_behind
from tillroll.access.permissions import Permission, is_within, limited, network, sees_all
from tillroll.access.roles import Leaver, Role, granted, holders, holders_in_sql, roles_of
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform

# The table of docs/security.md: who has a permission, by its role.
ROLES_OF: Final[Mapping[str, str]] = {
    "read": "owner approver operator auditor",
    "own": "owner approver submitter operator auditor",
    "submit": "owner submitter",
    "edit": "owner approver submitter",
    "sort": "owner approver",
    "review": "owner approver submitter",
    "trigger": "owner submitter operator",
    "operate": "owner operator",
    "approve": "owner approver",
    "export": "owner approver operator",
    "audit": "owner operator auditor",
    "administer": "owner",
    "people": "owner",
    "ledger": "owner approver operator auditor",
    "book": "owner approver",
    "pay": "owner",
    "onboarding": "owner",
    "deployment": "",
    "open": "",
}
OWN_AFFAIRS: Final = {"personal", "credentials", "signed-in"}
NO_SCOPES: Final = {"people", "credentials", "signed-in", "open"}
EVERYTHING: Final = frozenset(Permission)


@pytest.mark.parametrize(("permission", "roles"), ROLES_OF.items())
def test_a_permission_is_of_these_roles(permission: str, roles: str) -> None:
    assert [str(role) for role in holders(Permission(permission))] == roles.split()
    quoted = [f"'{role}'" for role in roles.split()]
    assert holders_in_sql(Permission(permission)) == ", ".join(quoted)
    for role in Role:
        may = granted([role], is_operator=False)
        assert (permission in may) == (role in roles.split())
        assert may >= OWN_AFFAIRS


def test_roles_add_up_and_the_deployment_is_of_its_operator_alone() -> None:
    both = granted([Role.AUDITOR, Role.SUBMITTER], is_operator=False)
    assert {"audit", "submit"} <= both
    assert "deployment" not in granted(Role, is_operator=False)
    assert granted([], is_operator=True) == OWN_AFFAIRS | {"deployment"}
    assert granted([], is_operator=False) == OWN_AFFAIRS


def test_every_permission_is_in_the_table_or_everybodys() -> None:
    assert {*map(str, Permission)} == {*ROLES_OF} | OWN_AFFAIRS


@pytest.mark.parametrize(
    ("stored", "roles"),
    [
        (None, ()),
        ("", ()),
        ("auditor owner", (Role.OWNER, Role.AUDITOR)),
        ("chief auditor", (Role.AUDITOR,)),
    ],
)
def test_a_name_that_is_no_role_grants_nothing(stored: str | None, roles: tuple[Role, ...]) -> None:
    assert roles_of(stored) == roles


@pytest.mark.parametrize("permission", [str(each) for each in Permission])
def test_a_token_has_its_scope_where_its_person_has_it(permission: str) -> None:
    expected = {"signed-in"}
    if permission not in NO_SCOPES:
        expected.add(permission)
    if permission == "read":
        expected.add("own")
    assert limited(EVERYTHING, [permission]) == expected
    assert limited(frozenset(), [permission]) == {"signed-in"}


def test_a_scope_that_is_none_grants_nothing() -> None:
    assert limited(EVERYTHING, ["chief"]) == {"signed-in"}
    assert limited(EVERYTHING, ["chief", "audit"]) == {"signed-in", "audit"}


# Who may no more than these sees nobody else's documents.
OF_OWN: Final = ("own", "submit", "edit", "review", "trigger")
OF_NO_DOCUMENTS: Final = ("people", "onboarding", "deployment", "open", *sorted(OWN_AFFAIRS))


def test_who_may_no_more_than_with_their_own_documents_sees_those_alone() -> None:
    everything = frozenset(map(Permission, (*OF_OWN, *OF_NO_DOCUMENTS)))
    assert not sees_all(everything)
    assert not sees_all([])
    for each in everything:
        assert not sees_all([each])
    for each in EVERYTHING - everything:
        assert sees_all([each])
        assert sees_all([Permission.OWN, each])


@pytest.mark.parametrize("role", [*Role])
def test_submitters_alone_do_not_see_all(role: Role) -> None:
    assert sees_all(granted([role], is_operator=False)) == (role != "submitter")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        (" 192.0.2.7/24 ", "192.0.2.0/24"),
        ("2001:db8::1/32", "2001:db8::/32"),
    ],
)
def test_a_network_is_written_by_its_first_address(value: str, expected: str) -> None:
    assert network(value) == expected


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="Give an address or a network"):
        network("here")


@pytest.mark.parametrize(
    ("address", "is_in"),
    [
        ("192.0.2.0", True),
        ("192.0.2.255", True),
        ("192.0.3.0", False),
        ("::ffff:192.0.2.7", True),
        ("::ffff:192.0.3.0", False),
        ("2001:db8::9", True),
        ("2001:db9::9", False),
        ("here", False),
        ("", False),
        (None, False),
    ],
)
def test_an_address_lies_in_one_of_the_networks(address: str | None, is_in: bool) -> None:
    assert is_within(address, ["198.51.100.1/32", "192.0.2.0/24", "2001:db8::/32"]) == is_in
    assert not is_within(address, [])


def test_a_leaver_keeps_what_they_still_may() -> None:
    keeps = frozenset({Permission.READ, Permission.AUDIT})
    demoted = Leaver("acc_first", "usr_ann", keeps)
    assert demoted.keeps_as_json == '["audit","read"]'
    assert (demoted.loses(Permission.READ), demoted.loses(Permission.PAY)) == (False, True)
    removed = Leaver("acc_first", "usr_ann", None)
    assert removed.keeps_as_json is None
    assert removed.loses(Permission.READ)


async def behind(host: HostPlatform, *actors: str) -> list[PersonBehind] | None:
    found = await people_behind(host.database, "acc_first", actors)
    if found is None:
        return None
    return sorted(found, key=lambda person: person.user_id)


async def test_a_person_is_behind_their_browser_and_their_tokens(host: HostPlatform) -> None:
    await host.database.batch(roles_given("usr_first", "auditor", "submitter"))
    expected = PersonBehind("usr_first", granted([Role.AUDITOR, Role.SUBMITTER], is_operator=False))
    for actors in (
        ["user:usr_first"],
        ["token:tok_usr_first"],
        ["user:usr_first", "token:tok_usr_first", "user:usr_first"],
    ):
        assert await behind(host, *actors) == [expected]
    assert expected.may(Permission.AUDIT)
    assert not expected.may(Permission.DEPLOYMENT)
    assert not expected.may(Permission.PAY)


async def test_each_person_behind_several_names_is_told_once(host: HostPlatform) -> None:
    add = (
        "INSERT INTO users (id, account_id, name, created_at) "
        "VALUES ('usr_bob', 'acc_first', 'Bob', '2026-01-01T00:00:00.000Z')"
    )
    await host.database.all(statement(add))
    found = await behind(host, "user:usr_bob", "user:usr_first", "token:tok_usr_first")
    assert found is not None
    assert [each.user_id for each in found] == ["usr_bob", "usr_first"]
    assert found[0].permissions == OWN_AFFAIRS


@pytest.mark.parametrize(
    "actors",
    [
        [],
        ["user:usr_nobody"],
        ["system:delivery"],
        ["user:usr_other"],
        ["user:usr_first", "user:usr_nobody"],
    ],
)
async def test_a_name_that_stands_for_nobody_here_has_nobody_behind_it(
    host: HostPlatform, actors: list[str]
) -> None:
    assert await behind(host, *actors) is None


async def test_nobody_is_behind_a_person_who_was_removed(host: HostPlatform) -> None:
    remove = "UPDATE users SET removed_at = '2026-01-02T00:00:00.000Z' WHERE id = 'usr_first'"
    await host.database.all(statement(remove))
    assert await behind(host, "user:usr_first") is None
