"""Static files."""

from typing import Any

from pyodide.ffi import JsException

from tillroll.platform.bindings.objects import AssetMissing

# The binding looks at the path alone.
_HOST = "https://assets.invalid"


class WorkerAssets:
    """`Assets` on the binding of static files."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def read(self, path: str) -> bytes:
        try:
            response = await self._binding.fetch(f"{_HOST}{path}")
            # What is not there is answered by the page, which says so itself.
            is_page = str(response.headers.get("content-type") or "").startswith("text/html")
            if not response.ok or (is_page and not path.endswith(".html")):
                raise AssetMissing(f"the static file {path} was not deployed")
            return bytes((await response.arrayBuffer()).to_py())
        except JsException as error:
            raise AssetMissing(f"the static file {path} did not come: {error.message}") from error
