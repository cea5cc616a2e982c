"""HttpClient of .NET, as a program of top-level statements."""

from __future__ import annotations

from typing import Final

from .dialect import Dialect


def _call(body: str, content: str) -> str:
    return f"""
using System.Text;

using var client = new HttpClient();
{body}using var request = new HttpRequestMessage(
    new HttpMethod("%(method)s"), Environment.GetEnvironmentVariable("%(URL)s") + "%(path)s");
request.Headers.Add("%(header)s", %(credential)s);
{content}using var answer = await client.SendAsync(request);
Console.WriteLine($"{{(int)answer.StatusCode}} {{await answer.Content.ReadAsStringAsync()}}");
"""


KEY: Final = 'Environment.GetEnvironmentVariable("%(TOKEN)s")'

HTTP_CLIENT: Final = Dialect(
    key=KEY,
    bearer=f'"Bearer " + {KEY}',
    field='form.Add(new StringContent("%(value)s"), "%(name)s");\n',
    form=_call(
        "using var form = new MultipartFormDataContent();\n"
        "%(fields)s"
        'form.Add(new StreamContent(File.OpenRead("%(file)s")), "%(file_field)s", "%(file)s");\n',
        "request.Content = form;\n",
    ),
    json=_call(
        'var text = File.ReadAllText("event.json");\n',
        'request.Content = new StringContent(text, Encoding.UTF8, "application/json");\n',
    ),
    plain=_call("", ""),
)

DIALECTS: Final = {".NET HttpClient": HTTP_CLIENT}
