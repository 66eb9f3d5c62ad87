// What every page has: dialogs, menus, toasts, busy buttons, what is read aloud.
"use strict";
(function () {
  const TOAST_MS = 6000;

  // Dialogs: data-opens-dialog="id", data-closes-dialog. A link that opens one keeps its address
  // for browsers and clicks that want a page of their own.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens-dialog]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      const dialog = document.getElementById(opener.dataset.opensDialog);
      if (dialog) {
        event.preventDefault();
        opener.closest("[popover]")?.hidePopover();
        dialog.showModal();
      }
    }
    if (event.target.closest("[data-closes-dialog]")) event.target.closest("dialog").close();
    if (event.target.matches("dialog[open]")) event.target.close(); // the ground beside it
    for (const menu of document.querySelectorAll("details.pill-menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.pill-menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A search box over a list of choices narrows the list.
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-filters-list]");
    if (!box) return;
    const wanted = box.value.trim().toLowerCase();
    for (const item of box.parentElement.querySelectorAll("li"))
      item.hidden = !item.textContent.toLowerCase().includes(wanted);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  // A form is sent once: the button keeps its width, says that it works, and cannot be pressed again.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-busy]");
    if (!form || event.defaultPrevented) return;
    const button = event.submitter ?? form.querySelector("[data-submit]");
    if (form.dataset.isSent) return event.preventDefault();
    form.dataset.isSent = "yes";
    if (!button) return;
    // As attribute and class, not "disabled": a disabled button is not sent and loses the focus.
    button.setAttribute("aria-disabled", "true");
    button.classList.add("is-busy");
  });
  // Back from the page that followed: the form may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-is-sent]")) {
      delete form.dataset.isSent;
      for (const button of form.querySelectorAll(".is-busy")) {
        button.classList.remove("is-busy");
        button.removeAttribute("aria-disabled");
      }
    }
  });

  // Toasts go after six seconds, unless someone is reading them.
  function attend(toast) {
    const close = () => toast.remove();
    let timer = setTimeout(close, TOAST_MS);
    const hold = () => clearTimeout(timer);
    const resume = () => { hold(); timer = setTimeout(close, TOAST_MS); };
    for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, hold);
    for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, resume);
    toast.querySelector(".toast-close").addEventListener("click", close);
  }

  // What a part of the page has to say is read aloud when it says something new, not at every tick.
  function announce() {
    const source = document.querySelector("[data-announce]");
    const live = document.getElementById("live");
    if (source && live && live.textContent !== source.dataset.announce)
      live.textContent = source.dataset.announce;
  }

  function settle(root) {
    for (const toast of root.querySelectorAll("[data-toast]:not([data-attended])")) {
      toast.dataset.attended = "yes";
      attend(toast);
    }
    announce();
  }
  settle(document);
  document.querySelector("[data-focus]")?.focus();
  document.addEventListener("htmx:afterSettle", () => settle(document));
})();
