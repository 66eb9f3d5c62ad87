// The template editor: columns go into the text by a click, lines have numbers, a fault leads to its place.
// Without script the form saves and shows faults all the same.
"use strict";
(function () {
  const form = document.getElementById("template-form");
  const text = document.getElementById("id_body");
  const numbers = form?.querySelector("[data-numbers]");
  if (!form || !text || !numbers) return;

  function faulty() {
    const found = document.querySelectorAll("#ed-faults [data-at]");
    return new Set([...found].map((each) => Number(each.dataset.at.split(":")[0])));
  }

  function number() {
    const bad = faulty();
    const lines = text.value.split("\n").length;
    numbers.replaceChildren(...Array.from({ length: lines }, (_, at) => {
      const line = document.createElement("span");
      line.textContent = `${at + 1}\n`;
      if (bad.has(at + 1)) line.className = "is-bad";
      return line;
    }));
    numbers.scrollTop = text.scrollTop;
  }

  // Put into the text as if it were typed: undo takes it back, and the result follows.
  function insert(what) {
    text.focus();
    if (!document.execCommand("insertText", false, what)) {
      text.setRangeText(what, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    // Between the opening and the closing part, or before the end of a call, is where one goes on.
    const inside = what.indexOf("  ") >= 0 ? what.length - what.indexOf("  ") - 1 : what.endsWith(" }}") ? 2 : 0;
    text.selectionStart = text.selectionEnd = text.selectionEnd - inside;
  }

  function goTo(place) {
    const [line, column] = place.split(":").map(Number);
    const lines = text.value.split("\n");
    const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    text.focus();
    text.setSelectionRange(at, Math.min(at + 1, text.value.length));
    const height = text.scrollHeight / Math.max(lines.length, 1);
    text.scrollTop = Math.max(0, (line - 5) * height);
  }

  form.addEventListener("click", (event) => {
    const column = event.target.closest("[data-insert]");
    if (column) return insert(column.dataset.insert);
    const fault = event.target.closest("[data-goto]");
    if (fault) return goTo(fault.dataset.goto);
    if (event.target.closest("[data-more-variables]")) addVariable();
  });

  function addVariable() {
    const list = form.querySelector("[data-variables]");
    const last = list.lastElementChild;
    const more = last.cloneNode(true);
    const at = list.children.length + 1;
    for (const label of more.querySelectorAll("label")) {
      label.htmlFor = label.htmlFor.replace(/\d+$/, at);
      label.textContent = label.textContent.replace(/\d+/, at);
    }
    for (const input of more.querySelectorAll("input")) {
      input.id = input.id.replace(/\d+$/, at);
      input.value = "";
    }
    list.append(more);
    more.querySelector("input").focus();
  }

  const adds = form.querySelector("[data-more-variables]");
  if (adds) adds.hidden = false;
  text.addEventListener("input", number);
  text.addEventListener("scroll", () => { numbers.scrollTop = text.scrollTop; });
  document.addEventListener("htmx:afterSettle", number);
  number();

  // What was typed and not saved is asked about before it is left.
  let isTyped = false;
  form.addEventListener("input", () => { isTyped = true; });
  form.addEventListener("submit", () => { isTyped = false; });
  window.addEventListener("beforeunload", (event) => { if (isTyped) event.preventDefault(); });
})();
