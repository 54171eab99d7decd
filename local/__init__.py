"""What this machine lends in place of Cloudflare: the set-up, the launcher, the AI server and the
Pyodide bundle.
"""
