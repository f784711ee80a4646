// What was recorded: sent without making anybody wait, counted in the strip, taken back within ten
// seconds. What the server refused waits on the page until it is sent, opened again or discarded.
(() => {
  "use strict";
  const texts = document.getElementById("cb-desk").dataset;
  const attention = document.getElementById("cb-attention");
  const toast = document.getElementById("cb-toast");
  const strip = document.getElementById("cb-strip");
  const { keys, make, say } = window.crossbank;
  const UNDO = 10000;
  let sending = 0;
  let undo = null;
  let undoTimer = 0;
  let latest = null;
  const waiting = new Map(); // a box on the page -> what can be sent again as it is

  // the cookie holds the token of now: another tab may have signed in since
  const token = () => (/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie) || [])[1] || "";

  function post(address, body, { headers, ...options } = {}) {
    return fetch(address, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-CSRFToken": token(), Accept: "application/json", ...headers },
      ...options,
    });
  }

  // ---- sending --------------------------------------------------------------------------------
  // one = { title, body, reopen(fresh, words) }; `fresh`: a new key, the old one being judged
  // `late`: to the list of what came after the day was closed
  async function send(one, late) {
    hint(texts.saving);
    sending += 1;
    latest = one;
    let reply;
    let data = {};
    try {
      reply = await post(late ? texts.late : texts.record, one.body);
      data = await reply.json();
    } catch {
      refused(one, [texts.noAnswer], true);
      return;
    } finally {
      sending -= 1;
    }
    if (reply.ok && late) {
      hint(texts.handedIn);
      say(texts.handedIn);
    } else if (reply.ok) saved(data, one);
    else {
      const messages = Object.values(data.errors || {}).flat();
      const signIn = ["signed_out", "other_user"].includes(data.code);
      const again = signIn || data.code === "day_open" || ![409, 422].includes(reply.status);
      refused(one, messages, again, signIn, data.code === "day_closed");
    }
  }

  function saved(data, one) {
    count(data.day);
    document.getElementById("cb-morning")?.remove();
    undo = data.uuid;
    const words = `${texts.saved}: ${texts[data.bucket]}${one.more}`;
    hint(words, true);
    say(words);
    clearTimeout(undoTimer);
    undoTimer = setTimeout(() => {
      undo = null;
      toast.hidden = true;
    }, UNDO);
    if (one.undo) takeBack();
  }
  // pressed while the save is still on its way
  keys.on("", "u", () => (latest.undo = true), "", { when: () => sending > 0 });

  function hint(text, withUndo = false) {
    toast.hidden = false;
    document.getElementById("cb-toast-text").textContent = text;
    document.getElementById("cb-undo").hidden = !withUndo;
  }

  async function takeBack() {
    if (!undo) return;
    const address = `${texts.record}${undo}/void/`;
    undo = null;
    clearTimeout(undoTimer);
    try {
      const reply = await post(address, new URLSearchParams());
      if (!reply.ok) throw new Error();
      count((await reply.json()).day);
      hint(texts.undone);
      say(texts.undone);
    } catch {
      hint(texts.undoFailed);
    }
    undoTimer = setTimeout(() => (toast.hidden = true), UNDO);
  }
  document.getElementById("cb-undo").addEventListener("click", takeBack);

  // nothing typed is lost: the refused form waits here
  function refused(one, messages, again, signedOut, late) {
    toast.hidden = true;
    one.undo = false;
    const box = make("div", attention);
    box.className = "cb-notice cb-notice--error cb-unsaved";
    box.dataset.title = one.title;
    box.setAttribute("role", "alert");
    make("strong", box, `${texts.notSaved}: ${one.title}`);
    box.append(` ${messages.join(" ")} `);
    const gone = (act) => () => {
      box.remove();
      waiting.delete(box);
      shown();
      act();
    };
    const resend = gone(() => send(one));
    if (again) {
      waiting.set(box, resend);
      button(box, texts.tryAgain, resend);
    }
    if (late) button(box, texts.handIn, gone(() => send(one, true)));
    button(box, texts.openAgain, gone(() => one.reopen(!again, messages.join(" "))));
    button(box, texts.discard, gone(() => {}));
    if (signedOut) {
      Object.assign(make("a", box, texts.signIn), { href: "/accounts/login/", target: "_blank" });
    }
    shown();
  }

  function button(parent, text, act) {
    const made = make("button", parent, text);
    Object.assign(made, { type: "button", className: "btn btn-outline-secondary btn-sm", onclick: act });
    parent.append(" ");
  }

  const sendAll = () => [...waiting.values()].forEach((resend) => resend());
  const all = document.getElementById("cb-try-all");
  all.addEventListener("click", sendAll);
  window.addEventListener("online", sendAll);

  function shown() {
    all.hidden = waiting.size < 2;
    attention.hidden = attention.children.length < 2;
  }

  // ---- the strip ------------------------------------------------------------------------------
  function count(day) {
    for (const [name, n] of Object.entries(day)) {
      const number = document.querySelector(`[data-count="${name}"]`);
      if (!number) continue;
      number.textContent = n;
      document.querySelector(`[data-strokes="${name}"]`).textContent = strokes(n);
    }
  }

  const strokes = (n) => ("||||/ ".repeat(n / 5) + "|".repeat(n % 5)).trim();

  function toggleStrip() {
    const quiet = strip.classList.toggle("cb-strip--quiet");
    try {
      localStorage.setItem("cb-strip", quiet ? "quiet" : "");
    } catch {
      // private windows keep nothing
    }
  }
  try {
    strip.classList.toggle("cb-strip--quiet", localStorage.getItem("cb-strip") === "quiet");
  } catch {
    // as above
  }
  strip.querySelector("[data-hide-strip]").addEventListener("click", toggleStrip);

  const unsaved = () => [...document.querySelectorAll(".cb-unsaved")].map((box) => box.dataset.title);
  window.crossbank.record = { post, send, unsaved, waits: () => sending > 0 || !attention.hidden };
})();
