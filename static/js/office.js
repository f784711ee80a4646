// Select2's boxes to type in have no name of their own: they take that of the field they serve.
(() => {
  "use strict";
  function nameOf(box) {
    const container = box.closest(".select2-container");
    // an open list hangs at the end of the page; the field it serves is the one marked open
    const owner = box.closest(".select2-dropdown")
      ? document.querySelector(".select2-container--open:not(.select2-container .select2-dropdown)")
      : container;
    const select = owner && owner.previousElementSibling;
    return select && select.labels && select.labels[0] ? select.labels[0].textContent.trim().replace(/:$/, "") : "";
  }
  function nameBoxes() {
    for (const box of document.querySelectorAll(".select2-search__field:not([aria-label])")) {
      const name = nameOf(box);
      if (name) box.setAttribute("aria-label", name);
    }
    // an open box says which list it opened, in the word that readers of today listen for
    for (const box of document.querySelectorAll(".select2-selection[aria-owns]")) {
      box.setAttribute("aria-controls", box.getAttribute("aria-owns"));
    }
  }
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
    nameBoxes();
  });
})();
