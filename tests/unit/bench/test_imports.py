"""What a start, an upload, its run and any other request import: Pyodide never gives back the
memory it takes.
"""

from bench.imports import counted


def test_no_more_modules_are_imported_than_these() -> None:
    # Two of a run read marks that several countries share. One of the last is what entity tags and
    # ranges mean, which the Worker's start has already, for the files that it answers. 14 of an
    # upload are languages, each with a file. One more holds four eyes over those whom a receipt
    # waits for. Three of a run are slips beside a receipt, and the files and the strips of a PDF.
    # One reads the titles of refunds. Four, and a fifth of a run, are parts of long files that were
    # cut by subject. Two are of the package of documents: its docstring, and its JSON, which it
    # cannot have of the core. One of an upload has the transcripts, and one of a run the countries,
    # which were cut out of longer files. One of an upload is the room of approvals: its docstring.
    # One of an upload and seven of a run are rooms of reading: their docstrings. So are three of a
    # start, of the core. Two of the settings are what models cost, which is the core's. Two of an
    # upload are budgets of models, and the quota that is handed to their ledger.
    # Two of a start, and two more of the last, are headers, problems and jobs that the Workers of
    # authors share.
    # Four more of an upload are parts of long files of expenses, cut by subject.
    # One of all keeps what bodies log until it is recorded, and one checks what authors declare.
    # Four more of a run are parts of long files of reading.
    most = (120, 156, 219, 308, 318)
    modules = {what: modules for what, (modules, _) in counted().items()}
    beyond = {
        what: (modules[what], bound)
        for what, bound in zip(modules, most, strict=True)
        if modules[what] > bound
    }
    assert beyond == {}, (
        "import what is rarely needed where it is needed, or raise the bound with a reason"
    )
