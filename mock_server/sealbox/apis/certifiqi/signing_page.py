"""The page behind the link in a captured mail: who asks whom to sign what, and two buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment
from starlette.responses import HTMLResponse

from . import rules, signing
from .model import SignatureStatus

if TYPE_CHECKING:
    from datetime import datetime

    from .model import SigningEvent

PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign: {{ event.name }}</title>
<link rel="icon" href="/_sandbox/ui/static/icon.svg" type="image/svg+xml">
<style>
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent) }
  body { font: 1rem/1.5 system-ui; margin: 3rem auto; max-width: 38rem; padding: 0 1rem }
  .warning { background: #f5c33b; color: #222; padding: .4rem .8rem; border-radius: .4rem; font-weight: 600 }
  .said { border-left: .3rem solid #c0392b; padding: .4rem .8rem }
  ul { padding: 0; list-style: none } li { border-top: 1px solid var(--line); padding: .5rem 0 }
  button { font: inherit; padding: .6rem 1.4rem; border-radius: .4rem; cursor: pointer }
  button { border: 1px solid var(--line) }
  button.sign { background: #1f6f4a; color: #fff; border-color: #1f6f4a }
  dt { opacity: .7 } dd { margin: 0 0 .8rem }
</style>
<p class="warning">SANDBOX, no legal value</p>
<h1>{{ event.name }}</h1>
<p>{{ event.main_related_party }} asks <strong>{{ place.signer.name }}</strong> to sign
  as {{ place.party.role }} of {{ place.party.name }}.</p>
{% if said %}<p class="said" role="alert">{{ said }}</p>{% endif %}
<h2>Documents</h2>
<ul>
{% for document in place.batch.documents %}
  <li>
  {% if document.url.startswith(("http://", "https://")) %}
    <a href="{{ document.url }}">{{ document.name }}</a>
  {% else %}
    {{ document.name }}
  {% endif %}
  </li>
{% endfor %}
</ul>
<dl>
  <dt>Your signature</dt><dd>{{ place.signer.status }}</dd>
  <dt>The event</dt><dd>{{ status }}</dd>
</dl>
{% if pending %}
<form method="post">
  <button class="sign" name="act" value="sign">Sign</button>
  <button name="act" value="reject">Reject</button>
</form>
{% endif %}
</html>
""")


def signing_page(event: SigningEvent, signer_id: int, *, now: datetime, said: str = "") -> HTMLResponse:
    """`said` is why the last press of a button did nothing."""
    place = next(place for place in signing.places(event) if place.signer.id == signer_id)
    signature_status, internal_status = signing.state(event, now)
    pending = (
        place.signer.status is SignatureStatus.PENDING
        and rules.event_status(event) is SignatureStatus.PENDING
    )
    status = f"{signature_status} ({internal_status})"
    return HTMLResponse(PAGE.render(event=event, place=place, status=status, pending=pending, said=said))
