"""What of the logs is shown. The samples are what wrangler 4.164 writes, shortened."""

from collections.abc import Iterable

import pytest

from local.ai.log_lines import AiServerLines
from tillroll_local.log_lines import WranglerLines

START = """
▲ [WARNING] Processing wrangler.local-8f9b.jsonc configuration:

    - "unsafe" fields are experimental and may change or break at any time.


Your Worker has access to the following bindings:
Binding                                   Resource                  Mode
env.DB (tillroll)                         D1 Database               local

▲ [WARNING] Scheduled Workers are not automatically triggered during local development.

  To manually trigger a scheduled event, run:
    curl "http://127.0.0.1:34879/cdn-cgi/local/scheduled"

Attaching additional modules:
┌─────────────────────────────┬────────┬──────────────┐
│ Name                        │ Type   │ Size         │
└─────────────────────────────┴────────┴──────────────┘
⎔ Starting local server...
[wrangler:info] Ready on http://127.0.0.1:34879
[wrangler:info] GET /api/health 200 OK (4513ms)
"""

EXCEPTION = """
\x1b[31m✘ \x1b[41m[\x1b[41;97mERROR\x1b[41m]\x1b[0m Uncaught PythonError: Traceback (most recent call last):

    File "/session/metadata/entry.py", line 25, in fetch
      raise ValueError("boom")
  ValueError: boom
   Error
      at new_error (pyodideRuntime-internal:pyodide.asm:2:569145)
      at $wrap_exception (wasm://wasm/0249d42a:1:415075)


✘ [ERROR] Uncaught PythonError: Traceback (most recent call last):

    File "/session/metadata/entry.py", line 25, in fetch
      raise ValueError("boom")
  ValueError: boom



[wrangler:info] GET /api/throw 500 Internal Server Error (42ms)
"""

SHOWN_EXCEPTION = [
    "✘ [ERROR] Uncaught PythonError: Traceback (most recent call last):",
    '    File "/session/metadata/entry.py", line 25, in fetch',
    '      raise ValueError("boom")',
    "  ValueError: boom",
    "[wrangler:info] GET /api/throw 500 Internal Server Error (42ms)",
]


def shown(lines: WranglerLines | AiServerLines, log: Iterable[str]) -> list[str]:
    return [*(line for each in log for line in lines.feed(each)), *lines.flush()]


def test_nothing_of_an_ordinary_start_is_shown() -> None:
    assert shown(WranglerLines(), START.splitlines()) == []


def test_an_exception_is_shown_once_without_the_runtimes_frames() -> None:
    assert shown(WranglerLines(), EXCEPTION.splitlines()) == SHOWN_EXCEPTION


def test_the_next_request_with_the_same_exception_is_shown_again() -> None:
    assert (
        shown(WranglerLines(), [*EXCEPTION.splitlines(), *EXCEPTION.splitlines()])
        == 2 * SHOWN_EXCEPTION
    )


NO = """
\x1b[31m✘ \x1b[41m[\x1b[41;97mERROR\x1b[41m]\x1b[0m Uncaught NonRetryableError: it was not approved Error\x1b[0m

      at null.<anonymous> (file:///home/ann/tillroll/src/python_modules/workers/workflows.js:51:21)


✘ [ERROR] Uncaught PythonError: Traceback (most recent call last):

    File "/session/metadata/python_modules/workers/entrypoints.py", line 244, in _closure
      raise _from_js_error(exc) from exc
  workers.workflows.NonRetryableError: it was not approved
  
  The above exception was the direct cause of the following exception:
  
  Traceback (most recent call last):
    File "/session/metadata/tillroll_durable/_execution/endings.py", line 74, in end_failed
      raise RunFailed(step.on_failure.state, step.name, summary)
  tillroll_durable.errors.RunFailed: undone: finish: it was not approved
   Error
      at new_error (pyodideRuntime-internal:pyodide.asm:2:569145)


[wrangler:info] GET /api/runs/run_1 200 OK (2406ms)
"""  # noqa: W293 - as wrangler writes it


def test_a_steps_no_is_told_without_a_traceback() -> None:
    """It is an ordinary outcome; what nobody expected keeps its traceback, as above."""
    assert shown(WranglerLines(), NO.splitlines()) == [
        "A step said no: it was not approved",
        "A run ended: undone: finish: it was not approved",
    ]


DOES_NOT_LOAD = """
\x1b[31m✘ \x1b[41m[\x1b[41;97mERROR\x1b[41m]\x1b[0m service core:user:tillroll: Uncaught Error: PythonError: Traceback (most recent call last):

    File "/lib/python314.zip/_pyodide/_base.py", line 523, in eval_code
      .run(globals, locals)
       ~~~^^^^^^^^^^^^^^^^^
    File "<exec>", line 9, in <module>
    File "/session/metadata/entry.py", line 1, in <module>
      import brand_new
{error}

    at pyodideRuntime-internal:pyodide.asm:2:569145 in new_error
    at wasm://wasm/0249d42a:1:415075 in $wrap_exception


"""
MISSING = """
✘ [ERROR] Worker "workflows:mail-workflow"'s binding "USER_WORKFLOW" refers to service "core:user:tillroll" with a named entrypoint "MailWorkflow", but "core:user:tillroll" has no such named entrypoint.


"""
FAILED = """
✘ [ERROR] The Workers runtime failed to start. There was likely a problem with the workerd binary or your configuration.

  Runtime stderr:
  {"timestamp":"1795382071394","level":"error","message":"service core:user:tillroll: Uncaught Error: PythonError"}


"""
NO_MODULE = """
    File "/session/metadata/tillroll/workflows/registry.py", line 7, in <module>
      from nowhere import something
  ModuleNotFoundError: No module named 'nowhere'
"""
NO_SYNTAX = """
    File "/session/metadata/entry.py", line 301
      this is no Python
           ^^
  SyntaxError: invalid syntax
"""
FOLLOWED = """
    File "/session/metadata/entry.py", line 2, in first
  KeyError: 'a'

  During handling of the above exception, another exception occurred:

  Traceback (most recent call last):
    File "/session/metadata/entry.py", line 3, in second
      raise ValueError("two\\nlines")
  ValueError: two
  lines
"""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            NO_MODULE,
            [
                "  src/entry.py, line 1",
                "    import brand_new",
                "  src/tillroll/workflows/registry.py, line 7",
                "    from nowhere import something",
                "  ModuleNotFoundError: No module named 'nowhere'",
            ],
        ),
        (
            NO_SYNTAX,
            [
                "  src/entry.py, line 1",
                "    import brand_new",
                "  src/entry.py, line 301",
                "    this is no Python",
                "  SyntaxError: invalid syntax",
            ],
        ),
        (
            FOLLOWED,
            [
                "  src/entry.py, line 3",
                '    raise ValueError("two\\nlines")',
                "  ValueError: two",
                "  lines",
            ],
        ),
    ],
)
def test_of_code_that_does_not_load_the_end_of_the_traceback_is_shown(
    error: str, told: list[str]
) -> None:
    lines = WranglerLines()
    log = DOES_NOT_LOAD.replace("{error}", error.strip("\n")) + 3 * MISSING + FAILED
    assert shown(lines, log.splitlines()) == ["✘ [ERROR] The Worker's code does not load:", *told]
    assert shown(lines, log.splitlines()) == ["✘ [ERROR] The Worker's code does not load:", *told]


def test_a_workflow_without_a_class_is_told_where_the_code_loads() -> None:
    told = ["✘ [ERROR] src/entry.py has no class MailWorkflow, which wrangler.jsonc names."]
    assert shown(WranglerLines(), (MISSING + FAILED).splitlines()) == told


def test_what_the_worker_prints_is_shown_as_it_is() -> None:
    lines = [
        '{"level": "info", "message": "hello"}',
        "a print for debugging",
        "[wrangler:warn] something new",
    ]
    assert shown(WranglerLines(), lines) == lines


LOG = """
{"account":"acc_1","event":"step.completed","level":"info","time":"2026-11-20T08:30:00.000Z"}
▲ [WARNING] {"attempt":1,"event":"step.attempt_failed","level":"warning","run":"run_1","time":"2026-11-20T08:30:00.0Z"}

✘ [ERROR] {"event":"step.failed","level":"error","run":"run_1","time":"2026-11-20T08:30:01.000Z"}
"""


def test_of_the_workers_log_warnings_and_errors_are_shown_for_a_person() -> None:
    assert shown(WranglerLines(), LOG.splitlines()) == [
        "▲ [WARNING] 08:30:00 step.attempt_failed attempt=1 run=run_1",
        "✘ [ERROR] 08:30:01 step.failed run=run_1",
    ]


def test_a_reload_is_told_in_two_lines() -> None:
    log = [
        "⎔ Reloading local server...",
        "⎔ Connection status updated",
        "⎔ Local server updated and ready",
    ]
    assert shown(WranglerLines(), log) == ["Reloading the Worker …", "Reloaded the Worker"]


def test_a_block_is_shown_when_nothing_follows() -> None:
    lines = WranglerLines()
    assert list(lines.feed("✘ [ERROR] attempt not recorded run=run_1")) == []
    assert list(lines.flush()) == ["✘ [ERROR] attempt not recorded run=run_1"]
    assert list(lines.flush()) == []


def test_a_name_that_is_not_known_offline_is_left_to_the_worker_to_tell() -> None:
    looked_up = """
✘ [ERROR] e = rust/worker/ffi.rs:104: failed: failed to lookup address information: Name or service not known

  stack: workerd@3d4d979; sentryErrorContext = jsgInternalError


✘ [ERROR] no exchange rates from=rates.test/daily.xml error=Error: internal error
"""
    told = "✘ [ERROR] no exchange rates from=rates.test/daily.xml error=Error: internal error"
    assert shown(WranglerLines(), looked_up.splitlines()) == [told]


def test_a_crash_of_workerd_is_one_line() -> None:
    crashed = """
[wrangler:warn] The Workers runtime crashed unexpectedly and is being restarted (crash #1). Any additional output above.
✘ [ERROR] Error inside ProxyWorker (the affected request failed; the dev server continues): GET http://localhost:1/cdn-cgi/local/explorer/api/workflows/receipt-workflow/instances?page=1: Network connection lost.
"""
    told = ["The Workers runtime has crashed. It is started again."]
    assert shown(WranglerLines(), crashed.splitlines()) == told


def test_of_the_ai_server_all_but_information_is_shown() -> None:
    log = ["INFO:     started", "", "WARNING:  a model is slow"]
    assert shown(AiServerLines(), log) == ["AI server: WARNING:  a model is slow"]


ATTEMPT = """
✘ [ERROR] Uncaught PythonError: Traceback (most recent call last):
    File "/session/metadata/python_modules/workers/entrypoints.py", line 229, in _callback
      result = await result
    File "/session/metadata/python_modules/tillroll_durable/platform/cloudflare/workflows.py", line 54, in run
      output = await attempt(int(ctx["attempt"]))
{frame}  {error}
[wrangler:info] GET /api/health 200 OK (4513ms)
"""
_IN_A_STEP = """\
    File "/session/metadata/shop/order.py", line 41, in find_price
      return row["price"]
"""


@pytest.mark.parametrize(
    ("frame", "error", "told"),
    [
        ("", "tillroll_durable.platform.bindings.http.AnswerCut: it broke off", "AnswerCut: it broke off"),
        ("", "TimeoutError", "TimeoutError"),
        (_IN_A_STEP, "KeyError: 'price'", "KeyError: 'price' (src/shop/order.py:41)"),
    ],
)  # fmt: skip
def test_an_attempt_that_is_tried_again_is_a_line(frame: str, error: str, told: str) -> None:
    lines = shown(WranglerLines(), ATTEMPT.format(frame=frame, error=error).splitlines())
    assert lines == [f"An attempt at a step failed: {told}"]
