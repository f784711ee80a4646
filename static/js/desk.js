// The desk: a key paints the cards, a key records what was said, Enter saves and frees the screen.
// The form in step 2 is the whole state; without this script the same form works by itself.
(() => {
  "use strict";
  const texts = document.getElementById("cb-desk").dataset;
  const step1 = document.getElementById("cb-step1");
  const step2 = document.getElementById("cb-step2");
  const { keys, record, say } = window.crossbank;
  const panels = new Map();
  const drafts = new Map(); // a customer's key -> his form
  const IDLE = 15000;
  const PATIENCE = 3000;
  let chosen = null; // a main product chosen before its panel was there
  let panelsFailed = false;
  let lastTouch = 0;
  let leaving = false;
  document.documentElement.classList.add("cb-js");

  const form = () => step2.querySelector("form.cb-panel");
  const cardsOf = (root) => [...root.querySelectorAll("[data-card]")];
  const cardFor = (code, root = form()) => root.querySelector(`[data-card="${code}"]`);
  const find = (card, name) => card.querySelector(`[name="${name}-${card.dataset.card}"]`);
  const radio = (card, value) =>
    card.querySelector(`[name="item-${card.dataset.card}"][value="${value}"]`);

  function uuid() {
    // plain http has no randomUUID; y is one of 8 9 a b, as RFC 9562 wants it
    const random = (n) => crypto.getRandomValues(new Uint8Array(1))[0] % n;
    return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (sign) =>
      (sign === "x" ? random(16) : 8 + random(4)).toString(16),
    );
  }

  // ---- the two steps -------------------------------------------------------------------------
  async function loadPanels() {
    if (!step1) return;
    try {
      const answer = await fetch(texts.panels, { credentials: "same-origin" });
      if (!answer.ok) throw new Error();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const at = performance.now();
      page.querySelectorAll("template[data-panel]").forEach((template) => {
        panels.set(template.dataset.panel, { template, at });
      });
      texts.ready = "1";
    } catch {
      panelsFailed = !panels.size; // then a tile is a plain link to its own page
    }
    if (chosen) {
      const { link, release } = chosen;
      chosen = null;
      if (panelsFailed) link.click();
      else choose(link);
      release();
    }
  }

  function choose(link) {
    if (!panels.size) {
      if (chosen) chosen.release();
      chosen = { link, release: keys.hold() };
      return;
    }
    const code = link.dataset.main;
    show(draftsOf(code)[0] || fresh(code));
    useRight();
  }

  const draftsOf = (code) => [...drafts.values()].filter((one) => one.dataset.panelMain === code);

  function fresh(code) {
    const { template, at } = panels.get(code);
    const next = document.importNode(template.content, true).querySelector("form");
    // the clocks ran on since the panels were fetched
    next.querySelectorAll("[data-seconds-left]").forEach((clock) => {
      clock.dataset.secondsLeft -= Math.floor((performance.now() - at) / 1000);
    });
    return next;
  }

  function show(next, opened = true) {
    if (!next.dataset.uuid) start(next, uuid());
    next.querySelector("[data-start-over]").hidden = !drafts.has(next.dataset.uuid);
    step2.replaceChildren(next);
    if (step1) step1.hidden = true;
    step2.hidden = false;
    draw(next);
    next.dispatchEvent(new CustomEvent("cb:countdown", { bubbles: true }));
    if (!opened) return;
    window.scrollTo(0, 0);
    say(next.querySelector(".cb-question").textContent.trim());
  }

  function start(open, id) {
    open.dataset.uuid = id;
    open.dataset.startedAt = new Date().toISOString();
    open.dataset.handsOn = 0;
    open.dataset.untouched = typed(open);
  }

  function draw(open) {
    sync(open);
    blocked();
    progress(open);
    open.querySelectorAll("details.cb-choose").forEach(trace);
    filter(open.querySelector("[data-asked]"));
  }

  const DRAWN = /^(?:csrf|slots|digits|press)/;
  const GIVEN = /^(?:csrf|slots|digits|press|uuid|main|edition|came_for|replaces|drawn_for|offer-v)/;
  const typed = (open) =>
    JSON.stringify([...new FormData(open)].filter(([name, value]) => value && !GIVEN.test(name)));
  const begun = (open) => typed(open) !== open.dataset.untouched;

  // step back: what was begun is kept, last of its tile, and the tile says so
  function back(keep = true) {
    const open = form();
    if (open) {
      drafts.delete(open.dataset.uuid);
      if (keep && begun(open)) drafts.set(open.dataset.uuid, open);
    }
    step2.replaceChildren();
    step2.hidden = true;
    step1.hidden = false;
    marked();
    const field = document.getElementById("cb-find");
    if (field) field.value = "";
    filter(field);
    window.scrollTo(0, 0);
  }

  function marked() {
    step1.querySelectorAll("[data-main]").forEach((link) => {
      const n = draftsOf(link.dataset.main).length;
      if (n) link.dataset.draft = n > 1 ? `${texts.draft} (${n})` : texts.draft;
      else delete link.dataset.draft;
    });
  }

  // The list under a search field: names that start so first, then a word in them, then the rest.
  // What is in easy reach anyway shows only when it is searched.
  const plain = (text) => text.toLocaleLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, " ").trim();

  function filter(field) {
    if (!field) return;
    const wanted = plain(field.value);
    const list = field.parentElement.querySelector(".cb-found");
    const lines = (list.lines ||= [...list.children]); // as the server ordered them
    const rank = (line) => {
      const at = ` ${plain((line.querySelector("strong") || line).textContent)}`.indexOf(` ${wanted}`);
      return at < 0 ? 2 : Math.min(at, 1);
    };
    list.append(...[...lines].sort((a, b) => rank(a) - rank(b)));
    lines.forEach((line) => {
      const hit = plain(line.textContent).includes(wanted);
      line.hidden = wanted ? !hit : "quiet" in line.dataset;
    });
    const none = field.parentElement.querySelector("[data-none]");
    none.hidden = !wanted || lines.some((line) => !line.hidden);
    if (!none.hidden) say(none.textContent);
  }

  // ---- one card ------------------------------------------------------------------------------
  let last = null;
  let told = 0;
  const TOLD = ["declined", "asking"];
  const see = (element) => element?.scrollIntoView({ block: "nearest" });
  function mark(card) {
    if (last) delete last.dataset.last;
    last = card;
    if (card) card.dataset.last = "";
  }
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
    if (!TOLD.includes(state)) find(card, "reason").value = "";
    if (state !== "follow_up") card.querySelectorAll(".cb-due .form-control").forEach((one) => (one.value = ""));
    if (offer?.checked && ![...TOLD, "accepted"].includes(state)) offer.click();
    card.dataset.answer = state;
    card.dataset.told = told += 1;
    mark(card);
    if (state && state !== "held") offeredAfterAll();
    sync(card);
    blocked();
    progress(form());
    tell(card, state);
    if (form().elements.bundle) redraw(); // does its price still hold?
    if (state === "asking") see(card.querySelector(".cb-consent"));
  }

  // presented and not taken: only there a reason is asked for, and only there it shows
  const lastTold = () =>
    cardsOf(form())
      .filter(({ dataset }) => dataset.told && TOLD.includes(dataset.answer))
      .sort((a, b) => b.dataset.told - a.dataset.told)[0];

  function tell(card, state) {
    const word = { "": texts.nothing, declined: texts.shown, accepted: texts.taken, asking: texts.asks }[state];
    if (word) say(`${card.dataset.name}: ${word}`);
  }

  // a reason for offering nothing is void as soon as something is presented
  function offeredAfterAll() {
    const reasons = [...form().querySelectorAll('[name="nothing_offered"]')];
    reasons.forEach((input) => (input.checked = false));
    if (reasons.length) trace(reasons[0].closest("details"));
  }

  // a closed choice still shows what was chosen or written in it
  function trace(choice) {
    const now = choice.querySelector("[data-now]");
    if (!now) return;
    const input = choice.querySelector("input:checked, input[name=note]");
    const label = input && input.name !== "note" ? choice.querySelector(`[for="${input.id}"]`) : null;
    now.textContent = label ? label.lastChild.textContent.trim() : input ? input.value : "";
  }

  // presses go round: presented, (price and consent,) taken, back
  function press(card) {
    if (card.hasAttribute("data-blocked")) return;
    see(card);
    const state = card.dataset.answer;
    const asks = "consent" in card.dataset;
    const mayTake = state === "declined" && !("noAccept" in card.dataset);
    if (mayTake) answer(card, asks ? "asking" : "accepted");
    else answer(card, { "": "declined", asking: "accepted" }[state] || "");
  }

  const sync = (root) =>
    root.querySelectorAll("input[type=radio]").forEach((input) => {
      input.dataset.was = input.checked ? "1" : "";
    });

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
    const text = shown % 3 ? texts.ofThree.replace("%(n)s", shown) : "";
    root.querySelector("[data-progress]").textContent = shown < 3 ? text : "";
  }

  // ---- asking the server again ----------------------------------------------------------------
  // keys pressed meanwhile wait and act on the new cards, or on the old ones when the line is down
  async function redraw(request = {}, then = null) {
    const release = keys.hold();
    const open = form();
    let lost = true;
    try {
      lost = !(await redrawn(request)) && (then || request.address);
      if (!lost && then) then();
      if (lost && form() === open) {
        if (request.failed) request.failed();
        open.querySelector("[data-clash]").textContent = texts.notDrawn;
      }
    } finally {
      release(lost);
    }
  }

  // false when the line is down: the cards on the screen still serve
  async function redrawn({ address, extra = {} }) {
    const open = form();
    const turn = (open.dataset.turn = String(Number(open.dataset.turn || 0) + 1));
    const asked = typed(open);
    const body = new FormData(open);
    if (/--(more|asked)/.test(open.className)) body.set("more", 1);
    Object.entries(extra).forEach(([name, value]) => body.set(name, value));
    let page;
    try {
      const reply = await record.post(address || open.dataset.preview, body, {
        headers: { "HX-Request": "true" },
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!reply.ok) return false;
      page = new DOMParser().parseFromString(await reply.text(), "text/html");
    } catch {
      return false;
    }
    if (form() !== open || open.dataset.turn !== turn) return true;
    // a click while the answer was on its way must not be lost
    if (typed(open) !== asked) return redrawn({ address, extra });
    const next = document.importNode(page.querySelector("form.cb-panel"), true);
    const keep = last && last.dataset.card;
    Object.assign(next.dataset, { ...open.dataset, ...next.dataset });
    carryOver(open, next);
    if (drafts.has(next.dataset.uuid)) drafts.set(next.dataset.uuid, next);
    show(next, false);
    mark(keep && cardFor(keep, next));
    return true;
  }

  // what the seller had opened or was typing in stays as it was
  function carryOver(open, next) {
    next.className = open.className;
    cardsOf(open).forEach(({ dataset: { card, told, answer } }) => {
      const same = cardFor(card, next);
      if (same && told) same.dataset.told = told;
      if (same && answer === "asking" && same.dataset.answer === "declined") same.dataset.answer = answer;
    });
    open.querySelectorAll("details[open]").forEach(({ id }) => {
      const same = id && next.querySelector(`#${id}`);
      if (same) same.open = true;
    });
    const { activeElement } = document;
    if (activeElement.id && open.contains(activeElement)) {
      queueMicrotask(() => document.getElementById(activeElement.id)?.focus());
    }
  }

  // ---- saving ---------------------------------------------------------------------------------
  function contentOf(open) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(open)) {
      if (value !== "" && !DRAWN.test(name)) body.append(name, value);
    }
    body.set("uuid", open.dataset.uuid);
    body.set("drawn_for", texts.user);
    body.set("started_at", open.dataset.startedAt);
    body.set("hands_on_ms", Math.round(Number(open.dataset.handsOn)));
    return body;
  }

  // what contradicts itself stays on the screen and says what to change
  function fits(open) {
    const answers = cardsOf(open).map((card) => card.dataset.answer);
    const checked = (name) => open.querySelector(`[name="${name}"]:checked`);
    let text = "";
    const spoken = answers.some((one) => one && one !== "held");
    if (checked("nothing_offered") && spoken) text = texts.clashNothing;
    if (checked("no_main") && answers.includes("accepted")) text = texts.clashNoMain;
    open.querySelector("[data-clash]").textContent = text;
    return !text;
  }

  // an offer is used by taking the product; beside any other answer it was only shown
  function dropUnusedOffers(open) {
    for (const card of cardsOf(open)) {
      const offer = find(card, "offer");
      if (offer && card.dataset.answer !== "accepted") offer.checked = false;
    }
  }

  function save() {
    const open = form();
    if (!fits(open)) return;
    dropUnusedOffers(open);
    const body = contentOf(open);
    const now = new Date();
    body.set("client_saved_at", now.toISOString());
    back(false);
    // a price was told and no yes was noted: what that comes to is said, while it can be undone
    const asked = cardsOf(open).filter((c) => c.dataset.answer === "asking" && !find(c, "reason").value);
    record.send({
      more: asked.map((card) => ` · ${card.dataset.name}: ${texts.noYes}`).join(""),
      title: `${now.toTimeString().slice(0, 5)} ${open.querySelector("h1").textContent}, ${texts[bucketOf(open)]}`,
      body,
      reopen(fresh, words) {
        if (form()) back();
        if (fresh) open.dataset.uuid = uuid();
        open.dataset.untouched = ""; // it was saved once: never dropped as merely looked at
        show(open);
        const tell = () => (form().querySelector("[data-clash]").textContent = words);
        tell();
        if (fresh) redraw({}, tell); // what ended since is drawn as it is now
      },
    });
  }

  function bucketOf(open) {
    if (open.querySelector('[name="no_main"]').checked) return "no_main";
    const taken = cardsOf(open).filter((card) => card.dataset.answer === "accepted").length;
    return ["main_only", "plus_one", "plus_two"][Math.min(taken, 2)];
  }

  // ---- a right that the customer shows, perhaps before he says what he came for ---------------
  let right = "";
  function useRight() {
    if (right && form()) redraw({ extra: { right } });
    if (form()) right = "";
  }

  // ---- what fingers do ------------------------------------------------------------------------
  function touched() {
    const open = form();
    const now = performance.now();
    if (open && lastTouch && now - lastTouch < IDLE) {
      open.dataset.handsOn = Number(open.dataset.handsOn) + now - lastTouch;
    }
    lastTouch = now;
  }

  const clicks = [
    ["a[data-main]", (link, event) => {
      if (!step1 || panelsFailed) return;
      event.preventDefault();
      choose(link);
    }],
    ["[data-start-over]", () => {
      drafts.delete(form().dataset.uuid);
      show(fresh(form().dataset.panelMain));
    }],
    ["[data-back]", (link, event) => {
      if (!step1) return;
      event.preventDefault();
      const choice = step2.querySelector("details.cb-choose[open]");
      const field = step2.querySelector("input:not([type=radio], [type=checkbox]):focus, select:focus");
      if (choice) choice.open = false;
      if (field) field.blur();
      else if (!choice) back();
    }],
    ["[data-press]", (button) => press(button.closest("[data-card]"))],
    ["[data-more]", (button) => {
      const open = form().classList.toggle("cb-panel--more");
      button.setAttribute("aria-expanded", String(open));
      if (open) redraw();
    }],
    ["[data-show-card]", (button) => {
      const card = cardFor(button.dataset.showCard);
      form().querySelector(".cb-cards").append(card);
      button.closest(".cb-offer-line").remove();
      press(card);
    }],
    ["[data-step-up]", (link, event) => {
      event.preventDefault();
      const from = form().elements.came_for.value || form().dataset.panelMain;
      redraw({ address: link.getAttribute("href"), extra: { came_for: from, main: link.dataset.stepUp } });
    }],
    ["[data-day]", (button) => {
      const card = button.closest("[data-card]");
      const day = form().dataset.days.split(" ")[button.dataset.day];
      find(card, "due").value = day;
      say(`${card.dataset.name}: ${day}`);
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
    ["[data-right]", ({ dataset }) => {
      document.getElementById("cb-aside").close();
      right = dataset.right;
      useRight();
    }],
    ["[data-go-to]", ({ dataset: { goTo } }) => {
      if (cardFor(goTo)) present(goTo);
      else fetchCard(goTo);
    }],
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
      const { value } = input;
      if (again) answer(card, ["interested", "follow_up"].includes(value) ? "declined" : "");
      else answer(card, asks && card.dataset.answer !== "asking" ? "asking" : value);
      return;
    }
    if (again) input.checked = false;
    sync(form());
    const details = input.closest("details");
    if (details) {
      details.open = false;
      trace(details);
    }
    if (input.name === "need" || input.name === "customer_kind") redraw();
  }

  document.addEventListener("change", (event) => {
    const [kind, ...code] = (event.target.name || "").split("-"); // first: a minifier hoists it
    const input = event.target;
    const card = input.closest("[data-card]");
    if (kind === "held") {
      if (card) answer(card, input.checked ? "held" : "");
      redraw();
    } else if (kind === "customer_ref" && input.form === form()) {
      redraw(); // what he refused is not brought up again
    } else if ("shared" in input.dataset) {
      redraw(); // offers that exclude each other
    } else if (kind === "consent") {
      answer(card, input.checked ? "accepted" : "asking");
    } else if (kind === "press_bundle") {
      redraw({ failed: () => (input.checked = false) }, () => see(form().querySelector(".cb-bundle")));
    } else if (kind === "asked") {
      fetchCard(code.join("-"), () => (input.checked = false));
    }
  });

  document.addEventListener("toggle", ({ target }) => see(target), true);

  function fetchCard(code, failed) {
    document.activeElement.blur(); // the next key is for the card, not for the field
    redraw({ failed, extra: { more: 1 } }, () => present(code));
  }

  // a product the customer asked for was spoken of: its card comes up as presented
  function present(code) {
    const card = cardFor(code);
    if (!card) return;
    const field = form().querySelector("[data-asked]");
    field.value = "";
    field.blur();
    filter(field);
    form().classList.remove("cb-panel--asked");
    if (!card.checkVisibility()) form().querySelector(".cb-cards").append(card);
    if (card.dataset.answer) mark(card);
    else answer(card, "declined");
    card.scrollIntoView({ block: "center" });
  }

  // an offer that ends on the screen can't be used any more; the product itself still can
  document.addEventListener("cb:offer-ended", (event) => {
    const use = event.target.querySelector('input[name^="offer-"]');
    if (!use) return;
    if (use.checked) redraw(); // it says what still holds
    else use.disabled = true;
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.cb-panel")) return;
    if (step1) {
      event.preventDefault();
      save();
      return;
    }
    if (event.submitter && event.submitter.hasAttribute("formaction")) return;
    if (!fits(event.target)) {
      event.preventDefault();
      return;
    }
    dropUnusedOffers(event.target);
    event.target.elements.uuid.value = event.target.dataset.uuid;
    leaving = true;
  });

  const SEARCH = "#cb-find, [data-asked]";
  document.addEventListener("input", ({ target }) => {
    if (target.matches(SEARCH)) filter(target);
    if (target.name === "note") trace(target.closest("details"));
  });
  const pickFirst = (event) => {
    if (event.key === "Escape" && event.target.id === "cb-find") event.target.blur();
    if (event.key !== "Enter" || event.isComposing || !event.target.matches(SEARCH)) return;
    event.preventDefault();
    if (!event.target.value.trim()) return;
    const first = event.target.parentElement.querySelector(
      ".cb-found li:not([hidden]) :is(a, label, button)",
    );
    if (first) first.click();
  };
  document.addEventListener("keydown", pickFirst, true); // before Enter saves
  document.addEventListener("keydown", touched, true);

  // ---- keys of the last card; all others stand on their buttons -------------------------------
  const on = (binding, label, act, when = form) => keys.on(texts.scope, binding, act, label, { when });
  const onLast = (binding, label, act, when = form) =>
    on(binding, label, () => lastCard() && act(lastCard()), when);
  const set = (state) => (card) => answer(card, card.dataset.answer === state ? "declined" : state);
  onLast("i", texts.keyInterested, set("interested"));
  onLast("f", texts.keyFollowUp, set("follow_up"));
  onLast("h", texts.keyHeld, (card) => {
    answer(card, "held");
    redraw();
  });
  const anOffer = () => form() && form().querySelector('.cb-offer input[name^="offer-"]');
  onLast("o", texts.keyOffer, (card) => {
    const offer = find(card, "offer");
    if (offer) offer.click();
  }, anOffer);
  const onTold = (binding, label, act) => on(binding, label, () => lastTold() && act(lastTold()));
  onTold("r", texts.keyReason, mark);
  for (let n = 1; n <= 6; n += 1) {
    onTold(`r ${n}`, "", (card) => {
      const reason = find(card, "reason");
      reason.selectedIndex = n;
      see(reason);
      say(`${card.dataset.name}: ${reason.selectedOptions[0].text}`);
    });
  }
  on("/", texts.keyAsked, () => {
    form().classList.add("cb-panel--asked");
    form().querySelector("[data-asked]").focus();
  });

  window.addEventListener("beforeunload", (event) => {
    const open = form();
    const unsaved = drafts.size > 0 || (open && begun(open)) || record.waits();
    if (unsaved && !leaving) event.preventDefault();
  });

  // another tab, where the day is being closed, asks what is still unsent here
  const who = uuid();
  const channel = window.BroadcastChannel && new BroadcastChannel("cb-unsent");
  if (channel) channel.onmessage = ({ data }) => data === "ask" && channel.postMessage(unsent());

  function unsent() {
    const open = form();
    const begunHere = open && begun(open) && !drafts.has(open.dataset.uuid) ? [open] : [];
    const titles = [...drafts.values(), ...begunHere].map(
      (one) => `${one.querySelector("h1").textContent} (${texts.draft})`,
    );
    return { who, user: texts.user, titles: [...titles, ...record.unsaved()] };
  }

  filter(document.getElementById("cb-find"));
  loadPanels();
  setInterval(loadPanels, 5 * 60 * 1000);
  if (!step1 && form()) {
    start(form(), form().elements.uuid.value);
    draw(form());
  }
})();
