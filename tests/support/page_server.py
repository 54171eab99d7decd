"""Pages on this machine for the Worker to fetch."""

from tests.support.http_server import Answer, LocalServer, Request


class PageServer(LocalServer):
    """`pages` are answered by their paths, others with 404; `asked` remembers the paths."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []

    def answer(self, request: Request) -> Answer:
        self.asked.append(request.target)
        page = self.pages.get(request.target)
        return Answer(404) if page is None else Answer(content=page, content_type="application/xml")
