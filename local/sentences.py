"""What the Worker says to people: its sentences, found in the code, for the German catalogue.

`python -m local.sentences` brings public/words/worker.de.po up to date: what is new has no
translation yet. A literal of two words or more is a sentence, unless only programs and programmers
read it: see `_SILENT`, `_FOR_PROGRAMMERS` and `_CODE`. Its holes have numbers, as those of the
page's messages have.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from local.places import ROOT
from local.said_words import said_words_in
from tillroll.audit.reading import words_of_action
from tillroll_durable.platform.words import translations_in

SOURCE: Final = ROOT / "src"
CATALOGUE: Final = ROOT / "public" / "words" / "worker.de.po"

# Modules of which people read no more than their refusals and the actions of their audit events:
# all that declare tables and names, nearly all repositories, and some more. The others of
# `tillroll_documents/reading/` know words of documents.
_SILENT: Final = re.compile(
    r"(\w+/)+(tables|naming)\.py|(?!(exports|privacy|receipts)/)(\w+/)+repository\.py|"
    r"ai/|tillroll_durable/(ai/\w+|audit_search|sealing/(archive|files|jobs|range_verification|seals|sealer))\.py|"
    r"bank/(chasing/cards|decisions/(documents|effects|matches)|statements/(entries|kept_lines|storing))\.py|bank/sources/(access|jobs)\.py|"
    r"claims/transfer|conversion/rates|exports/writers/datev_debtors|"
    r"tillroll_durable/(__init__|declared|http|outputs|platform/declaring|step|tables|beginning)\.py|tillroll_durable/_execution/|"
    r"tillroll_durable/(archive|_answers|upkeep)/|tillroll_durable/(dispatch|execution|selection"
    r"|webhooks/deliveries|_operations/instances)\.py|"
    r"tillroll_durable/(runs|slots|versions|step_records|sight|attributes|_record/(beats|changes))\.py|"
    r"expenses/writes\.py|expenses/search/(pages|sums)|expenses/sorting/(acts|plan|chosen)_|"
    r"identity/(cose|webauthn)\.py|tillroll_durable/jobs/|"
    r"tillroll_documents/invoice_writer/factur_x\.py|ledger/posting|mail/jobs\.py|observability/(counts|metrics"
    r"|trace_export)|"
    r"tillroll_documents/(bank_files/csv/words|invoice_writer|json|pdf_|pictures/|bank_numbers|file_types"
    r"|signed_files|reading/(?!(correction|reasons|voucher)\.py))|tillroll_durable/platform/(bindings/(?!objects)|cloudflare|invocation"
    r"|json|limits|models|tables|web/(links|throttling)|encryption|kept_secrets|services)|"
    r"privacy/(rows|files)|payouts/bank_files/instructions|"
    r"received_mail/(charsets|html_text|transfer)|receipts/(asking|chat_answers|transcription"
    r"|vision|originals)|runs/trace|workflows/|module|stripe|secret_links"
)
# What a call of these is given is read by programs, or by who writes them, sets them up or operates
# them.
_FOR_PROGRAMMERS: Final = re.compile(
    r"(Contract|Lookup|Type|Runtime|NotImplemented|Key|Attribute|Assertion|Undeclared(Route"
    r"|Kind))Error|InvalidSetting|"
    r"Job|Kept|Retention|Starter|Table|Gone|Statement|statement|of_person|of_nobody|compile|cast"
    r"|gauge|counter|"
    r"problem|warning|error|info|exception|debug"
)
_OF_CODE: Final = frozenset(
    {"description", "responses", "summary", "occasion", "example", "examples"}
)
_CODE: Final = re.compile(
    r"^(\{1\})?/|\?\d| = |->>|=[?:{]|<>|</?[a-z!?]|"
    r"<\w+[>= ]<|<\w+>\{| [<>]=? [\d?:{(]|\|\||\bIS (NOT )?NULL|\bAND [a-z(]|ORDER BY|\bIN \(|"
    r"\bLIMIT |INDEXED BY|JOIN|BETWEEN|\bSUM\(|COUNT\(|substr\(|CROSS|'(none|self)'|no-store"
    r"|no-cache|^(GET|"
    r"POST|PUT)\b|"
    r"[a-z]\.\{\d|\{1\}\.[a-z{]|\{\d\}:\{\d\}|\bAS [a-z_]+$|\\[a-z.(]|"
    r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|FROM|WHERE|AND|OR|ORDER|LEFT|UNION|EXISTS|CASE"
    r"|WHEN|GROUP|"
    r"SET|ON|VALUES)\b"
)
_HOLE: Final = re.compile(r"\{[^{}]*\}")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_NUMBERED: Final = re.compile(r"\{\d+\}")
_HEAD: Final = """\
msgid ""
msgstr ""
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
# Names of types, codes, columns of other programs' files, and samples.
_NAMES: Final = re.compile(
    r"^[A-Z0-9_ -]+$|\w \| |\{1\}-\{2\}|^sha256|\.jsonl|\bDESC\b|EXISTS|^CAST\(|^export_items"
    r"|WHERE|^return: |"
    r"\d\.\d\d EUR$|; charset|; "
    r"filename|max-age|realm=|rel=|xmlns|^Type==|^json_extract|^books_grants|></|"
    r"\b\.id\b|^schedule:|^\^|after-closing|deadlines|^instances |observability: |reconciler: "
    r"|audit: "
)
# Lists of columns that a program wants by these names.
_LISTS: Final = frozenset({"DATEV_HEADINGS", "COLUMNS"})
# What a library says for us: a schedule's time in words.
_OF_LIBRARIES: Final = (
    *(
        "At {1} every day",
        "At {1} on {2}",
        "At {1} on {2} through {3}",
        "At {1} on {2} and {3}",
        "Every minute",
    ),
    *(
        "At {1} on the {2} day of every month",
        "At {1} on the {2} and the {3} day of month",
        "Every hour",
    ),
    *(
        "Every {1} minute of every hour",
        "At the start of every hour",
        "At minute {1} past every hour",
    ),
    "At minute {1} past every {2} hour",
)
# What stands in holes of sentences: single words, and a word beside a value.
_WORDS: Final = [
    "approved",
    "voided",
    "ready",
    "exported",
    "claimed",
    "paid",
    "failed",
    "rejected",
    "cancelled",
    "complete",
    "completed",
    "processing",
    "needs_review",
    "in_review",
    "retried",
    "abandoned",
    "is",
    "are",
    "was",
    "were",
    "it",
    "them",
    "opening",
    "closing",
    "owner",
    "approver",
    "admin",
    "bookkeeper",
    "submitter",
    "company",
    "taken",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "last",
    "reviewer",
    "operator",
    "auditor",
    "refunded",
    "restored",
    "changed",
    "unmapped",
    "ignored",
    "done",
    "waiting",
    "received",
    "mapped",
    "processed",
    "pending",
    "booked",
    "batch",
    "limit",
    "expenses",
    "they",
    "and",
    "or",
    "Imports",
    "forgotten",
    "retrying",
    "none",
    "arrived",
    "nowhere",
    "car",
    "motorcycle",
    "bicycle",
    "mile",
    *(f"{each}th" for each in (*range(10, 32), 40, 45, 50)),
    # How many days lie between a document and its money.
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "cash",
    "card",
    "1 expense",
    "{1} expenses",
    "a PDF",
    "a schedule",
    "A {1} run",
    "An {1} run",
    "{1} (code {2})",
    "{1} applies",
    "event {1}",
    "entry {1}",
    "entry {1} (line {2} of the file)",
    "{1} above {2}",
]


@dataclass(frozen=True)
class Sentence:
    """`text` has its holes by number, `holes` says what stands in them, and `at` is its file."""

    text: str
    holes: tuple[str, ...]
    at: str


@cache
def sentences() -> tuple[Sentence, ...]:
    """Each once, in the order of files."""
    found: dict[str, Sentence] = {}
    for path in sorted(SOURCE.glob("tillroll*/**/*.py")):
        name = path.relative_to(SOURCE).as_posix().removeprefix("tillroll/")
        for each in sentences_in(
            path.read_text(encoding="utf-8"), name, is_silent=_SILENT.match(name) is not None
        ):
            found.setdefault(each.text, each)
    for text in _OF_LIBRARIES:
        found.setdefault(text, Sentence(text, (), "libraries"))
    for word in _WORDS:
        found.setdefault(word, Sentence(word, (), "words in holes"))
    return tuple(found.values())


def sentences_in(source: str, at: str, *, is_silent: bool = False) -> list[Sentence]:
    """Those of one module; of a silent one, what refusals and audit events say."""
    tree = ast.parse(source)
    reader = _Reader(at)
    for node in filter(_speaks, ast.walk(tree)) if is_silent else [tree]:
        reader.visit(node)
    for each in said_words_in(tree):
        reader.visit_said(each)
    return reader.found


def _speaks(node: ast.AST) -> bool:
    match node:
        case ast.ClassDef():
            return _is_of_audit(node)
        case (
            ast.Assign(
                targets=[
                    ast.Name(id="explanation" | "says" | "thing" | "_FAILURE_SAYS") | ast.Tuple()
                ]
            )
            | ast.Call(func=ast.Name(id="Kind"))
        ):
            return True
        case _:
            return False


def _is_of_audit(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Action" for base in node.bases)


class _Reader(ast.NodeVisitor):
    def __init__(self, at: str) -> None:
        self.found: list[Sentence] = []
        self._at = at
        self._is_audit = False

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        """An annotation says nothing."""

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        node.returns = None
        self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast names it

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        before, self._is_audit = self._is_audit, _is_of_audit(node)
        self.generic_visit(node)
        self._is_audit = before

    def visit_Call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if (
                _FOR_PROGRAMMERS.fullmatch(name)
            ):
                return
            case ast.Call(
                func=ast.Name(id="not_found" | "missing"), args=[ast.Constant(value=str() as thing)]
            ):
                self._add(thing)
            case ast.Call(
                func=ast.Name(id="say" | "Paragraph") | ast.Attribute(attr="say"),
                args=[ast.Constant() | ast.JoinedStr() as said, *rest],
            ):
                self._said(said, least=1)
                for each in [*rest, *node.keywords]:
                    self.visit(each)
            case _:
                self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in _OF_CODE:
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """A field of an expense says in its annotation what its search token asks for."""
        for each in ast.walk(node.annotation):
            if isinstance(each, ast.keyword) and each.arg == "meaning":
                self.visit(each)
        if node.value is not None and ast.unparse(node.target) not in _LISTS:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        match node:
            case ast.Assign(
                targets=[ast.Name(id="thing")], value=ast.Constant(value=str() as thing)
            ):
                self._add(thing)
            case _:
                self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for each in node.values:
            self.visit(each)

    def visit_said(self, node: ast.Constant) -> None:
        """A literal that is said, be it a single word."""
        self._said(node, least=1)

    def visit_Constant(self, node: ast.Constant) -> None:
        self._said(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._said(node)

    def _said(self, node: ast.Constant | ast.JoinedStr, least: int = 2) -> None:
        match node:
            case ast.Constant(value=str() as text) if is_said(text, least):
                said = words_of_action(text) if self._is_audit else text
                self._add(said, *(hole[1:-1] for hole in _HOLE.findall(said)))
            case ast.JoinedStr(values=values):
                text = "".join(
                    str(each.value) if isinstance(each, ast.Constant) else "{}" for each in values
                )
                held = [each.value for each in values if isinstance(each, ast.FormattedValue)]
                # "{n} day{'s' if n > 1 else ''} later" says two words, one of them by a choice.
                if is_said(text, least) or (_chooses_words(held) and is_said(text, 1)):
                    self._add(text, *map(ast.unparse, held))
                for each in held:
                    self.visit(each)
            case _:
                pass

    def _add(self, text: str, *holes: str) -> None:
        self.found.append(Sentence(numbered(text), holes, self._at))


def _chooses_words(held: list[ast.expr]) -> bool:
    """Whether a hole holds one of two words."""
    choices = [each for hole in held for each in ast.walk(hole) if isinstance(each, ast.IfExp)]
    texts = [each for choice in choices for each in (choice.body, choice.orelse)]
    return any(
        isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and _WORD.fullmatch(each.value.strip())
        for each in texts
    )


def numbered(text: str) -> str:
    """With the holes of a format by number: "Paid on {day}" is "Paid on {1}"."""
    number = iter(range(1, 100))
    return _HOLE.sub(lambda _: f"{{{next(number)}}}", text)


def is_said(text: str, least: int = 2) -> bool:
    """So many words or more, and no SQL, XML or name of code."""
    bare = _HOLE.sub(" ", text).strip()
    if len(_WORD.findall(bare)) < least or (least > 1 and " " not in bare) or "\n" in text:
        return False
    return not _CODE.search(numbered(text)) and not _NAMES.search(numbered(text))


def translations() -> dict[str, str]:
    """What the catalogue has, by the English."""
    return translations_in(CATALOGUE.read_text(encoding="utf-8")) if CATALOGUE.is_file() else {}


def holes_of(text: str) -> list[str]:
    return sorted(_NUMBERED.findall(text))


def renew(known: Mapping[str, str]) -> None:
    """Write the catalogue with the translations that are known.

    The entries are sorted and name no file, so a file that is moved changes nothing here.
    """
    parts = [_HEAD]
    for each in sorted(sentences(), key=lambda sentence: sentence.text):
        notes = "".join(
            f"#. {{{number}}}: {hole[:60]}\n" for number, hole in enumerate(each.holes, 1)
        )
        parts.append(
            f"{notes}msgid {_quoted(each.text)}\nmsgstr {_quoted(known.get(each.text, ''))}\n"
        )
    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_text("\n".join(parts), encoding="utf-8")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    renew(translations())
