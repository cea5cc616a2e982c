"""One form as clients of several makers write it: other boundaries, other headers of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealbox_conformance.exchange import Part

PLACE = 'Content-Disposition: form-data; name="{name}"'
FILE = PLACE + '; filename="{file_name}"'
TYPE = "Content-Type: {kind}"
LENGTH = "Content-Length: {length}"
PLAIN = "Content-Type: text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Writer:
    """How a client writes forms: the boundary, and the headers of a text's and of a file's part."""

    boundary: str
    text: tuple[str, ...] = (PLACE,)
    file: tuple[str, ...] = (FILE, TYPE)
    quoted: bool = False
    """Whether the boundary stands in quotes in the header of the request."""

    def writes(self, parts: Sequence[Part]) -> dict[str, Any]:
        """The `content` and `headers` of a request with these parts."""
        boundary = f'"{self.boundary}"' if self.quoted else self.boundary
        ends = f"--{self.boundary}--\r\n".encode()
        return {
            "content": b"".join(self._part(part) for part in parts) + ends,
            "headers": {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        }

    def _part(self, part: Part) -> bytes:
        name, value = part
        file_name, content, kind = (None, value, "") if isinstance(value, str) else value
        body = content.encode() if isinstance(content, str) else content
        heads = self.text if file_name is None else self.file
        told = {"name": name, "file_name": file_name, "kind": kind, "length": len(body)}
        lines = [f"--{self.boundary}", *(head.format(**told) for head in heads), "", ""]
        return "\r\n".join(lines).encode() + body + b"\r\n"


_DOTNET = "4f1d2c3b-5a69-4788-9796-a5b4c3d2e1f0"
_DOTNET_PLACE = "Content-Disposition: form-data; name={name}"

WRITERS: Mapping[str, Writer] = {
    "curl": Writer("------------------------5d0c1b7f2ae94836"),
    "Python requests": Writer("0f2b4d6a8c1e3f507192b3d4f6a8c0e1"),
    "Python aiohttp": Writer("c3d5e7f90a1b2c3d4e5f60718293a4b5", (PLAIN, PLACE), (TYPE, FILE)),
    "Node FormData": Writer("----formdata-undici-031415926535"),
    "Node axios": Writer("--------------------------271828182845904523536028"),
    "PHP Guzzle": Writer("5a3c9e1f7b2d4860c8e0a2b4d6f8193b5d7f9a1c", (PLACE, LENGTH), (FILE, LENGTH, TYPE)),
    "Java OkHttp": Writer("9c6f7d7e-3b0a-4f0e-8d55-2f1a7c9e4b60", (PLACE, LENGTH), (FILE, TYPE, LENGTH)),
    "Go mime/multipart": Writer("3b1e5f9c7a2d4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5"),
    ".NET HttpClient": Writer(
        _DOTNET, (PLAIN, _DOTNET_PLACE), (TYPE, f"{_DOTNET_PLACE}; filename={{file_name}}"), quoted=True
    ),
}
"""By client. All are one form by RFC 7578, which has a server overlook headers that it does not name."""

UNSTATED: Mapping[str, Writer] = {
    "a file without a type": Writer("8e6c4a2f0d1b3957e8c6a4f2b0d19375", file=(FILE,)),
    "a file with a second name": Writer(
        _DOTNET,
        (PLAIN, _DOTNET_PLACE),
        (TYPE, f"{_DOTNET_PLACE}; filename={{file_name}}; filename*=utf-8''{{file_name}}"),
        quoted=True,
    ),
}
"""What requests writes of a file alone, and .NET of one that was given a name: no page speaks of either."""
