"""The HTTP service: read-only, one snapshot, no request to anybody else."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from app import errors
from app.guard import Guard
from app.ogc.description import VERSION
from app.ready import ReadyFirst
from app.routes import (
    briefs,
    collections,
    compare,
    health,
    items,
    landing,
    lists,
    pages,
    picture,
    places,
    plan,
    score,
    search,
    study,
    table,
    tiles,
)
from app.service import Live, Service, prepare
from app.settings import Settings
from app.speaking import Speaking


class State(TypedDict):
    """What every request can reach."""

    live: Live


def create_app(settings: Settings | None = None, service: Service | None = None, *, warm: bool = False) -> FastAPI:
    """
    Assemble the service; the server and the tests call this.

    Parameters
    ----------
    service
        What answers; prepared as the service starts unless it is given.
    warm
        Whether a thread makes ahead what the first questions would wait for, while others are answered already.
    """
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        live = Live(settings, service or prepare(settings), warm=warm)
        live.make_ahead()
        with_signals = threading.current_thread() is threading.main_thread()
        loop = asyncio.get_running_loop()
        if with_signals:
            loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, live.reload))
        yield {"live": live}
        if with_signals:
            loop.remove_signal_handler(signal.SIGHUP)

    app = FastAPI(
        title="NYC Broadband Equity Map",
        description="Where New Yorkers are left without affordable broadband, why, and what to do next. Read-only.",
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redirect_slashes=False,
        redoc_url=None,
    )
    for module in (
        items,
        collections,
        tiles,
        score,
        search,
        table,
        places,
        compare,
        study,
        landing,
        pages,
        picture,
        lists,
        plan,
        briefs,
        health,
    ):
        app.include_router(module.router)
    app.add_middleware(ReadyFirst)
    app.add_middleware(Speaking)
    app.add_middleware(Guard, rate_per_minute=settings.rate_per_minute)
    errors.install(app)
    return app
