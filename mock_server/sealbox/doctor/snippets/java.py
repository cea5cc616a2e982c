"""OkHttp and Apache HttpClient, as the inside of a method; Kotlin's users know how to read them."""

from __future__ import annotations

from typing import Final

from .dialect import Dialect

KEY: Final = 'System.getenv("%(TOKEN)s")'
ADDRESS: Final = 'System.getenv("%(URL)s") + "%(path)s"'


def _okhttp(body: str) -> str:
    return f"""
Request request = new Request.Builder()
    .url({ADDRESS})
    .header("%(header)s", %(credential)s)
    .method("%(method)s", {body})
    .build();
try (Response answer = new OkHttpClient().newCall(request).execute()) {{
    System.out.println(answer.code() + " " + answer.body().string());
}}
"""


OKHTTP: Final = Dialect(
    key=KEY,
    bearer=f'"Bearer " + {KEY}',
    field='    .addFormDataPart("%(name)s", "%(value)s")\n',
    nothing=("null", "RequestBody.create(null, new byte[0])"),
    form="""
RequestBody body = new MultipartBody.Builder()
    .setType(MultipartBody.FORM)
%(fields)s    .addFormDataPart("%(file_field)s", "%(file)s",
        RequestBody.create(MediaType.parse("%(type)s"), new File("%(file)s")))
    .build();
"""
    + _okhttp("body").lstrip(),
    json="""
byte[] event = Files.readAllBytes(Path.of("event.json"));
RequestBody body = RequestBody.create(MediaType.parse("application/json"), event);
"""
    + _okhttp("body").lstrip(),
    plain=_okhttp("%(nothing)s"),
)


def _apache(entity: str) -> str:
    return f"""
Http%(title)s request = new Http%(title)s({ADDRESS});
request.setHeader("%(header)s", %(credential)s);
{entity}try (CloseableHttpClient client = HttpClients.createDefault()) {{
    String text = client.execute(request, answer -> EntityUtils.toString(answer.getEntity()));
    System.out.println(text);
}}
"""


APACHE: Final = Dialect(
    key=KEY,
    bearer=OKHTTP.bearer,
    field='    .addTextBody("%(name)s", "%(value)s", ContentType.create("text/plain", "UTF-8"))\n',
    form=_apache(
        "request.setEntity(MultipartEntityBuilder.create()\n"
        "    .setMode(HttpMultipartMode.RFC6532) // version 5: EXTENDED, and setCharset\n"
        "%(fields)s"
        '    .addBinaryBody("%(file_field)s", new File("%(file)s"),\n'
        '        ContentType.create("%(type)s"), "%(file)s")\n'
        "    .build());\n"
    ),
    json=_apache(
        'request.setEntity(new FileEntity(new File("event.json"), ContentType.APPLICATION_JSON));\n'
    ),
    plain=_apache(""),
)

DIALECTS: Final = {"OkHttp": OKHTTP, "Apache HttpClient": APACHE}
