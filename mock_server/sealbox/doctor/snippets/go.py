"""Go's net/http, as the inside of a function."""

from __future__ import annotations

from typing import Final

from .dialect import Dialect


def _call(body: str, header: str) -> str:
    return f"""
request, err := http.NewRequest("%(method)s", os.Getenv("%(URL)s")+"%(path)s", {body})
if err != nil {{
	log.Fatal(err)
}}
{header}request.Header.Set("%(header)s", %(credential)s)
answer, err := http.DefaultClient.Do(request)
if err != nil {{
	log.Fatal(err)
}}
defer answer.Body.Close()
text, _ := io.ReadAll(answer.Body)
fmt.Println(answer.StatusCode, string(text))
""".lstrip()  # Go is indented by tabs


NET_HTTP: Final = Dialect(
    key='os.Getenv("%(TOKEN)s")',
    bearer='"Bearer "+os.Getenv("%(TOKEN)s")',
    field='form.WriteField("%(name)s", "%(value)s")\n',
    form="""
file, err := os.Open("%(file)s")
if err != nil {
	log.Fatal(err)
}
var body bytes.Buffer
form := multipart.NewWriter(&body)
%(fields)spart, _ := form.CreateFormFile("%(file_field)s", "%(file)s")
io.Copy(part, file)
form.Close() // writes the closing boundary

"""
    + _call("&body", 'request.Header.Set("Content-Type", form.FormDataContentType())\n'),
    json="""
event, err := os.Open("event.json")
if err != nil {
	log.Fatal(err)
}
"""
    + _call("event", 'request.Header.Set("Content-Type", "application/json")\n'),
    plain=_call("nil", ""),
)

DIALECTS: Final = {"Go net/http": NET_HTTP}
