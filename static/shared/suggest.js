// Names offered while one types into a search box, which works without it.
"use strict";

const box = document.querySelector("input[data-suggest]");
if (box) {
  const offers = document.createElement("datalist");
  offers.id = "suggestions";
  box.after(offers);
  box.setAttribute("list", offers.id);
  let timer = 0;
  let asking = null;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      const text = box.value.trim();
      if (!text) return;
      try {
        const address = `${box.dataset.suggest}?q=${encodeURIComponent(text)}`;
        const answer = await fetch(address, { signal: asking.signal });
        const { suggestions } = await answer.json();
        offers.replaceChildren(...suggestions.map(({ text: name, note }) => {
          const option = document.createElement("option");
          option.value = name;
          option.label = note;
          return option;
        }));
      } catch {
        offers.replaceChildren(); // typing on is all one needs
      }
    }, 200);
  });
}
