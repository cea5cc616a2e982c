"""Net::HTTP, Faraday and rest-client."""

from __future__ import annotations

from typing import Final

from .dialect import Dialect

KEY: Final = 'ENV.fetch("%(TOKEN)s")'
BEARER: Final = f'"Bearer " + {KEY}'
ADDRESS: Final = 'ENV.fetch("%(URL)s") + "%(path)s"'


def _net_http(more: str) -> str:
    return f"""
require "net/http"

address = URI({ADDRESS})
request = Net::HTTP::%(title)s.new(address)
request["%(header)s"] = %(credential)s
{more}answer = Net::HTTP.start(address.host, address.port, use_ssl: address.scheme == "https") do |http|
  http.request(request)
end
puts answer.code, answer.body
"""


NET_HTTP: Final = Dialect(
    key=KEY,
    bearer=BEARER,
    field='  ["%(name)s", "%(value)s"],\n',
    form=_net_http(
        "request.set_form([\n"
        "%(fields)s"
        '  ["%(file_field)s", File.open("%(file)s"), { filename: "%(file)s", content_type: "%(type)s" }],\n'
        '], "multipart/form-data")\n'
    ),
    json=_net_http('request["Content-Type"] = "application/json"\nrequest.body = File.read("event.json")\n'),
    plain=_net_http(""),
)


def _faraday(requires: str, setup: str, body: str) -> str:
    return f"""
require "faraday"
{requires}
http = Faraday.new do |setup|
{setup}  setup.adapter Faraday.default_adapter
end
answer = http.%(lower)s({ADDRESS}) do |request|
  request.headers["%(header)s"] = %(credential)s
{body}end
puts answer.status, answer.body
"""


FARADAY: Final = Dialect(
    key=KEY,
    bearer=BEARER,
    field='    "%(name)s" => "%(value)s",\n',
    form=_faraday(
        'require "faraday/multipart"\n',
        "  setup.request :multipart\n",
        "  request.body = {\n"
        "%(fields)s"
        '    "%(file_field)s" => Faraday::Multipart::FilePart.new("%(file)s", "%(type)s"),\n'
        "  }\n",
    ),
    json=_faraday(
        "",
        "",
        '  request.headers["Content-Type"] = "application/json"\n  request.body = File.read("event.json")\n',
    ),
    plain=_faraday("", "", ""),
)


def _rest_client(headers: str, payload: str) -> str:
    return f"""
require "rest-client"

answer = RestClient::Request.execute(
  method: :%(lower)s,
  url: {ADDRESS},
  headers: {{ "%(header)s" => %(credential)s{headers} }},
{payload})
puts answer.code, answer.body
"""


REST_CLIENT: Final = Dialect(
    key=KEY,
    bearer=BEARER,
    field='    "%(name)s" => "%(value)s",\n',
    form=_rest_client(
        "",
        '  payload: {\n    multipart: true,\n%(fields)s    "%(file_field)s" => File.new("%(file)s"),\n  },\n',
    ),
    json=_rest_client(', "Content-Type" => "application/json"', '  payload: File.read("event.json"),\n'),
    plain=_rest_client("", ""),
)

DIALECTS: Final = {"Net::HTTP": NET_HTTP, "Faraday": FARADAY, "rest-client": REST_CLIENT}
