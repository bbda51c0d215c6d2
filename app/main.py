"""The HTTP service: read-only, one snapshot, no request to anybody else."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from app import errors
from app.ready import ReadyFirst
from app.routes import briefs, collections, health, lists, pages, plan
from app.service import Live, Service, prepare
from app.settings import Settings


class State(TypedDict):
    """What every request can reach."""

    live: Live


def create_app(settings: Settings | None = None, service: Service | None = None) -> FastAPI:
    """Assemble the service, which is prepared as it starts unless it is given; the server and the tests call this."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        live = Live(settings, service or prepare(settings))
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
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    for module in (pages, collections, lists, plan, briefs, health):
        app.include_router(module.router)
    app.add_middleware(ReadyFirst)
    errors.install(app)
    return app
