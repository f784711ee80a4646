// What is still unsent in other tabs of this browser stands in the way of the signature. Whoever
// keeps something unsent answers "ask" on the channel with its titles; nobody's answer is stored.
(() => {
  "use strict";
  const box = document.querySelector("[data-unsent]");
  if (!box || !window.BroadcastChannel) return;
  const EVERY = 1000;
  const channel = new BroadcastChannel("cb-unsent");
  const heard = new Map(); // who answered -> when, and the titles of what he keeps

  function show() {
    const titles = [...heard.values()].flatMap((one) => one.titles);
    box.hidden = !titles.length;
    box.querySelector("[data-unsent-list]").textContent = titles.join(" · ");
    document.querySelectorAll("[data-needs-sent]").forEach((button) => {
      button.disabled = titles.length > 0;
    });
  }

  function ask() {
    // a tab that was closed answers no more
    for (const [who, { at }] of heard) if (performance.now() - at > 2 * EVERY) heard.delete(who);
    show();
    channel.postMessage("ask");
  }

  channel.onmessage = ({ data: { who, user, titles } }) => {
    if (!who || user !== box.dataset.user) return;
    heard.set(who, { at: performance.now(), titles });
    show();
  };
  ask();
  setInterval(ask, EVERY);
})();
