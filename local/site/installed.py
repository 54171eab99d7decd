"""What builds the site, in .build/site-tools: nothing of Tillroll needs it, and only `make site`
installs it.
"""

from typing import Final

from local.further_tools import FurtherTools
from local.places import BUILD, ROOT

TOOLS: Final = FurtherTools(
    BUILD / "site-tools",
    python_title="what builds the site",
    requirements=ROOT / "requirements" / "site.txt",
    node_title="what draws its diagrams",
    node_lock=ROOT / "local" / "site",
    node_product="@mermaid-js/tiny/dist/mermaid.tiny.js",
)
