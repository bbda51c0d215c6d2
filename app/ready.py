"""What is the same for everybody is answered before routing: one look-up, ready bytes."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send


class ReadyFirst:
    """
    Middleware that answers GET and HEAD of the addresses of the live service's ready bodies.

    A question with parameters, and every other address, goes on to the routes, which document the same answers. They
    know GET alone: HEAD is asked of them as GET, and the server leaves the body out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            body = scope["state"]["live"].service.bodies.get(scope["path"])
            if body is not None and not scope["query_string"]:
                await body.answer(Request(scope))(scope, receive, send)
                return
            scope = {**scope, "method": "GET", "head": scope["method"] == "HEAD"}
        await self.app(scope, receive, send)
