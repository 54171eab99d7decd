"""What may come in by mail: the same checks as of an upload, whose problems are the reasons why a paper is refused."""

from tillroll.api.files.upload_checks import check_upload
from tillroll.api.problems import Problem
from tillroll.mailed_in.door import MayComeIn, MayNot
from tillroll.platform.bindings.http import IncomingFile


def check_paper(file: IncomingFile) -> MayComeIn:
    """Raises MayNot: an upload of it would be refused."""
    try:
        checked = check_upload(file)
    except Problem as problem:
        raise MayNot(problem.detail) from problem
    return MayComeIn(checked.media_type, checked.picture)
