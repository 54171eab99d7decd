"""The peers' own packages, in .build/peers: nothing of Tillroll needs them, and only `make peers`
installs them.
"""

import site

from local.further_tools import FurtherTools
from local.places import BUILD, ROOT

_LOCKED = ROOT / "bench" / "peers"
TOOLS = FurtherTools(
    BUILD / "peers",
    python_title="the peers' Python packages",
    requirements=_LOCKED / "requirements.txt",
    node_title="Restate's server",
    node_lock=_LOCKED,
    node_product=".bin/restate-server",
)


def use_packages() -> None:
    """Have this process find the peers' packages too, behind its own: a client of Postgres is among
    them.
    """
    site.addsitedir(str(packages_folder()))


def packages_folder() -> str:
    """The folder into which pip installed them."""
    [found] = (TOOLS.folder / "python").glob("lib/python3.*/site-packages")
    return str(found)
