// The frame's script: one key registry for all pages, the help list, dialogs, the spoken line, clocks.
// A control names its own key (data-key="m"), so whatever a key does, a button does too.
(() => {
  "use strict";
  const TYPING =
    "textarea,select,[contenteditable=true]," +
    "input:not([type=radio],[type=checkbox],[type=button],[type=submit])";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const single = document.body.dataset.singleKeys !== "0";
  const handlers = [];
  let prefix = ""; // the first key of two, like the g of "g d"
  let until = 0;
  let byPointer = false;

  // Digits by their place: Thai and French rows type other signs there. Letters by their sign,
  // and by place where the layout has no Latin letters.
  function nameOf({ key, code, shiftKey }) {
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(code);
    if (digit && (!shiftKey || /^\d$/.test(key))) return digit[1];
    if (/^[a-z]$/i.test(key)) return key.toLowerCase();
    if (/[^ -~]/.test(key) || code + key === "KeyQ;") {
      if (code.startsWith("Key")) return code[3].toLowerCase();
      if (code === "Slash") return shiftKey ? "?" : "/";
    }
    return key;
  }

  const topDialog = () => all("dialog[open]").pop();
  const usable = (element) =>
    !element.disabled &&
    element.getAttribute("aria-disabled") !== "true" &&
    element.checkVisibility({ checkVisibilityCSS: true });

  function press(element) {
    if (!element.matches(TYPING)) element.click();
    else if (element.focus(), element.select) element.select();
  }

  // The first usable control of the open dialog or the page, else the latest handler. Behind a
  // dialog nothing is reached.
  function find(binding) {
    const dialog = topDialog();
    const element = all("[data-key]", dialog).find(
      (one) => one.dataset.key === binding && usable(one),
    );
    if (element) {
      return { element, run: () => press(element), inFields: "keyInFields" in element.dataset };
    }
    return dialog ? null : handlers.filter((one) => one.binding === binding && one.when()).pop();
  }

  function opens(binding) {
    const start = `${binding} `;
    return (
      handlers.some((one) => one.binding.startsWith(start) && one.when()) ||
      all("[data-key]").some((one) => one.dataset.key.startsWith(start) && usable(one))
    );
  }

  function allowed(event, binding, hit) {
    const { target } = event;
    if (!single && (binding.length === 1 || binding.includes(" "))) return false;
    if (event.repeat && !hit.repeat) return false;
    if (target.matches(TYPING)) return hit.inFields;
    // Enter on a control reached by Tab presses that control; after a click it is the page's key
    const native = event.key === "Enter" && !byPointer && target.closest("a[href],button,summary");
    return !native || native === hit.element;
  }

  function remember(binding, event) {
    if (topDialog() || !opens(binding)) return;
    prefix = binding;
    // a first key that opened a choice waits for it to be read; a silent one is soon forgotten
    until = find(binding) ? Infinity : event.timeStamp + 3000;
  }

  // ---- keys that wait: what is pressed while a page redraws a part acts on what was drawn -------
  let holding = 0;
  const waiting = [];

  function hold() {
    holding += 1;
    return (drop) => {
      holding -= 1;
      if (drop) waiting.length = 0; // what they were meant for never came
      while (waiting.length && !holding) again(waiting.shift());
    };
  }

  function again(init) {
    const target = document.activeElement || document.body;
    const event = new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true });
    if (!target.dispatchEvent(event) || init.key.length > 1 || !target.setRangeText) return;
    if (!target.matches(TYPING)) return;
    target.setRangeText(init.key, target.selectionStart, target.selectionEnd, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // text goes on into its field; after a key that waits, everything does, to keep the order
  function waits(event) {
    const { key, code, shiftKey, repeat, target } = event;
    const top = topDialog();
    if (!holding || key === "Tab" || (top && (key === "Escape" || !("loading" in top.dataset)))) return false;
    if (target.matches(TYPING) && !waiting.length) return false;
    event.preventDefault();
    if (!repeat) waiting.push({ key, code, shiftKey });
    return true;
  }

  function onKey(event) {
    if (event.key === "Tab") byPointer = false;
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift") return;
    if (waits(event)) return;
    const name = nameOf(event);
    const first = event.timeStamp < until ? prefix : "";
    prefix = "";
    for (const binding of first ? [`${first} ${name}`, name] : [name]) {
      const hit = find(binding);
      if (hit && allowed(event, binding, hit)) {
        event.preventDefault();
        hit.run(event);
        remember(binding, event);
        return;
      }
      if (first && binding !== name && !find(first)) return; // "g", then a stranger: nothing
    }
    if (single && !event.repeat && !event.target.matches(TYPING)) remember(name, event);
  }

  function labelOf(element) {
    const copy = element.cloneNode(true);
    all("kbd,svg", copy).forEach((part) => part.remove());
    return element.dataset.keyLabel || copy.textContent.trim().replace(/\s+/g, " ");
  }

  function make(tag, parent, text = "") {
    const element = parent.appendChild(document.createElement(tag));
    element.textContent = text;
    return element;
  }

  // scope -> label -> keys, in page order; the same deed on several keys is one line
  function fillHelp() {
    const list = document.querySelector("[data-key-list]");
    const scopes = new Map();
    const add = (scope, label, binding) => {
      const labels = scopes.get(scope) || new Map();
      if (label) scopes.set(scope, labels.set(label, (labels.get(label) || new Set()).add(binding)));
    };
    for (const one of all("[data-key]").filter((control) => !control.closest("[hidden]"))) {
      const scope = one.closest("[data-key-scope]");
      add(scope ? scope.dataset.keyScope : list.dataset.scopeHere, labelOf(one), one.dataset.key);
    }
    handlers
      .filter((one) => one.when())
      .forEach((one) => add(one.scope || list.dataset.scopeHere, one.label, one.binding));
    list.replaceChildren();
    for (const [scope, labels] of scopes) {
      make("h3", list, scope);
      const lines = make("dl", list);
      for (const [label, bindings] of labels) {
        const keys = make("dt", lines);
        [...bindings].join(" ").split(" ").forEach((key) => make("kbd", keys, key));
        make("dd", lines, label);
      }
    }
  }

  document.addEventListener("click", ({ target }) => {
    all("details.cb-person[open]").forEach((menu) => {
      if (!menu.contains(target)) menu.open = false;
    });
    const opener = target.closest("[data-opens]");
    const closer = target.closest("[data-closes]");
    if (closer) closer.closest("dialog").close();
    if (!opener) return;
    if (opener.dataset.opens === "cb-keys") fillHelp();
    const dialog = document.getElementById(opener.dataset.opens);
    if (opener.dataset.load) {
      fill(dialog, opener.dataset.load + beside());
    }
    dialog.showModal();
  });

  // the conversation that is open: its main product, and the card spoken of that others conclude
  function beside() {
    const open = document.querySelector("[data-panel-main]");
    if (!open) return "";
    const told = "[data-no-accept]:not([data-answer=''],[data-answer=held])";
    const card = open.querySelector(told)?.dataset.card || "";
    return `?main=${open.dataset.panelMain}&product=${card}`;
  }

  // What is beside the page comes into a dialog when its opener names an address (data-load), and
  // its forms are answered there: nobody leaves the page with something typed on it.
  async function fill(dialog, address, options) {
    if (!options) dialog.replaceChildren();
    dialog.dataset.loading = ""; // what is typed meanwhile is for what comes
    const release = hold();
    let lost = true;
    try {
      // the cookie holds the token of now
      const [, token] = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie) || [];
      const headers = { "HX-Request": "true", "X-CSRFToken": token };
      const reply = await fetch(address, { ...options, headers });
      if (!reply.ok && ![409, 422].includes(reply.status)) throw new Error();
      dialog.innerHTML = await reply.text();
      (dialog.querySelector("[autofocus]") || dialog).focus();
      lost = false;
    } catch {
      // what was typed stays
      dialog.querySelectorAll("[role=alert]").forEach((one) => one.remove());
      make("p", dialog, dialog.dataset.failed).role = "alert";
    } finally {
      delete dialog.dataset.loading;
      release(lost);
    }
  }
  document.addEventListener("submit", (event) => {
    const dialog = event.target.closest("dialog[data-failed]");
    if (!dialog || event.target.method !== "post") return;
    event.preventDefault();
    const body = new FormData(event.target, event.submitter);
    fill(dialog, event.target.action, { method: "POST", body });
  });
  document.addEventListener("pointerdown", () => {
    byPointer = true;
    prefix = "";
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.cb-person[open]");
    if (!menu || event.key !== "Escape") return onKey(event);
    menu.open = false;
    return menu.querySelector("summary").focus();
  });
  all("[data-focus]").forEach((element) => element.focus());

  // options: `when` says whether the key does anything just now, `repeat` lets it be held down
  function on(scope, binding, run, label, options) {
    const one = { scope, binding, run, label, when: () => true, ...options };
    handlers.push(one);
    return () => handlers.splice(handlers.indexOf(one), 1);
  }

  function say(text) {
    const line = document.getElementById("cb-say");
    // a repeated sentence is only read out when it differs
    line.textContent = line.textContent === text ? `${text}\u00a0` : text;
  }

  window.crossbank = { keys: { on, hold }, make, say };

  // Counts down what the server said is left; the clock of this computer is never asked.
  // An element with data-seconds-left shows "2 d 03:12" while days remain, then "03:12:09". At zero
  // its [data-ends] ancestor (or itself) gets the class cb-is-over and a bubbling "cb:offer-ended".
  // Fragments that arrive later: dispatch "cb:countdown" on them.
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
    for (const element of root.querySelectorAll("[data-seconds-left]"))
      if (!running.has(element))
        running.set(element, performance.now() + Number(element.dataset.secondsLeft) * 1000);
    tick();
  };

  start(document);
  setInterval(tick, 1000);
  document.addEventListener("cb:countdown", (event) => start(event.target));
})();
