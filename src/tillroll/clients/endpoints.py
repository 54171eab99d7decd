"""Routes of clients and projects."""

from typing import Annotated

from fastapi import Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.routing import Router
from tillroll.clients import repository, service
from tillroll.clients.models import (
    ClientChange,
    ClientChoice,
    ClientRecord,
    ClientRequest,
    MergeRequest,
    Project,
    ProjectChange,
    ProjectRequest,
)
from tillroll_durable.platform.models import Items, Page

router = Router(tags=["clients"])
_READS = needs(Permission.READ)
_CHANGES = needs(Permission.BOOK)


@router.get("/api/client-choices", openapi_extra=needs(Permission.OWN))
async def list_client_choices(platform: PlatformHere, principal: Caller) -> Items[ClientChoice]:
    """Clients with their projects that an expense can select, by name; at most 1,000. Archived ones
    are left out.
    """
    # They are no person's own: everyone who hands something in selects from all.
    return Items(items=await repository.list_choices(platform.database, principal.sight.account_id))


@router.get("/api/clients", openapi_extra=_READS)
async def list_clients(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    archived: Annotated[
        bool, Query(description="Those that are archived, in place of the others")
    ] = False,
    name: Annotated[
        str | None,
        Query(min_length=1, max_length=200, description="Only of this name, whatever its case"),
    ] = None,
) -> Page[ClientRecord]:
    """List whom expenses can be billed to, the newest first: those that people added, and those of
    a CRM.
    """
    clients = await repository.list_clients(
        platform.database,
        principal.account_id,
        cursor=page.after,
        limit=page.fetch_limit,
        is_archived=archived,
        name=name,
    )
    return page.of(await repository.with_alike(platform.database, principal.account_id, clients))


@router.post("/api/clients", status_code=201, openapi_extra=_CHANGES)
async def create_client(
    platform: PlatformHere,
    principal: Caller,
    body: ClientRequest,
) -> ClientRecord:
    """Add a client. Its name is no other client's."""
    return await service.create(platform, principal.as_actor, body)


@router.get("/api/clients/{client_id}", openapi_extra=_READS)
async def show_client(platform: PlatformHere, principal: Caller, client_id: str) -> ClientRecord:
    """Show one client."""
    return await service.load(platform.database, principal.account_id, client_id)


@router.patch("/api/clients/{client_id}", openapi_extra=_CHANGES)
async def change_client(
    platform: PlatformHere,
    principal: Caller,
    client_id: str,
    body: ClientChange,
) -> ClientRecord:
    """Change a client, archive it, or restore it. What was issued stays as it is."""
    return await service.change(platform, principal.as_actor, client_id=client_id, body=body)


@router.delete("/api/clients/{client_id}", status_code=204, openapi_extra=_CHANGES)
async def delete_client(platform: PlatformHere, principal: Caller, client_id: str) -> None:
    """Delete a client that nothing uses. One that is used is archived, or merged into another."""
    await service.delete(platform, principal.as_actor, client_id)


@router.post("/api/clients/{client_id}/merge", openapi_extra=_CHANGES)
async def merge_clients(
    platform: PlatformHere,
    principal: Caller,
    client_id: str,
    body: MergeRequest,
) -> ClientRecord:
    """Merge a client into another, which gets its expenses and projects, and is answered. It cannot
    be undone.
    """
    return await service.merge(platform, principal.as_actor, client_id=client_id, into=body.into)


@router.post("/api/clients/{client_id}/projects", status_code=201, openapi_extra=_CHANGES)
async def create_project(
    platform: PlatformHere,
    principal: Caller,
    client_id: str,
    body: ProjectRequest,
) -> Project:
    """Add a project of a client."""
    return await service.create_project(
        platform, principal.as_actor, client_id=client_id, name=body.name
    )


@router.get("/api/projects", openapi_extra=_READS)
async def list_projects(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    client: Annotated[
        str | None, Query(max_length=60, description="Only of this client: cli_…")
    ] = None,
    open_only: Annotated[
        bool, Query(alias="open", description="Only those that are offered")
    ] = False,
) -> Page[Project]:
    """List what expenses can be billed for, the newest first: projects that people added, and deals
    of a CRM.
    """
    return page.of(
        await repository.list_projects(
            platform.database,
            principal.account_id,
            client_id=client,
            cursor=page.after,
            limit=page.fetch_limit,
            is_open=open_only,
        )
    )


@router.patch("/api/projects/{project_id}", openapi_extra=_CHANGES)
async def change_project(
    platform: PlatformHere,
    principal: Caller,
    project_id: str,
    body: ProjectChange,
) -> Project:
    """Rename a project, archive it, or restore it."""
    return await service.change_project(
        platform, principal.as_actor, project_id=project_id, body=body
    )
