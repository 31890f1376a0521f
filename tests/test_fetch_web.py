"""Which addresses are asked and which are refused; proxies; certificates."""

import select
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dataserver import Handler, Server, direct, garbled, gives, here, leads, serving
from muster.errors import FetchError
from muster.fetch.addresses import checked, is_public, proxy_for, shown, split
from muster.fetch.manners import Manners
from muster.fetch.web import AgainError, Web

LOCAL = [
    "127.0.0.1 127.9.9.9 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 192.0.2.1 198.18.0.1 224.0.0.1 ",
    "240.0.0.1 255.255.255.255 :: ::1 fe80::1 fe80::1%eth0 fc00::1 ff02::1 2001:db8::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ",
    "2002:a00:1:: 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe ::10.0.0.1",
]


@pytest.mark.parametrize("address", "".join(LOCAL).split())
def test_addresses_that_are_not_of_the_public_network(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:500:2f::f", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::"])
def test_addresses_of_the_public_network(address: str) -> None:
    assert is_public(address)


NONE = [
    "",
    "data.example/x",
    "ftp://data.example/x",
    "file:///x",
    "http://",
    "http://data.example:0/",
    "http://data.example:99999/",
    "http://[::1",
    "http://data.example/a b",
    "http://data.example/\u200b",
    "http://u:p@data.example/",
    "javascript:alert(1)",
]


def status(web: Web, url: str) -> int:
    response = web.get(url, {}, {})
    response.close()
    return response.status


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError) as error:
        split(url)
    assert ":p@" not in str(error.value)


def test_an_address_is_shown_without_password_and_query() -> None:
    assert shown("https://u:p@data.example/x?token=t") == "https://data.example/x"


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["2001:500:2f::f", "::1"]])
def test_a_name_with_any_local_address_is_refused(found: Sequence[str]) -> None:
    with pytest.raises(FetchError, match=r"no address of the public network.*--allow-local"):
        checked(split("https://data.example/"), lambda *_: found, own=False)


def test_a_name_is_looked_up_once_and_the_checked_address_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that changes its answer between check and connection changes nothing."""
    answers, connected = iter([["8.8.8.8"], ["127.0.0.1"]]), []

    def connect(address: tuple[str, int], *_: object, **__: object) -> None:
        connected.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    web = Web(lookup=lambda *_: next(answers), proxy=direct)
    with pytest.raises(AgainError, match="cannot connect: Connection refused"):
        status(web, "http://data.example/")
    assert connected == [("8.8.8.8", 80)]


def test_each_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(gives(b"a\n1\n")) as server:
        local = frozenset({("data.example", server.server_port)})
        web = Web(local=local, lookup=lambda *_: ["127.0.0.9", "127.0.0.1"])
        assert status(web, f"http://data.example:{server.server_port}/") == 200


def test_a_name_that_is_not_known_is_told() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(FetchError, match=r"the name data.example is not known.*HTTPS_PROXY"):
        status(Web(lookup=unknown, proxy=direct), "https://data.example/")


def test_a_port_where_nobody_listens_is_tried_again_later() -> None:
    with pytest.raises(AgainError, match="cannot connect"):
        status(Web(local=frozenset({("127.0.0.1", 1)})), "http://127.0.0.1:1/")


def test_what_does_not_speak_http_fails() -> None:
    with serving(garbled) as server, pytest.raises(AgainError):
        status(Web(local=frozenset({("127.0.0.1", server.server_port)})), server.url)


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A proxy that the environment names."""
    with serving(gives(b"a\n1\n")) as server:
        for name in ("HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy", "no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", server.url.replace("//", "//user:pass%20word@"))
        yield server


def nobody(host: str, port: int) -> Sequence[str]:
    raise AssertionError("the proxy resolves")


def test_the_proxy_of_the_environment_is_asked_and_resolves_the_name(proxied: Server) -> None:
    assert status(Web(lookup=nobody), "http://data.example/x?y=1") == 200
    assert proxied.asked[0].path == "http://data.example/x?y=1"
    assert proxied.asked[0].headers["Host"] == "data.example"
    assert proxied.asked[0].headers["Proxy-Authorization"] == "Basic dXNlcjpwYXNzIHdvcmQ="


def test_no_proxy_is_respected(proxied: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "data.example")
    assert not proxy_for(split("http://data.example/"))
    assert proxy_for(split("http://other.example/")).endswith(str(proxied.server_port))
    assert not proxy_for(split("https://other.example/"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "x.google.internal", "printer.local", "[::1]", "169.254.169.254"])
def test_behind_a_proxy_plainly_local_hosts_are_refused_too(proxied: Server, host: str) -> None:
    with pytest.raises(FetchError, match="no address of the public network"):
        status(Web(), f"http://{host}/")
    assert not proxied.asked


def test_a_redirect_that_a_proxy_brings_is_checked(proxied: Server) -> None:
    proxied.steps[:] = [leads("http://127.0.0.1/")]
    with pytest.raises(FetchError, match="no address of the public network"):
        status(Web(Manners(between=0.0)), "http://data.example/")


def test_the_users_own_server_is_not_asked_through_the_proxy(proxied: Server) -> None:
    with serving(gives(b"a\n1\n")) as server:
        status(Web(local=frozenset({("127.0.0.1", server.server_port)})), server.url)
    assert not proxied.asked


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://[", "nonsense://x"])
def test_a_proxy_that_cannot_be_used_is_told(proxy: str) -> None:
    with pytest.raises(FetchError, match="the proxy of the environment cannot be used"):
        status(Web(proxy=lambda _: proxy), "http://data.example/")


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """A server with a certificate of its own for data.example, and that certificate."""
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=data.example -addext subjectAltName=DNS:data.example"
    try:
        subprocess.run([*made.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no openssl to make a certificate with")
    server = Server([gives(b"a\n1\n")])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server, certificate
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[Server, Path]) -> None:
    server, _ = secure
    web = Web(local=frozenset({("data.example", server.server_port)}), lookup=here)
    with pytest.raises(FetchError, match=r"no secure connection: self.signed certificate"):
        status(web, f"https://data.example:{server.server_port}/")


@pytest.mark.parametrize(("host", "sound"), [("data.example", True), ("other.example", False)])
def test_a_certificate_must_be_of_the_host_though_an_address_is_asked(
    secure: tuple[Server, Path], monkeypatch: pytest.MonkeyPatch, host: str, sound: bool
) -> None:
    server, certificate = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    web = Web(local=frozenset({(host, server.server_port)}), lookup=here)
    if sound:
        assert status(web, f"https://{host}:{server.server_port}/") == 200
    else:
        with pytest.raises(FetchError, match="no secure connection"):
            status(web, f"https://{host}:{server.server_port}/")


def tunnel(handler: Handler) -> None:
    """What a proxy does for https: it connects, and passes bytes to and fro."""
    port = int(handler.path.rpartition(":")[2])
    handler.send_response_only(200)
    handler.end_headers()
    with socket.create_connection(("127.0.0.1", port)) as far:
        near = handler.connection
        while ready := select.select([near, far], [], [], 1)[0]:
            for one in ready:
                if not (data := one.recv(65_536)):
                    return
                (far if one is near else near).sendall(data)


@pytest.mark.parametrize(("host", "sound"), [("data.example", True), ("other.example", False)])
def test_through_a_proxy_the_certificate_must_be_of_the_host_too(
    secure: tuple[Server, Path], monkeypatch: pytest.MonkeyPatch, host: str, sound: bool
) -> None:
    server, certificate = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(tunnel) as proxy:
        web, url = Web(lookup=nobody, proxy=lambda _: proxy.url), f"https://{host}:{server.server_port}/"
        if sound:
            assert status(web, url) == 200
        else:
            with pytest.raises(FetchError, match="no secure connection"):
                status(web, url)
        assert [handler.path for handler in proxy.asked] == [f"{host}:{server.server_port}"]


def test_a_proxy_that_refuses_is_told() -> None:
    with (
        serving(gives(b"no", 407)) as proxy,
        pytest.raises(AgainError, match=r"the connection failed: Tunnel connection failed: 407"),
    ):
        status(Web(proxy=lambda _: proxy.url), "https://data.example/")


def test_a_redirect_from_https_to_http_is_refused(secure: tuple[Server, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    server, certificate = secure
    server.steps[:] = [leads("http://data.example/")]
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    web = Web(local=frozenset({("data.example", server.server_port)}), lookup=here)
    with pytest.raises(FetchError, match="a redirect from https to http"):
        status(web, f"https://data.example:{server.server_port}/")
