// When a part of the page gets no good answer: a strip while the server is away, a note in place of
// a part that broke, a dialog when the log-in has run out. What was typed stays where it is.
"use strict";
(function () {
  const strip = document.getElementById("offline");
  const since = strip?.querySelector("time");

  function away() {
    if (!strip || !strip.hidden) return;
    const now = new Date();
    since.dateTime = now.toISOString();
    since.textContent = now.toTimeString().slice(0, 5);
    strip.hidden = false;
  }
  function back() {
    if (strip) strip.hidden = true;
  }

  addEventListener("offline", away);
  addEventListener("online", back);
  document.addEventListener("htmx:sendError", away);
  document.addEventListener("htmx:timeout", away);
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) back(); });

  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt, target, requestConfig } = event.detail;
    if (xhr.status === 401) {
      const dialog = document.getElementById("logged-out");
      if (dialog && !dialog.open) dialog.showModal();
      return;
    }
    // A part that asks for itself will ask again by itself.
    if (!target || elt === target) return;
    // Not inside a table row: the note goes to the section around it.
    const place = target.closest("section, dialog, main") ?? target;
    for (const old of place.querySelectorAll(":scope > [data-part-error]")) old.remove();
    const note = document.getElementById("part-error").content.firstElementChild.cloneNode(true);
    note.dataset.partError = "yes";
    note.querySelector("[data-again]").addEventListener("click", () => {
      note.remove();
      htmx.ajax(requestConfig.verb, requestConfig.path, { source: elt });
    });
    place.prepend(note);
  });
})();
