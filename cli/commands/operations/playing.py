"""`tillroll play` of the product's workflows."""

from typing import TYPE_CHECKING, Final

from tillroll_command.commands.playing import playing

if TYPE_CHECKING:
    from tillroll_testing.play.finding import Project


def _product() -> "Project":
    from cli.operations.project import PROJECT

    return PROJECT


play: Final = playing(_product)
