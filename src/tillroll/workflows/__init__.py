"""The registry of all kinds of workflows. A workflow of your own is a folder here."""
