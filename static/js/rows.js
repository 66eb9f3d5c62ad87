// Rows that open in place: the number of a row fetches its cells below it, and closes them again.
"use strict";
(function () {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const opener = event.target.closest("[data-opens-row]");
    if (!opener) return;
    const row = opener.closest("tr");
    if (opener.getAttribute("aria-expanded") !== "true") return;
    event.preventDefault();
    if (row.nextElementSibling?.classList.contains("detail")) row.nextElementSibling.remove();
    row.classList.remove("is-open");
    opener.setAttribute("aria-expanded", "false");
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const opener = event.target.closest?.("[data-opens-row]");
    if (!opener || !event.detail.successful) return;
    opener.closest("tr").classList.add("is-open");
    opener.setAttribute("aria-expanded", "true");
  });

  // Filters swap the rows: whoever uses a screen reader or keys is told, and stays there.
  document.addEventListener("htmx:afterSettle", (event) => {
    const rows = event.target.closest?.("[data-rows]");
    const live = document.getElementById("live");
    if (rows && live) live.textContent = rows.querySelector(".pager span")?.textContent.trim() ?? "";
  });
})();
