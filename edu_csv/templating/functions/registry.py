"""How a function is declared: once, for the checker, the linker and the documentation.

A usage names the arguments: ``value`` must be there, ``[end]`` may be left out, ``value…`` is one or more,
``[value…]`` any number, ``pad=`` is given by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from edu_csv.templating.values import Value


@dataclass(frozen=True, slots=True)
class Setting:
    """What functions may know of the import they work for."""

    org: str
    zone: tzinfo
    now: datetime


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language.

    remembered: the same arguments always give the same, and it is worth remembering;
    settled: with nothing but literals as arguments it gives the same in every row;
    checks: for an argument (from 0), what its literal text must pass; raises CallFault;
    warning: what the editor says of a use, given the number of arguments; "" for nothing.
    """

    name: str
    usage: str
    says: str
    run: Callable[..., Value]
    least: int
    most: int | None
    named: frozenset[str]
    needs_setting: bool = False
    remembered: bool = False
    settled: bool = True
    checks: Mapping[int, Callable[[str], object]] = field(default_factory=dict)
    warning: Callable[[int], str] | None = None


FUNCTIONS: dict[str, Function] = {}
"""Every function by its name: ``.usage`` and ``.says`` are what people read."""


def function(
    usage: str,
    says: str,
    *,
    setting: bool = False,
    remembered: bool = False,
    settled: bool = True,
    checks: Mapping[int, Callable[[str], object]] | None = None,
    warning: Callable[[int], str] | None = None,
) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Declares what is below it. Its parameters are the setting (if wanted), the arguments, the named ones."""
    name, *words = usage.split()
    named = frozenset(word.removesuffix("=") for word in words if word.endswith("="))
    arguments = [word for word in words if not word.endswith("=")]
    required = sum(not word.startswith("[") for word in arguments)
    endless = any("…" in word for word in arguments)

    def declare(run: Callable[..., Value]) -> Callable[..., Value]:
        FUNCTIONS[name] = Function(
            name,
            usage,
            says,
            run,
            required,
            None if endless else len(arguments),
            named,
            setting,
            remembered,
            settled,
            checks or {},
            warning,
        )
        return run

    return declare
