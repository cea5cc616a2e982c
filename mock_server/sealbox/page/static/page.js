// Keeps the page as it is on the server: a notice comes, htmx fetches the parts, and those that differ are swapped.
// Everything here is in addition: without it links, forms and <details> do the same with a new page each time.
"use strict";

const folding = () => [...document.querySelectorAll("main details[id]")];

function unfolded() {
  const parts = folding();
  const ids = (chosen) => chosen.map((part) => part.id).join(",");
  return {
    open: ids(parts.filter((part) => part.open && !("byItself" in part.dataset))),
    closed: ids(parts.filter((part) => !part.open && "byItself" in part.dataset)),
  };
}

const refresh = () => htmx.trigger("#refresh", "refresh");

document.addEventListener("htmx:configRequest", ({ detail }) => {
  Object.assign(detail.parameters, unfolded());
  const ofThePage = detail.elt.id === "refresh" || detail.verb === "post";
  if (!ofThePage) return;
  const query = new URLSearchParams(location.search);
  for (const name of ["open", "closed"]) query.delete(name);
  if (!query.has("tenant")) query.set("tenant", document.body.dataset.changes.split("tenant=")[1]);
  detail.path = `${detail.path.split("?")[0]}?${query}`;
});

// What has not changed stays, and with it a selection, the focus and what a screen reader is at.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const come = fragment.firstElementChild;
  if (!come || !come.dataset.digest) return;
  if (come.dataset.digest === target.dataset.digest) {
    event.detail.shouldSwap = false;
    return;
  }
  for (const part of target.querySelectorAll("details[open][id]")) {
    const same = come.querySelector(`#${CSS.escape(part.id)}`);
    if (same) same.open = true; // unfolded while the answer was on its way
  }
});

let focused = [];
function remember() {
  if (document.activeElement === document.body) return; // a button that was pressed is disabled meanwhile
  focused = [];
  for (let at = document.activeElement; at && at !== document.body; at = at.parentElement) {
    if (at.id) focused.push(at.id);
  }
}
document.addEventListener("htmx:beforeRequest", remember);
document.addEventListener("htmx:beforeSwap", remember);
document.addEventListener("htmx:afterSettle", () => {
  dress();
  if (document.activeElement !== document.body) return;
  for (const id of focused) {
    const there = document.getElementById(id);
    const stop = there && (there.matches("details") ? there.querySelector("summary") : there);
    if (stop) {
      stop.focus({ preventScroll: true });
      if (document.activeElement === stop) return;
    }
  }
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const page = detail.xhr.getResponseHeader("X-Page");
  if (page) history.replaceState(null, "", page + location.hash);
  const form = detail.elt;
  if (page && form.matches("details.form form, form.own") && !document.querySelector("#said.bad")) HTMLFormElement.prototype.reset.call(form); // a field of ours is named reset
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 404) location.reload(); // the tenant is gone
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.open && "lazy" in target.dataset) refresh();
  },
  true,
);

document.addEventListener("click", async ({ target }) => {
  const copier = target.closest("button[data-copy]");
  if (copier) {
    await navigator.clipboard.writeText(document.getElementById(copier.dataset.copy).textContent);
    copier.dataset.done = "";
    setTimeout(() => delete copier.dataset.done, 1500);
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-opens]");
  const part = opener && document.getElementById(opener.dataset.opens);
  if (!part) return;
  event.preventDefault();
  part.open = true;
  part.scrollIntoView({ block: "center" });
  part.querySelector("summary").focus({ preventScroll: true });
});

document.addEventListener("change", ({ target }) => {
  if ("submits" in target.dataset) target.form.submit();
});

// Between two answers the clock goes on by itself.
let wound = performance.now();
let shown = null;
const two = (number) => String(number).padStart(2, "0");
function tick() {
  const clock = document.getElementById("now");
  if (clock !== shown) {
    shown = clock;
    wound = performance.now();
  }
  const scale = Number(clock.dataset.scale);
  if (!scale) return;
  const at = new Date(Date.parse(clock.dateTime) + (performance.now() - wound) * scale);
  clock.querySelector(".hour").textContent = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(":");
}

function dress() {
  for (const button of document.querySelectorAll("button.copy[hidden]")) button.hidden = false;
}

// A page that nobody sees does not listen: browsers allow a server few connections.
let notices = null;
function listen() {
  const link = document.getElementById("link");
  if (document.hidden) {
    if (notices) notices.close();
    notices = null;
    return;
  }
  if (notices) return;
  notices = new EventSource(document.body.dataset.changes);
  notices.addEventListener("changed", refresh);
  notices.addEventListener("open", () => {
    link.textContent = "Live";
    link.className = "link on";
    refresh(); // something may have happened before anybody listened
  });
  notices.addEventListener("error", () => {
    link.textContent = "Not connected";
    link.className = "link off";
  });
}

dress();
setInterval(tick, 250);
document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => notices && notices.close());
listen();
