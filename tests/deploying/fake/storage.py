"""The account's databases, buckets, namespaces and queues."""

import hashlib
from typing import Any

import apsw

from tests.deploying.fake.account import Account, Bucket, Database, Namespace, Queue
from tests.deploying.fake.routing import Bare, Call, Page, Refused, answers

_AT = "2026-11-01T00:00:00Z"
_uploads: dict[str, bytes] = {}


@answers("GET /accounts/{account_id}/d1/database")
def databases(account: Account, call: Call) -> Any:
    page = int(call.query.get("page", ["1"])[0])
    per_page = int(call.query.get("per_page", ["10"])[0])
    return [_described(each) for each in account.databases[(page - 1) * per_page : page * per_page]]


@answers("POST /accounts/{account_id}/d1/database")
def new_database(account: Account, call: Call) -> Any:
    body = call.body
    if any(each.name == body["name"] for each in account.databases):
        raise Refused(400, 7502, "A database with that name already exists")
    database = Database(account.new_uuid(), body["name"], body.get("jurisdiction"))
    account.databases.append(database)
    return _described(database)


@answers("GET /accounts/{account_id}/d1/database/{database_id}")
def one_database(account: Account, call: Call) -> Any:
    return _described(_database(account, call.named["database_id"]))


@answers("POST /accounts/{account_id}/d1/database/{database_id}/query")
def query(account: Account, call: Call) -> Any:
    database = _database(account, call.named["database_id"])
    connection = _opened(database)
    results: list[dict[str, Any]] = []
    try:
        rest = call.body["sql"]
        with connection:
            while rest.strip():
                statement, rest = _first_of(rest)
                results.append(
                    {
                        "results": _rows(connection, statement),
                        "success": True,
                        "meta": {"duration": 0.1},
                    }
                )
    except apsw.Error as error:
        raise Refused(400, 7500, f"{error}: SQLITE_ERROR") from error
    database.image = connection.serialize("main")
    return results


@answers("POST /accounts/{account_id}/d1/database/{database_id}/import")
def import_file(account: Account, call: Call) -> Any:
    database = _database(account, call.named["database_id"])
    body = call.body
    filename = f"{database.uuid}.{body.get('etag', '')}.sql"
    done: dict[str, Any] = {"success": True, "type": "import", "status": "complete", "messages": []}
    if body["action"] == "init":
        return {"filename": filename, "upload_url": f"{call.address}/uploads/{filename}"}
    if body["action"] == "ingest":
        sql = _uploads[filename].decode()
        connection = _opened(database)
        try:
            with connection:
                # all of it: a statement that has rows ends the first turn
                list(connection.execute(sql))
        except apsw.Error as error:
            raise Refused(400, 7500, f"{error}: SQLITE_ERROR") from error
        database.image = connection.serialize("main")
        database.imported.add(filename)
    meta = {"duration": 1.0, "rows_read": 0, "rows_written": 0, "size_after": len(database.image)}
    return {
        **done,
        "at_bookmark": "1",
        "result": {"num_queries": 1, "final_bookmark": "1", "meta": meta},
    }


@answers("PUT /uploads/{filename}")
def upload(account: Account, call: Call) -> Any:
    _uploads[call.named["filename"]] = call.content
    etag = hashlib.md5(call.content, usedforsecurity=False).hexdigest()
    return Bare(b"", {"etag": f'"{etag}"'})


@answers("GET /accounts/{account_id}/r2/buckets/{bucket_name}")
def one_bucket(account: Account, call: Call) -> Any:
    jurisdiction = call.headers.get("cf-r2-jurisdiction", "default")
    for bucket in account.buckets:
        if (bucket.name, bucket.jurisdiction) == (call.named["bucket_name"], jurisdiction):
            return _bucket(bucket)
    raise Refused(404, 10006, "The specified bucket does not exist.")


@answers("GET /accounts/{account_id}/r2/buckets")
def buckets(account: Account, call: Call) -> Any:
    jurisdiction = call.headers.get("cf-r2-jurisdiction", "default")
    return {
        "buckets": [_bucket(each) for each in account.buckets if each.jurisdiction == jurisdiction]
    }


@answers("POST /accounts/{account_id}/r2/buckets")
def new_bucket(account: Account, call: Call) -> Any:
    jurisdiction = call.headers.get("cf-r2-jurisdiction", "default")
    name = call.body["name"]
    if any((each.name, each.jurisdiction) == (name, jurisdiction) for each in account.buckets):
        raise Refused(409, 10004, "The bucket you tried to create already exists, and you own it.")
    bucket = Bucket(name, jurisdiction)
    account.buckets.append(bucket)
    return _bucket(bucket)


@answers("GET /accounts/{account_id}/storage/kv/namespaces")
def namespaces(account: Account, call: Call) -> Any:
    page = int(call.query.get("page", ["1"])[0])
    per_page = int(call.query.get("per_page", ["20"])[0])
    return [
        _namespace(each) for each in account.namespaces[(page - 1) * per_page : page * per_page]
    ]


@answers("POST /accounts/{account_id}/storage/kv/namespaces")
def new_namespace(account: Account, call: Call) -> Any:
    title = call.body["title"]
    if any(each.title == title for each in account.namespaces):
        raise Refused(400, 10014, "a namespace with this account ID and title already exists")
    namespace = Namespace(account.new_id(), title, call.body.get("jurisdiction"))
    account.namespaces.append(namespace)
    return _namespace(namespace)


@answers("GET /accounts/{account_id}/queues")
def queues(account: Account, call: Call) -> Any:
    names = call.query.get("name")
    listed = [each for each in account.queues if names is None or each.name in names]
    info = {"page": 1, "per_page": 100, "count": len(listed), "total_count": len(listed)}
    return Page([_queue(each) for each in listed], info)


@answers("POST /accounts/{account_id}/queues")
def new_queue(account: Account, call: Call) -> Any:
    name = call.body["queue_name"]
    if any(each.name == name for each in account.queues):
        raise Refused(
            409,
            11009,
            f"Queue name '{name}' is already taken. Please use a different name and try again.",
        )
    queue = Queue(account.new_id(), name, call.body.get("jurisdiction"))
    account.queues.append(queue)
    return _queue(queue)


@answers("POST /accounts/{account_id}/queues/{queue_id}/consumers")
def new_consumer(account: Account, call: Call) -> Any:
    queue = _queue_of(account, call.named["queue_id"])
    if queue.consumers:
        raise Refused(400, 11004, "Queue already has a consumer")
    consumer = {
        **call.body,
        "consumer_id": account.new_id(),
        "script": call.body["script_name"],
        "created_on": _AT,
    }
    queue.consumers.append(consumer)
    return {**consumer, "queue_name": queue.name}


@answers("PUT /accounts/{account_id}/queues/{queue_id}/consumers/{consumer_id}")
def changed_consumer(account: Account, call: Call) -> Any:
    queue = _queue_of(account, call.named["queue_id"])
    for consumer in queue.consumers:
        if consumer["consumer_id"] == call.named["consumer_id"]:
            consumer.update(call.body)
            return {**consumer, "queue_name": queue.name}
    raise Refused(404, 11001, "The specified consumer does not exist.")


@answers("DELETE /accounts/{account_id}/queues/{queue_id}/consumers/{consumer_id}")
def no_consumer(account: Account, call: Call) -> Any:
    queue = _queue_of(account, call.named["queue_id"])
    for consumer in queue.consumers:
        if consumer["consumer_id"] == call.named["consumer_id"]:
            queue.consumers.remove(consumer)
            return {}
    raise Refused(404, 11001, "The specified consumer does not exist.")


def _queue_of(account: Account, queue_id: str) -> Queue:
    for queue in account.queues:
        if queue.id == queue_id:
            return queue
    raise Refused(404, 11000, "The specified queue does not exist.")


def _database(account: Account, id_or_name: str) -> Database:
    for database in account.databases:
        if id_or_name in (database.uuid, database.name):
            return database
    raise Refused(404, 7404, f"The database {id_or_name} could not be found")


def _opened(database: Database) -> Any:
    connection: Any = apsw.Connection(":memory:")
    if database.image:
        connection.deserialize("main", database.image)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _first_of(sql: str) -> tuple[str, str]:
    """The first statement of a text, and the rest: it ends where SQLite says that it is whole."""
    end = 0
    while True:
        end = sql.find(";", end) + 1
        if end == 0:
            return sql, ""
        if apsw.complete(sql[:end]):
            return sql[:end], sql[end:]


def _rows(connection: Any, statement: str) -> list[dict[str, Any]]:
    """Each row by the names of its columns, which SQLite knows only while it is at the rows."""
    cursor = connection.cursor()
    rows: list[dict[str, Any]] = []
    for row in cursor.execute(statement):
        names = [each[0] for each in cursor.description]
        rows.append(dict(zip(names, row, strict=True)))
    return rows


def _described(database: Database) -> dict[str, Any]:
    return {
        "uuid": database.uuid,
        "name": database.name,
        "jurisdiction": database.jurisdiction,
        "created_at": _AT,
        "version": "production",
        "num_tables": 0,
        "file_size": len(database.image),
    }


def _bucket(bucket: Bucket) -> dict[str, Any]:
    return {
        "name": bucket.name,
        "creation_date": _AT,
        "jurisdiction": bucket.jurisdiction,
        "location": "weur",
        "storage_class": "Standard",
    }


def _namespace(namespace: Namespace) -> dict[str, Any]:
    return {"id": namespace.id, "title": namespace.title, "supports_url_encoding": True}


def _queue(queue: Queue) -> dict[str, Any]:
    return {
        "queue_id": queue.id,
        "queue_name": queue.name,
        "jurisdiction": queue.jurisdiction,
        "created_on": _AT,
        "modified_on": _AT,
        "producers": [],
        "producers_total_count": 0,
        "consumers": queue.consumers,
        "consumers_total_count": len(queue.consumers),
        "settings": {"delivery_delay": 0, "message_retention_period": 345600},
    }
