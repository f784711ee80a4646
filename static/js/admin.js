// Select2 draws its boxes without a name; the label beside each one is that name.
(() => {
  "use strict";
  let number = 0;

  function nameBoxes(root) {
    for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
      const label = select.labels && select.labels[0];
      const box = select.parentElement.querySelector(".select2-selection");
      if (!label || !box) continue;
      label.id = label.id || `label-${select.id || (number += 1)}`;
      const text = box.querySelector(".select2-selection__rendered");
      box.setAttribute("aria-labelledby", [label.id, text && text.id].filter(Boolean).join(" "));
      if (text) text.setAttribute("aria-labelledby", label.id);
    }
  }

  window.addEventListener("load", () => nameBoxes(document));
  document.addEventListener("formset:added", (event) => setTimeout(nameBoxes, 0, event.target));
})();
