"""What the page knows of formats and their profiles is what the exports know: its module is run by
the pinned Node.
"""

from typing import Any

from tests.support.node import run_in_node
from tillroll.exports.writers.formats import FORMATS, Needs


def _of_the_page() -> dict[str, Any]:
    return run_in_node('return { ...(await load("public/js/exports/formats.ts")) };', None)


def test_the_page_offers_every_format_and_every_option() -> None:
    page = _of_the_page()
    by_itself = {
        name for name, file in FORMATS.items() if not file.needs & {Needs.ACCOUNT, Needs.DATEV}
    }
    assert {each["value"] for each in page["FORMATS"]} == by_itself
    with_options = {name for name, file in FORMATS.items() if file.options}
    assert {each["value"] for each in page["WITH_PROFILE"]} == with_options == {*page["TAKES"]}
    for name, takes in page["TAKES"].items():
        known = {_camel(option) for option in FORMATS[name].options} - {"other"}
        assert {*takes} == known, name


def test_the_page_has_a_name_for_every_format() -> None:
    names = run_in_node(
        """
        const { formatName } = await load("public/js/exports/formats.ts");
        return given.map((format) => formatName(format));
        """,
        [*FORMATS],
    )
    called_as_in_the_api = {each for each, name in zip(FORMATS, names, strict=True) if each == name}
    assert called_as_in_the_api == {"hledger", "beancount"}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
