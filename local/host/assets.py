"""The static files, from the folder that is deployed."""

from local.places import ROOT
from tillroll_durable.platform.bindings.objects import AssetMissing

_PUBLIC = ROOT / "public"


class FolderAssets:
    """`Assets` on the host."""

    async def read(self, path: str) -> bytes:
        found = _PUBLIC / path.removeprefix("/")
        if not found.is_file():
            raise AssetMissing(f"the static file {path} was not deployed")
        return found.read_bytes()
