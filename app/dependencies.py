"""What a route may ask for: the live service, and the address under which it was reached."""

from typing import Annotated

from fastapi import Depends, Request

from app.ogc.links import base_of
from app.service import Live, Service


async def get_service(request: Request) -> Service:
    """The prepared service of the present snapshot."""
    live: Live = request.state.live
    return live.service


ServiceDep = Annotated[Service, Depends(get_service)]


async def get_base(request: Request) -> str:
    """The address of the service, without a slash at its end."""
    live: Live = request.state.live
    return base_of(request, live.settings.public_url)


BaseDep = Annotated[str, Depends(get_base)]
