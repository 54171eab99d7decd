# twin/sql.json, as bench/worker.py lays it beside the other modules.
SQL: dict[str, list[str]]
