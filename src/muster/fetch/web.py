"""One GET: to an address that was checked, by way of redirects that are each checked, at the pace that manners ask for."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from urllib.parse import SplitResult, unquote, urljoin

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError, SSLError

from muster.errors import FetchError
from muster.fetch.addresses import Resolve, check_name, checked, origin, port_of, proxy_for, resolve, shown, split
from muster.fetch.manners import AGENT, Manners
from muster.read.llm.transport import within

REDIRECTS = {301, 302, 303, 307, 308}

Response = urllib3.BaseHTTPResponse
Open = Callable[..., Response]


class AgainError(Exception):
    """What failed may go well the next time; ``wait`` is after how many seconds, if the server said so."""

    def __init__(self, words: str, wait: float | None = None) -> None:
        super().__init__(words)
        self.words, self.wait = words, wait


@dataclass
class Web:
    """The network as one fetch sees it.

    Args:
        manners: patience and politeness.
        local: hosts with their ports that may lie on this machine or network, because the user named them.
        lookup: the addresses of a host; asked once a request, and the connection goes to an address that it gave.
        proxy: the proxy for an address, blank for none.
    """

    manners: Manners = field(default_factory=Manners)
    local: frozenset[tuple[str, int]] = frozenset()
    lookup: Resolve = resolve
    proxy: Callable[[SplitResult], str] = proxy_for
    _last: float | None = None

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def get(self, url: str, headers: Mapping[str, str], secret: Mapping[str, str]) -> Response:
        """The response to a GET, its body not yet read.

        Args:
            secret: headers that only the host that was asked first is told.

        Raises:
            AgainError: the connection failed in a way that may pass.
            FetchError: an address on the way is refused, or cannot be reached at all.
        """
        first = parts = split(url)
        for _ in range(self.manners.hops + 1):
            told = secret if origin(parts) == origin(first) else {}
            response = self._once(parts, {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers, **told})
            if response.status not in REDIRECTS or "Location" not in response.headers:
                return response
            response.close()
            parts = self._next(parts, response.headers["Location"])
        raise FetchError(f"more than {self.manners.hops} redirects", where=shown(url), do="see that the address is right")

    def _next(self, parts: SplitResult, location: str) -> SplitResult:
        try:
            after = split(urljoin(parts.geturl(), location.strip()))
        except ValueError:
            raise FetchError(f"a redirect to {location[:60]!r}", where=shown(parts.geturl()), expected="an address") from None
        if parts.scheme == "https" and after.scheme == "http":
            raise FetchError(
                "a redirect from https to http", where=shown(parts.geturl()), do="fetch it by hand if you trust it"
            )
        return after

    def _once(self, parts: SplitResult, headers: Mapping[str, str]) -> Response:
        """One request, no redirect followed."""
        calls = self._ways(parts, headers)
        self._keep_pace()
        for place, call in enumerate(calls):
            try:
                return within(self.manners.timeout, call)
            except NewConnectionError as error:  # the next address of the host may be reached
                if place + 1 == len(calls):
                    raise AgainError(f"cannot connect: {_reason(error)}") from None
            except (HTTPError, OSError) as error:
                raise self._failed(parts, error) from None
        raise FetchError("the host has no address", where=shown(parts.geturl()))

    def _ways(self, parts: SplitResult, headers: Mapping[str, str]) -> list[Callable[[], Response]]:
        try:
            return within(self.manners.timeout, partial(self._calls, parts, headers))
        except TimeoutError:
            raise AgainError(f"no name server answered within {self.manners.timeout:g} s") from None

    def _calls(self, parts: SplitResult, headers: Mapping[str, str]) -> list[Callable[[], Response]]:
        """The ways to ask, one for each address of the host, or one through the proxy."""
        own = (parts.hostname or "", port_of(parts)) in self.local
        proxy = "" if own else self.proxy(parts)
        options = {
            "redirect": False,
            "retries": False,
            "preload_content": False,
            "decode_content": False,
            "timeout": urllib3.Timeout(connect=self.manners.timeout, read=self.manners.timeout),
        }
        if proxy:
            check_name(parts)
            return [partial(self._through(proxy), "GET", parts.geturl(), headers=headers, **options)]
        found = checked(parts, self.lookup, own=own)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"Host": parts.netloc, **headers}
        return [
            partial(self._to(address, parts), "GET", target, headers=sent, assert_same_host=False, **options)
            for address in found
        ]

    def _to(self, address: str, parts: SplitResult) -> Open:
        """Ask one address of a host; the certificate must be the host's."""
        bare = address.partition("%")[0]
        if parts.scheme == "http":
            return urllib3.HTTPConnectionPool(bare, port_of(parts)).urlopen
        return urllib3.HTTPSConnectionPool(
            bare,
            port_of(parts),
            ssl_context=self._trust,
            server_hostname=parts.hostname,
            assert_hostname=parts.hostname,
        ).urlopen

    def _through(self, proxy: str) -> Open:
        named = proxy if "://" in proxy else f"http://{proxy}"
        try:
            url = urllib3.util.parse_url(named)
            headers = urllib3.make_headers(proxy_basic_auth=unquote(url.auth)) if url.auth else None
            return urllib3.ProxyManager(named, proxy_headers=headers, ssl_context=self._trust).urlopen
        except (ValueError, LocationParseError):
            raise FetchError(
                "the proxy of the environment cannot be used", where=shown(named), expected="http://host:port"
            ) from None

    def _keep_pace(self) -> None:
        now = self.manners.clock()
        if self._last is not None and (left := self._last + self.manners.between - now) > 0:
            self.manners.pause(left)
        self._last = self.manners.clock()

    def _failed(self, parts: SplitResult, error: Exception) -> Exception:
        where = shown(parts.geturl())
        certificate = isinstance(error, SSLError) or isinstance(error.__context__, ssl.SSLCertVerificationError)
        if certificate:
            return FetchError(f"no secure connection: {_reason(error)}", where=where, do="see that its certificate is sound")
        if isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError):
            return AgainError(f"no answer within {self.manners.timeout:g} s")
        return AgainError(f"the connection failed: {_reason(error)}")


def _reason(error: BaseException) -> str:
    """The system's own words, without the objects that libraries print."""
    inner = error.__context__ or error
    words = getattr(inner, "verify_message", "") or getattr(inner, "strerror", "")
    return str(words or ("" if isinstance(inner, HTTPError) else inner) or type(inner).__name__)[:120]
