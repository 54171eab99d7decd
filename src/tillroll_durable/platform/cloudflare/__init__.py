"""The Workers half of the platform: the only code, beside entry.py, that imports `js`, `pyodide` or
`workers`."""
