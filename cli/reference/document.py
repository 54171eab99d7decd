"""The OpenAPI document: what FastAPI finds out of the routes, and what they do not say
themselves.
"""

from copy import deepcopy

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from cli.reference.complete import Document, make_whole
from cli.reference.keys import describe_keys
from cli.reference.kinds import add_kinds
from cli.reference.native.paths import NATIVE_PATHS
from cli.reference.webhooks import webhooks_of


def document_of(app: FastAPI) -> Document:
    """The document of an application that `create_app` made. It takes seconds."""
    app.state.routes.open_all()
    webhooks = webhooks_of(app.state.registry).routes
    document = get_openapi(
        title=app.title, version=app.version, routes=app.routes, webhooks=webhooks
    )
    for path, operations in deepcopy(NATIVE_PATHS).items():
        document["paths"].setdefault(path, {}).update(operations)
    add_kinds(document["components"]["schemas"], app.state.registry)
    describe_keys(document, app.state.routes.keyed)
    make_whole(document)
    return document
