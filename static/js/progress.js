// An import while it runs: the server tells when there is news, and the part that moves is asked anew.
// Where its events do not come (a proxy that keeps them, too many watchers), it is asked every two seconds.
"use strict";
(function () {
  const WITH_EVENTS_MS = 10_000; // only the clock moves between two events
  const WITHOUT_EVENTS_MS = 2_000;
  const frame = document.querySelector("[data-events]");
  if (!frame) return;
  let timer;
  let source;

  function ask() {
    const part = document.querySelector("[data-asks-again]");
    if (!part) return stop();
    // Nobody looks at a tab in the background; it asks when somebody does.
    if (!document.hidden) htmx.trigger(part, "news");
  }

  function every(milliseconds) {
    clearInterval(timer);
    timer = setInterval(ask, milliseconds);
  }

  function stop() {
    clearInterval(timer);
    source?.close();
  }

  function listen() {
    source = new EventSource(frame.dataset.events);
    source.addEventListener("open", () => every(WITH_EVENTS_MS));
    source.addEventListener("progress", ask);
    // Over, or a person's turn: the part is asked once more and leads to what follows.
    source.addEventListener("end", () => { source.close(); every(WITHOUT_EVENTS_MS); ask(); });
    // A line that broke is no fault: the browser connects again by itself, unless it was refused for good.
    source.addEventListener("error", () => every(WITHOUT_EVENTS_MS));
  }

  every(WITHOUT_EVENTS_MS);
  if (window.EventSource) listen();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  addEventListener("pagehide", stop);
  // Back to a page that the browser kept: what it showed may be over by now.
  addEventListener("pageshow", (event) => { if (event.persisted) { every(WITHOUT_EVENTS_MS); listen(); ask(); } });
})();
