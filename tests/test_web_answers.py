"""Statuses, redirects, challenges and certificates: one outcome each, in one line that gives nothing away."""

import asyncio
import datetime as dt
import ipaddress
import ssl

import pytest
from hostile import Hostile, answer

from flows.records import Outcome
from flows.web import Request, Web, WebSettings
from flows.web.answers import location, one_line, stand_in

SECRET = "k3y-0f-mine"


def settings(server, **changes):
    return WebSettings(**{"pause_s": 0, "timeout_s": 2.0, "private_hosts": {"*.example": server.address}, **changes})


async def fetch(route, path="/", **request):
    async with Hostile({"/": route}) as server, Web(settings(server)) as web:
        return await web.fetch(Request("http://volt.example" + path, **request))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("200 OK", Outcome.OK),
        ("203 Non-Authoritative", Outcome.OK),
        ("202 Accepted", Outcome.HTTP_ERROR),
        ("300 Multiple Choices", Outcome.HTTP_ERROR),
        ("400 Bad Request", Outcome.HTTP_ERROR),
        ("401 Unauthorized", Outcome.BLOCKED),
        ("402 Payment Required", Outcome.PAYWALLED),
        ("403 Forbidden", Outcome.BLOCKED),
        ("404 Not Found", Outcome.GONE),
        ("410 Gone", Outcome.GONE),
        ("418 Teapot", Outcome.HTTP_ERROR),
        ("429 Too Many Requests", Outcome.RATE_LIMITED),
        ("451 Unavailable For Legal Reasons", Outcome.BLOCKED),
        ("500 Oops", Outcome.HTTP_ERROR),
        ("503 Busy", Outcome.HTTP_ERROR),
        ("522 Origin down", Outcome.HTTP_ERROR),
    ],
)
async def test_each_status_has_one_outcome(status, outcome):
    response = await fetch(answer(b"<html>", status))
    assert (response.outcome, response.status) == (outcome, int(status[:3]))
    assert (response.error is None) == (outcome is Outcome.OK)
    assert (response.body == b"") == (outcome is not Outcome.OK)


@pytest.mark.parametrize(
    ("body", "status", "headers", "outcome"),
    [
        (b"<html>", "200 OK", {"cf-mitigated": "challenge"}, Outcome.BLOCKED),
        (b"<html>", "503 Busy", {"cf-mitigated": "challenge", "retry-after": "5"}, Outcome.BLOCKED),
        (b"<html>", "202 Accepted", {"x-amzn-waf-action": "challenge"}, Outcome.BLOCKED),
        (b"<html>", "403 Forbidden", {"x-datadome": "protected"}, Outcome.BLOCKED),
        (b"<html>", "200 OK", {"x-datadome": "protected"}, Outcome.OK),
        (b"<!DOCTYPE html><html><script>window._cf_chl_opt={}</script>", "200 OK", {}, Outcome.BLOCKED),
        (b"<html><iframe src='https://geo.captcha-delivery.com/c'>", "200 OK", {}, Outcome.BLOCKED),
        (b"<html><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><p>News", "200 OK", {}, Outcome.OK),
        (b"<rss><title>How _cf_chl_opt works</title></rss>", "200 OK", {}, Outcome.OK),
        (b"<html>" + b"A long story. " * 6000 + b"_cf_chl_opt", "200 OK", {}, Outcome.OK),
    ],
)
async def test_challenges_are_blocks(body, status, headers, outcome):
    response = await fetch(answer(body, status, **headers))
    assert response.outcome is outcome, response.error
    assert (response.body == b"") == (outcome is not Outcome.OK)


async def test_redirects_are_followed_and_recorded():
    routes = {
        "a.example/1": answer(status="301 Moved", Location="/2?q=1#part"),
        "a.example/2": answer(status="302 Found", Location="//b.example/3"),
        "b.example/3": answer(status="308 Permanent", Location="http://b.example/ä b"),
        "b.example/%C3%A4%20b": answer(b"there"),
    }
    async with Hostile(routes) as server, Web(settings(server)) as web:
        response = await web.fetch(Request("http://a.example/1"))
    assert (response.outcome, response.body) == (Outcome.OK, b"there")
    assert response.url == "http://a.example/1"
    assert response.final_url == "http://b.example/%C3%A4%20b"
    assert response.hops == ("http://a.example/1", "http://a.example/2?q=1", "http://b.example/3")


@pytest.mark.parametrize(
    ("header", "outcome"),
    [
        ("/", Outcome.REDIRECT),
        ("http://volt.example/", Outcome.REDIRECT),
        ("", Outcome.REDIRECT),
        ("http://[::1", Outcome.REDIRECT),
        ("javascript:alert(1)", Outcome.REFUSED),
        ("file:///etc/passwd", Outcome.REFUSED),
        (f"http://me:{SECRET}@volt.example/", Outcome.REFUSED),
        (f"ftp://volt.example/?key={SECRET}", Outcome.REFUSED),
        ("http://127.0.0.1/", Outcome.REFUSED),
    ],
)
async def test_redirects_that_lead_nowhere(header, outcome):
    response = await fetch(answer(status="302 Found", Location=header))
    assert response.outcome is outcome, response.error
    assert response.final_url == "http://volt.example/"
    assert SECRET not in repr(response.error)


async def test_a_loop_and_an_endless_chain_end():
    async def onward(writer, asked):
        number = int(asked.path.rpartition("/")[2] or 0)
        writer.write(answer(status="302 Found", Location=f"/{number + 1}"))

    loop = {"/a": answer(status="302 Found", Location="/b"), "/b": answer(status="302 Found", Location="/a")}
    async with Hostile(loop, otherwise=onward) as server, Web(settings(server)) as web:
        response = await web.fetch(Request("http://volt.example/a"))
        assert (response.outcome, response.status, len(server.asked)) == (Outcome.REDIRECT, 302, 2)
        response = await web.fetch(Request("http://volt.example/0"))
        assert (response.outcome, len(server.asked), len(response.hops)) == (Outcome.REDIRECT, 2 + 9, 8)


async def test_the_time_allowed_is_for_the_whole_trip():
    async def slow(writer, asked):
        await asyncio.sleep(0.15)
        writer.write(answer(status="302 Found", Location=asked.path + "x"))

    async with Hostile(otherwise=slow) as server, Web(settings(server, timeout_s=0.4)) as web:
        response = await web.fetch(Request("http://volt.example/"))
        assert response.outcome is Outcome.TIMEOUT
        assert len(server.asked) == 3
        assert 380 <= response.elapsed_ms < 600


@pytest.mark.parametrize(
    "route", [answer(b"", "500 Oops"), b"nonsense\r\n\r\n", answer(b"x", Content_Encoding="br"), answer(b"", "403 No")]
)
async def test_errors_hold_no_secrets(route):
    response = await fetch(route, f"/?api_key={SECRET}", etag=f'"{SECRET}"')
    assert response.outcome is not Outcome.OK
    assert SECRET not in response.error


async def test_a_port_that_nobody_listens_on():
    async with Hostile() as server:
        address = server.address
    async with Web(WebSettings(pause_s=0, private_hosts={"volt.example": address})) as web:
        response = await web.fetch(Request("http://volt.example/"))
        assert (response.outcome, response.status) == (Outcome.CONNECTION, None)
        assert "refused" in response.error.lower()


def _certificate(tmp_path, name):
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415  # only where it is installed
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  # as above

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(1)
    made = (
        made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1)).add_extension(names, critical=False)
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


async def test_a_certificate_that_nobody_vouches_for(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path, "volt.example"))
    async with Hostile(tls=context) as server, Web(settings(server)) as web:
        response = await web.fetch(Request("https://volt.example/"))
        assert (response.outcome, response.status) == (Outcome.TLS, None)
        assert "certificate" in response.error
        assert server.asked == []


async def test_plain_text_where_tls_was_expected():
    async def talk(_, writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with Web(WebSettings(pause_s=0, timeout_s=2, private_hosts={"volt.example": f"127.0.0.1:{port}"})) as web:
        response = await web.fetch(Request("https://volt.example/"))
    server.close()
    assert response.outcome is Outcome.TLS, response.error


def test_texts_become_one_printable_line():
    assert one_line("a\r\nb\tc\x1b[31m\0 d") == "a b c [31m d"
    assert len(one_line("x" * 1000)) == 300


def test_locations_keep_their_escapes_and_bytes():
    assert location("/a%20b?c=d&e=%C3%A4") == "/a%20b?c=d&e=%C3%A4"
    assert location("/\udce9t\udce9") == "/%E9t%E9"
    assert location("/a b\\c") == "/a%20b%5Cc"


def test_an_article_about_challenges_is_none():
    assert stand_in(b"<html><p>The px-captcha of old</p>" + b" " * 70_000) is None
    assert stand_in(b"px-captcha") is None
