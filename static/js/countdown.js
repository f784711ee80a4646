// Counts down what the server said is left; the clock of this computer is never asked.
// An element with data-seconds-left shows "2 d 03:12" while days remain, then "03:12:09". At zero
// its [data-ends] ancestor (or itself) gets the class cb-is-over and a bubbling "cb:offer-ended".
// Fragments that arrive later: dispatch "cb:countdown" on them, or call nothing (htmx:load is heard).
(() => {
  "use strict";

  const running = new Map(); // element -> performance.now() at which it ends
  const two = (number) => String(number).padStart(2, "0");

  const words = (seconds, sign) => {
    const days = Math.floor(seconds / 86400);
    const hours = two(Math.floor(seconds / 3600) % 24);
    const minutes = two(Math.floor(seconds / 60) % 60);
    return days ? `${days} ${sign} ${hours}:${minutes}` : `${hours}:${minutes}:${two(seconds % 60)}`;
  };
  const end = (element) => {
    running.delete(element);
    const whole = element.closest("[data-ends]") || element;
    whole.classList.add("cb-is-over");
    whole.dispatchEvent(new CustomEvent("cb:offer-ended", { bubbles: true }));
  };
  const tick = () => {
    const now = performance.now();
    for (const [element, at] of [...running]) {
      if (!element.isConnected) {
        running.delete(element);
        continue;
      }
      const left = Math.max(0, Math.ceil((at - now) / 1000));
      const text = words(left, element.dataset.daySign || "d");
      if (element.textContent !== text) element.textContent = text;
      if (!left) end(element);
    }
  };
  const start = (root) => {
    const found = [...root.querySelectorAll("[data-seconds-left]")];
    if (root.matches && root.matches("[data-seconds-left]")) found.push(root);
    for (const element of found)
      if (!running.has(element))
        running.set(element, performance.now() + Number(element.dataset.secondsLeft) * 1000);
    tick();
  };

  start(document);
  setInterval(tick, 1000);
  for (const name of ["cb:countdown", "htmx:load"])
    document.addEventListener(name, (event) => start(event.target));
})();
