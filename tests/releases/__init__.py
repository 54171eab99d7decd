"""What each release's database was like: a folder a release, which `make record-release` writes.

None is there before the first release.
"""
