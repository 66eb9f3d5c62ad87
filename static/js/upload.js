// Sends a file in parts, with bytes and time left, a pause, and each part again when the line breaks.
// Without script the same form posts the file in one piece.
"use strict";
(function () {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const part = (name) => form.querySelector(`[data-${name}]`);
  const input = form.querySelector("input[type=file]");
  const drop = part("drop");
  const TRIES = 4;
  let sending = null;
  form.classList.add("is-scripted");

  function size(bytes) {
    for (const [unit, name] of [[1e9, "GB"], [1e6, "MB"], [1e3, "KB"]])
      if (bytes >= unit * 0.9995) {
        const amount = bytes / unit;
        return `${amount >= 100 ? amount.toFixed(0) : amount.toFixed(1).replace(/\.0$/, "")} ${name}`;
      }
    return `${bytes} bytes`;
  }
  const left = (seconds) =>
    seconds < 90 ? `about ${Math.max(1, Math.round(seconds))} s` : `about ${Math.round(seconds / 60)} min`;

  function refuse(title, text) {
    part("sending").hidden = true;
    part("refused-title").textContent = title;
    part("refused-text").textContent = text;
    part("refused").hidden = false;
    drop.hidden = false;
    input.value = "";
  }

  class Refused extends Error {
    constructor(title, text) { super(title); this.title = title; this.text = text; }
  }

  async function post(url, body) {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json",
        "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
      body: JSON.stringify(body),
    });
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 401) throw new Refused("You were logged out", "Log in again, then choose the file once more.");
    if (!answer.ok) throw new Refused("The file was not taken", said.detail ?? `The server answered ${answer.status}. Try again in a minute.`);
    return said;
  }

  // One part by XMLHttpRequest: fetch tells nothing about bytes sent.
  function put(url, blob, job, onBytes) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      job.request = request;
      request.open("PUT", url);
      request.upload.onprogress = (event) => onBytes(event.loaded);
      request.onload = () => request.status < 300 ? resolve() : reject(new Error(String(request.status)));
      request.onerror = () => reject(new Error("line"));
      request.onabort = () => reject(new Error(job.isPaused ? "paused" : "stopped"));
      request.send(blob);
    });
  }

  const unpaused = (job) => new Promise((resolve) => { job.goOn = resolve; });

  async function putWithPatience(url, blob, job, onBytes) {
    for (let tries = 1; ; tries++) {
      if (job.isPaused) await unpaused(job);
      if (job.isStopped) throw new Error("stopped");
      try {
        return await put(url, blob, job, onBytes);
      } catch (trouble) {
        if (trouble.message === "stopped") throw trouble;
        if (trouble.message === "paused") { tries = 0; continue; }
        if (tries >= TRIES) throw new Refused("The upload broke off", "The line to the server broke four times. What was sent is not used. Send the file again.");
        await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** tries));
      }
    }
  }

  async function send(file) {
    part("refused").hidden = true;
    if (file.size > Number(form.dataset.max))
      return refuse(`${file.name} is too large`, `It has ${size(file.size)}; at most ${size(Number(form.dataset.max))} can be sent. Split it, or send it gzipped.`);
    if (file.size === 0)
      return refuse(`${file.name} is empty`, "It has no bytes. Export it again and look into it before you send it.");

    const job = (sending = { isPaused: false, isStopped: false });
    const began = performance.now();
    const figures = part("figures"), progress = part("progress"), live = part("live");
    part("name").textContent = file.name;
    drop.hidden = true;
    part("sending").hidden = false;
    let said = -1;
    const show = (bytes) => {
      const percent = Math.floor((bytes / file.size) * 100);
      const seconds = (performance.now() - began) / 1000;
      const rest = bytes && seconds > 2 ? `, ${left((seconds / bytes) * (file.size - bytes))} left` : "";
      figures.textContent = `${size(bytes)} of ${size(file.size)}${rest}`;
      progress.value = percent;
      // Read aloud every 10 %, not at every tick.
      if (Math.floor(percent / 10) > said) { said = Math.floor(percent / 10); live.textContent = `Uploading, ${percent} percent`; }
    };
    show(0);
    try {
      const upload = await post(form.dataset.begin, { name: file.name, bytes: file.size });
      for (const [i, target] of upload.parts.entries()) {
        const start = i * upload.part_bytes;
        const blob = file.slice(start, Math.min(start + upload.part_bytes, file.size));
        await putWithPatience(target.url, blob, job, (bytes) => show(start + bytes));
        show(start + blob.size);
      }
      figures.textContent = "Looking at it…";
      progress.removeAttribute("value");
      part("pause").hidden = part("stop").hidden = true;
      await post(form.dataset.complete.replace("{id}", upload.id), {});
      const next = new URL(form.dataset.next.replace("{id}", upload.id), location.href);
      const chosen = document.querySelector("[data-format]");
      if (chosen) {
        next.searchParams.set("format", chosen.dataset.format);
        if (chosen.dataset.action) next.searchParams.set("action", chosen.dataset.action);
      }
      location.href = next.href;
    } catch (trouble) {
      if (trouble.message === "stopped") { part("sending").hidden = true; drop.hidden = false; input.value = ""; }
      else if (trouble instanceof Refused) refuse(trouble.title, trouble.text);
      else refuse("The server cannot be reached", "Look whether you are connected, then send the file again. Nothing was changed.");
    }
  }

  part("pause").addEventListener("click", (event) => {
    sending.isPaused = !sending.isPaused;
    event.target.textContent = sending.isPaused ? "Go on" : "Pause";
    event.target.setAttribute("aria-pressed", String(sending.isPaused));
    if (sending.isPaused) sending.request?.abort();
    else sending.goOn?.();
  });
  part("stop").addEventListener("click", () => {
    sending.isStopped = true;
    sending.isPaused = false;
    sending.goOn?.();
    sending.request?.abort();
  });
  addEventListener("beforeunload", (event) => {
    if (!part("sending").hidden && part("stop").hidden === false) event.preventDefault();
  });

  input.addEventListener("change", () => { if (input.files.length) send(input.files[0]); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length) send(input.files[0]);
  });

  let depth = 0; // dragenter and dragleave also fire for what lies inside
  const over = (is) => {
    drop.classList.toggle("is-over", is);
    part("over").hidden = !is;
    part("idle").hidden = is;
  };
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => { if (hasFiles(event) && !drop.hidden) { depth++; over(true); } });
  document.addEventListener("dragleave", (event) => { if (hasFiles(event) && depth && !--depth) over(false); });
  document.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    const files = [...event.dataTransfer.files];
    if (drop.hidden || !files.length) return;
    if (files.length > 1)
      return refuse("One file at a time", `You dropped ${files.length}. Drop one, or put them into one zip.`);
    send(files[0]);
  });
})();
