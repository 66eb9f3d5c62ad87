// The fields of days are never swapped while someone types in them; only what is wrong with them is.
"use strict";
(function () {
  function mark() {
    for (const error of document.querySelectorAll("[data-error-of]")) {
      const field = document.getElementById(error.dataset.errorOf);
      if (error.textContent.trim()) field?.setAttribute("aria-invalid", "true");
      else field?.removeAttribute("aria-invalid");
    }
  }
  document.addEventListener("htmx:oobAfterSwap", mark);
})();
