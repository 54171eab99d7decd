"""The fake server, for all tests of commands that ask one."""

from tests.unit.cli.client.fake_server import server

__all__ = ["server"]
