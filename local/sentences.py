"""What the Worker says to people: its sentences, found in the code, for the German catalogue.

`python -m local.sentences` brings public/words/worker.de.po up to date: what is new comes without a translation, what is gone
goes. A literal of two words or more is a sentence, unless only programs and programmers read it: see `_SILENT`,
`_FOR_PROGRAMMERS` and `_CODE`. Its holes have numbers, as those of the page's messages have."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from local.places import ROOT

SOURCE: Final = ROOT / "src" / "tillroll"
CATALOGUE: Final = ROOT / "public" / "words" / "worker.de.po"

# Modules of which people read no more than their refusals and the actions of their audit events. The others of `reading/`
# know words of documents.
_SILENT: Final = re.compile(
    r"ai/|audit/(archive|file_verification|files|jobs|repository|seals|search|service)\.py|access/sight|"
    r"bank/(csv_words|documents|effects|entries|files_of|matches|repository|storing)\.py|bank/sources/(access|jobs|repository)|"
    r"books/(repository|tables)|claims/(naming|repository|transfer)|clients/repository|conversion/rates|"
    r"durable/(__init__|declared|step|tables|workflow|beginning)\.py|durable/execution/|"
    r"durable/operations/(archive|archive_checks|dispatch|instances|quarantine|reconciliation|selection|webhooks)\.py|"
    r"durable/record/(archive|attributes|beats|changes|runs|steps)\.py|"
    r"expenses/(naming|tables|writes)\.py|expenses/search/(pages|sums)|expenses/sorting/(acts|plan|chosen)_|"
    r"exports/writers/(report|report_layout|tables)\.py|identity/(cose|webauthn|tables)\.py|jobs/|"
    r"ledger/(posting|repository)|mail/(jobs|repository)\.py|observability/(counts|metrics|trace_export)|"
    r"pdf/|pictures/|platform/(bindings|cloudflare|invocation|json|limits|links|models|tables|throttling|encryption|services)|"
    r"privacy/(rows|files)|payouts/(instructions|repository)|reading/(?!(correction|reasons|money)\.py)|"
    r"receipts/(pdf/|asking|transcription|originals)|runs/trace|workflows/|module|stripe|secret_links"
)
# What a call of these is given is read by programs, or by who writes them, sets them up or operates them.
_FOR_PROGRAMMERS: Final = frozenset(
    "ContractError InvalidSetting TypeError LookupError AssertionError RuntimeError NotImplementedError KeyError cast "
    "UndeclaredRouteError UndeclaredKindError AttributeError Job gauge counter compile statement Statement Table Gone "
    "problem warning error info exception debug of_person of_nobody Kept Retention Starter Topic".split()
)
_OF_CODE: Final = frozenset({"description", "responses", "summary", "occasion", "example", "examples"})
_CODE: Final = re.compile(
    r"^/|\?\d|=|<|>=|\|\||\bIS (NOT )?NULL|\bAND [a-z(]|ORDER BY|\bIN \(|\bLIMIT |INDEXED BY|JOIN|BETWEEN|\bSUM\(|COUNT\(|"
    r"substr\(|CROSS|'(none|self)'|no-store|no-cache|\*|^(GET|POST|PUT)\b|/\{|\.\{1\}|\{1\}\.|\{\d\}:\{\d\}|\bAS [a-z_]+$|\\|"
    r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|FROM|WHERE|AND|OR|ORDER|LEFT|UNION|EXISTS|CASE|WHEN|GROUP|SET|ON|VALUES)\b"
)
_HOLE: Final = re.compile(r"\{[^{}]*\}")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_NUMBERED: Final = re.compile(r"\{\d+\}")
_ENTRY: Final = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', re.MULTILINE)
_HEAD: Final = """\
msgid ""
msgstr ""
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
# Single words that stand in holes of sentences.
_WORDS: Final[tuple[str, ...]] = ()


@dataclass(frozen=True)
class Sentence:
    """`text` has its holes by number, `holes` says what stands in them, and `at` is its file."""

    text: str
    holes: tuple[str, ...]
    at: str


def sentences() -> list[Sentence]:
    """Each once, in the order of files."""
    found: dict[str, Sentence] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for each in sentences_in(path.read_text(encoding="utf-8"), name, is_silent=_SILENT.match(name) is not None):
            found.setdefault(each.text, each)
    for word in _WORDS:
        found.setdefault(word, Sentence(word, (), "words in holes"))
    return [*found.values()]


def sentences_in(source: str, at: str, *, is_silent: bool = False) -> Iterator[Sentence]:
    """Those of one module; of a silent one, what refusals and audit events say."""
    tree = ast.parse(source)
    nodes: list[ast.AST] = [*filter(_speaks, ast.walk(tree))] if is_silent else [tree]
    for node in nodes:
        yield from _within(node, at)


def _speaks(node: ast.AST) -> bool:
    match node:
        case ast.ClassDef(bases=[ast.Name(id="Action"), *_]):
            return True
        case ast.Assign(targets=[ast.Name(id="says" | "thing") | ast.Tuple()]) | ast.Call(func=ast.Name(id="Kind")):
            return True
        case _:
            return False


def _within(node: ast.AST, at: str) -> Iterator[Sentence]:
    match node:
        case ast.Expr(value=ast.Constant() | ast.JoinedStr()) | ast.arg():
            return  # a docstring, an annotation
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _FOR_PROGRAMMERS:
            return
        case ast.keyword(arg=name) if name in _OF_CODE:
            return
        case ast.AnnAssign(value=value):
            if value is not None:
                yield from _within(value, at)
            return
        case ast.Assign(targets=[ast.Name(id="thing")], value=ast.Constant(value=str() as text)):
            yield Sentence(text, (), at)
            return
        case ast.Call(func=ast.Name(id="not_found" | "missing"), args=[ast.Constant(value=str() as text)]):
            yield Sentence(text, (), at)
            return
        case ast.Constant(value=str() as text):
            if is_said(text):
                yield Sentence(numbered(text), tuple(hole[1:-1] for hole in _HOLE.findall(text)), at)
            return
        case ast.JoinedStr(values=values):
            text = "".join(each.value if isinstance(each, ast.Constant) else "{}" for each in values)
            held = [each.value for each in values if isinstance(each, ast.FormattedValue)]
            if is_said(text):
                yield Sentence(numbered(text), tuple(ast.unparse(each) for each in held), at)
            for each in held:
                yield from _within(each, at)
            return
        case _:
            pass
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and child is node.returns):
            yield from _within(child, at)


def numbered(text: str) -> str:
    """With the holes of a format by number: "Paid on {day}" is "Paid on {1}"."""
    number = iter(range(1, 100))
    return _HOLE.sub(lambda _: f"{{{next(number)}}}", text)


def is_said(text: str) -> bool:
    """Two words or more, and no SQL, XML or name of code."""
    bare = _HOLE.sub(" ", text).strip()
    if len(_WORD.findall(bare)) < 2 or " " not in bare or "\n" in text:
        return False
    return not _CODE.search(numbered(text))


def translations() -> dict[str, str]:
    """What the catalogue has, by the English."""
    text = CATALOGUE.read_text(encoding="utf-8") if CATALOGUE.is_file() else ""
    return {_joined(message): _joined(other) for message, other in _ENTRY.findall(text) if _joined(message)}


def holes_of(text: str) -> list[str]:
    return sorted(_NUMBERED.findall(text))


def renew(known: Mapping[str, str]) -> None:
    """Write the catalogue anew with what is known."""
    parts = [_HEAD]
    for each in sentences():
        notes = "".join(f"#. {{{number}}}: {hole[:60]}\n" for number, hole in enumerate(each.holes, 1))
        parts.append(f"{notes}#: {each.at}\nmsgid {_quoted(each.text)}\nmsgstr {_quoted(known.get(each.text, ''))}\n")
    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_text("\n".join(parts), encoding="utf-8")


def _joined(lines: str) -> str:
    return "".join(line[1:-1] for line in lines.splitlines()).replace('\\"', '"').replace("\\\\", "\\")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    renew(translations())
