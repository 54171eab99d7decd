"""A simulated year at 1, 10 and 100 million receipts a month, from what was measured.

Usage: python -m bench.scale [--write]

Prints the computed parts of docs/scale.md; with --write they go there. `python -m
bench.scale.measure` measures anew.
"""

import argparse

from bench.scale.page import PAGE, parts, with_scale


def main() -> None:
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--write", action="store_true", help="put the parts into docs/scale.md")
    if asked.parse_args().write:
        PAGE.write_text(with_scale(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        return
    for name, text in parts().items():
        print(f"## {name}\n\n{text}\n")


if __name__ == "__main__":
    main()
