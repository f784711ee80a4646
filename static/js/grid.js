// The grid editor: moving, rating, pasting, undoing, and saving only what changed.
// Without this file the table is read, and every rated cell is a link to its pair's page.
(() => {
  "use strict";

  const root = document.querySelector("[data-grid]");
  const table = root && root.querySelector("[data-table]");
  if (!table) return;

  const words = JSON.parse(root.dataset.words);
  const bar = root.querySelector("[data-bar]");
  const status = root.querySelector("[data-status]");
  const refused = root.querySelector("[data-refused]");
  const panel = root.querySelector("[data-panel]");
  const fields = [...panel.querySelectorAll("[name]")];
  const language = panel.querySelector("[data-language]"); // "" is the bank's own
  const heads = [...table.tHead.rows[1].cells];
  const lines = [...table.tBodies[0].rows];
  const BATCH = 500; // cells in one request; the server takes 2,000

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const say = (text) => { status.textContent = text; };
  const letterOf = Object.fromEntries(Object.entries(words.values).map(([key, value]) => [value, key]));

  // ---- what stands where -------------------------------------------------------------------
  const cellAt = (x, y) => lines[y].cells[x + 1];
  const placeOf = (td) => [td.parentElement.dataset.code, heads[td.cellIndex - 1].dataset.code];
  const pairOf = (td) => {
    const [main, cross] = placeOf(td);
    return fill(words.pair, { main, cross });
  };
  const rowNumber = new Map(lines.map((line, y) => [line.dataset.code, y]));
  const columnNumber = new Map(heads.map((head, x) => [head.dataset.code, x]));
  const find = ([main, cross]) =>
    rowNumber.has(main) && columnNumber.has(cross)
      ? cellAt(columnNumber.get(cross), rowNumber.get(main))
      : null;

  const bases = new Map(); // td -> what the server said of it: letter, origin, version, when
  const details = new Map(); // td -> everything the pair says, once it was read
  const pending = new Map(); // td -> {now: fields that changed, stale: answer, problem: words}
  const undos = []; // steps, each a list of [td, what was pending before]
  let saving = false;

  const baseOf = (td) => {
    if (!bases.has(td)) {
      const letter = td.dataset.r || "";
      const origin = td.dataset.o || (letter ? "manual" : "");
      bases.set(td, { letter, origin, version: td.dataset.v || "", seen: root.dataset.seen });
    }
    return bases.get(td);
  };
  const isFixed = (td) => ["same", "step_up"].includes(baseOf(td).origin);
  const shown = (td) => {
    const change = pending.get(td);
    return change && "rating" in change.now ? letterOf[change.now.rating] : baseOf(td).letter;
  };
  const needsReason = (td) => {
    const change = pending.get(td);
    return Boolean(change && !baseOf(td).letter && shown(td) && !(change.now.reason || "").trim());
  };

  const label = (td) => {
    const base = baseOf(td);
    if (base.origin === "same") return words.same;
    const names = {
      main: td.parentElement.dataset.name,
      cross: heads[td.cellIndex - 1].dataset.name,
      rating: words.ratings[shown(td)],
    };
    const change = pending.get(td);
    const parts = [fill(words.cell, names)];
    if (base.origin === "step_up" || (base.letter && !change)) parts.push(words.origins[base.origin]);
    if (change) parts.push(words.isUnsaved);
    if (needsReason(td)) parts.push(words.needsReason);
    if (change && (change.stale || change.problem)) parts.push(words.isRefused);
    return parts.join(", ");
  };

  const paint = (td) => {
    const base = baseOf(td);
    const change = pending.get(td);
    const letter = shown(td);
    td.dataset.r = letter;
    if (change || base.origin === "manual" || !base.origin) delete td.dataset.o;
    else td.dataset.o = base.origin;
    td.textContent = base.origin === "step_up" && !letter ? words.stepUp : words.signs[letter];
    td.classList.toggle("cb-is-changed", Boolean(change));
    td.classList.toggle("cb-is-needy", needsReason(td));
    td.classList.toggle("cb-is-refused", Boolean(change && (change.stale || change.problem)));
    if (td === document.activeElement) td.setAttribute("aria-label", label(td));
    else td.removeAttribute("aria-label");
  };

  const counter = root.querySelector("[data-count]");
  const reasons = root.querySelector("[data-do=reasons]");
  const count = () => {
    const needy = [...pending.keys()].filter(needsReason).length;
    const parts = [fill(pending.size ? words.unsaved : words.noUnsaved, { count: pending.size })];
    if (needy) parts.push(fill(words.withoutReason, { count: needy }));
    counter.textContent = parts.join(" · ");
    counter.toggleAttribute("data-some", pending.size > 0);
    reasons.hidden = !needy;
  };

  // ---- moving and choosing -----------------------------------------------------------------
  let here = { x: 0, y: 0 };
  let anchor = here;
  let chosen = []; // the marked cells of a block of more than one

  const block = () => {
    const [left, right] = [here.x, anchor.x].sort((a, b) => a - b);
    const [top, bottom] = [here.y, anchor.y].sort((a, b) => a - b);
    const found = [];
    for (let y = top; y <= bottom; y += 1) {
      const line = [];
      for (let x = left; x <= right; x += 1) line.push(cellAt(x, y));
      found.push(line);
    }
    return found;
  };
  const target = () => block().flat();
  const choose = (cells) => {
    for (const td of chosen) td.removeAttribute("aria-selected");
    chosen = cells.length > 1 ? cells : [];
    for (const td of chosen) td.setAttribute("aria-selected", "true");
  };
  const mark = (on) => {
    for (const head of [heads[here.x], lines[here.y].cells[0]]) head.classList.toggle("cb-is-here", on);
  };
  const settle = (x, y, extend) => {
    mark(false);
    cellAt(here.x, here.y).removeAttribute("tabindex");
    here = { x, y };
    if (!extend) anchor = here;
    cellAt(x, y).tabIndex = 0;
    mark(true);
    choose(target());
  };
  const go = (x, y, extend = false) => {
    settle(
      Math.max(0, Math.min(x, heads.length - 1)),
      Math.max(0, Math.min(y, lines.length - 1)),
      extend,
    );
    const td = cellAt(here.x, here.y);
    td.setAttribute("aria-label", label(td));
    td.focus();
  };
  const back = () => go(here.x, here.y, true);
  const goTo = (td) => go(td.cellIndex - 1, lines.indexOf(td.parentElement));

  // ---- changing ----------------------------------------------------------------------------
  const copyOf = (change) => change && { ...change, now: { ...change.now } };
  const put = (td, change) => {
    if (change) pending.set(td, change);
    else pending.delete(td);
    paint(td);
  };
  const remember = (step, tag = "") => {
    const last = undos[undos.length - 1];
    if (tag && last && last.tag === tag) return; // more letters of the same text
    if (step.length) undos.push(Object.assign(step, { tag }));
  };

  // One cell with one more changed field; nothing where it is as the server has it.
  const changed = (td, name, value) => {
    const base = baseOf(td);
    const change = copyOf(pending.get(td)) || { now: {} };
    delete change.problem;
    change.now[name] = value;
    const isOwn = base.letter && !words.derived.includes(base.origin);
    const known = details.get(td);
    if (name === "rating") {
      if (isOwn && letterOf[value] === base.letter) delete change.now.rating;
      if (!isOwn && !value) return null; // back to blank, or to what is inherited
    } else if (known && String(known[name] ?? "") === value) delete change.now[name];
    return Object.keys(change.now).length || change.stale ? change : null;
  };

  const rate = (cells, letter) => {
    const step = [];
    for (const td of cells) {
      if (isFixed(td)) continue;
      const before = pending.get(td);
      const after = changed(td, "rating", words.values[letter]);
      if (!before && !after) continue;
      step.push([td, before]);
      put(td, after);
    }
    remember(step);
    count();
    return step.length;
  };
  const rateHere = (letter) => {
    const cells = target();
    const moved = rate(cells, letter);
    const one = cells.length === 1 && cells[0];
    say("");
    if (one && baseOf(one).origin === "step_up") say(fill(words.stepUpFixed, { pair: pairOf(one) }));
    else if (one && !moved && !letter && words.derived.includes(baseOf(one).origin))
      say(fill(words.inheritedFixed, { pair: pairOf(one) }));
  };
  const undo = () => {
    const step = undos.pop();
    if (!step) { say(words.nothingToUndo); return; }
    for (const [td, before] of step) put(td, before);
    showRefused();
    count();
    goTo(step[0][0]);
    say(words.undone);
  };

  // ---- blocks: copied as letters, pasted from here or from a spreadsheet -------------------
  const known = new Map([["", ""], ["-", ""], ["–", ""]]);
  for (const [letter, value] of Object.entries(words.values))
    for (const word of [letter, value, value.replace("_", " "), words.signs[letter], words.ratings[letter]])
      known.set(word.toLowerCase(), letter);

  const fixedPaste = (td, letter) => letter !== "" && isFixed(td);
  const plan = (text) => {
    const block_ = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    const columns = Math.max(...block_.map((line) => line.length));
    const cells = target();
    if (block_.length === 1 && columns === 1 && cells.length > 1)
      return { moves: cells.map((td) => [td, block_[0][0]]) };
    const left = Math.min(here.x, anchor.x);
    const top = Math.min(here.y, anchor.y);
    const room = { rows: lines.length - top, columns: heads.length - left };
    if (block_.length > room.rows || columns > room.columns)
      return {
        problem: fill(words.pasteTooBig, {
          rows: block_.length, columns, roomRows: room.rows, roomColumns: room.columns,
        }),
      };
    return {
      moves: block_.flatMap((line, y) => line.map((word, x) => [cellAt(left + x, top + y), word])),
    };
  };
  const paste = (text) => {
    const { moves, problem } = plan(text);
    if (problem) { say(problem); return; }
    const read = moves.map(([td, word]) => [td, word, known.get(word.trim().toLowerCase())]);
    const unknown = read.filter(([, , letter]) => letter === undefined);
    if (unknown.length) {
      const [td, word] = unknown[0];
      const more = unknown.length > 1 ? ` ${fill(words.pasteUnknownMore, { count: unknown.length - 1 })}` : "";
      say(fill(words.pasteUnknown, { pair: pairOf(td), text: word.trim().slice(0, 40) }) + more);
      return;
    }
    const fixed = read.find(([td, , letter]) => fixedPaste(td, letter));
    if (fixed) { say(fill(words.pasteFixed, { pair: pairOf(fixed[0]) })); return; }
    const step = [];
    for (const [td, , letter] of read) {
      // a blank over an inherited cell asks for nothing: spreadsheets leave those out
      if (isFixed(td) || letter === shown(td) || (!letter && words.derived.includes(baseOf(td).origin))) continue;
      step.push([td, pending.get(td)]);
      put(td, changed(td, "rating", words.values[letter]));
    }
    remember(step);
    count();
    const gone = step.filter(([td]) => baseOf(td).letter && !shown(td)).length;
    say(fill(words.pasted, { count: step.length, gone }));
  };
  const inGrid = () => table.contains(document.activeElement);
  document.addEventListener("copy", (event) => {
    if (!inGrid()) return;
    const rows = block();
    event.clipboardData.setData("text/plain", rows.map((line) => line.map(shown).join("\t")).join("\n"));
    event.preventDefault();
    say(fill(words.copied, { rows: rows.length, columns: rows[0].length }));
  });
  document.addEventListener("paste", (event) => {
    if (!inGrid()) return;
    event.preventDefault();
    if (!saving) paste(event.clipboardData.getData("text/plain"));
  });

  // ---- the side panel ----------------------------------------------------------------------
  let open = []; // the cells it writes to
  let said = {}; // what it shows, by name; “say@ru” is a text in another language
  let session = 0;

  const nameOf = (field) =>
    language.value && "text" in field.dataset ? `${field.name}@${language.value}` : field.name;
  const draw = () => {
    for (const field of fields) {
      field.value = said[nameOf(field)] ?? "";
      if ("text" in field.dataset) field.lang = language.value || language.options[0].lang;
    }
    for (const line of panel.querySelectorAll("[data-base]")) {
      line.textContent = language.value ? said[line.dataset.base] ?? "" : "";
      line.hidden = !line.textContent;
    }
    panel.querySelector("[data-fallback]").hidden = !language.value;
  };
  language.addEventListener("change", draw);

  const read = async (td) => {
    const [main, cross] = placeOf(td);
    const answer = await fetch(`?${new URLSearchParams({ main, cross })}`, {
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).cell;
  };
  const show = (cells, title, origin, values) => {
    open = cells;
    session += 1;
    panel.querySelector("[data-panel-title]").textContent = title;
    panel.querySelector("[data-panel-origin]").textContent = origin;
    for (const field of fields) field.disabled = cells.length > 1 && field.name === "rating";
    said = { ...values };
    draw();
    panel.hidden = false;
    root.querySelector("[name=reason]").focus();
  };
  const openPanel = async (cells) => {
    const free = cells.filter((td) => !isFixed(td));
    if (!free.length) { say(fill(words.pasteFixed, { pair: pairOf(cells[0]) })); return; }
    if (cells.length > 1) {
      const rated = free.filter(shown);
      if (rated.length) show(rated, fill(words.manyCells, { count: rated.length }), "", {});
      return;
    }
    const td = free[0];
    let cell;
    try {
      cell = await read(td);
    } catch {
      say(words.noCell);
      return;
    }
    const change = pending.get(td);
    if (!change) apply(cell, new Date().toISOString());
    else if (cell.version === baseOf(td).version) details.set(td, cell.values);
    const source = words.derived.includes(cell.origin) ? ` (${cell.source})` : "";
    show([td], pairOf(td), `${label(td)}${source}`, { ...cell.values, ...(change && change.now) });
  };
  const closePanel = () => {
    panel.hidden = true;
    open = [];
    back();
  };
  panel.addEventListener("input", (event) => {
    if (event.target === language) return;
    const { value } = event.target;
    const name = nameOf(event.target);
    const step = [];
    said[name] = value;
    for (const td of open) {
      if (open.length > 1 && !value) continue; // nothing typed leaves each cell as it is
      step.push([td, pending.get(td)]);
      put(td, changed(td, name, value));
    }
    remember(step, `${session}:${name}`);
    count();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      closePanel();
    }
  });

  // ---- saving ------------------------------------------------------------------------------
  const apply = (cell, seen) => {
    const td = find(cell.place);
    if (!td) return; // outside the families that are shown
    bases.set(td, { letter: cell.letter, origin: cell.origin, version: cell.version, seen });
    if (cell.version) td.dataset.v = cell.version;
    else delete td.dataset.v;
    details.set(td, cell.values);
    paint(td);
  };
  const settleSaved = (answer, sent) => {
    for (const place of answer.saved) {
      const td = find(place);
      // a text that was typed on while it travelled is still unsaved
      if (JSON.stringify(pending.get(td).now) === sent.get(td)) pending.delete(td);
    }
    for (const cell of answer.cells) apply(cell, answer.at);
    for (const stale of answer.stale) {
      const change = pending.get(find(stale.place));
      if (change) Object.assign(change, { stale: { ...stale, at: answer.at } });
    }
    for (const { place, words: problem } of answer.invalid) {
      const change = pending.get(find(place));
      if (change) change.problem = problem;
    }
    for (const td of pending.keys()) paint(td);
  };
  // the cookie first: after signing in again on another tab only its token is still good
  const token = () => {
    const cookie = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
    return cookie ? cookie[1] : root.querySelector("[name=csrfmiddlewaretoken]").value;
  };
  const send = async (cells) => {
    const sent = new Map(cells.map((td) => [td, JSON.stringify(pending.get(td).now)]));
    const body = cells.map((td) => {
      const [main, cross] = placeOf(td);
      const { version, seen } = baseOf(td);
      return { main, cross, was: version, seen, now: pending.get(td).now };
    });
    const answer = await fetch("", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ cells: body }),
    });
    const data = await answer.json();
    if (answer.status === 401) throw Object.assign(new Error(), { words: words.signedOut });
    if (!answer.ok) throw Object.assign(new Error(), { words: data.errors.__all__.join(" ") });
    settleSaved(data, sent);
    return data.saved.length;
  };
  const save = async () => {
    if (saving) return;
    const ready = [...pending.keys()].filter((td) => !pending.get(td).stale);
    let saved = 0;
    let trouble = "";
    saving = true;
    if (ready.length) say(words.saving);
    try {
      for (let from = 0; from < ready.length; from += BATCH)
        saved += await send(ready.slice(from, from + BATCH));
    } catch (error) {
      trouble = error.words || words.noAnswer;
    }
    saving = false;
    if (saved) undos.length = 0; // what is saved is changed back by changing it again
    showRefused();
    count();
    if (trouble) say(trouble);
    else if (pending.size) say(fill(words.savedPart, { count: saved, left: pending.size }));
    else say(ready.length ? fill(words.saved, { count: saved }) : words.noUnsaved);
  };

  // ---- what was refused, and what to do about it -------------------------------------------
  const describe = (letter, now) =>
    ["rating" in now || !Object.keys(now).length ? `“${words.ratings[letter]}”` : ""]
      .concat(Object.entries(now).filter(([name]) => name !== "rating").map(([, value]) => `“${value}”`))
      .filter(Boolean)
      .join(" · ");
  const theirWords = ({ cell }, now) =>
    describe(cell.letter, Object.fromEntries(Object.keys(now).map((name) => [name, cell.values[name] ?? "–"])));

  const button = (text, name, td) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", `${text}: ${pairOf(td)}`);
    made.addEventListener("click", () => resolve(td, name));
    return made;
  };
  const line = (text) => Object.assign(document.createElement("span"), { textContent: text });
  const showRefused = () => {
    const list = refused.querySelector("ul");
    const hadFocus = refused.contains(document.activeElement);
    list.replaceChildren();
    for (const [td, { now, stale, problem }] of pending) {
      if (!stale && !problem) continue;
      const item = document.createElement("li");
      item.append(line(stale ? stale.words : problem));
      if (stale) {
        item.append(line(fill(words.yours, { mine: describe(shown(td), now) })));
        item.append(line(fill(words.meanwhile, { theirs: theirWords(stale, now) })));
        item.append(button(words.takeTheirs, "theirs", td), button(words.keepMine, "mine", td));
      }
      item.append(button(words.goToCell, "go", td));
      list.append(item);
    }
    refused.hidden = !list.children.length;
    if (!hadFocus) return;
    if (refused.hidden) back();
    else list.querySelector("button").focus();
  };
  const resolve = (td, name) => {
    if (name === "go") {
      goTo(td);
      if (pending.get(td) && pending.get(td).problem) openPanel([td]);
      return;
    }
    const change = pending.get(td);
    const { cell, at } = change.stale;
    undos.length = 0; // older steps were made against what is no longer there
    delete change.stale;
    if (name === "theirs") pending.delete(td);
    apply(cell, at);
    if (name === "mine" && "rating" in change.now) put(td, changed(td, "rating", change.now.rating));
    showRefused();
    count();
  };

  // ---- keys, mouse, buttons ----------------------------------------------------------------
  const MOVES = {
    ArrowRight: (x, y, f) => [x + f, y],
    ArrowLeft: (x, y, f) => [x - f, y],
    ArrowDown: (x, y) => [x, y + 1],
    ArrowUp: (x, y) => [x, y - 1],
    PageDown: (x, y) => [x, y + 10],
    PageUp: (x, y) => [x, y - 10],
    Home: (_x, y) => [0, y],
    End: (_x, y) => [Infinity, y],
  };
  const EDGES = { Home: () => [0, 0], End: () => [Infinity, Infinity] };
  // Latin letters first; on Greek, Russian or Thai keys the place of the letter counts
  const letterIn = (event) => {
    const pressed = event.key.toLowerCase();
    if (/^[a-z]$/.test(pressed)) return pressed;
    return /^Key[A-Z]$/.test(event.code) && event.key.length === 1 ? event.code[3].toLowerCase() : "";
  };
  const isCommand = (event) => (event.ctrlKey || event.metaKey) && !event.altKey;

  const inTable = (event) => {
    const forward = getComputedStyle(table).direction === "rtl" ? -1 : 1;
    const move = isCommand(event) ? EDGES[event.key] : !event.altKey && MOVES[event.key];
    if (move) return () => go(...move(here.x, here.y, forward), event.shiftKey);
    if (isCommand(event)) return letterIn(event) === "z" && !event.shiftKey && (() => saving || undo());
    if (event.altKey) return null;
    if (event.key === "Enter") return () => saving || openPanel(target());
    if (event.key === "Escape") return () => go(here.x, here.y);
    if (["Delete", "Backspace", " "].includes(event.key)) return () => saving || rateHere("");
    const letter = letterIn(event);
    return letter && letter in words.values ? () => saving || rateHere(letter) : null;
  };
  root.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const isSave = isCommand(event) && letterIn(event) === "s";
    const act = isSave ? save : table.contains(event.target) && inTable(event);
    if (!act) return;
    event.preventDefault();
    act();
  });
  table.addEventListener("mousedown", (event) => {
    const td = event.target.closest("tbody td");
    if (!td || event.button) return;
    event.preventDefault();
    go(td.cellIndex - 1, lines.indexOf(td.parentElement), event.shiftKey);
  });
  table.addEventListener("dblclick", (event) => {
    const td = event.target.closest("tbody td");
    if (td) openPanel([td]);
  });
  table.addEventListener("focusin", (event) => {
    mark(true);
    if (event.target.matches("td")) event.target.setAttribute("aria-label", label(event.target));
  });
  table.addEventListener("focusout", () => mark(false));

  const ACTS = {
    rate: (from) => { rateHere(from.dataset.letter); back(); },
    panel: () => openPanel(target()),
    undo,
    save,
    close: closePanel,
    reasons: () => {
      language.value = ""; // the bank's own words come first
      openPanel([...pending.keys()].filter(needsReason));
    },
  };
  root.addEventListener("click", (event) => {
    const from = event.target.closest("[data-do]");
    if (from && !saving) ACTS[from.dataset.do](from);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!pending.size) return;
    event.preventDefault();
    event.returnValue = true;
  });

  for (const link of table.querySelectorAll("tbody td a")) link.removeAttribute("href");
  table.setAttribute("role", "grid");
  table.setAttribute("aria-multiselectable", "true");
  table.closest("[role=region]").removeAttribute("tabindex"); // the cells take the focus
  cellAt(0, 0).tabIndex = 0;
  bar.hidden = false;
  count();
  root.dataset.ready = "";
})();
