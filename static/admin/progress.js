/* While a workbook is worked on: says how far it has come, and shows the result when there is one. */
"use strict";
for (const section of document.querySelectorAll("[data-progress]")) {
  const bar = section.querySelector("progress");
  const words = section.querySelector("[data-words]");
  const look = async () => {
    try {
      const response = await fetch(section.dataset.progress, { headers: { Accept: "application/json" } });
      const now = response.ok ? await response.json() : { running: false };
      if (!now.running) {
        location.reload();
        return;
      }
      if (now.total) {
        bar.max = now.total;
        bar.value = now.done;
      }
      if (words.textContent !== now.words) words.textContent = now.words;
    } catch {
      /* The network is gone for a moment: look again. */
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
