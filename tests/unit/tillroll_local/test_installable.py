"""What is installed once, and what makes it be installed again."""

from dataclasses import replace
from pathlib import Path

import pytest

from tillroll_local.commands import CommandFailed
from tillroll_local.installable import Installable


class Workshop:
    """An installable whose installation copies its input, and that counts how often it was done."""

    def __init__(self, folder: Path) -> None:
        self.source, self.product = folder / "lock.txt", folder / "out" / "product"
        self.source.write_text("one", encoding="utf-8")
        self.installed = 0
        self.fails = False
        self.part = Installable(
            "a thing",
            (self.source,),
            self.product.parent / ".stamp",
            self.product,
            self._install,
            root=folder,
        )

    def _install(self, run: object) -> None:
        del run
        self.product.parent.mkdir(exist_ok=True)
        if self.fails:
            raise CommandFailed("interrupted half-way")
        self.product.write_text(self.source.read_text(encoding="utf-8"), encoding="utf-8")
        self.installed += 1

    def bring_up_to_date(self) -> None:
        self.part.bring_up_to_date(lambda *_: None)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_it_is_installed_once_and_says_so(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    workshop.bring_up_to_date()
    assert capsys.readouterr().out.splitlines()[0] == "Installing a thing …"
    workshop.bring_up_to_date()
    assert (workshop.installed, capsys.readouterr().out) == (1, "")


def test_a_changed_input_installs_again(workshop: Workshop) -> None:
    workshop.bring_up_to_date()
    workshop.source.write_text("two", encoding="utf-8")
    workshop.bring_up_to_date()
    assert workshop.product.read_text(encoding="utf-8") == "two"


def test_a_lost_product_installs_again(workshop: Workshop) -> None:
    """As when the system's Python was replaced, and the environment's interpreter is a link into
    nothing.
    """
    workshop.bring_up_to_date()
    workshop.product.unlink()
    workshop.product.symlink_to("/nonexistent/python3")
    assert not workshop.part.is_installed()


def test_a_lost_file_beside_the_product_installs_again(workshop: Workshop) -> None:
    beside = workshop.product.parent / "beside"
    part = replace(workshop.part, others=(beside,))
    workshop.bring_up_to_date()
    assert not part.is_installed()
    beside.touch()
    assert part.is_installed()


def test_an_interrupted_installation_is_repeated(workshop: Workshop) -> None:
    workshop.bring_up_to_date()
    workshop.source.write_text("two", encoding="utf-8")
    workshop.fails = True
    with pytest.raises(CommandFailed):
        workshop.bring_up_to_date()
    workshop.source.write_text("one", encoding="utf-8")  # even where the old stamp would fit again
    assert not workshop.part.is_installed()
    workshop.fails = False
    workshop.bring_up_to_date()
    assert workshop.part.is_installed()
