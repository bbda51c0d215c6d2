"""What every page that people read is drawn with, in the language of the answer."""

import re
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.amounts import count, day, millions, money, share, signed
from app.language import LANGUAGES, gettext, ngettext, script_words, speech
from app.retold import capital, dated, sentence, told
from app.said import sentenced, unreal

OWN: Final = re.compile(r"""(<a\b[^>]*?\bhref=")(/(?!static/|layers/|exports/|/)[^"#]*)(#[^"]*)?(")""")
FORM: Final = re.compile(r"<form\b(?![^>]*\bmethod=\"post\")[^>]*>")


TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
"""Every page that people read is drawn from these templates; values are escaped."""

TEMPLATES.policies["ext.i18n.trimmed"] = True
TEMPLATES.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
TEMPLATES.filters.update(share=share, count=count, money=money, millions=millions, signed=signed, day=day, told=told)
TEMPLATES.globals.update(told=told, capital=capital, sentence=sentence, dated=dated, sentenced=sentenced, unreal=unreal)
TEMPLATES.globals.update(speech=speech, languages=LANGUAGES, script_words=script_words)


def draw(template: str, **facts: Any) -> str:
    """The page that `template` makes of `facts`, in the language of the answer, which its links carry on."""
    page = TEMPLATES.get_template(template).render(**facts)
    return carried(page, speech().code) if speech().carried else page


def carried(page: str, code: str) -> str:
    """`page` with `lang` in its links to other pages, and in its forms; an address that has one keeps it."""

    def link(found: re.Match[str]) -> str:
        before, address, fragment, after = found.groups()
        if re.search(r"(\?|&amp;|&)lang=", address):
            return found[0]
        joint = "&amp;" if "?" in address else "?"
        return f"{before}{address}{joint}lang={code}{fragment or ''}{after}"

    hidden = f'<input type="hidden" name="lang" value="{code}">'
    return FORM.sub(lambda found: found[0] + hidden, OWN.sub(link, page))
