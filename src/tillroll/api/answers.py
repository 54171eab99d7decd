"""Problems as answers of FastAPI's half."""

from fastapi.responses import JSONResponse

from tillroll.api.problems import Problem

# Where the kind of the problem that was answered stands in the ASGI scope.
PROBLEM = "tillroll.problem"


def as_response(problem: Problem) -> JSONResponse:
    return JSONResponse(problem.body(), status_code=problem.kind.status, headers=problem.headers)
