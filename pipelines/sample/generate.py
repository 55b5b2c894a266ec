"""Write the whole sample lake: check the request, share it out among the brands, add up what they wrote."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import time
from concurrent.futures import Future, ProcessPoolExecutor, wait
from queue import Empty
from typing import Any

from hub.commands import stop_requested
from hub.errors import InterruptedRun
from hub.progress import Meter
from pipelines.sample.brand_lake import Order, Written, accounts_for, write_brand
from pipelines.sample.brands import BRANDS
from pipelines.sample.report import LakeReport
from pipelines.sample.request import MARKER, Request
from pipelines.sample.tables import Table

ALONE_BELOW = 20_000  # subscriptions: smaller lakes are not worth starting processes


def generate(request: Request, tables: dict[str, Table], progress: Meter) -> LakeReport:
    """Write the lake a request asks for. Raises UsageError before anything is written."""
    request.check()
    began = time.monotonic()
    _clear(request)
    orders = [_order(request, code, share, tables) for code, share in request.shares().items()]
    progress.begin("generate_lake", sum(accounts_for(order.subscriptions) * order.days for order in orders))
    alone = request.subscriptions < ALONE_BELOW or len(orders) == 1
    written = _write_here(orders, progress) if alone else _write_in_processes(orders, progress)
    progress.end()
    seconds = time.monotonic() - began
    return LakeReport(request=request, written=written, seconds=seconds, brands=request.shares())


def _order(request: Request, code: str, share: int, tables: dict[str, Table]) -> Order:
    return Order(
        brand=code,
        out=request.out,
        subscriptions=share,
        seed=request.seed,
        days=request.days,
        first=request.start.toordinal(),
        damage=request.damage,
        truth=request.truth,
        tables=tables,
    )


def _clear(request: Request) -> None:
    """Leave an empty folder with the marker; only a folder that carries it is ever emptied."""
    if (request.out / MARKER).exists():
        for folder in (request.out / name for name in (*BRANDS, "truth")):
            if folder.exists():
                shutil.rmtree(folder)
    request.out.mkdir(parents=True, exist_ok=True)
    (request.out / MARKER).write_text(json.dumps(request.as_dict(), indent=1) + "\n", encoding="utf-8")


def _write_here(orders: list[Order], progress: Meter) -> Written:
    written = Written()

    def told(customers: int) -> None:
        if stop_requested():
            raise InterruptedRun("generate_lake was asked to stop", hint="write it again with --force")
        progress.advance(customers)

    for order in orders:
        written += write_brand(order, told)
    return written


_said: Any = None


def _listen(queue: Any) -> None:
    """In a worker: where to tell how far it is."""
    global _said
    _said = queue


def _work(order: Order) -> Written:
    return write_brand(order, _said.put)


def _write_in_processes(orders: list[Order], progress: Meter) -> Written:
    """A brand is a process; the largest begins first."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    with ProcessPoolExecutor(mp_context=context, initializer=_listen, initargs=(queue,)) as pool:
        running = [
            pool.submit(_work, order) for order in sorted(orders, key=lambda order: -order.subscriptions)
        ]
        while not all(future.done() for future in running):
            _pass_on(queue, progress)
            if stop_requested():
                _stop(pool, running)
        written = Written()
        for future in running:
            written += future.result()
    return written


def _pass_on(queue: Any, progress: Meter) -> None:
    try:
        progress.advance(queue.get(timeout=0.2))
    except Empty:
        return


def _stop(pool: ProcessPoolExecutor, running: list[Future[Written]]) -> None:
    for process in list(pool._processes.values()):
        process.terminate()
    wait(running)
    raise InterruptedRun("generate_lake was asked to stop", hint="write it again with --force")
