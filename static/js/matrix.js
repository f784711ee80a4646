// The heat-map by keyboard and the pair in a dialog; the print button of the desk sheet.
// Without this file every cell is a plain link and the sheet prints from the browser's menu.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  const table = document.querySelector("[data-heat]");
  if (!table) return;

  const dialog = document.querySelector("[data-cell-dialog]");
  const heads = table.tHead.rows[1];
  // place 0 of each line is its head; the corner (line 0, place 0) takes no focus
  const lines = [[null, ...heads.cells], ...[...table.tBodies[0].rows].map((row) => [...row.cells])];
  const target = (cell) => (cell ? cell.querySelector("a") || cell : null);
  const list = window.matchMedia("(max-width: 575.98px)");

  let here = { x: 1, y: 1 };

  // A grid has one tab stop and arrows. A phone shows the links as lists: there each is a stop.
  const arrange = () => {
    table.closest("[role=region]").toggleAttribute("tabindex", false); // the cells take the focus
    table[list.matches ? "removeAttribute" : "setAttribute"]("role", "grid");
    lines.forEach((line, y) =>
      line.forEach((cell, x) => {
        if (!cell) return;
        const node = target(cell);
        if (node !== cell) node.tabIndex = list.matches ? 0 : -1;
        else if (x && y) {
          cell.tabIndex = -1;
          const same = cell.classList.contains("cb-heat--same");
          cell.setAttribute("aria-label", same ? table.dataset.same : table.dataset.notRated);
        }
      }),
    );
    target(lines[here.y][here.x]).tabIndex = list.matches ? -1 : 0;
    const first = list.matches && target(lines[here.y][here.x]);
    if (first && first.matches("a")) first.tabIndex = 0;
  };
  arrange();
  list.addEventListener("change", arrange);

  const mark = (x, y, on) => {
    for (const head of [lines[0][x], lines[y][0]]) if (head) head.classList.toggle("cb-is-here", on);
  };
  const place = (node) => {
    const cell = node.closest("td, th");
    const y = lines.findIndex((line) => line.includes(cell));
    return y < 0 ? null : { x: lines[y].indexOf(cell), y };
  };
  const settle = (next) => {
    mark(here.x, here.y, false);
    target(lines[here.y][here.x]).tabIndex = -1;
    here = next;
    target(lines[here.y][here.x]).tabIndex = 0;
    mark(here.x, here.y, true);
  };
  const go = (x, y) => {
    const next = {
      x: Math.max(0, Math.min(x, lines[0].length - 1)),
      y: Math.max(0, Math.min(y, lines.length - 1)),
    };
    if (!next.x && !next.y) return;
    target(lines[next.y][next.x]).focus();
  };

  table.addEventListener("focusin", (event) => {
    const next = place(event.target);
    if (next && (next.x || next.y)) settle(next);
  });
  table.addEventListener("focusout", () => mark(here.x, here.y, false));
  for (const [type, on] of [["mouseover", true], ["mouseout", false]])
    table.addEventListener(type, (event) => {
      const at = place(event.target);
      if (at && at.x && at.y) mark(at.x, at.y, on);
    });
  table.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const forward = getComputedStyle(table).direction === "rtl" ? -1 : 1;
    const end = lines[0].length - 1;
    const moves = {
      ArrowRight: [here.x + forward, here.y],
      ArrowLeft: [here.x - forward, here.y],
      ArrowDown: [here.x, here.y + 1],
      ArrowUp: [here.x, here.y - 1],
      Home: [here.y ? 0 : 1, here.y],
      End: [end, here.y],
      PageUp: [here.x, 1],
      PageDown: [here.x, lines.length - 1],
    };
    const move = moves[event.key];
    if (!move || list.matches) return;
    event.preventDefault();
    go(...move);
  });

  const open = async (link) => {
    const content = dialog.querySelector("[data-cell-content]");
    try {
      const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(answer.status);
      content.innerHTML = await answer.text();
    } catch {
      window.location.assign(link.href); // signed out, or the line is down: the page will say so
      return;
    }
    dialog.setAttribute("aria-label", link.getAttribute("aria-label"));
    dialog.showModal();
    dialog.scrollTop = 0;
  };
  table.addEventListener("click", (event) => {
    const link = event.target.closest("td a");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || !dialog.showModal) return;
    event.preventDefault();
    open(link);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
})();
