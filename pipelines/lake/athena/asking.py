"""Asks Athena through PyAthena: sends a query once, waits, retries what may pass, stops what nobody waits for.

Every query is written down before it is sent and again before it is waited for (`hub.lakes.QueryLog`), so that
the next run can stop it when this process is killed.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import pyathena
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pyathena.connection import Connection
from pyathena.cursor import Cursor
from pyathena.error import Error as AthenaError
from pyathena.model import AthenaQueryExecution
from pyathena.util import RetryConfig

from hub.addresses import LakeAddress
from hub.commands import SHORT_NAP, stop_requested
from hub.errors import ConfigError, FatalError, InterruptedRun, RetryableError
from hub.lakes import LeftQuery, QueryLog
from hub.workers import MOST_WORKERS
from pipelines.lake.athena import failures
from pipelines.lake.athena.failures import PassingFailure
from pipelines.lake.athena.habits import Habits
from pipelines.lake.athena.spending import Spending

log = structlog.get_logger("hub.lake")
CALL_ATTEMPTS = 5  # of one call of the interface, by the client itself
START = "provide-client-params.athena.StartQueryExecution"
_token: ContextVar[str] = ContextVar("athena_token", default="")  # of the query that is being sent


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A query that succeeded: where its result lies, and the cursor that can ask for it page by page."""

    query_id: str
    output: str
    manifest: str | None
    scanned: int
    cursor: Cursor


@dataclass(kw_only=True)
class Asker:
    """One connection. `log` is where queries are written down; None before a run has begun."""

    address: LakeAddress
    habits: Habits
    log: QueryLog | None = None
    spending: Spending = field(init=False)
    _connection: Connection[Cursor] | None = field(init=False, default=None)
    _making: Lock = field(init=False, default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        self.spending = Spending(budget=self.habits.budget, price=self.habits.price)

    @property
    def connection(self) -> Connection[Cursor]:
        """PyAthena's connection, made once for all workers."""
        with self._making:
            if self._connection is None:
                self._connection = self._connected()
            return self._connection

    def _connected(self) -> Connection[Cursor]:
        """The clients find credentials and endpoints as AWS's tools do."""
        found = pyathena.connect(
            s3_staging_dir=self.address.options["staging"],
            region_name=self.address.region,
            work_group=self.address.workgroup,
            schema_name=self.address.database,
            catalog_name=self.address.options["catalog"],
            poll_interval=min(self.habits.poll, SHORT_NAP),
            config=Config(
                retries={"mode": "standard", "max_attempts": CALL_ATTEMPTS},
                max_pool_connections=MOST_WORKERS,
                connect_timeout=10,
                read_timeout=60,
            ),
            retry_config=RetryConfig(attempt=2, max_delay=10),
            glue_metadata_fallback=False,
        )
        found.client.meta.events.register(START, self._give_token)
        return found

    @property
    def s3(self) -> Any:
        return self.connection.s3_client

    def cursor(self, **more: Any) -> Cursor:
        try:
            return self.connection.cursor(Cursor, **more)
        except (AthenaError, BotoCoreError, ValueError) as error:
            raise failures.of_call(error, "connecting to Athena") from None

    def ask(self, statement: str, *, doing: str, expected: int = 0, page: int = 1) -> Answer:
        """Run a query to its end; `expected` bytes are asked of the budget before, `page` rows come at once."""
        attempt = 1
        while True:
            try:
                return self._once(statement, doing, expected, page)
            except PassingFailure as error:
                if attempt >= self.habits.attempts:
                    raise
                log.warning("lake_query_retried", attempt=attempt, error=error.message)
                self._rest(self.habits.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))
                attempt += 1

    def stop_left_over(self) -> int:
        """Stop the queries of runs that died; returns how many there were."""
        left = self.log.left_over() if self.log else []
        for query in left:
            self._stop_left(query)
        return len(left)

    def _stop_left(self, query: LeftQuery) -> None:
        """Where the process died before it knew the id, the same token brings the id and no second query."""
        client = self.connection.client
        try:
            query_id = query.query_id or self._start_again(query)
            client.stop_query_execution(QueryExecutionId=query_id)
            execution = AthenaQueryExecution(client.get_query_execution(QueryExecutionId=query_id))
        except (ClientError, BotoCoreError, AthenaError) as error:
            log.warning("lake_query_not_stopped", query=query.query_id, code=failures.code_of(error))
            return
        log.warning("lake_query_stopped", query=query_id)
        self._write_end(query.token, execution, "cancelled")

    def _start_again(self, query: LeftQuery) -> str:
        ids: list[str] = []

        def known(_: Any) -> None:
            raise _Known

        cursor = self.cursor(on_start_query_execution=ids.append, on_poll=known)
        with self._sending(query.token), suppress(_Known):
            cursor.execute(query.statement)
        return ids[0]

    def _once(self, statement: str, doing: str, expected: int, page: int) -> Answer:
        if stop_requested():
            raise InterruptedRun("stopped before the lake was asked", hint="run the command again to go on")
        token = secrets.token_hex(32)
        self.spending.allow(token, expected, doing=doing)
        watch = _Watch(asker=self, token=token, doing=doing)
        cursor = self.cursor(arraysize=page, on_poll=watch.look, on_start_query_execution=watch.started)
        if self.log:
            self.log.asking(token=token, statement=statement)
        try:
            with self._sending(token):
                cursor.execute(statement)
        except BaseException as error:  # Ctrl-C and SIGTERM too: the query is stopped, then it goes on
            ended = self._ended_badly(watch, cursor, error)
            self.spending.release(token)
            raise ended from None
        execution = watch.seen
        assert execution is not None  # a query that succeeded was looked at
        self._write_end(token, execution, "succeeded")
        return Answer(
            query_id=str(execution.query_id),
            output=str(execution.output_location),
            manifest=execution.data_manifest_location,
            scanned=execution.data_scanned_in_bytes or 0,
            cursor=cursor,
        )

    def _ended_badly(self, watch: _Watch, cursor: Cursor, error: BaseException) -> BaseException:
        """Stop what still runs, write down how it ended; returns what is to be raised."""
        seen = watch.seen
        if seen is not None and seen.state in AthenaQueryExecution.TERMINAL_STATES:
            self._write_end(watch.token, seen, str(seen.state).lower())
            if seen.state != AthenaQueryExecution.STATE_SUCCEEDED and isinstance(error, AthenaError):
                return failures.of_query(seen, watch.doing)
        elif cursor.query_id:
            self._stop(watch, cursor)
        elif failures.code_of(error) == failures.REFUSED:  # it never began
            self._write_end(watch.token, None, "refused")
            return self._refused(watch.doing)
        elif failures.code_of(error) in failures.NEVER_BEGUN:
            self._write_end(watch.token, None, "refused")
        return failures.of_call(error, watch.doing) if isinstance(error, AthenaError) else error

    def _stop(self, watch: _Watch, cursor: Cursor) -> None:
        try:
            cursor.cancel()
        except AthenaError as error:  # it stays on the list, and the next run tries again
            log.warning("lake_query_not_stopped", query=cursor.query_id, code=failures.code_of(error))
            return
        self._write_end(watch.token, watch.seen, "cancelled")

    def _refused(self, doing: str) -> FatalError:
        """A refused request names no reason by its code: the workgroup is the likely one."""
        try:
            self.connection.client.get_work_group(WorkGroup=self.address.workgroup)
        except ClientError as error:
            if failures.code_of(error) == failures.REFUSED:
                return ConfigError(
                    f"there is no workgroup {self.address.workgroup} in {self.address.region}",
                    hint="the first name in LAKE_URL's path is the workgroup",
                )
        return FatalError(
            f"{doing}: Athena refused the query",
            hint="type `manage.py doctor`: it asks for the workgroup, the staging folder and the tables",
        )

    def _write_end(self, token: str, execution: AthenaQueryExecution | None, state: str) -> None:
        scanned = (execution.data_scanned_in_bytes if execution else 0) or 0
        price = self.spending.add(token, scanned)
        if self.log:
            self.log.ended(token=token, state=state, scanned=scanned, price=price)

    @contextmanager
    def _sending(self, token: str) -> Iterator[None]:
        """Each attempt to send the query carries the same token: a lost answer runs nothing twice."""
        before = _token.set(token)
        try:
            yield
        finally:
            _token.reset(before)

    def _give_token(self, params: dict[str, Any], **_: object) -> None:
        if token := _token.get():
            params["ClientRequestToken"] = token

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if stop_requested():
                raise InterruptedRun(
                    "stopped while the lake was asked", hint="run the command again to go on"
                )
            time.sleep(min(left, SHORT_NAP))


class _Known(Exception):
    """The id of a query that was sent again is known: there is nothing to wait for."""


@dataclass(kw_only=True)
class _Watch:
    """Looks on while a query runs: PyAthena calls it at every poll, and what it raises ends the wait."""

    asker: Asker
    token: str
    doing: str
    begun: float = field(default_factory=time.monotonic)
    seen: AthenaQueryExecution | None = None
    query_id: str = ""

    def started(self, query_id: str) -> None:
        self.query_id = query_id
        if self.asker.log:
            self.asker.log.started(token=self.token, query_id=query_id)

    def look(self, execution: Any) -> None:
        self.seen = execution
        if execution.state in AthenaQueryExecution.TERMINAL_STATES:
            return
        if stop_requested():
            raise InterruptedRun(
                f"stopped while query {self.query_id} ran", hint="run the command again to go on"
            )
        self.asker.spending.allow(self.token, execution.data_scanned_in_bytes or 0, doing=self.doing)
        timeout = self.asker.habits.timeout
        if time.monotonic() - self.begun > timeout:
            raise RetryableError(
                f"{self.doing}: query {self.query_id} ran for more than {timeout:.0f} seconds and was stopped",
                hint="run the command again, or raise HUB_ATHENA_TIMEOUT",
            )
        self.asker._rest(max(0.0, self.asker.habits.poll - SHORT_NAP))
