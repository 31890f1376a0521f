"""Which addresses may be asked: http and https on the public network, unless the user names a server of his own."""

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from muster.errors import FetchError

Resolve = Callable[[str, int], Sequence[str]]

PORTS = {"http": 80, "https": 443}
# Networks of IPv6 addresses that carry an IPv4 address in their last 32 bits.
CARRIERS = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
LOCAL_NAME = re.compile(r"(.*\.)?(localhost|local|internal|home\.arpa)\.?")
DO_LOCAL = "if this server is yours, name it with --url and add --allow-local"


def split(url: str) -> SplitResult:
    """The parts of an http or https address.

    Raises:
        FetchError: another scheme, no host, a name or password in the address, or signs that no address has.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound or not re.fullmatch(r"[!-~]+", url):
        raise FetchError(f"{shown(url)!r} is no address that is fetched", expected="http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise FetchError("a name or password in the address", where=shown(url), do="put the token into the environment")
    return parts


def shown(url: str) -> str:
    """An address as it may be shown: without name, password and query, and not endless."""
    return re.sub(r"//[^/@]*@", "//", url.partition("?")[0])[:200]


def port_of(parts: SplitResult) -> int:
    """The port of an address."""
    return parts.port or PORTS[parts.scheme]


def origin(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port: what a token is meant for."""
    return parts.scheme, parts.hostname or "", port_of(parts)


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, in the system's order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network: not private, loopback, link-local, reserved or multicast."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        ip = _carried(ip)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _carried(ip: IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 address, if it is one of those that lead to it."""
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour or ip
    if ip.teredo:
        return ip.teredo[1]
    return IPv4Address(int(ip) & 0xFFFFFFFF) if any(ip in network for network in CARRIERS) else ip


def is_address(host: str) -> bool:
    """Whether a host is given as an IP address."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def checked(parts: SplitResult, lookup: Resolve, *, own: bool) -> Sequence[str]:
    """The addresses of a host, each of them public unless it is the user's ``own``.

    Raises:
        FetchError: the name is not known, or one of its addresses is not public.
    """
    host, port = parts.hostname or "", port_of(parts)
    try:
        found = [host] if is_address(host) else lookup(host, port)
    except (OSError, UnicodeError):
        do = "see that there is a network; behind a proxy, set HTTPS_PROXY"
        raise FetchError(f"the name {host} is not known", where=shown(parts.geturl()), do=do) from None
    for address in found:
        if not own and not is_public(address):
            raise refused(parts, f"{host} is {address}" if address != host else host)
    return found


def check_name(parts: SplitResult) -> None:
    """Refuse a host that is plainly local where only the proxy can resolve names.

    Raises:
        FetchError: an IP address that is not public, or a name of this machine or network.
    """
    host = parts.hostname or ""
    if LOCAL_NAME.fullmatch(host) or (is_address(host) and not is_public(host)):
        raise refused(parts, host)


def refused(parts: SplitResult, what: str) -> FetchError:
    """The error for an address that is not of the public network."""
    return FetchError(f"{what}, no address of the public network", where=shown(parts.geturl()), do=DO_LOCAL)


def proxy_for(parts: SplitResult) -> str:
    """The proxy that the environment names for an address, blank where there is none."""
    proxies = getproxies()
    named = proxies.get(parts.scheme) or proxies.get("all") or ""
    return "" if not named or proxy_bypass(parts.netloc) else named
