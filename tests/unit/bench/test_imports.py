"""What a start, an upload, its run and any other request import: Pyodide never gives back the
memory it takes.
"""

from bench.imports import counted


def test_no_more_modules_are_imported_than_these() -> None:
    # Before the code was cut into packages, and long files by subject: 112, 145, 217, 281, 289. A
    # start is without what few requests need: how runs are undone, and refused sign-ins. Settings
    # are without SEPA. A run is without PDF, which a photo does without. Databases by their
    # numbers, what a write hands over, and the rows of sessions took one module each. Where
    # accounts have moved, and lists of all databases, took two; lists near people took two more.
    # The months of the calendar, which five features computed each by itself, took one. What a
    # decision saw took two. The tax at a rate, and of a tip, took one each, and names of towns one.
    # Figures that are glued to a word took one, and the shares of an expense one. Of a
    # step that kills its process one module knows, and one of a request that may still arrive. How
    # an instance is made took one. What a tax comes to took one, and days in two orders one.
    # A reading knows the company by its account's name, but not by a set-up's: one.
    # A policy is about a category by its own name: one.
    # Whose rows a batch writes, and what of an exception may be told, took one each. So did what
    # may change of an approved expense, and whose word on duplicates stands.
    # What a run hands to the one that goes on in its place took one each.
    # What contradicts a title of a refund, decimals that stand apart, and years of two digits, the
    # days of a stay, and a digit that a total lost: five of each reading.
    # Papers by which nothing is sold, and their words: two of each reading.
    most = (120, 157, 229, 313, 323)
    modules = {what: modules for what, (modules, _) in counted().items()}
    beyond = {
        what: (modules[what], bound)
        for what, bound in zip(modules, most, strict=True)
        if modules[what] > bound
    }
    assert beyond == {}, (
        "import what is rarely needed where it is needed, or raise the bound with a reason"
    )
