"""The host at which a deployment answers.

wrangler, asked without a terminal, takes a host away from another Worker, and replaces a DNS
record, without a word. So both are looked for first.
"""

from collections.abc import Callable

from cli.operations.deploying.cloudflare_api import ask
from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.wrangler import Wrangler


def find_address(wrangler: Wrangler) -> None:
    """Record where the deployment will answer: links in mail and alerts begin with it.
    Raises NotDeployed.
    """
    record = wrangler.record
    if not record.address:
        host = record.answers.host or _host_at_workers_dev(wrangler)
        record.address = f"https://{host}"
        record.save()


def attach(wrangler: Wrangler, say: Callable[[str], None]) -> None:
    """Have the Worker, which was released, answer at its host.

    Raises:
        NotDeployed: the host, or its DNS record, is somebody else's.
    """
    record = wrangler.record
    if record.is_attached:
        return
    if record.answers.host:
        _check_free(wrangler, record.answers.host)
        say(f"Attaching {record.answers.host} …")
        record.is_attached = True
        try:
            wrangler.run("triggers", "deploy")
        except NotDeployed:
            record.is_attached = False
            raise
    record.is_attached = True
    record.save()


def _check_free(wrangler: Wrangler, host: str) -> None:
    name = wrangler.record.name
    path = f"/workers/scripts/{name}/domains/changeset?replace_state=true"
    changes = ask(wrangler, "POST", path, [{"hostname": host}])
    if any(each.get("modified") for each in changes["updated"]):
        raise NotDeployed(
            f"{host} is a custom domain of another Worker of the account. Choose another by --host."
        )
    if changes["conflicting"]:
        raise NotDeployed(
            f"{host} has a DNS record already, which the deployment would replace. Delete it in "
            "Cloudflare's dashboard, or choose another host by --host."
        )


def _host_at_workers_dev(wrangler: Wrangler) -> str:
    subdomain = ask(wrangler, "GET", "/workers/subdomain", None)["subdomain"]
    return f"{wrangler.record.name}.{subdomain}.workers.dev"
