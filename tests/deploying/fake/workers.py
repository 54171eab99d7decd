"""The account's people, Workers, their versions and deployments, Workflows, domains and the page's
files.
"""

import json
from typing import Any

from tests.deploying.fake.account import (
    ACCOUNT_ID,
    SUBDOMAIN,
    Account,
    Deployment,
    Version,
    Worker,
    Workflow,
)
from tests.deploying.fake.routing import Bare, Call, Refused, answers
from tests.deploying.fake.uploads import Upload, name_of, parts_of, read_upload

_AT = "2026-11-01T00:00:00.000Z"
_NO_WORKER = (404, 10007, "This Worker does not exist on your account.")
# A jwt, of which wrangler reads the middle: {"a": 1}.
_TOKEN = "e30.eyJhIjoxfQ.e30"


@answers("GET /user")
def user(account: Account, call: Call) -> Any:
    return {"id": "u" * 32, "email": "ann@example.com"}


@answers("GET /accounts")
def accounts(account: Account, call: Call) -> Any:
    return [{"id": ACCOUNT_ID, "name": "Books", "type": "standard"}]


@answers("GET /memberships")
def memberships(account: Account, call: Call) -> Any:
    return [
        {
            "id": "m" * 32,
            "status": "accepted",
            "account": {"id": ACCOUNT_ID, "name": "Books", "type": "standard"},
        }
    ]


@answers("GET /user/tokens/verify")
def token(account: Account, call: Call) -> Any:
    return {"id": "t" * 32, "status": "active"}


@answers("GET /accounts/{account_id}/workers/services/{script_name}")
def service(account: Account, call: Call) -> Any:
    worker = account.workers.get(call.named["script_name"])
    if worker is None:
        raise Refused(404, 10090, "This service does not exist on your account.")
    script = {"tag": worker.tag, "tags": worker.tags, "last_deployed_from": "wrangler"}
    return {
        "id": worker.name,
        "default_environment": {"environment": "production", "script": script},
    }


@answers("PUT /accounts/{account_id}/workers/scripts/{script_name}")
def new_script(account: Account, call: Call) -> Any:
    name = call.named["script_name"]
    upload = read_upload(call)
    _check_upload(account, name, upload.metadata)
    worker = account.workers.setdefault(name, Worker(name, account.new_id()))
    version = _add_version(account, worker, upload)
    worker.deployments.append(Deployment(account.new_uuid(), {version.id: 100}, None))
    return {
        "id": name,
        "tag": worker.tag,
        "etag": version.id,
        "deployment_id": version.id.replace("-", ""),
        "created_on": _AT,
        "modified_on": _AT,
        "handlers": ["fetch"],
        "startup_time_ms": 12,
    }


@answers("GET /accounts/{account_id}/workers/scripts/{script_name}/versions")
def versions(account: Account, call: Call) -> Any:
    worker = _worker(account, call)
    return {"items": [_version(each) for each in reversed(worker.versions)]}


@answers("POST /accounts/{account_id}/workers/scripts/{script_name}/versions")
def new_version(account: Account, call: Call) -> Any:
    worker = _worker(account, call)
    upload = read_upload(call)
    _check_upload(account, worker.name, upload.metadata)
    version = _add_version(account, worker, upload)
    return _version(version) | {"startup_time_ms": 12}


@answers("GET /accounts/{account_id}/workers/scripts/{script_name}/versions/{version_id}")
def one_version(account: Account, call: Call) -> Any:
    version = _worker(account, call).version(call.named["version_id"])
    if version is None:
        raise Refused(404, 10013, "The requested Worker version could not be found.")
    return _version(version)


@answers("GET /accounts/{account_id}/workers/scripts/{script_name}/deployments")
def deployments(account: Account, call: Call) -> Any:
    worker = _worker(account, call)
    return {"deployments": [_deployment(each) for each in reversed(worker.deployments)]}


@answers("POST /accounts/{account_id}/workers/scripts/{script_name}/deployments")
def new_deployment(account: Account, call: Call) -> Any:
    worker = _worker(account, call)
    traffic = {each["version_id"]: each["percentage"] for each in call.body["versions"]}
    if any(worker.version(each) is None for each in traffic):
        raise Refused(400, 10013, "The requested Worker version could not be found.")
    if sum(traffic.values()) != 100:
        raise Refused(400, 10021, "The percentages of a deployment come to 100.")
    message = call.body.get("annotations", {}).get("workers/message")
    deployment = Deployment(account.new_uuid(), traffic, message)
    worker.deployments.append(deployment)
    return _deployment(deployment)


@answers("GET /accounts/{account_id}/workers/scripts/{script_name}/settings")
def settings(account: Account, call: Call) -> Any:
    worker = _worker(account, call)
    return {"bindings": worker.versions[-1].metadata["bindings"], "tags": worker.tags}


@answers("PATCH /accounts/{account_id}/workers/scripts/{script_name}/script-settings")
def changed_settings(account: Account, call: Call) -> Any:
    worker = _worker(account, call)
    worker.tags = call.body.get("tags") or worker.tags
    return {"tags": worker.tags}


@answers("GET /accounts/{account_id}/workers/scripts/{script_name}/secrets")
def secrets(account: Account, call: Call) -> Any:
    return [
        {"name": name, "type": "secret_text"}
        for name in _worker(account, call).versions[-1].secrets
    ]


@answers("PUT /accounts/{account_id}/workers/scripts/{script_name}/schedules")
def schedules(account: Account, call: Call) -> Any:
    worker = _worker(account, call)
    worker.crons = [each["cron"] for each in call.body]
    return {
        "schedules": [
            {"cron": each, "created_on": _AT, "modified_on": _AT} for each in worker.crons
        ]
    }


@answers("GET /accounts/{account_id}/workers/workers/{worker_id}")
def worker_settings(account: Account, call: Call) -> Any:
    worker = account.workers.get(call.named["worker_id"])
    if worker is None:
        raise Refused(*_NO_WORKER)
    return {
        "id": worker.tag,
        "name": worker.name,
        "created_on": _AT,
        "updated_on": _AT,
        "logpush": False,
        "observability": {},
        "references": {
            "dispatch_namespace_outbounds": [],
            "domains": [],
            "durable_objects": [],
            "queues": [],
            "workers": [],
        },
        "tags": worker.tags,
        "tail_consumers": [],
        "subdomain": {
            "enabled": worker.on_workers_dev,
            "previews_enabled": False,
            "url": f"https://{worker.name}.{SUBDOMAIN}.workers.dev",
            "preview_url_suffix": f"-{worker.name}.{SUBDOMAIN}.workers.dev",
        },
    }


@answers("GET /accounts/{account_id}/workers/subdomain")
def subdomain(account: Account, call: Call) -> Any:
    return {"subdomain": SUBDOMAIN}


@answers("POST /accounts/{account_id}/workers/scripts/{script_name}/subdomain")
def changed_subdomain(account: Account, call: Call) -> Any:
    worker = _worker(account, call)
    worker.on_workers_dev = call.body["enabled"]
    return {
        "enabled": worker.on_workers_dev,
        "previews_enabled": call.body.get("previews_enabled") or False,
    }


@answers("GET /accounts/{account_id}/workers/domains")
def domains(account: Account, call: Call) -> Any:
    hosts = call.query.get("hostname")
    return [
        {
            "id": host,
            "hostname": host,
            "service": service,
            "environment": "production",
            "zone_id": "z",
            "zone_name": "z",
        }
        for host, service in account.domains.items()
        if hosts is None or host in hosts
    ]


@answers("POST /accounts/{account_id}/workers/scripts/{script_name}/domains/changeset")
def domain_changes(account: Account, call: Call) -> Any:
    added = [
        {**each, "id": each["hostname"]}
        for each in call.body
        if each["hostname"] not in account.domains
    ]
    updated = [
        {
            **each,
            "id": each["hostname"],
            "modified": account.domains[each["hostname"]] != call.named["script_name"],
        }
        for each in call.body
        if each["hostname"] in account.domains
    ]
    return {"added": added, "removed": [], "updated": updated, "conflicting": []}


@answers("PUT /accounts/{account_id}/workers/scripts/{script_name}/domains/records")
def changed_domains(account: Account, call: Call) -> Any:
    body = call.body
    for each in body["origins"]:
        owner = account.domains.get(each["hostname"])
        if owner not in (None, call.named["script_name"]) and not body["override_existing_origin"]:
            raise Refused(409, 100116, "The hostname is in use by another Worker.")
        account.domains[each["hostname"]] = call.named["script_name"]
    return {}


@answers("POST /accounts/{account_id}/workers/scripts/{script_name}/assets-upload-session")
def assets_session(account: Account, call: Call) -> Any:
    hashes = {each["hash"] for each in call.body["manifest"].values()}
    new = sorted(hashes - account.assets)
    return {"jwt": _TOKEN, "buckets": [new] if new else []}


@answers("POST /accounts/{account_id}/workers/assets/upload")
def assets(account: Account, call: Call) -> Any:
    for part in parts_of(call):
        account.assets.add(name_of(part))
    return {"jwt": _TOKEN}


@answers("POST /graphql")
def figures(account: Account, call: Call) -> Any:
    """As https://developers.cloudflare.com/analytics/graphql-api/tutorials/querying-workers-metrics
    shows it.
    """
    if account.invocations is None:
        document: dict[str, Any] = {
            "data": None,
            "errors": [{"message": "not authorized for that account"}],
        }
    else:
        groups = [
            {"sum": {"requests": count}, "dimensions": {"status": status}}
            for status, count in account.invocations.items()
        ]
        accounts = [{"workersInvocationsAdaptive": groups}]
        document = {"data": {"viewer": {"accounts": accounts}}, "errors": None}
    return Bare(json.dumps(document).encode(), {"content-type": "application/json"})


@answers("GET /accounts/{account_id}/workflows/{workflow_name}")
def one_workflow(account: Account, call: Call) -> Any:
    workflow = account.workflows.get(call.named["workflow_name"])
    if workflow is None:
        raise Refused(404, 10200, "workflow.not_found")
    return _workflow(workflow)


@answers("PUT /accounts/{account_id}/workflows/{workflow_name}")
def changed_workflow(account: Account, call: Call) -> Any:
    name = call.named["workflow_name"]
    body = call.body
    workflow = account.workflows.get(name)
    if workflow is None:
        workflow = Workflow(name, account.new_uuid(), "", "", body.get("jurisdiction"))
        account.workflows[name] = workflow
    if body.get("jurisdiction") != workflow.jurisdiction:
        raise Refused(400, 10224, "workflow.jurisdiction_immutable")
    workflow.script = body["script_name"]
    workflow.class_name = body["class_name"]
    versioned = {
        "is_deleted": 0,
        "terminator_running": 0,
        "triggered_on": None,
        "version_id": account.new_uuid(),
    }
    return {**_workflow(workflow), **versioned}


@answers("GET /accounts/{account_id}/workflows")
def workflows(account: Account, call: Call) -> Any:
    return [_workflow(each) for each in account.workflows.values()]


def _worker(account: Account, call: Call) -> Worker:
    worker = account.workers.get(call.named["script_name"])
    if worker is None:
        raise Refused(*_NO_WORKER)
    return worker


def _check_upload(account: Account, script: str, metadata: dict[str, Any]) -> None:
    """What Cloudflare refuses: limits of processor time without a plan, and bindings of what does
    not exist.
    """
    if metadata.get("limits") and not account.on_paid:
        raise Refused(
            400, 100328, "CPU limits are not supported for the Free plan. Switch to a paid plan."
        )
    for binding in metadata["bindings"]:
        if not _exists(account, script, binding):
            raise Refused(
                400, 10181, f"Binding {binding['name']} refers to what does not exist: {binding}"
            )


def _exists(account: Account, script: str, binding: dict[str, Any]) -> bool:
    match binding["type"]:
        case "d1":
            return any(each.uuid == binding["id"] for each in account.databases)
        case "kv_namespace":
            return any(each.id == binding["namespace_id"] for each in account.namespaces)
        case "queue":
            return any(each.name == binding["queue_name"] for each in account.queues)
        case "r2_bucket":
            place = (binding["bucket_name"], binding.get("jurisdiction", "default"))
            return any((each.name, each.jurisdiction) == place for each in account.buckets)
        case "inherit":
            return script in account.workers
        case _:
            return True


def _add_version(account: Account, worker: Worker, upload: Upload) -> Version:
    """Secrets of earlier versions stay; those of the upload come to them."""
    secrets: dict[str, str] = {}
    if worker.versions:
        secrets.update(worker.versions[-1].secrets)
    for binding in upload.metadata["bindings"]:
        if binding["type"] == "secret_text":
            secrets[binding["name"]] = binding["text"]
    version = Version(
        account.new_uuid(),
        number=len(worker.versions) + 1,
        metadata=upload.metadata,
        modules=upload.modules,
        packed_bytes=upload.packed_bytes,
        secrets=secrets,
    )
    worker.versions.append(version)
    return version


def _version(version: Version) -> dict[str, Any]:
    annotations: dict[str, Any] = version.metadata.get("annotations") or {}
    kept = {
        "workers/message": annotations.get("workers/message"),
        "workers/tag": annotations.get("workers/tag"),
    }
    return {
        "id": version.id,
        "number": version.number,
        "metadata": {
            "created_on": _AT,
            "modified_on": _AT,
            "source": "wrangler",
            "author_email": "",
            "has_preview": False,
        },
        "annotations": kept,
        "resources": {
            "script": {"etag": version.id, "handlers": ["fetch"]},
            "script_runtime": {},
            "bindings": [],
        },
    }


def _deployment(deployment: Deployment) -> dict[str, Any]:
    return {
        "id": deployment.id,
        "created_on": _AT,
        "source": "wrangler",
        "strategy": "percentage",
        "author_email": "ann@example.com",
        "annotations": {"workers/message": deployment.message},
        "versions": [
            {"version_id": version, "percentage": percentage}
            for version, percentage in deployment.traffic.items()
        ],
    }


def _workflow(workflow: Workflow) -> dict[str, Any]:
    return {
        "id": workflow.id,
        "name": workflow.name,
        "script_name": workflow.script,
        "class_name": workflow.class_name,
        "created_on": _AT,
        "modified_on": _AT,
        "instances": {},
        **({"jurisdiction": workflow.jurisdiction} if workflow.jurisdiction else {}),
    }
