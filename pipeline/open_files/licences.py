"""The licences a city may choose, by their SPDX identifiers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Licence:
    """A licence for data; `text` is where it stands in full."""

    id: str
    title: str
    url: str
    text: str


ALL = {
    licence.id: licence
    for licence in (
        Licence(
            "CC-BY-4.0", "Creative Commons Attribution 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/",
            "https://creativecommons.org/licenses/by/4.0/legalcode",
        ),
        Licence(
            "CC0-1.0", "Creative Commons Zero 1.0 Universal",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            "https://creativecommons.org/publicdomain/zero/1.0/legalcode",
        ),
        Licence(
            "ODC-BY-1.0", "Open Data Commons Attribution License 1.0",
            "https://opendatacommons.org/licenses/by/1-0/",
            "https://opendatacommons.org/licenses/by/1-0/",
        ),
    )
}  # fmt: skip


def known(name: str) -> Licence:
    """A licence by its identifier; LookupError lists those that may be chosen."""
    try:
        return ALL[name]
    except KeyError:
        raise LookupError(f"no licence {name!r}: choose {', '.join(ALL)}") from None
