// Select2 draws its boxes without a name; the label beside each one is that name.
(() => {
  "use strict";
  function nameBoxes() {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const label = select.labels[0];
      const box = select.parentElement.querySelector(".select2-selection:not([data-named])");
      if (!label || !box) continue;
      const text = box.querySelector(".select2-selection__rendered");
      label.id = label.id || `label-${select.id}`;
      box.dataset.named = "";
      box.setAttribute("aria-labelledby", text && text.id ? `${label.id} ${text.id}` : label.id);
      if (text) text.setAttribute("aria-labelledby", label.id);
    }
  }
  // boxes appear after the page has loaded, and again with every added row
  new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
  nameBoxes();
})();
