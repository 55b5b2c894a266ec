"""The stand-in's queries: submitted once a token, queued, run, paged, unloaded, stopped; and what goes wrong."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pyarrow import csv

from tests.athena.catalogue import Declared, declared
from tests.athena.engine import Engine, UserError

PARTS = 3  # files that an UNLOAD writes
_UNLOAD = re.compile(r"\s*UNLOAD\s*\((.*)\)\s*TO\s*'([^']+)'\s*WITH\s*\((.*)\)\s*", re.DOTALL | re.IGNORECASE)
Body = dict[str, Any]


class Refused(Exception):
    """An error of the interface itself."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(message or code)
        self.code, self.status = code, status


@dataclass(kw_only=True)
class Course:
    """How a query shall go: refused polls aside, `polls` looks see it queued or running before it is run.

    `error` is (category, type, retryable); `held` leaves it running until it is stopped.
    """

    state: str = "SUCCEEDED"
    polls: int = 0
    error: tuple[int, int, bool] | None = None
    held: bool = False
    claims: int | None = None  # bytes it says to have scanned while it runs and at its end


@dataclass(kw_only=True)
class Query:
    id: str
    token: str
    request: Body
    course: Course
    state: str = "QUEUED"
    looks: int = 0
    scanned: int = 0
    error: tuple[int, int, bool] | None = None
    manifest: str | None = None
    cause: str = ""  # why it failed, for whoever works on the stand-in
    begun: float = field(default_factory=time.time)

    @property
    def output(self) -> str:
        place = self.request.get("ResultConfiguration", {}).get("OutputLocation", "")
        return f"{place.rstrip('/')}/{self.id}.csv"


@dataclass(kw_only=True)
class Service:
    """Athena's interface. `courses` are taken by queries in the order of their submission."""

    engine: Engine
    tables: dict[tuple[str, str], Declared]
    workgroups: dict[str, Body]
    databases: set[str]
    queries: dict[str, Query] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    courses: list[Course] = field(default_factory=list)
    executed: int = 0
    pages: dict[str, pa.Table] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def declare(self, statement: str) -> Declared:
        table = declared(statement)
        self.tables[table.database, table.name] = table
        self.databases.add(table.database)
        return table

    def answer(self, operation: str, body: Body) -> Body:
        found = getattr(self, f"_{operation}", None)
        if found is None:
            raise Refused("InvalidRequestException", f"the stand-in has no {operation}")
        with self.lock:
            answer: Body = found(body)
        return answer

    def running(self) -> list[str]:
        """Queries that would go on in Athena if nobody stopped them."""
        return [query.id for query in self.queries.values() if query.state in {"QUEUED", "RUNNING"}]

    def of_state(self, state: str) -> list[Query]:
        return [query for query in self.queries.values() if query.state == state]

    def _StartQueryExecution(self, body: Body) -> Body:
        group = body.get("WorkGroup", "primary")
        if group not in self.workgroups:
            raise Refused("InvalidRequestException", f"WorkGroup {group} is not found.")
        token = body.get("ClientRequestToken", "")
        if not 32 <= len(token) <= 128:
            raise Refused("InvalidRequestException", "ClientRequestToken")
        if known := self.tokens.get(token):
            if self.queries[known].request != body:
                raise Refused("InvalidRequestException", "Idempotent parameters do not match")
            return {"QueryExecutionId": known}
        course = self.courses.pop(0) if self.courses else Course()
        query = Query(id=str(uuid.uuid4()), token=token, request=body, course=course)
        self.queries[query.id] = query
        self.tokens[token] = query.id
        return {"QueryExecutionId": query.id}

    def _query(self, body: Body) -> Query:
        try:
            return self.queries[body["QueryExecutionId"]]
        except KeyError:
            raise Refused("InvalidRequestException", "QueryExecution was not found") from None

    def _GetQueryExecution(self, body: Body) -> Body:
        query = self._query(body)
        if query.state in {"QUEUED", "RUNNING"}:
            query.looks += 1
            query.state = "RUNNING" if query.looks > 1 or query.course.held else query.state
            query.scanned = query.course.claims or 0
            if not query.course.held and query.looks > query.course.polls:
                self._run(query)
        return {"QueryExecution": _described(query)}

    def _run(self, query: Query) -> None:
        course = query.course
        if course.state != "SUCCEEDED":
            query.state, query.error = course.state, course.error
            return
        self.executed += 1
        try:
            query.scanned = self._execute(query)
            query.state = "SUCCEEDED"
        except UserError as error:
            query.state, query.error = "FAILED", (2, error.type, False)
            query.cause = repr(error.__cause__ or error)
        if course.claims is not None:
            query.scanned = course.claims

    def _execute(self, query: Query) -> int:
        statement = query.request["QueryString"]
        unload = _UNLOAD.fullmatch(statement)
        with duckdb.connect(config={"threads": 2}) as connection:
            scanned = self.engine.run(unload[1] if unload else statement, connection)
            if unload:
                query.manifest = self._unload(connection, query, unload[2], unload[3])
            else:
                path = self.path_of(query.output)
                path.parent.mkdir(parents=True, exist_ok=True)
                connection.execute(f"COPY result TO '{path}' (FORMAT csv, HEADER, FORCE_QUOTE *, NULLSTR '')")
        return scanned

    def _unload(
        self, connection: duckdb.DuckDBPyConnection, query: Query, place: str, how: str
    ) -> str | None:
        """Parquet in parts and in no order, and a list of them; refuses what Athena refuses."""
        folder = self.path_of(place)
        names = [row[0] for row in connection.execute("DESCRIBE result").fetchall()]
        zoned = connection.execute(
            "SELECT count(*) FROM (DESCRIBE result) WHERE column_type LIKE '%TIME ZONE'"
        )
        count = zoned.fetchone()
        if "'PARQUET'" not in how or len(set(names)) < len(names) or (count and count[0]):
            raise UserError(1301)
        if folder.exists() and any(folder.iterdir()):
            raise UserError(1302)  # HIVE_PATH_ALREADY_EXISTS
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for part in range(PARTS):
            rows = f"SELECT * FROM result WHERE hash({names[0]}, {names[1]}) % {PARTS} = {part}"
            name = f"{query.id}-{part}"
            connection.execute(
                f"COPY ({rows} ORDER BY hash({names[1]})) TO '{folder / name}' (FORMAT parquet)"
            )
            written.append(f"{place.rstrip('/')}/{name}")
        manifest = f"{query.output.removesuffix('.csv')}-manifest.csv"
        self.path_of(manifest).write_text("\n".join(written) + "\n")
        return manifest

    def path_of(self, url: str) -> Path:
        bucket, _, key = url.removeprefix("s3://").partition("/")
        return self.engine.buckets[bucket] / key

    def _StopQueryExecution(self, body: Body) -> Body:
        query = self._query(body)
        if query.state in {"QUEUED", "RUNNING"}:
            query.state = "CANCELLED"
        return {}

    def _GetQueryResults(self, body: Body) -> Body:
        """1,000 rows a page; the first page begins with the names of the columns, which count."""
        query = self._query(body)
        if query.state != "SUCCEEDED":
            raise Refused("InvalidRequestException", f"Query did not finish successfully: {query.state}")
        if query.manifest:
            return {"ResultSet": {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}, "UpdateCount": 0}
        if not self.path_of(query.output).exists():
            raise Refused("InvalidRequestException", "Could not find results")
        table = self._page_source(query)
        size = min(int(body.get("MaxResults", 1000)), 1000)
        begin = int(body.get("NextToken", 0))
        rows = [{"Data": [{"VarCharValue": name} for name in table.column_names]}] if begin == 0 else []
        end = begin + size - len(rows)
        values = [column.to_pylist() for column in table.slice(begin, end - begin).columns]
        rows += [
            {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
            for row in zip(*values, strict=True)
        ]
        described = [
            {"Name": name, "Label": name, "Type": "varchar", "CatalogName": "hive", "Precision": 0, "Scale": 0,
             "Nullable": "UNKNOWN", "CaseSensitive": True, "SchemaName": "", "TableName": ""}
            for name in table.column_names
        ]  # fmt: skip
        more = {"NextToken": str(end)} if end < table.num_rows else {}
        return {"ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": described}}} | more

    def _page_source(self, query: Query) -> pa.Table:
        if query.id not in self.pages:
            self.pages.clear()
            path = self.path_of(query.output)
            with path.open() as lines:
                names = lines.readline().strip().replace('"', "").split(",")
            options = csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                null_values=[""],
            )
            parse = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
            self.pages[query.id] = csv.read_csv(path, convert_options=options, parse_options=parse)
        return self.pages[query.id]

    def _GetWorkGroup(self, body: Body) -> Body:
        name = body["WorkGroup"]
        if name not in self.workgroups:
            raise Refused("InvalidRequestException", f"WorkGroup {name} is not found.")
        return {"WorkGroup": {"Name": name, "State": "ENABLED", "Configuration": {}} | self.workgroups[name]}

    def _GetDatabase(self, body: Body) -> Body:
        name = body["DatabaseName"]
        if name not in self.databases:
            raise Refused("MetadataException", f"Database {name} not found")
        return {"Database": {"Name": name}}

    def _GetTableMetadata(self, body: Body) -> Body:
        table = self.tables.get((body["DatabaseName"], body["TableName"].lower()))
        if table is None:
            raise Refused("MetadataException", f"Table {body['TableName']} not found")
        return {"TableMetadata": table.metadata()}


def _described(query: Query) -> Body:
    status: Body = {"State": query.state, "SubmissionDateTime": query.begun}
    if query.state in {"FAILED", "CANCELLED"}:
        status["StateChangeReason"] = "a reason that quotes the row of Ada Lovelace"
    if query.error:
        category, type_, retryable = query.error
        status["AthenaError"] = {
            "ErrorCategory": category, "ErrorType": type_, "Retryable": retryable,
            "ErrorMessage": "a message that quotes the row of Ada Lovelace",
        }  # fmt: skip
    statistics: Body = {"DataScannedInBytes": query.scanned}
    if query.manifest:
        statistics["DataManifestLocation"] = query.manifest
    return {
        "QueryExecutionId": query.id,
        "Query": query.request["QueryString"],
        "StatementType": "DML",
        "ResultConfiguration": {"OutputLocation": query.output},
        "QueryExecutionContext": query.request.get("QueryExecutionContext", {}),
        "Status": status,
        "Statistics": statistics,
        "WorkGroup": query.request.get("WorkGroup", "primary"),
    }


def tag_of(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def dumps(body: Body) -> bytes:
    return json.dumps(body).encode()
