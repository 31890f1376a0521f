"""The download core over real HTTP, against a server that does what servers do. No test waits: the clock is a value."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dataserver import Handler, Server, Step, closed, dripping, endless, file, gives, here, leads, serving, silent, unseen
from muster.errors import BrokenOffError, FetchError
from muster.fetch.download import Request, download
from muster.fetch.manners import AGENT, Manners
from muster.fetch.part import Part
from muster.fetch.web import Web

BODY = b"day,killed\n" + b"2020-01-01,1\n" * 40_000


@dataclass
class Clock:
    """A clock that goes on by itself at each look, and by the whole wait when it is told to wait."""

    step: float = 0.0
    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        self.now += self.step
        return self.now

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


Get = Callable[..., Part]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def get(tmp_path: Path, clock: Clock) -> Get:
    """Download from a server into ``x.part``, allowed to be on this machine."""

    def run(server: Server, path: str = "/x.csv", host: str = "127.0.0.1", **manners: float) -> Part:
        settings = Manners(**({"between": 0.0} | manners), clock=clock, pause=clock.pause, chance=lambda: 1.0)  # type: ignore[arg-type]
        web = Web(settings, frozenset({(host, server.server_port)}), here)
        part = Part(tmp_path / "x.part")
        download(web, Request(f"http://{host}:{server.server_port}{path}", "csv"), part, unseen)
        return part

    return run


def told(get: Get, *steps: Step, **manners: float) -> str:
    with serving(*steps) as server, pytest.raises(FetchError) as error:
        get(server, **manners)
    return str(error.value)


def test_a_file_comes_whole_and_the_server_is_told_who_asks(get: Get) -> None:
    with serving(file(BODY)) as server:
        assert get(server, host="data.example").path.read_bytes() == BODY
        headers = server.asked[0].headers
    assert headers["User-Agent"] == AGENT
    assert headers["Host"] == f"data.example:{server.server_port}"
    assert headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("stop", [1, 100_000, len(BODY) - 1])
def test_what_dies_in_the_middle_is_taken_up_there_and_gives_the_same_bytes(get: Get, clock: Clock, stop: int) -> None:
    with serving(file(BODY, stop=stop), file(BODY)) as server:
        assert get(server).path.read_bytes() == BODY
        assert [handler.headers.get("Range") for handler in server.asked] == [None, f"bytes={stop}-"]
    assert clock.waits == [1.0]


def test_it_dies_again_and_again_and_each_time_goes_on(get: Get, clock: Clock) -> None:
    with serving(file(BODY, stop=90_000), file(BODY, stop=200_000), file(BODY, stop=300_000), file(BODY)) as server:
        assert get(server).path.read_bytes() == BODY
    assert clock.waits == [1.0, 2.0, 4.0]


def test_a_later_run_goes_on_where_the_first_gave_up(get: Get, tmp_path: Path) -> None:
    with serving(file(BODY, stop=70_000), gives(b"", 503)) as server:
        with pytest.raises(
            BrokenOffError,
            match="given up after 3 tries; run the same command again later: what came",
        ):
            get(server, tries=3)
        assert (tmp_path / "x.part").read_bytes() == BODY[:70_000]
        server.steps[:] = [file(BODY)]
        assert get(server).path.read_bytes() == BODY
        assert server.asked[-1].headers["Range"] == "bytes=70000-"


def test_a_file_that_changed_meanwhile_comes_anew_and_is_never_spliced(get: Get) -> None:
    new = BODY.replace(b"2020", b"2021")
    with serving(file(BODY, stop=70_000), file(new, etag='"two"')) as server:
        assert get(server).path.read_bytes() == new


def test_a_server_that_gives_the_rest_of_another_file_is_not_believed(get: Get) -> None:
    new = BODY.replace(b"2020", b"2021")
    rest = gives(new[70_000:], 206, ETag='"two"', Content_Range=f"bytes 70000-{len(new) - 1}/{len(new)}")
    with serving(file(BODY, stop=70_000), rest, file(new, etag='"two"')) as server:
        assert get(server).path.read_bytes() == new


@pytest.mark.parametrize("place", ["bytes 69999-{}/{}", "bytes 0-{}/{}", "70000", ""])
def test_a_rest_that_does_not_begin_where_the_part_ends_is_not_appended(get: Get, place: str) -> None:
    rest = gives(BODY[70_000:], 206, Content_Range=place.format(len(BODY) - 1, len(BODY)))
    with serving(file(BODY, stop=70_000), rest, file(BODY)) as server:
        assert get(server).path.read_bytes() == BODY


def test_without_a_strong_etag_or_a_date_all_comes_anew(get: Get) -> None:
    cut = file(BODY, etag='W/"weak"', stop=70_000)
    with serving(cut, file(BODY, etag='W/"weak"')) as server:
        assert get(server).path.read_bytes() == BODY
        assert server.asked[1].headers.get("Range") is None


def test_a_range_beyond_the_end_comes_anew(get: Get) -> None:
    with serving(file(BODY, stop=70_000), gives(b"", 416), file(BODY)) as server:
        assert get(server).path.read_bytes() == BODY


def test_a_server_that_gives_no_rest_gives_the_whole(get: Get) -> None:
    def stubborn(handler: Handler) -> None:
        (gives(b"", 416) if "Range" in handler.headers else file(BODY))(handler)

    with serving(file(BODY, stop=70_000), stubborn) as server:
        assert get(server).path.read_bytes() == BODY
        assert [handler.headers.get("Range") for handler in server.asked] == [None, "bytes=70000-", None]


def test_a_whole_that_is_still_current_is_not_sent_again(get: Get) -> None:
    with serving(file(BODY), gives(b"", 304)) as server:
        get(server)
        assert get(server).path.read_bytes() == BODY
        assert server.asked[1].headers["If-None-Match"] == '"one"'


def test_the_part_of_another_address_is_forgotten(get: Get) -> None:
    with serving(file(BODY, stop=70_000), gives(b"", 404), file(b"a\n1\n")) as server:
        with pytest.raises(FetchError, match="404"):
            get(server)
        assert get(server, "/other.csv").path.read_bytes() == b"a\n1\n"
        assert server.asked[-1].headers.get("Range") is None


def test_retry_after_is_honoured(get: Get, clock: Clock) -> None:
    date = {"Date": "Mon, 06 Jan 2025 10:00:00 GMT", "Retry_After": "Mon, 06 Jan 2025 10:00:42 GMT"}
    with serving(gives(b"", 429, Retry_After="7"), gives(b"", 503, **date), file(BODY)) as server:
        assert get(server).path.read_bytes() == BODY
    assert clock.waits == [7.0, 42.0]


def test_a_wait_that_is_too_long_is_told_and_not_waited_for(get: Get, clock: Clock) -> None:
    words = told(get, gives(b"", 429, Retry_After="3600"))
    assert "429 Too Many Requests" in words
    assert "asks to wait 3600 s" in words
    assert clock.waits == []


def test_a_server_at_fault_is_asked_again_with_longer_waits(get: Get, clock: Clock) -> None:
    with serving(gives(b"", 500), gives(b"", 502), gives(b"", 503), file(BODY)) as server:
        assert get(server).path.read_bytes() == BODY
    assert clock.waits == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 2.0), (0.5, 3.0), (1.0, 4.0)])
def test_waits_are_spread_over_their_upper_half(chance: float, wait: float) -> None:
    assert Manners(chance=lambda: chance).wait(3) == wait


def test_waits_do_not_grow_beyond_the_longest() -> None:
    assert Manners(chance=lambda: 1.0).wait(60) == 120.0


@pytest.mark.parametrize(
    ("status", "do"), [(401, "token"), (403, "token"), (404, "release, dataset and country"), (418, "address")]
)
def test_a_refusal_is_told_at_once(get: Get, clock: Clock, status: int, do: str) -> None:
    words = told(get, gives(b"no", status))
    assert str(status) in words
    assert do in words
    assert clock.waits == []


def test_a_waiting_page_of_a_guard_is_no_file(get: Get) -> None:
    assert "202 Accepted" in told(get, gives(b"<script>", 202))


def test_a_web_page_is_not_taken_for_a_file(get: Get, tmp_path: Path) -> None:
    words = told(get, gives(b"<html>Log in</html>", Content_Type="text/html; charset=utf-8"))
    assert "a web page came; expected CSV" in words
    assert not (tmp_path / "x.part").exists()


def test_a_length_that_is_not_kept_breaks_off(get: Get) -> None:
    words = told(get, gives(b"a\n1\n", Content_Length="400"), tries=2)
    assert "broke off after 4 bytes" in words


def test_an_endless_body_ends_at_the_largest_size(get: Get) -> None:
    assert "more than 1,000,000 bytes" in told(get, endless, most=1_000_000)


def test_a_body_that_says_it_is_too_large_is_not_begun(get: Get, tmp_path: Path) -> None:
    words = told(get, gives(b"a", Content_Length="5000000000"), most=1_000_000)
    assert "5,000,000,000 bytes; expected at most 1,000,000; allow more with --max-size" in words
    assert not (tmp_path / "x.part").exists()


def test_a_body_that_drips_is_given_up(get: Get, clock: Clock) -> None:
    clock.step = 10.0
    assert "less than 1000 bytes a second, given up after 2" in told(get, dripping, tries=2)


def test_a_server_that_says_nothing_is_given_up(get: Get) -> None:
    assert "no answer within 0.05 s, given up after 2" in told(get, silent, timeout=0.05, tries=2)


def test_a_connection_that_is_closed_without_a_word_is_tried_again(get: Get) -> None:
    with serving(closed, file(BODY)) as server:
        assert get(server).path.read_bytes() == BODY


def test_requests_keep_their_distance(tmp_path: Path, clock: Clock) -> None:
    with serving(file(b"a\n1\n")) as server:
        web = Web(Manners(between=3.0, clock=clock, pause=clock.pause), frozenset({("127.0.0.1", server.server_port)}))
        for place in range(3):
            request = Request(f"{server.url}/{place}", "csv")
            download(web, request, Part(tmp_path / f"{place}.part"), unseen)
    assert clock.waits == [3.0, 3.0]


def test_progress_tells_bytes_and_their_number(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    with serving(file(BODY)) as server:
        web = Web(local=frozenset({("127.0.0.1", server.server_port)}))
        download(web, Request(server.url, "csv"), Part(tmp_path / "x.part"), lambda came, total: seen.append((came, total)))
    assert seen[-1] == (len(BODY), len(BODY))
    assert seen == sorted(seen)


def test_what_is_packed_with_something_unknown_is_refused(get: Get) -> None:
    assert "packed as 'br'" in told(get, gives(b"x", Content_Encoding="br"))


def test_redirects_are_followed_and_the_token_stays_behind(tmp_path: Path) -> None:
    with serving(file(BODY)) as other, serving(leads(f"http://there.example:{other.server_port}/y.csv")) as server:
        local = frozenset({("here.example", server.server_port), ("there.example", other.server_port)})
        web = Web(Manners(between=0.0), local, here)
        part = Part(tmp_path / "x.part")
        request = Request(f"http://here.example:{server.server_port}/x.csv", "csv", {"X-Token": "secret"})
        download(web, request, part, unseen)
        assert part.path.read_bytes() == BODY
        assert server.asked[0].headers["X-Token"] == "secret"
        assert "X-Token" not in other.asked[0].headers
        assert "secret" not in repr(request)


def test_a_redirect_to_the_same_host_keeps_the_token(get: Get, tmp_path: Path) -> None:
    with serving(leads("/y.csv", 307), file(BODY)) as server:
        web = Web(Manners(between=0.0), frozenset({("127.0.0.1", server.server_port)}))
        download(web, Request(f"{server.url}/x.csv", "csv", {"X-Token": "t"}), Part(tmp_path / "x.part"), unseen)
        assert [(handler.path, handler.headers["X-Token"]) for handler in server.asked] == [("/x.csv", "t"), ("/y.csv", "t")]


def test_a_loop_of_redirects_ends(get: Get) -> None:
    assert "more than 5 redirects" in told(get, leads("/again"))


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://0.0.0.0/",
        "http://100.64.0.1/",
    ],
)
def test_a_redirect_to_a_local_address_is_refused_though_the_first_is_allowed(get: Get, place: str) -> None:
    assert "no address of the public network" in told(get, leads(place))


@pytest.mark.parametrize(
    "place",
    ["file:///etc/passwd", "ftp://data.example/x", "gopher://data.example/", "http://[", "//[::1", "http://a:b@data.example/"],
)
def test_a_redirect_to_another_scheme_or_with_a_password_is_refused(get: Get, place: str) -> None:
    assert "a:b" not in told(get, leads(place))


def test_ctrl_c_in_the_middle_leaves_a_part_that_resumes(tmp_path: Path) -> None:
    def stop(came: int, total: int | None) -> None:
        if came > 100_000:
            raise KeyboardInterrupt

    with serving(file(BODY)) as server:
        web = Web(Manners(between=0.0), frozenset({("127.0.0.1", server.server_port)}))
        with pytest.raises(KeyboardInterrupt):
            download(web, Request(server.url, "csv"), Part(tmp_path / "x.part"), stop)
        held = (tmp_path / "x.part").stat().st_size
        assert 100_000 < held < len(BODY)
        download(web, Request(server.url, "csv"), Part(tmp_path / "x.part"), unseen)
        assert server.asked[1].headers["Range"] == f"bytes={held}-"
    assert hashlib.sha256((tmp_path / "x.part").read_bytes()).digest() == hashlib.sha256(BODY).digest()


def test_a_full_disk_is_told_as_such_and_not_taken_for_the_network(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("ab", buffering=0) as full, serving(file(BODY)) as server:
        monkeypatch.setattr(Part, "open", lambda _: full)
        with pytest.raises(OSError, match="No space left"):
            get(server)
