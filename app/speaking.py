"""The language of each request, known before anything answers it."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import problem
from app.language import spoken, wanted
from geo.errors import BadQuery


class Speaking:
    """
    Middleware that lets every answer be made in the language that `lang` or the Accept-Language header asks for.

    What is behind it never sees `lang`, which every address understands.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse a language that is not spoken here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        header = b", ".join(value for name, value in scope["headers"] if name == b"accept-language")
        query = scope["query_string"].decode("latin-1")
        try:
            speech = wanted(query, header.decode("latin-1"))
        except BadQuery as exc:
            await problem(400, str(exc))(scope, receive, send)
            return
        if speech.query != query:
            scope = {**scope, "query_string": speech.query.encode("latin-1")}
        with spoken(speech):
            await self.app(scope, receive, send)
