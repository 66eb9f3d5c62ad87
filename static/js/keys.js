// Keys of ui.md section 10. Single letters are off while typing and can be switched off (WCAG 2.1.4);
// no destructive act has a key.
"use strict";
(function () {
  const OFF = "keys-off";
  const PLACES = { t: "/", i: "/imports/", e: "/exports/", r: "/reports/", p: "/roster/people/", s: "/roster/sections/",
    c: "/calendar/" };
  const LEADER_MS = 1200;
  let leaderAt = -Infinity;

  const lettersAreOff = () => localStorage.getItem(OFF) === "yes";
  const isTyping = (where) => where.closest?.("input, textarea, select, [contenteditable]");
  const open = (id) => { const dialog = document.getElementById(id); if (!dialog?.open) dialog?.showModal(); };
  const press = (selector) => document.querySelector(selector)?.click();

  const box = document.querySelector("[data-keys-off]");
  if (box) {
    box.checked = lettersAreOff();
    box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "yes" : "no"));
  }

  // Only places that this person's navigation has.
  function go(letter) {
    const href = PLACES[letter];
    if (href && document.querySelector(`.side a[href="${href}"]`)) location.href = href;
  }

  function walk(step) {
    const links = [...document.querySelectorAll("main tbody [data-row-link], main tbody [data-opens-row]")];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  const LETTERS = {
    "?": () => open("keys"),
    n: () => press(".top a[href='/imports/new/']"),
    j: () => walk(1),
    k: () => walk(-1),
    f: () => document.querySelector("main .tools summary, main .tools .pill")?.focus(),
    "]": () => press("[data-next-page]"),
    "[": () => press("[data-previous-page]"),
    0: () => press("[data-all-rows]"),
    u: () => press(".tally a[data-key='7']"),
    a: () => {
      const bar = document.getElementById("approve");
      bar?.scrollIntoView({ block: "end" });
      bar?.querySelector("input:not([type=hidden]), [data-submit]")?.focus();
    },
  };
  for (const key of "1234567") LETTERS[key] = () => press(`.tally a[data-key='${key}']`);

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return open("finder");
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (lettersAreOff() || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      event.preventDefault();
      const here = document.querySelector("main [data-finds-here]");
      return here ? here.focus() : open("finder");
    }
    if (event.timeStamp - leaderAt < LEADER_MS) {
      leaderAt = -Infinity;
      return go(event.key);
    }
    if (event.key === "g") { leaderAt = event.timeStamp; return; }
    if (!LETTERS[event.key]) return;
    event.preventDefault(); // or the letter would be typed into the field it leads to
    LETTERS[event.key]();
  });
})();
