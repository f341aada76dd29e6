// What makes the pages a little better; each works without it.
"use strict";

// A form is sent once: the second click of a double click does nothing.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// The page comes back as it was: its forms can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A run is followed as it goes on, and its page is loaded anew when it is over.
const progress = document.querySelector("[data-follow]");
if (progress && "EventSource" in window) {
  const source = new EventSource(progress.dataset.follow);
  source.addEventListener("progress", (event) => {
    const open = progress.querySelector("details")?.open;
    progress.innerHTML = event.data;
    const details = progress.querySelector("details");
    if (details && open !== undefined) details.open = open;
  });
  source.addEventListener("over", () => {
    source.close();
    location.reload();
  });
}

// A letter's page shows what stands in the files while they are edited.
const alive = document.querySelector("[data-alive]");
if (alive && "EventSource" in window) {
  const source = new EventSource(alive.dataset.alive);
  source.addEventListener("changed", async () => {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Where the campaign cannot be opened, the page says why in its place.
    const fresh = page.querySelector("[data-alive]") ?? page.querySelector("main");
    const open = [...alive.querySelectorAll("details[id][open]")].map((details) => details.id);
    alive.replaceChildren(...fresh.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  });
}

// What an address points at is open.
const aim = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
if (aim instanceof HTMLDetailsElement) aim.open = true;
