"""The pages and what they load: files of the `web` folder, and nothing outside it.

The folder stands beside the package in a checkout and inside it in a wheel.
"""

from pathlib import Path

from aiohttp import hdrs, web

from kitt_rtc.api.door import Handler
from kitt_rtc.api.keys import DOCUMENT, WEB_FOLDER
from kitt_rtc.api.middleware import HEADERS

_PACKAGE = Path(__file__).resolve().parents[1]

SERVED = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".map": "application/json",
}
"""What a page may load, by suffix; the types are ours, whatever this machine's table of types says."""
_LONGEST = 200
_HIDDEN = frozenset({"node_modules", "package.json", "package-lock.json", "tsconfig.json"})
REDOC_POLICY = (
    HEADERS[hdrs.CONTENT_SECURITY_POLICY] + "; worker-src blob:; style-src 'self' "
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"
)
"""ReDoc 2.5 searches in a worker and writes two style sheets, told here by their digests; nothing else is let in."""


def web_folder() -> Path:
    """Where the pages are."""
    inside = _PACKAGE / "web"
    return inside if inside.is_dir() else _PACKAGE.parent / "web"


def page(name: str, *, policy: str = HEADERS[hdrs.CONTENT_SECURITY_POLICY]) -> Handler:
    """A handler that answers with this page, under this content security policy."""

    async def show(request: web.Request) -> web.StreamResponse:
        answer = _file(request.app[WEB_FOLDER], name)
        answer.headers[hdrs.CONTENT_SECURITY_POLICY] = policy
        return answer

    return show


async def static(request: web.Request) -> web.StreamResponse:
    """A file of the pages."""
    return _file(request.app[WEB_FOLDER], request.match_info["path"])


async def openapi(request: web.Request) -> web.Response:
    """The document of every door."""
    return web.json_response(request.app[DOCUMENT])


def _file(folder: Path, name: str) -> web.FileResponse:
    """Raises 404 for whatever is not a file to be served: a way out, a hidden name, another suffix, a name too long."""
    parts = name.split("/")
    strange = (
        not name.isprintable()
        or "\\" in name
        or len(name) > _LONGEST
        or any(part in _HIDDEN or part.startswith(".") or not part for part in parts)
    )
    content_type = SERVED.get(Path(name).suffix.lower()) if not strange else None
    path = folder.joinpath(*parts) if content_type else folder
    if content_type is None or not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        raise web.HTTPNotFound(text="there is no such file")
    return web.FileResponse(path, headers={hdrs.CONTENT_TYPE: content_type, hdrs.CACHE_CONTROL: "no-cache"})
