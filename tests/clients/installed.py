"""What generates and checks clients, in .build/clients: nothing of Tillroll needs it, and only
`make clients` installs it.
"""

from local.further_tools import FurtherTools
from local.places import BUILD, ROOT

_LOCKED = ROOT / "tests" / "clients"
TOOLS = FurtherTools(
    BUILD / "clients",
    python_title="what generates a Python client",
    requirements=_LOCKED / "requirements.txt",
    node_title="what generates a TypeScript client",
    node_lock=_LOCKED,
    node_product=".bin/redocly",
)
