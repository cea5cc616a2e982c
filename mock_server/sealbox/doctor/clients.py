"""Who wrote a request: two tables, of User-Agents and of the habits that bytes show.

The habits are read off real requests (`fixtures/wire/`) and the libraries' own sources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .model import Client
from .wire import PART_HEAD, read

if TYPE_CHECKING:
    from .model import Sent
    from .wire import Wire

LONGEST_AGENT: Final = 400  # characters of a User-Agent that are looked at

# pattern (its first group is the version), name, language; the first that is found counts
AGENTS: Final = tuple(
    (re.compile(pattern), name, language)
    for pattern, name, language in (
        (r"\bniquests/([\w.]+)", "niquests", "Python"),
        (r"\bpython-requests/([\w.]+)", "requests", "Python"),
        (r"\bpython-httpx2/([\w.]+)", "httpx2", "Python"),
        (r"\bpython-httpx/([\w.]+)", "httpx", "Python"),
        (r"\baiohttp/([\w.]+)", "aiohttp", "Python"),
        (r"\bpython-urllib3/([\w.]+)", "urllib3", "Python"),
        (r"\bPython-urllib/([\w.]+)", "urllib", "Python"),
        (r"\baxios/([\w.]+)", "axios", "JavaScript"),
        (r"^node-superagent/([\w.]+)", "superagent", "JavaScript"),
        (r"^got\b(?:/([\w.]+))?", "got", "JavaScript"),
        (r"^(?:node-fetch)(?:/([\w.]+))?", "node-fetch", "JavaScript"),
        (r"^(?:node|undici)(?:\.js)?(?:/v?([\w.]+))?$", "Node fetch", "JavaScript"),
        (r"^(?:Deno|Bun)/([\w.]+)", "Node fetch", "JavaScript"),
        (r"\bokhttp/([\w.]+)", "OkHttp", "Java"),
        (r"\bApache-HttpClient/([\w.]+)", "Apache HttpClient", "Java"),
        (r"\bJava-http-client/([\w.]+)", "java.net.http", "Java"),
        (r"\bReactorNetty/([\w.]+)", "Reactor Netty", "Java"),
        (r"^Java/([\w.]+)", "HttpURLConnection", "Java"),
        (r"\bktor-client\b()", "Ktor", "Kotlin"),
        (r"\bGuzzleHttp/([\w.]+)", "Guzzle", "PHP"),
        (r"^Symfony HttpClient\b(?:/([\w.]+))?", "Symfony HttpClient", "PHP"),
        (r"\bgo-resty/v?([\w.]+)", "Resty", "Go"),
        (r"\bGo-http-client/[\w.]+()", "Go net/http", "Go"),
        (r"^Faraday v([\w.]+)", "Faraday", "Ruby"),
        (r"^rest-client/([\w.]+)", "rest-client", "Ruby"),
        (r"^http\.rb/([\w.]+)", "http.rb", "Ruby"),
        (r"^Ruby$()", "Net::HTTP", "Ruby"),
        (r"^RestSharp/([\w.]+)", "RestSharp", "C#"),
        (r"\blibwww-perl/([\w.]+)", "LWP", "Perl"),
        (r"^Dart/([\w.]+)", "Dart http", "Dart"),
        (r"^reqwest/([\w.]+)", "reqwest", "Rust"),
        (r"\bAlamofire/([\w.]+)", "Alamofire", "Swift"),
        (r"\bCFNetwork/([\w.]+)", "URLSession", "Swift"),
        (r"^PostmanRuntime/([\w.]+)", "Postman", "Shell"),
        (r"^insomnia/([\w.]+)", "Insomnia", "Shell"),
        (r"^HTTPie/([\w.]+)", "HTTPie", "Shell"),
        (r"^Wget/([\w.]+)", "Wget", "Shell"),
        (r"^curl/([\w.]+)", "curl", "Shell"),
        (r"^Mozilla/[\d.]+()", "browser fetch", "JavaScript"),
    )
)


@dataclass(frozen=True, slots=True)
class Habit:
    """What a client does without being told. Every pattern that is given has to be found.

    `boundary` is held against the boundary as declared, quotes included; `parts` against the headers of the
    parts, each ended by an empty line; `head` against the header, with names in small letters.
    """

    name: str
    language: str
    because: str
    boundary: str = ""
    parts: str = ""
    head: str = ""

    def shows_in(self, boundary: str, parts: str, head: str) -> bool:
        asked = ((self.boundary, boundary), (self.parts, parts), (self.head, head))
        return all(re.search(pattern, text, re.MULTILINE) for pattern, text in asked if pattern)


GUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
FORM_DATA: Final = r"^-{26}[0-9a-f]{24}$"
HEX_32: Final = r"^[0-9a-f]{32}$"
REQUESTS_ORDER: Final = r"^accept-encoding: gzip, deflate.*\naccept: \*/\*\nconnection: keep-alive"
HTTPX_ORDER: Final = r"^accept: \*/\*\naccept-encoding: gzip, deflate.*\nconnection: keep-alive"
AXIOS_ACCEPT: Final = r"^accept: application/json, text/plain, \*/\*$"
MANY_DASHES: Final = "the boundary of the form-data package"
HEX: Final = "a boundary of 32 hexadecimal digits"

# The first that shows counts, so the most telling come first.
HABITS: Final = (
    Habit("axios", "JavaScript", "its name in the boundary", boundary=r"^axios-[\d.]+-boundary-"),
    Habit("axios", "JavaScript", "the boundary of QI Tech's own Node code", boundary=r"^--0\.[0-9a-f]+$"),
    Habit("Node fetch", "JavaScript", "undici's boundary", boundary=r"^-{2,4}formdata-undici-\d+$"),
    Habit("got", "JavaScript", "form-data-encoder's boundary", boundary=r"^form-data-encoder-"),
    Habit("browser fetch", "JavaScript", "a browser's boundary", boundary=r"^-{4}(WebKitForm|geckoform)[Bb]"),
    Habit("Faraday", "Ruby", "multipart-post's boundary", boundary=r"^-{11}RubyMultipartPost-"),
    Habit("rest-client", "Ruby", "its boundary", boundary=r"^-{4}RubyFormBoundary"),
    Habit("Net::HTTP", "Ruby", "a boundary of 54 letters for URLs", boundary=r"^[\w-]{54}$"),
    Habit("LWP", "Perl", "its constant boundary", boundary=r"^xYzZY$"),
    Habit("Dart http", "Dart", "its boundary", boundary=r"^dart-http-boundary-"),
    Habit("reqwest", "Rust", "a boundary of 4 x 16 digits", boundary=r"^[0-9a-f]{16}(-[0-9a-f]{16}){3}$"),
    Habit(".NET HttpClient", "C#", "a GUID in quotes as boundary", boundary=rf'^"{GUID}"$'),
    Habit(".NET HttpClient", "C#", "names without quotes", parts=r"form-data; name=\w+(;|$)"),
    Habit("OkHttp", "Java", "a UUID as boundary", boundary=rf"^{GUID}$"),
    Habit("Apache HttpClient", "Java", "its name in the boundary", boundary=r"^httpclient_boundary_"),
    Habit(
        "Apache HttpClient",
        "Java",
        "Content-Transfer-Encoding after the type of each part",
        boundary=r"^[\w-]{30,40}$",
        parts=r"^Content-Type: .*\nContent-Transfer-Encoding: (8bit|binary)$",
    ),
    Habit("Guzzle", "PHP", "a boundary of 40 hexadecimal digits", boundary=r"^[0-9a-f]{40}$"),
    Habit("Go net/http", "Go", "a boundary of 60 hexadecimal digits", boundary=r"^[0-9a-f]{60}$"),
    Habit(
        "aiohttp",
        "Python",
        f"{HEX}, and the type of each part before its name",
        boundary=HEX_32,
        parts=r"^Content-Type: .*\nContent-Disposition: ",
    ),
    Habit("httpx", "Python", f"{HEX}, and Accept first", boundary=HEX_32, head=HTTPX_ORDER),
    Habit("requests", "Python", f"{HEX}, and Accept-Encoding first", boundary=HEX_32, head=REQUESTS_ORDER),
    Habit("requests", "Python", f"{HEX}, and a file without a type", HEX_32, r'filename="[^"\n]*"$\n\n'),
    Habit("httpx", "Python", f"{HEX}, and a file with a type", HEX_32, r'filename="[^"\n]*"\nContent-Type: '),
    Habit(
        "requests",
        "Python",
        "filename* alone, as urllib3 before 1.25 wrote it",
        parts=r'form-data; name="[^"\n]*"; filename\*=',
    ),
    Habit("axios", "JavaScript", f"{MANY_DASHES}, and its Accept", boundary=FORM_DATA, head=AXIOS_ACCEPT),
    Habit(
        "superagent",
        "JavaScript",
        f"{MANY_DASHES}, and no Accept",
        boundary=FORM_DATA,
        head=r"\A(?:(?!accept:).*\n)*connection: close$",
    ),
    Habit("form-data", "JavaScript", MANY_DASHES, boundary=FORM_DATA),
    Habit("PHP curl", "PHP", "libcurl's boundary and no User-Agent", boundary=r"^-{24}[0-9A-Za-z]{16,22}$"),
    Habit("axios", "JavaScript", "its Accept", head=AXIOS_ACCEPT),
    Habit("Node fetch", "JavaScript", "its headers", head=r"^accept-language: \*\nsec-fetch-mode: cors$"),
    Habit("Net::HTTP", "Ruby", "its Accept-Encoding", head=r"^accept-encoding: gzip;q=1\.0,deflate;q=0\.6"),
    Habit("requests", "Python", "the order of its headers", head=REQUESTS_ORDER),
    Habit("httpx", "Python", "the order of its headers", head=HTTPX_ORDER),
)


def recognise(sent: Sent) -> Client | None:
    """By the User-Agent, else by habits; None for a client nobody has captured."""
    return of_wire(read(sent))


def of_wire(wire: Wire) -> Client | None:
    agent = wire.headers.get("user-agent", "")[:LONGEST_AGENT]
    for pattern, name, language in AGENTS:
        if found := pattern.search(agent):
            return Client(name, language, found[1] or None, f"User-Agent: {agent[:100]}")
    boundary = wire.declared if wire.declared.strip('"') == wire.mark else wire.mark
    parts = "".join(f"{part.head}\n\n" for part in wire.parts[:20])[:PART_HEAD]
    for habit in HABITS:
        if habit.shows_in(boundary, parts, wire.head_lines):
            return Client(habit.name, habit.language, None, habit.because)
    return None
