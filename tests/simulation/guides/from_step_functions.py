"""Files are converted side by side; one that cannot be converted is named at the end."""

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    Failed,
    Params,
    Retries,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    http,
)

CONVERSIONS = "https://media.example/conversions"


class ConvertParams(Params):
    files: list[str]


class Converted(BaseModel):
    done: int
    failed: list[str]


CONVERT = Step(
    "convert", Effect.EXTERNAL, gives=type(None), retries=Retries(3, 2), timeout_seconds=60
)
CONVERT_V1 = Contract("convert-files", 1, steps=(CONVERT,))


async def convert_v1(run: WorkflowRun[ConvertParams]) -> Converted:
    ends = await run.map(CONVERT, converting, run.params.files, key=lambda file: file, at_most=5)
    failed = [end.key for end in ends if isinstance(end, Failed)]
    return Converted(done=len(ends) - len(failed), failed=failed)


def converting(file: str) -> ExternalCall[StepContext, None]:
    return http.post(CONVERSIONS, {"file": file}, look_up=CONVERSIONS + "/{key}")


CONVERT_FILES = Workflow(CONVERT_V1, convert_v1, params=ConvertParams, gives=Converted)
