// Typing the number of rows at stake. The server compares it too: this only tells sooner.
// Separators are ignored, since "1,284" and "1284" are the same number to whoever reads it.
"use strict";
(function () {
  const digits = (text) => text.replace(/[\s.,'’_\u00a0\u202f]/g, "");

  function judge(label) {
    const matches = digits(label.querySelector("input").value) === label.dataset.confirm;
    label.querySelector(".confirm-ok").hidden = !matches;
    const button = label.closest("form").querySelector("[data-submit]");
    if (matches) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
    button.title = matches ? "" : `Type ${label.querySelector("b").textContent} first`;
    return matches;
  }

  document.addEventListener("input", (event) => {
    const label = event.target.closest("[data-confirm]");
    if (label) judge(label);
  });
  // Before shell.js marks the form as sent: an unready form goes nowhere and says where to type.
  document.addEventListener("submit", (event) => {
    const label = event.target.querySelector("[data-confirm]");
    if (!label || judge(label)) return;
    event.preventDefault();
    label.querySelector("input").focus();
  }, true);
  for (const label of document.querySelectorAll("[data-confirm]")) judge(label);
})();
