"""Install what the project needs, once: `python3 -m local.setup`.

This file is read by whatever python3 the machine has: it uses nothing newer than Python 3.6 before
it has looked at the version.
"""

import sys

OLDEST_PYTHON = (3, 11)


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(str(number) for number in sys.version_info[:3])
        sys.stderr.write(
            f"Tillroll needs Python 3.11 or newer; this python3 is {found}. "
            "Name a newer one, for instance: make dev PYTHON=python3.12\n"
        )
        return 1
    # An old Python cannot read what follows.
    from local.places import TESTING  # noqa: PLC0415

    sys.path.insert(0, str(TESTING))
    # The project's own packages may not be installed yet.
    from local.installation import install_what_is_missing  # noqa: PLC0415

    return install_what_is_missing()


if __name__ == "__main__":
    sys.exit(main())
