// The frame's script: one key registry for all pages, the help list, dialogs, the spoken line.
// A control names its own key (data-key="m"), so whatever a key does, a button does too.
(() => {
  "use strict";
  const body = document.body;
  const TYPING =
    "textarea,select,[contenteditable]:not([contenteditable=false])," +
    "input:not([type=radio],[type=checkbox],[type=button],[type=submit],[type=reset])";
  const PRESSABLE = "a[href],button,summary,input[type=submit],input[type=button]";
  const WAIT = 3000; // a first key of two is forgotten after this
  const handlers = [];
  let prefix = "";
  let since = 0;
  let byPointer = false;

  // Digits by their place on the board: Thai and French rows type other signs without Shift.
  // Letters by their sign, and by place where the board types no Latin letters.
  function nameOf(event) {
    const { key, code } = event;
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(code);
    if (digit && (!event.shiftKey || /^\d$/.test(key))) return digit[1];
    if (/^[a-z]$/i.test(key)) return key.toLowerCase();
    if (/[^ -~]/.test(key) || code + key === "KeyQ;") {
      if (code.startsWith("Key")) return code.slice(3).toLowerCase();
      if (code === "Slash") return event.shiftKey ? "?" : "/";
    }
    return key;
  }

  const topDialog = () => [...document.querySelectorAll("dialog[open]")].pop();

  function usable(element) {
    if (element.disabled || element.ariaDisabled === "true" || element.closest("[inert]")) return false;
    return element.checkVisibility
      ? element.checkVisibility({ checkVisibilityCSS: true })
      : element.getClientRects().length > 0;
  }

  function press(element) {
    if (element.matches(TYPING)) {
      element.focus();
      if (element.select) element.select();
    } else element.click();
  }

  // What a binding does now: the first usable control of the topmost dialog or page, else a
  // handler. Controls behind an open dialog and handlers are out of reach meanwhile.
  function find(binding) {
    const dialog = topDialog();
    for (const element of (dialog || document).querySelectorAll("[data-key]")) {
      if (element.dataset.key === binding && usable(element)) {
        return { run: () => press(element), inFields: "keyInFields" in element.dataset, element };
      }
    }
    if (dialog) return null;
    return handlers.filter((one) => one.binding === binding).pop() || null;
  }

  function isPrefix(binding) {
    const start = `${binding} `;
    return (
      handlers.some((one) => one.binding.startsWith(start)) ||
      [...document.querySelectorAll("[data-key]")].some(
        (element) => element.dataset.key.startsWith(start) && usable(element),
      )
    );
  }

  function allowed(event, binding, hit) {
    if (body.dataset.singleKeys === "0" && (binding.length === 1 || binding.includes(" "))) return false;
    if (event.repeat && !hit.repeat) return false;
    const target = event.target instanceof Element ? event.target : body;
    if (target.closest(TYPING) && !hit.inFields) return false;
    // Enter on a control reached by Tab presses that control; after a click it is the page's key
    return !(event.key === "Enter" && !byPointer && target !== hit.element && target.closest(PRESSABLE));
  }

  function onKey(event) {
    if (event.key === "Tab") byPointer = false;
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift") return;
    const name = nameOf(event);
    if (prefix && event.timeStamp - since > WAIT) prefix = "";
    const first = prefix;
    const typing = event.target instanceof Element && event.target.closest(TYPING);
    prefix = "";
    for (const binding of first ? [`${first} ${name}`, name] : [name]) {
      const hit = find(binding);
      if (hit && allowed(event, binding, hit)) {
        event.preventDefault();
        hit.run(event);
        remember(binding, event);
        return;
      }
      if (first && binding !== name && !find(first)) return; // "g" then a stranger: nothing
    }
    if (!typing && body.dataset.singleKeys !== "0" && !event.repeat) remember(name, event);
  }

  function remember(binding, event) {
    if (topDialog() || !isPrefix(binding)) return;
    prefix = binding;
    since = event.timeStamp;
  }

  function labelOf(element) {
    if (element.dataset.keyLabel) return element.dataset.keyLabel;
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd,svg").forEach((part) => part.remove());
    return copy.textContent.trim().replace(/\s+/g, " ") || element.ariaLabel || "";
  }

  // scope -> label -> keys, in page order; the same deed on several keys is one line
  function listing(here) {
    const scopes = new Map();
    const add = (scope, label, binding) => {
      if (!label) return;
      if (!scopes.has(scope)) scopes.set(scope, new Map());
      const labels = scopes.get(scope);
      labels.set(label, (labels.get(label) || new Set()).add(binding));
    };
    handlers.forEach((one) => add(one.scope, one.label, one.binding));
    for (const element of document.querySelectorAll("[data-key]")) {
      const scope = element.closest("[data-key-scope]");
      add(scope ? scope.dataset.keyScope : here, labelOf(element), element.dataset.key);
    }
    return scopes;
  }

  function make(tag, text, parent) {
    const element = parent.appendChild(document.createElement(tag));
    element.textContent = text;
    return element;
  }

  function fillHelp() {
    const list = document.querySelector("[data-key-list]");
    if (!list) return;
    list.replaceChildren();
    for (const [scope, labels] of listing(list.dataset.scopeHere)) {
      const section = make("section", "", list);
      make("h3", scope, section);
      const lines = make("dl", "", section);
      for (const [label, bindings] of labels) {
        const keys = make("dt", "", lines);
        for (const binding of bindings) {
          for (const key of binding.split(" ")) make("kbd", key === "Escape" ? "Esc" : key, keys);
        }
        make("dd", label, lines);
      }
    }
  }

  function onClick(event) {
    const opener = event.target.closest("[data-opens]");
    const closer = event.target.closest("[data-closes]");
    document.querySelectorAll("details.cb-person[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      if (dialog.id === "cb-keys") fillHelp();
      dialog.showModal();
    }
    if (closer) closer.closest("dialog").close();
  }

  function on(scope, binding, handler, label, options = {}) {
    const one = { scope, binding, run: handler, label, ...options };
    handlers.push(one);
    return () => handlers.splice(handlers.indexOf(one), 1);
  }

  function say(text) {
    const line = document.getElementById("cb-say");
    // a repeated sentence is only read out when it differs
    line.textContent = line.textContent === text ? `${text}\u00a0` : text;
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", () => (byPointer = true), true);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.cb-person[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopImmediatePropagation();
  }, true);
  const wanted = document.querySelector("[data-focus]");
  if (wanted) wanted.focus();

  window.crossbank = { keys: { on }, say };
})();
