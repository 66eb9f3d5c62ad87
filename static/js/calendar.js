// The week of a calendar by arrow keys: up and down through a day, left and right to the next day that has
// something, at the time nearest to where one was. Tab goes through all of it as anywhere.
"use strict";
(function () {
  const calendar = document.querySelector("[data-calendar]");
  if (!calendar) return;
  const days = [...calendar.querySelectorAll(".cal-day")];
  const links = (day) => [...day.querySelectorAll("a[data-block]")];
  const top = (block) => block.getBoundingClientRect().top;

  function beside(block, day, step) {
    for (let at = days.indexOf(day) + step; at >= 0 && at < days.length; at += step) {
      const there = links(days[at]);
      if (there.length) return there.sort((a, b) => Math.abs(top(a) - top(block)) - Math.abs(top(b) - top(block)))[0];
    }
  }

  function within(block, day, step) {
    const there = links(day);
    return there[there.indexOf(block) + step];
  }

  calendar.addEventListener("keydown", (event) => {
    const block = event.target.closest("a[data-block]");
    if (!block || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const day = block.closest(".cal-day");
    const next = {
      ArrowUp: () => within(block, day, -1),
      ArrowDown: () => within(block, day, 1),
      ArrowLeft: () => beside(block, day, -1),
      ArrowRight: () => beside(block, day, 1),
    }[event.key];
    if (!next) return;
    event.preventDefault(); // or the page would scroll away from where one goes
    const to = next();
    to?.focus();
    to?.scrollIntoView({ block: "nearest" });
  });
})();
