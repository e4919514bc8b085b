"""The environment of the templates: everything is escaped, and nothing is loaded from elsewhere.

The Content Security Policy admits the page's own style and script by their hashes and nothing else:
https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bedrock_doctor.render import report_document as doc
from bedrock_doctor.render.document_words import (
    account_words,
    file_words,
    layer_words,
    place_words,
)
from bedrock_doctor.render.html.excerpts import excerpt_rows
from bedrock_doctor.render.html.fix_tabs import tabs

_TEMPLATES = "bedrock_doctor.render"


def render_page(template: str, **values: Any) -> str:
    """A page from one of the templates.

    Args:
        template: name of its file.
        values: what it shows; every text is escaped.
    """
    return environment().get_template(template).render(**values)


def content_security_policy(
    *,
    forms: bool = False,
    styles: tuple[str, ...] = ("style.css",),
    scripts: tuple[str, ...] = ("script.js",),
) -> str:
    """The policy of a page.

    Args:
        forms: whether the page may send forms to where it came from.
        styles: files of its style sheet.
        scripts: files of its script.
    """
    style, script = _joined(styles), _joined(scripts)
    sources = [
        "default-src 'none'",
        f"style-src '{_digest(style)}'",
        f"script-src '{_digest(script)}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'self'" if forms else "form-action 'none'",
    ]
    return "; ".join(sources)


def own_assets(styles: tuple[str, ...], scripts: tuple[str, ...]) -> dict[str, Any]:
    """Style sheet, script and policy of a page that has others than most: values for it."""
    return {
        "style": Markup(_joined(styles)),  # noqa: S704 - files of this package
        "script": Markup(_joined(scripts)),  # noqa: S704 - files of this package
        "policy": content_security_policy(styles=styles, scripts=scripts),
    }


def embedded_json(tree: object, *, compact: bool = False) -> Markup:
    """JSON for a script element: it holds no character that HTML gives a meaning to.

    Args:
        tree: the data.
        compact: without blanks.
    """
    text = json.dumps(tree, ensure_ascii=True, separators=(",", ":") if compact else None)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - it holds nothing that could be markup


@cache
def environment() -> Environment:
    """The templates with their filters."""
    made = Environment(
        loader=PackageLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "done_in": _done_in,
        "file": file_words,
        "layer": layer_words,
        "owner": _owner,
        "place": place_words,
        "rows": excerpt_rows,
        "tabs": tabs,
    }
    made.globals |= {
        "style": Markup(_asset("style.css")),  # noqa: S704 - a file of this package
        "script": Markup(_asset("script.js")),  # noqa: S704 - a file of this package
        "policy": content_security_policy(),
    }
    return made


def _done_in(fix: doc.FixEntry, document: doc.ReportDocument) -> str:
    return account_words(document, fix.owner_account)


def _owner(finding: doc.FindingEntry, document: doc.ReportDocument) -> str:
    words = account_words(document, finding.owner_account)
    return f"management account {words}" if finding.layer in ("scp", "rcp") else words


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(_asset(name) for name in names)


@cache
def _asset(name: str) -> str:
    return files(_TEMPLATES).joinpath("templates", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
