/* In a queue, j and k (or the arrow keys) go from row to row while a row's link has the focus. */
"use strict";
for (const table of document.querySelectorAll("[data-rows]")) {
  const links = [...table.querySelectorAll("tbody .key a")];
  table.addEventListener("keydown", (event) => {
    const here = links.indexOf(document.activeElement);
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (here < 0 || !step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    links[Math.min(Math.max(here + step, 0), links.length - 1)].focus();
  });
}

/* Rows with check boxes: one press chooses all of the page, the next none. */
for (const button of document.querySelectorAll("[data-pick-all]")) {
  const boxes = [...document.querySelectorAll(`input[type="checkbox"][form="${button.form.id}"]`)];
  button.hidden = boxes.length < 2;
  button.addEventListener("click", () => {
    const on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
  });
}
