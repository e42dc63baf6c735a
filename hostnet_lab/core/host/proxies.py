"""Proxy variables: requests to the reader's own host must never be sent to a proxy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

ALWAYS = ("localhost", "127.0.0.1", "::1")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def exceptions(environment: Mapping[str, str], addresses: Iterable[str]) -> dict[str, str]:
    """``no_proxy`` and ``NO_PROXY`` with the reader's own exceptions first, then the host's names and addresses.

    Both spellings get the same value: curl reads the lower one first, Python either.
    """
    theirs = [part.strip() for key in ("no_proxy", "NO_PROXY") for part in environment.get(key, "").split(",")]
    value = ",".join(dict.fromkeys(part for part in [*theirs, *ALWAYS, *addresses] if part))
    return {"no_proxy": value, "NO_PROXY": value}


def in_use(environment: Mapping[str, str]) -> list[str]:
    """Names of the proxy variables that are set."""
    return [name for name in PROXIES if environment.get(name)]
