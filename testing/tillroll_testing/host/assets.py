"""The static files, from the folder that is deployed."""

from pathlib import Path

from tillroll_durable.platform.bindings.objects import AssetMissing


class FolderAssets:
    """`Assets` on the host."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def read(self, path: str) -> bytes:
        found = self._folder / path.removeprefix("/")
        if not found.is_file():
            raise AssetMissing(f"the static file {path} was not deployed")
        return found.read_bytes()
