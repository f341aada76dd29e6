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
