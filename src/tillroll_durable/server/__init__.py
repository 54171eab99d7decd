"""HTTP for a deployment of workflows: begin a run, look at it, and act on it, by bearer tokens.

`routing` takes a request of any runtime and gives its reply. The product has the same routes, with
the same JSON, and more.
"""
