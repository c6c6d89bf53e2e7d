"""`evwatch sources`, with a server on loopback where it goes to the network."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from flows import sources
from flows.commands.sources import command

ROOT = Path(__file__).parents[1]
FEED = '<rss version="2.0"><channel><title>T</title><language>en</language><item><title>New \x1b[31mplant</title><link>https://a.example/1</link><pubDate>{}</pubDate></item></channel></rss>'
PAGES = {
    "/feed": (200, FEED.format("Thu, 01 Jan 2037 00:00:00 GMT")),  # dated in the future: without a date, so never stale
    "/old": (200, FEED.format("Thu, 02 Jan 2020 00:00:00 GMT")),
    "/none": (200, FEED.partition("<item>")[0] + "</channel></rss>"),
    "/page": (200, "<!DOCTYPE html><html><body>\x1b]0;owned\x07Welcome</body></html>"),
    "/refused": (403, "no"),
    "/gone": (410, "gone"),
    "/": (200, '<html><head><link rel="alternate" type="application/rss+xml" title="Alpha" href="/feed"></head></html>'),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, text = PAGES.get(self.path, (404, "nothing"))
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def served(folder, names):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        file = folder / "sources.yaml"
        host = f"127.0.0.1:{server.server_address[1]}"
        listed = [{"source_id": name, "name": name, "url": f"http://{name}.example/{name}", "kind": "feed"} for name in names]
        file.write_text(yaml.safe_dump({"settings": {"pause_s": 0, "private_hosts": {"*.example": host}}, "sources": listed}))
        yield file
    finally:
        server.shutdown()
        server.server_close()


def run(*arguments, code=0):
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result


def test_check_names_the_state_of_each(tmp_path):
    with served(tmp_path, ["feed", "old", "none", "page", "refused", "gone"]) as file:
        result = run("check", "--sources", file, "--json")
        rows = {row["source_id"]: row for row in map(json.loads, result.stdout.splitlines())}
        assert {name: row["state"] for name, row in rows.items()} == {
            "feed": "ok",
            "old": "stale",
            "none": "empty",
            "page": "html",
            "refused": "blocked",
            "gone": "dead",
        }
        shown = run("check", "--sources", file, "--only", "page")
        assert "\x1b" not in shown.output
        assert "1 checked: 1 html" in shown.output
        run("check", "--sources", file, "--only", "gone", "--strict", code=1)
        run("check", "--sources", file, "--only", "feed", "--strict")
        run("check", "--sources", file, "--only", "nobody", code=2)


def test_discover_prints_entries_to_paste(tmp_path):
    with served(tmp_path, ["feed"]) as file:
        found = yaml.safe_load(run("discover", "http://alpha.example/", "--sources", file).stdout)
        assert found == [
            {
                "source_id": "alpha",
                "name": "Alpha",
                "url": "http://alpha.example/feed",
                "kind": "feed",
                "language": "en",
                "homepage": "http://alpha.example/",
            }
        ]
        assert sources.parse(yaml.safe_dump({"sources": found}))
        assert json.loads(run("discover", "http://alpha.example/page", "--sources", file, "--json").stdout) == found[0]


def test_discover_says_when_there_is_none(tmp_path):
    with served(tmp_path, ["feed"]) as file:
        file.write_text(file.read_text().replace("'*.example'", "beta.example"))
        assert "found none" in run("discover", "http://other.example/", "--sources", file, code=1).output


def test_list_shows_our_sources():
    assert "xinhua-silk-road" in run("list", "--sources", ROOT / "sources.yaml").output
    rows = [json.loads(row) for row in run("list", "--sources", ROOT / "sources.yaml", "--json").stdout.splitlines()]
    assert len(rows) >= 192


def test_broken_list_ends_with_two_and_every_mistake(tmp_path):
    file = tmp_path / "sources.yaml"
    file.write_text("sources: [{source_id: A}, 3]\n")
    output = run("list", "--sources", file, code=2).output
    assert "sources.yaml: sources[0].source_id: expected a slug" in output
    assert "sources.yaml: sources[1]: expected a source" in output


def test_opml_both_ways(tmp_path):
    run("export-opml", tmp_path / "out.opml", "--sources", ROOT / "sources.yaml")
    again = run("import-opml", tmp_path / "out.opml", "--sources", tmp_path / "none.yaml")
    assert sources.parse("sources:\n" + again.stdout) == sources.load(ROOT / "sources.yaml")
    nothing_new = run("import-opml", tmp_path / "out.opml", "--sources", ROOT / "sources.yaml")
    assert "0 new sources" in nothing_new.output
    (tmp_path / "bad.opml").write_text("<html/>")
    run("import-opml", tmp_path / "bad.opml", code=1)


def test_schema_is_printed():
    assert json.loads(run("schema").stdout) == json.loads((ROOT / "sources.schema.json").read_text())


@pytest.mark.parametrize("name", ["check", "discover", "export-opml", "import-opml", "list", "schema"])
def test_help_says_what_it_does(name):
    assert "Usage" in run(name, "--help").output
