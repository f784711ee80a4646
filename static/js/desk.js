// The desk: a key paints the cards, a key records what was said, Enter saves and frees the screen.
// The form in step 2 is the whole state; without this script the same form works by itself.
(() => {
  "use strict";
  const texts = document.getElementById("cb-desk").dataset;
  const step1 = document.getElementById("cb-step1");
  const step2 = document.getElementById("cb-step2");
  const attention = document.getElementById("cb-attention");
  const toast = document.getElementById("cb-toast");
  const { keys, say } = window.crossbank;
  const panels = new Map();
  const drafts = new Map();
  const IDLE = 15000;
  const UNDO = 10000;
  let waitingFor = "";
  let lastTouch = 0;
  let undo = null;
  let undoTimer = 0;
  document.documentElement.classList.add("cb-js");

  const form = () => step2.querySelector("form.cb-panel");
  const cardsOf = (root) => [...root.querySelectorAll("[data-card]")];
  const find = (card, name) => card.querySelector(`[name="${name}-${card.dataset.card}"]`);
  const radio = (card, value) =>
    card.querySelector(`[name="item-${card.dataset.card}"][value="${value}"]`);

  function uuid() {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    const b = window.crypto.getRandomValues(new Uint8Array(16)); // plain http has no randomUUID
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const hex = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // the cookie holds the token of now: another tab may have signed in since
  const token = () => (/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie) || [])[1] || "";

  function post(address, body, headers) {
    return fetch(address, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-CSRFToken": token(), ...headers },
    });
  }

  // ---- the two steps -------------------------------------------------------------------------
  async function loadPanels() {
    if (!step1) return;
    const answer = await fetch(texts.panels, { credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const at = performance.now();
    page.querySelectorAll("template[data-panel]").forEach((template) => {
      panels.set(template.dataset.panel, { template, at });
    });
    texts.ready = "1";
    if (waitingFor) choose(waitingFor);
  }

  function choose(code) {
    if (!panels.size) {
      waitingFor = code;
      return;
    }
    waitingFor = "";
    let next = drafts.get(code);
    if (!next) {
      const { template, at } = panels.get(code);
      next = document.importNode(template.content, true).querySelector("form");
      // the clocks ran on since the panels were fetched
      next.querySelectorAll("[data-seconds-left]").forEach((clock) => {
        clock.dataset.secondsLeft -= Math.round((performance.now() - at) / 1000);
      });
    }
    show(next);
  }

  function show(next) {
    if (!next.dataset.uuid) {
      next.dataset.uuid = uuid();
      next.dataset.startedAt = new Date().toISOString();
      next.dataset.handsOn = 0;
    }
    step2.replaceChildren(next);
    if (step1) step1.hidden = true;
    step2.hidden = false;
    cardsOf(next).forEach(sync);
    progress(next);
    next.dispatchEvent(new CustomEvent("cb:countdown", { bubbles: true }));
    window.scrollTo(0, 0);
    say(next.querySelector(".cb-question").textContent.trim());
  }

  function back() {
    const open = form();
    if (open) drafts.set(open.dataset.panelMain, open);
    step2.replaceChildren();
    step2.hidden = true;
    step1.hidden = false;
    const field = document.getElementById("cb-find");
    if (field) field.value = "";
    filter();
  }

  function filter() {
    const field = document.getElementById("cb-find");
    if (!field) return;
    const wanted = field.value.trim().toLocaleLowerCase();
    document.querySelectorAll("#cb-found li").forEach((line) => {
      const hit = line.textContent.toLocaleLowerCase().includes(wanted);
      line.hidden = wanted ? !hit : "tile" in line.dataset;
    });
  }

  // ---- one card ------------------------------------------------------------------------------
  let last = null;
  // no card pressed yet, or it dropped out: its keys do nothing rather than guess a card
  const lastCard = () => (last && last.isConnected ? last : null);

  function answer(card, state) {
    const code = card.dataset.card;
    card.querySelectorAll(`[name="item-${code}"]`).forEach((input) => (input.checked = false));
    const stored = state === "asking" ? "declined" : state;
    if (stored && stored !== "held") radio(card, stored).checked = true;
    const held = find(card, "held");
    if (held) held.checked = state === "held";
    const consent = find(card, "consent");
    if (consent) consent.checked = state === "accepted";
    const offer = find(card, "offer");
    if (offer && (!state || state === "held")) offer.checked = false;
    if (state !== "declined" && state !== "asking") find(card, "reason").value = "";
    card.dataset.answer = state;
    last = card;
    sync(card);
    blocked();
    progress(form());
    tell(card, state);
  }

  function tell(card, state) {
    const word = { "": texts.nothing, declined: texts.shown, accepted: texts.taken, asking: texts.asks };
    if (state in word) say(`${card.dataset.name}: ${word[state]}`);
  }

  // presses go round: presented, (price and consent,) taken, back
  function press(card) {
    if (card.hasAttribute("data-blocked")) return;
    const state = card.dataset.answer;
    const asks = "consent" in card.dataset;
    if (!state) answer(card, "declined");
    else if (state === "declined" && !("noAccept" in card.dataset)) answer(card, asks ? "asking" : "accepted");
    else if (state === "asking") answer(card, "accepted");
    else answer(card, "");
  }

  function sync(card) {
    card.querySelectorAll("input[type=radio]").forEach((input) => {
      input.dataset.was = input.checked ? "1" : "";
    });
  }

  // what cannot stand beside a taken product greys at once; the server says the same on saving
  function blocked() {
    const cards = cardsOf(form());
    const taken = new Map(
      cards.filter((c) => c.dataset.answer === "accepted").map((c) => [c.dataset.card, c.dataset.name]),
    );
    for (const card of cards) {
      const inTheWay = (card.dataset.blockedBy || "").split(" ").find((code) => taken.has(code));
      const note = card.querySelector("[data-note]");
      card.toggleAttribute("data-blocked", Boolean(inTheWay) && !card.dataset.answer);
      note.hidden = !inTheWay;
      note.textContent = inTheWay ? `✕ ${taken.get(inTheWay)}` : "";
    }
  }

  function progress(root) {
    const shown = cardsOf(root).filter((c) => c.dataset.answer && c.dataset.answer !== "held").length;
    const text = texts.ofThree.replace("%(n)s", shown);
    root.querySelector("[data-progress]").textContent = shown === 1 || shown === 2 ? text : "";
  }

  // ---- asking the server again ----------------------------------------------------------------
  async function redraw({ address, extra = {} } = {}) {
    const open = form();
    const turn = (open.dataset.turn = String(Number(open.dataset.turn || 0) + 1));
    const body = new FormData(open);
    Object.entries(extra).forEach(([name, value]) => body.set(name, value));
    let page;
    try {
      const reply = await post(address || open.dataset.preview, body, { "HX-Request": "true" });
      if (!reply.ok) return;
      page = new DOMParser().parseFromString(await reply.text(), "text/html");
    } catch {
      return; // the line is down: the cards on the screen still serve
    }
    if (form() !== open || open.dataset.turn !== turn) return;
    if (changed(open, body, extra)) {
      redraw({ address, extra });
      return;
    }
    const next = document.importNode(page.querySelector("form.cb-panel"), true);
    const keep = last && last.dataset.card;
    const { uuid: id, startedAt, handsOn } = open.dataset;
    Object.assign(next.dataset, { uuid: id, startedAt, handsOn, turn });
    carryOver(open, next);
    show(next);
    last = keep ? next.querySelector(`[data-card="${keep}"]`) : null;
    blocked();
  }

  // what the seller had opened or was typing in stays as it was
  function carryOver(open, next) {
    next.classList.toggle("cb-panel--more", open.classList.contains("cb-panel--more"));
    const now = [...open.querySelectorAll("details.cb-choose")];
    next.querySelectorAll("details.cb-choose").forEach((choice, n) => (choice.open = now[n].open));
    const { id } = document.activeElement;
    if (id && open.contains(document.activeElement)) {
      queueMicrotask(() => {
        const field = document.getElementById(id);
        if (field) field.focus();
      });
    }
  }

  // a key pressed while the answer was on its way must not be lost
  function changed(open, body, extra) {
    const now = new FormData(open);
    const names = new Set([...now.keys(), ...body.keys()]);
    return [...names].some((name) => !(name in extra) && now.get(name) !== body.get(name));
  }

  // ---- saving ---------------------------------------------------------------------------------
  function contentOf(open) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(open)) {
      if (value !== "" && name !== "slots" && name !== "csrfmiddlewaretoken") body.append(name, value);
    }
    body.set("uuid", open.dataset.uuid);
    body.set("started_at", open.dataset.startedAt);
    body.set("hands_on_ms", Math.round(Number(open.dataset.handsOn)));
    return body;
  }

  function save() {
    const open = form();
    const body = contentOf(open);
    body.set("client_saved_at", new Date().toISOString());
    drafts.delete(open.dataset.panelMain);
    back();
    drafts.delete(open.dataset.panelMain);
    send(open, body);
  }

  async function send(open, body) {
    hint(texts.saving);
    let reply;
    let data = {};
    try {
      reply = await post(texts.record, body, { Accept: "application/json" });
      data = await reply.json();
    } catch {
      refused(open, body, [texts.noAnswer], true);
      return;
    }
    if (reply.ok) saved(data);
    else {
      const messages = Object.values(data.errors || {}).flat();
      refused(open, body, messages, ![409, 422].includes(reply.status), data.code === "signed_out");
    }
  }

  function saved(data) {
    count(data.day);
    undo = data.uuid;
    hint(`${texts.saved}: ${texts[data.bucket]}`, true);
    say(`${texts.saved}: ${texts[data.bucket]}`);
    clearTimeout(undoTimer);
    undoTimer = setTimeout(() => {
      undo = null;
      toast.hidden = true;
    }, UNDO);
  }

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
      const reply = await post(address, new URLSearchParams(), { Accept: "application/json" });
      if (!reply.ok) throw new Error(String(reply.status));
      count((await reply.json()).day);
      hint(texts.undone);
      say(texts.undone);
    } catch {
      hint(texts.undoFailed);
    }
    undoTimer = setTimeout(() => (toast.hidden = true), UNDO);
  }

  function count(day) {
    for (const [name, n] of Object.entries(day)) {
      const number = document.querySelector(`[data-count="${name}"]`);
      if (!number) continue;
      number.textContent = n;
      document.querySelector(`[data-strokes="${name}"]`).textContent = strokes(n);
    }
  }

  const strokes = (n) =>
    [...Array(Math.floor(n / 5)).fill("||||/"), "|".repeat(n % 5)].filter(Boolean).join(" ");

  // nothing typed is lost: the refused form waits here until it is sent or opened again
  function refused(open, body, messages, again, signedOut) {
    toast.hidden = true;
    const box = document.createElement("div");
    box.className = "cb-notice cb-notice--error";
    box.setAttribute("role", "alert");
    const title = document.createElement("strong");
    title.textContent = `${texts.notSaved}: ${open.querySelector("h1").textContent}`;
    const list = document.createElement("ul");
    messages.forEach((text) => (list.appendChild(document.createElement("li")).textContent = text));
    box.append(title, list);
    const button = (text, act) => {
      const one = document.createElement("button");
      one.type = "button";
      one.className = "btn btn-outline-secondary btn-sm";
      one.textContent = text;
      one.addEventListener("click", () => {
        box.remove();
        attention.hidden = !attention.children.length;
        act();
      });
      box.append(one, " ");
    };
    if (again) button(texts.tryAgain, () => send(open, body));
    button(texts.openAgain, () => {
      if (form()) back();
      open.dataset.uuid = again ? open.dataset.uuid : uuid();
      show(open);
    });
    if (signedOut) {
      const link = document.createElement("a");
      Object.assign(link, { href: "/accounts/login/", target: "_blank", textContent: texts.signIn });
      box.append(link);
    }
    attention.append(box);
    attention.hidden = false;
  }

  // ---- what fingers do ------------------------------------------------------------------------
  function touched() {
    const open = form();
    const now = performance.now();
    if (open && lastTouch && now - lastTouch < IDLE) {
      open.dataset.handsOn = Number(open.dataset.handsOn || 0) + (now - lastTouch);
    }
    lastTouch = now;
  }

  const clicks = [
    ["a[data-main]", (link, event) => {
      if (!step1) return;
      event.preventDefault();
      choose(link.dataset.main);
    }],
    ["[data-back]", (link, event) => {
      if (!step1) return;
      event.preventDefault();
      const choice = step2.querySelector("details.cb-choose[open]");
      if (choice) choice.open = false;
      else back();
    }],
    ["[data-press]", (button) => press(button.closest("[data-card]"))],
    ["[data-more]", (button) => {
      const open = form().classList.toggle("cb-panel--more");
      button.setAttribute("aria-expanded", String(open));
      if (open) redraw();
    }],
    ["[data-show-card]", (button) => {
      const card = form().querySelector(`[data-card="${button.dataset.showCard}"]`);
      form().querySelector(".cb-cards").append(card);
      button.closest(".cb-offer-line").remove();
      press(card);
    }],
    ["[data-step-up]", (link, event) => {
      event.preventDefault();
      const from = form().elements.came_for.value || form().dataset.panelMain;
      redraw({ address: link.getAttribute("href"), extra: { came_for: from, main: link.dataset.stepUp } });
    }],
    ["[data-kinds]", (fieldset, event) => {
      if (event.target !== fieldset) return; // the key; a click on one of its buttons is its own
      const kinds = [...fieldset.querySelectorAll("input")];
      const at = kinds.findIndex((input) => input.checked);
      kinds.forEach((input, n) => (input.checked = n === at + 1));
      redraw();
    }],
    ["[data-note-toggle]", (summary, event) => {
      event.preventDefault(); // open it now, not after this event: the next key is text already
      const details = summary.parentElement;
      details.open = !details.open;
      if (details.open) details.querySelector("input").focus();
    }],
    ["#cb-undo", takeBack],
  ];

  document.addEventListener("click", (event) => {
    touched();
    if (!(event.target instanceof Element)) return;
    for (const [selector, act] of clicks) {
      const hit = event.target.closest(selector);
      if (hit) act(hit, event);
    }
    const input = event.target;
    if (input.matches("input[type=radio]") && form() && form().contains(input)) choice(input);
  });

  // a second click on a chosen answer takes it back: no choice is a trap
  function choice(input) {
    const card = input.closest("[data-card]");
    const again = input.dataset.was === "1";
    if (card) {
      const asks = "consent" in card.dataset && input.value === "accepted";
      if (again) answer(card, "");
      else answer(card, asks ? "asking" : input.value);
      return;
    }
    if (again) input.checked = false;
    form().querySelectorAll(`[name="${input.name}"]`).forEach((one) => (one.dataset.was = one.checked ? "1" : ""));
    const details = input.closest("details");
    if (details) details.open = false;
    if (input.name === "need" || input.name === "customer_kind") redraw();
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    const card = input.closest("[data-card]");
    if (input.name && input.name.startsWith("held-")) {
      if (card) answer(card, input.checked ? "held" : "");
      redraw();
    } else if (input.name && input.name.startsWith("consent-")) {
      answer(card, input.checked ? "accepted" : "asking");
    } else if (input.matches("[data-asked]") && input.value) {
      form().classList.add("cb-panel--more");
      redraw({ extra: { [`asked-${input.value}`]: "1" } });
    }
  });

  // an offer that ends on the screen can't be used any more; the product itself still can
  document.addEventListener("cb:offer-ended", (event) => {
    const use = event.target.querySelector('input[name^="offer-"]');
    if (!use) return;
    use.checked = false;
    use.disabled = true;
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.cb-panel")) return;
    if (step1) {
      event.preventDefault();
      save();
      return;
    }
    event.target.elements.uuid.value = event.target.dataset.uuid;
  });

  document.addEventListener("input", (event) => event.target.id === "cb-find" && filter());
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "cb-find" || event.key !== "Enter") return;
    event.preventDefault();
    const first = document.querySelector("#cb-found li:not([hidden]) a");
    if (first) choose(first.dataset.main);
  });
  document.addEventListener("keydown", touched, true);

  // ---- keys of the last card; all others stand on their buttons -------------------------------
  const { scope } = texts;
  const onLast = (binding, label, act) =>
    keys.on(scope, binding, () => form() && lastCard() && act(lastCard()), label);
  const set = (state) => (card) => answer(card, card.dataset.answer === state ? "" : state);
  onLast("i", texts.keyInterested, set("interested"));
  onLast("f", texts.keyFollowUp, set("follow_up"));
  onLast("h", texts.keyHeld, (card) => {
    answer(card, "held");
    redraw();
  });
  onLast("o", texts.keyOffer, (card) => {
    const offer = find(card, "offer");
    if (offer) offer.click();
  });
  onLast("r", texts.keyReason, (card) => {
    if (!card.dataset.answer) answer(card, "declined");
    card.dataset.reasons = "1";
  });
  for (let n = 1; n <= 6; n += 1) {
    onLast(`r ${n}`, "", (card) => (find(card, "reason").selectedIndex = n));
  }
  // the slim panels know only their three cards: anything else asks the server first
  keys.on(scope, "/", async () => {
    if (!form()) return;
    await redraw();
    form().classList.add("cb-panel--more");
    form().querySelector("[data-asked]").focus();
  }, texts.keyAsked);
  const strip = document.getElementById("cb-strip");
  function toggleStrip() {
    const quiet = strip.classList.toggle("cb-strip--quiet");
    try {
      localStorage.setItem("cb-strip", quiet ? "quiet" : "");
    } catch {
      // private windows keep nothing
    }
  }
  keys.on(scope, "v", toggleStrip, texts.keyStrip);
  strip.querySelector("[data-hide-strip]").addEventListener("click", toggleStrip);
  try {
    strip.classList.toggle("cb-strip--quiet", localStorage.getItem("cb-strip") === "quiet");
  } catch {
    // as above
  }

  window.addEventListener("beforeunload", (event) => {
    if (!attention.hidden) event.preventDefault();
  });

  filter();
  loadPanels();
  setInterval(loadPanels, 5 * 60 * 1000);
  if (!step1 && form()) {
    const open = form();
    open.dataset.uuid = open.elements.uuid.value;
    open.dataset.startedAt = new Date().toISOString();
    open.dataset.handsOn = 0;
    cardsOf(open).forEach(sync);
    blocked();
    progress(open);
  }
})();
