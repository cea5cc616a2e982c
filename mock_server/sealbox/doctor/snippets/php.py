"""PHP's curl functions and Guzzle."""

from __future__ import annotations

from typing import Final

from .dialect import Dialect

KEY: Final = "getenv('%(TOKEN)s')"
ADDRESS: Final = "getenv('%(URL)s') . '%(path)s'"


def _curl(headers: str, more: str) -> str:
    return f"""
<?php
$request = curl_init({ADDRESS});
curl_setopt_array($request, [
    CURLOPT_CUSTOMREQUEST => '%(method)s',
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ['%(header)s: ' . %(credential)s{headers}],
{more}]);
echo curl_exec($request), "\\n";
"""


PHP_CURL: Final = Dialect(
    key=KEY,
    bearer=f"'Bearer ' . {KEY}",
    field="        '%(name)s' => '%(value)s',\n",
    form=_curl(
        "",
        "    CURLOPT_POSTFIELDS => [\n"
        "%(fields)s"
        "        '%(file_field)s' => new CURLFile('%(file)s', '%(type)s', '%(file)s'),\n"
        "    ],\n",
    ),
    json=_curl(
        ", 'Content-Type: application/json'", "    CURLOPT_POSTFIELDS => file_get_contents('event.json'),\n"
    ),
    plain=_curl("", ""),
)


def _guzzle(more: str) -> str:
    return f"""
<?php
require 'vendor/autoload.php';

$client = new GuzzleHttp\\Client();
$answer = $client->request('%(method)s', {ADDRESS}, [
    'headers' => ['%(header)s' => %(credential)s],
    'http_errors' => false,
{more}]);
echo $answer->getStatusCode(), ' ', $answer->getBody(), "\\n";
"""


GUZZLE: Final = Dialect(
    key=KEY,
    bearer=PHP_CURL.bearer,
    field="        ['name' => '%(name)s', 'contents' => '%(value)s'],\n",
    form=_guzzle(
        "    'multipart' => [\n"
        "%(fields)s"
        "        ['name' => '%(file_field)s', 'filename' => '%(file)s',\n"
        "            'contents' => fopen('%(file)s', 'r')],\n"
        "    ],\n"
    ),
    json=_guzzle("    'json' => json_decode(file_get_contents('event.json'), true),\n"),
    plain=_guzzle(""),
)

DIALECTS: Final = {"PHP curl": PHP_CURL, "Guzzle": GUZZLE}
