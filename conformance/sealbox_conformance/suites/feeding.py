"""Bodies of create requests that keep every rule, for each operation that creates something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from sealbox_conformance.suites.certifiqi import pdf
from sealbox_conformance.suites.certifiqi.strategies import events
from sealbox_conformance.suites.vec.client import unique
from sealbox_conformance.suites.vec.strategies import hostile_uploads, names, uploads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sealbox_conformance.suites.certifiqi.client import Certifiqi
    from sealbox_conformance.suites.vec.client import Vec

KINDS = ("plain", "plain", "defaults", "signed")


@st.composite
def batches(draw: st.DrawFn, vec: Vec) -> dict[str, Any]:
    """Forms of createBatch: each kind of template, signatories in brackets, files good, odd and hostile."""
    kind = draw(st.sampled_from(KINDS))
    file = draw(uploads() | uploads() | hostile_uploads())
    signatories = vec.signed_by() if kind == "signed" else []
    fields = {
        f"signatories[{place}][{key}]": str(value)
        for place, one in enumerate(signatories)
        for key, value in one.fields().items()
    }
    return {"name": draw(names), "template_id": vec.template(kind), "csv_file": file.encode(), **fields}


@st.composite
def documents(draw: st.DrawFn, _: Certifiqi) -> dict[str, Any]:
    """Forms of uploadDocument."""
    numbers = st.text("0123456789", min_size=1, max_size=9)
    return {"file": pdf.plain(), **draw(st.dictionaries(st.just("control_number"), numbers, max_size=1))}


@st.composite
def signing_events(draw: st.DrawFn, certifiqi: Certifiqi) -> dict[str, Any]:
    """Bodies of createBatchGroup, some of them with a document that was just uploaded."""
    document = certifiqi.uploaded(pdf.plain()) if draw(st.booleans()) else certifiqi.document()
    return draw(events(certifiqi.body(), document))


def one_batch(vec: Vec) -> dict[str, Any]:
    return {
        "name": unique(),
        "template_id": vec.template("plain"),
        "csv_file": b"RecipientsEmail,RecipientsName\na@example.com,Ana\n",
    }


FED: Mapping[tuple[str, str], tuple[str, Callable[[Any], st.SearchStrategy[dict[str, Any]]]]] = {
    ("vec", "createBatch"): ("multipart/form-data", batches),
    ("certifiqi", "uploadDocument"): ("multipart/form-data", documents),
    ("certifiqi", "createBatchGroup"): ("application/json", signing_events),
}
"""Media type and bodies by operation."""

FIXED: Mapping[tuple[str, str], Callable[[Any], dict[str, Any]]] = {
    ("vec", "createBatch"): one_batch,
    ("certifiqi", "uploadDocument"): lambda _: {"file": pdf.plain()},
    ("certifiqi", "createBatchGroup"): lambda certifiqi: certifiqi.body(),
}
"""One such body, where nothing can be drawn."""
