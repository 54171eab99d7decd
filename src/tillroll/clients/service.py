"""What people do with clients and projects. Each act is one batch with its event in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic.alias_generators import to_camel

from tillroll.clients import repository
from tillroll.clients.models import (
    NOT_PERSONAL,
    Audited,
    ClientChange,
    ClientRecord,
    ClientRequest,
    Project,
    ProjectChange,
)
from tillroll.fields import check_look
from tillroll_durable import Actor, Statement, ValuesRefused
from tillroll_durable.audit import append, event_of_account, values_changed
from tillroll_durable.platform.bindings.database import Database, GuardFailed, RowConflict, Value
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.naming import fold_name
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform

_NAMED: Final = "There is a client of this name: choose it, or give this one another name."
_DEBTOR_TAKEN: Final = "Another client has just got this debtor account: give another number."
_DEBTOR_NEEDED: Final = "A client keeps a debtor account: give another number in its place."


class NoSuchClient(Refusal):
    thing = "client"


class NoSuchProject(Refusal):
    thing = "project"


class ClientInUse(Refusal):
    kind = Kind("client-in-use", 409, "The client is used")
    explanation = (
        "Expenses, claims or projects are this client's. Archive it, or merge it into another."
    )


class CannotMerge(Refusal):
    kind = Kind("cannot-merge-clients", 409, "The two clients cannot be merged as they are")


async def load(database: Database, account_id: str, client_id: str) -> ClientRecord:
    client = await repository.load_client(database, account_id, client_id)
    if client is None:
        raise NoSuchClient(client_id)
    [answer] = await repository.with_alike(database, account_id, [client])
    return answer


async def create(platform: Platform, actor: Actor, body: ClientRequest) -> ClientRecord:
    """Raises ValuesRefused: there is one of that name, or with that debtor account."""
    await _check_name(platform.database, actor.account_id, name=body.name, own=None)
    debtor = body.debtor_account
    await _check_debtor(platform.database, actor.account_id, debtor=debtor, own=None)
    now = to_text(platform.clock.now())
    client_id, insert = repository.insert_client(
        actor.account_id, {**body.model_dump(exclude_unset=True)}, now
    )
    try:
        await _done(
            platform,
            actor,
            action=Audited.CREATED,
            detail={"client": client_id},
            statements=[insert],
        )
    except RowConflict as error:
        raise ValuesRefused([("debtorAccount", _DEBTOR_TAKEN)]) from error
    return await load(platform.database, actor.account_id, client_id)


async def change(
    platform: Platform,
    actor: Actor,
    client_id: str,
    body: ClientChange,
) -> ClientRecord:
    database = platform.database
    account_id = actor.account_id
    client = await load(database, account_id, client_id)
    values = body.model_dump(exclude_unset=True)
    archived = values.pop("archived", None)
    changed: dict[str, Value] = {
        name: value for name, value in values.items() if getattr(client, name) != value
    }
    if changed.get("name", "") is None:
        raise ValuesRefused([("name", "A client needs a name.")])
    if "name" in changed or (archived is False and client.archived_at is not None):
        await _check_name(
            database, account_id, name=str(changed.get("name", client.name)), own=client_id
        )
    if "debtor_account" in changed:
        if body.debtor_account is None:
            raise ValuesRefused([("debtorAccount", _DEBTOR_NEEDED)])
        await _check_debtor(database, account_id, debtor=body.debtor_account, own=client_id)
    if archived is False and client.merged_into is not None:
        raise CannotMerge("it was merged into another client, and stays so.")
    if changed:
        fields: list[Json] = [*changed]
        public = [name for name in changed if name in NOT_PERSONAL]
        values_before: JsonObject = {to_camel(name): getattr(client, name) for name in public}
        values_after: JsonObject = {to_camel(name): changed[name] for name in public}
        detail: JsonObject = {
            "client": client_id,
            "fields": fields,
            **values_changed(values_before, values_after),
        }
        try:
            await _done(
                platform,
                actor,
                action=Audited.CHANGED,
                detail=detail,
                statements=repository.update_client(client_id, changed),
            )
        except RowConflict as error:
            raise ValuesRefused([("debtorAccount", _DEBTOR_TAKEN)]) from error
    if archived is not None and archived != (client.archived_at is not None):
        at = to_text(platform.clock.now()) if archived else None
        action = Audited.ARCHIVED if archived else Audited.RESTORED
        update = repository.update_client(client_id, {"archived_at": at})
        await _done(platform, actor, action=action, detail={"client": client_id}, statements=update)
    return await load(database, account_id, client_id)


async def delete(platform: Platform, actor: Actor, client_id: str) -> None:
    """Raises ClientInUse."""
    await load(platform.database, actor.account_id, client_id)
    if await repository.is_used(platform.database, client_id):
        raise ClientInUse
    delete = repository.delete_client(client_id)
    try:
        await _done(
            platform, actor, action=Audited.DELETED, detail={"client": client_id}, statements=delete
        )
    except RowConflict as error:  # somebody has selected it meanwhile
        raise ClientInUse from error


async def merge(platform: Platform, actor: Actor, client_id: str, into: str) -> ClientRecord:
    """Have another client stand in the place of one; done again, it changes nothing."""
    database = platform.database
    account_id = actor.account_id
    client = await load(database, account_id, client_id)
    other = await load(database, account_id, into)
    if client.merged_into == other.id:
        return other
    if client.id == other.id:
        raise CannotMerge("choose two different clients.")
    if other.archived_at is not None or client.merged_into is not None:
        raise CannotMerge("the client that stays is archived, or the other was merged already.")
    statements = repository.merge_client(client_id, into, to_text(platform.clock.now()))
    try:
        await _done(
            platform,
            actor,
            action=Audited.MERGED,
            detail={"client": client_id, "into": into},
            statements=statements,
        )
    except GuardFailed as error:
        raise CannotMerge("one of them was merged or archived at this moment.") from error
    return await load(database, account_id, into)


async def load_project(database: Database, account_id: str, project_id: str) -> Project:
    project = await repository.load_project(database, account_id, project_id)
    if project is None:
        raise NoSuchProject(project_id)
    return project


async def create_project(platform: Platform, actor: Actor, client_id: str, name: str) -> Project:
    client = await load(platform.database, actor.account_id, client_id)
    if client.archived_at is not None:
        raise ValuesRefused([("name", "The client is archived: restore it first.")])
    await _check_project(platform.database, actor.account_id, client_id=client_id, name=name)
    now = to_text(platform.clock.now())
    project_id, insert = repository.insert_project(actor.account_id, client_id, name=name, now=now)
    detail: JsonObject = {"client": client_id, "project": project_id}
    await _done(platform, actor, action=Audited.PROJECT_CREATED, detail=detail, statements=insert)
    return await load_project(platform.database, actor.account_id, project_id)


async def change_project(
    platform: Platform,
    actor: Actor,
    project_id: str,
    body: ProjectChange,
) -> Project:
    project = await load_project(platform.database, actor.account_id, project_id)
    values: dict[str, Value] = {}
    if body.name is not None and body.name != project.name:
        if fold_name(body.name) != fold_name(project.name):
            await _check_project(
                platform.database, actor.account_id, client_id=project.client_id, name=body.name
            )
        values["name"] = body.name
    if body.archived is not None and body.archived != (project.closed_at is not None):
        values["closed_at"] = to_text(platform.clock.now()) if body.archived else None
    if values:
        fields: list[Json] = [*values]
        detail: JsonObject = {"project": project_id, "fields": fields}
        if "closed_at" in values:
            before: JsonObject = {"closedAt": project.closed_at}
            detail |= values_changed(before, {"closedAt": values["closed_at"]})
        update = repository.update_project(project_id, values)
        await _done(
            platform, actor, action=Audited.PROJECT_CHANGED, detail=detail, statements=update
        )
    return await load_project(platform.database, actor.account_id, project_id)


@dataclass(frozen=True)
class Selected:
    """A client and a project that somebody selected, with their names; None is none."""

    client_id: str | None
    client: str | None
    project_id: str | None
    project: str | None


async def select(
    database: Database,
    account_id: str,
    client_id: str | None,
    project_id: str | None,
    selected: Selected,
) -> Selected:
    """The client and the project of these ids, of which `selected` may be archived. A project
    brings its client along.

    Raises:
        ValuesRefused: no such client or project, an archived one, or a project of another client.
    """
    problems: list[tuple[str, str]] = []
    if project_id is None:
        project = None
    else:
        project = await repository.load_project(database, account_id, project_id)
    if project_id is not None and (
        project is None or (project.closed_at and project_id != selected.project_id)
    ):
        problems.append(
            (
                "projectId",
                "There is no such project, or it is archived: GET /api/client-choices lists them.",
            )
        )
    if client_id is None and project is not None:
        client_id = project.client_id
    if client_id is None:
        client = None
    else:
        client = await repository.load_client(database, account_id, client_id)
    if client is not None and client.merged_into is not None:
        client = await repository.load_client(database, account_id, client.merged_into)
    if client_id is not None and (
        client is None or (client.archived_at and client_id != selected.client_id)
    ):
        problems.append(
            (
                "clientId",
                "There is no such client, or it is archived: GET /api/client-choices lists them.",
            )
        )
    elif project is not None and client is not None and project.client_id != client.id:
        problems.append(
            (
                "projectId",
                f"This project is one of {project.client}: select that client, or no project.",
            )
        )
    if problems:
        raise ValuesRefused(problems)
    return Selected(
        client and client.id,
        client and client.name,
        project_id=project and project.id,
        project=project and project.name,
    )


def must_stand(client_id: str) -> Statement:
    """The guard that a client can be selected: it is neither deleted, archived nor merged."""
    return repository.must_stand(client_id)


async def _check_name(database: Database, account_id: str, name: str, own: str | None) -> None:
    existing = await repository.find_by_name(database, account_id, name)
    if existing is not None and existing.id != own:
        raise ValuesRefused([("name", _NAMED)])
    names = await repository.near_names(database, account_id, name, own=own)
    check_look(name, names, field="name")


async def _check_debtor(
    database: Database, account_id: str, debtor: int | None, own: str | None
) -> None:
    if debtor is None:
        return
    existing = await repository.find_by_debtor(database, account_id, debtor)
    if existing is not None and existing.id != own:
        problem = f"{debtor} is the debtor account of {existing.name}: give another number."
        raise ValuesRefused([("debtorAccount", problem)])


async def _check_project(database: Database, account_id: str, client_id: str, name: str) -> None:
    other = await repository.find_project_named(
        database, account_id, client_id=client_id, name=name
    )
    if other is None:
        return
    check_look(name, [other], field="name")
    raise ValuesRefused([("name", "The client has a project of this name: choose another.")])


async def _done(
    platform: Platform,
    actor: Actor,
    action: Audited,
    detail: JsonObject,
    statements: Sequence[Statement],
) -> None:
    """Write statements that are guarded, and their event."""
    at = to_text(platform.clock.now())
    key = f"{action.value}:{new_id('cla')}"
    event = event_of_account(actor.account_id, action, key, actor=actor.name, at=at, detail=detail)
    await platform.database.batch([*statements, append(event)])
