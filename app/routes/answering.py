"""How documents are answered: as JSON or as a page, made when they are first asked for."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import Request, Response

from app.bodies import Body
from app.ogc.forms import HTML, JSON
from app.service import Service


def answered(
    request: Request,
    service: Service,
    base: str,
    form: str,
    make: Callable[[], Mapping[str, Any]],
    draw: Callable[[Mapping[str, Any]], str] | None = None,
    *,
    media_type: str = JSON,
) -> Response:
    """The document that `make` gives as JSON of `media_type`, or as the page that `draw` makes of it."""

    def made() -> Body:
        if form == "html" and draw:
            return Body(draw(make()).encode(), HTML, vary="Accept")
        return Body(orjson.dumps(make(), option=orjson.OPT_SERIALIZE_NUMPY), media_type, vary="Accept")

    return service.answers.get((request.url.path, form, base), made).answer(request)
