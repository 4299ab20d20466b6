from pathlib import Path

import pytest
from yarl import URL

from kitt_rtc.api.pages import web_folder
from tests.fakes.doors import House, Plan, open_house


@pytest.fixture
async def house(tmp_path: Path):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "secret.js").write_text("secret")
    folder = tmp_path / "web"
    for name in (
        "index.html",
        "technician.html",
        "profiles.html",
        "history.html",
        "knowledge.html",
        "docs/swagger.html",
        "docs/redoc.html",
        "wires/api.js",
        ".env",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"this is {name}")
    for name in ("package.json", "node_modules/x/x.js", ".git/x.js", "notes.txt", "tests.py"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret")
    (folder / "out.js").symlink_to(tmp_path / "secret.js")
    async with open_house(Plan(web_folder=folder)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "text", "content_type"),
    [
        ("/", "this is index.html", "text/html"),
        ("/demo/twilio-technician", "this is technician.html", "text/html"),
        ("/customers", "this is profiles.html", "text/html"),
        ("/history", "this is history.html", "text/html"),
        ("/knowledge", "this is knowledge.html", "text/html"),
        ("/docs", "this is docs/swagger.html", "text/html"),
        ("/redoc", "this is docs/redoc.html", "text/html"),
        ("/static/wires/api.js", "this is wires/api.js", "text/javascript"),
    ],
)
async def test_E09_E10_E17_pages_and_what_they_load(house: House, path: str, text: str, content_type: str):
    answer = await house.client.get(path)
    assert (answer.status, await answer.text(), answer.content_type) == (200, text, content_type)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "..%2fsecret.txt",
        "..%2fsecret.js",
        "%2e%2e/secret.js",
        "..%5csecret.js",
        "wires/..%2f..%2fsecret.js",
        "%2fetc%2fpasswd",
        "%2f..%2fsecret.js",
        "out.js",
        ".env",
        ".git/x.js",
        "node_modules/x/x.js",
        "package.json",
        "notes.txt",
        "tests.py",
        "wires",
        "wires/",
        "a%00.js",
        "a%0d%0a.js",
        "%ff.js",
        "x" * 5_000 + ".js",
    ],
)
async def test_no_way_leads_out_of_the_folder_or_to_what_is_hidden(house: House, name: str):
    answer = await house.client.get(URL(f"/static/{name}", encoded=True))
    assert answer.status == 404
    assert "secret" not in await answer.text()


@pytest.mark.parametrize("path", ["/", "/demo/twilio-technician", "/docs", "/redoc"])
async def test_no_page_may_run_or_write_what_is_not_in_a_file(house: House, path: str):
    policy = (await house.client.get(path)).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_checkout_has_its_pages():
    assert (web_folder() / "index.html").is_file()
