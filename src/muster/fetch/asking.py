"""What the user asked for, held against what a provider can be asked."""

import re
from collections.abc import Mapping
from datetime import date

from muster.errors import FetchError
from muster.fetch.addresses import split
from muster.fetch.provider import Ask, Provider

SIZES = {"": 1, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def asked(
    provider: Provider,
    environment: Mapping[str, str],
    *,
    url: str = "",
    country: str = "",
    dates: tuple[date | None, date | None] = (None, None),
    release: str = "",
    dataset: str = "",
) -> Ask:
    """The question to a provider, with the token that the environment holds.

    Args:
        url: another endpoint than the provider's own; there, a token is sent if there is one, and not demanded.

    Raises:
        FetchError: an option is missing, wrong, or means nothing to this provider. The message never holds the token.
    """
    given = {"country": country, "dates": any(dates), "release": release, "dataset": dataset}
    for name, value in given.items():
        if value and name not in provider.takes:
            do = "leave it out: all is fetched" if name == "dates" else "leave it out"
            raise FetchError(f"{provider.name} cannot be asked by {name}", where=_option(name), do=do)
    if not country and "country" in provider.must:
        raise FetchError(f"{provider.name} is asked for one country", where="--country", expected="a code such as HTI")
    if country and not re.fullmatch("[A-Z]{3}", country):
        raise FetchError(repr(country), where="--country", expected="ISO 3166-1 alpha-3, such as HTI")
    if re.search(r"[^\w.-]", release + dataset):
        raise FetchError(repr(release or dataset), where=_option("release" if release else "dataset"), expected="a plain name")
    first, last = dates
    if first and last and first > last:
        raise FetchError(f"{first} is after {last}", where="--from", expected="a day before --to")
    return Ask(
        endpoint=(split(url).geturl() if url else provider.endpoint),
        country=country,
        first=first,
        last=last,
        release=release or provider.release,
        dataset=dataset,
        secret=_secret(provider, environment, demanded="token" in provider.must and not url),
    )


def _option(name: str) -> str:
    return "--from, --to" if name == "dates" else f"--{name}"


def _secret(provider: Provider, environment: Mapping[str, str], *, demanded: bool) -> dict[str, str]:
    token = environment.get(provider.token, "").strip() if provider.token else ""
    if not token and demanded:
        do = f"ask the provider for one and set {provider.token}"
        raise FetchError(f"{provider.name} wants a token", where=provider.token, do=do)
    if not re.fullmatch(r"[!-~]*", token):
        raise FetchError("the token holds blanks or signs that no token has", where=provider.token, expected="the token alone")
    return {provider.header: token} if token else {}


def size_of(text: str) -> int:
    """Bytes of a size such as ``500M``.

    Raises:
        FetchError: it is no size.
    """
    found = re.fullmatch(r"(\d{1,9})([KMG]?)B?", text.strip().upper())
    if found is None or int(found[1]) == 0:
        raise FetchError(repr(text), where="--max-size", expected="a number of bytes, such as 500M or 2G")
    return int(found[1]) * SIZES[found[2]]
