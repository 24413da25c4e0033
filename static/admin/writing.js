/* A few buttons above a text that may hold tags, and how it will look below it. Without this script the
   tags are typed by hand, as the page explains, and a button of the form shows the look. */
"use strict";
const FROM = "\uE000";
const TO = "\uE001";
const HAS_TAG = /<\/?(?:p|h3|h4|ul|ol|li|table|thead|tbody|tr|th|td|caption|blockquote|br|strong|em|b|i|u|a)(?:\s[^<>]*)?\/?>/i;
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/* Plain text shows its empty lines as paragraphs; beside tags it no longer would. */
function withParagraphs(text) {
  if (HAS_TAG.test(text) || !text.replace(FROM, "").replace(TO, "").trim()) return text;
  const blocks = escaped(text).split(/\n\s*\n/);
  return blocks.map((block) => `<p>${block.trim().replaceAll("\n", "<br>\n")}</p>`).join("\n\n");
}

/* A block stands between paragraphs, not within one. */
function asBlock(before, block, after) {
  const inside = before.lastIndexOf("<p>") > before.lastIndexOf("</p>");
  const text = inside ? `${before}</p>\n${block}\n<p>${after}` : `${before}\n${block}\n${after}`;
  return text.replace(/<p>\s*(<br>)?\s*<\/p>\n?/g, "").replace(/^\n+/, "");
}

const lines = (text) => text.replaceAll(/<br>/g, "\n").replace(/<\/?p>/g, "\n").split("\n").map((line) => line.trim()).filter(Boolean);

function table(chosen, words) {
  const rows = lines(chosen).map((line) => line.split(/\t|[|｜]/).map((cell) => cell.trim()));
  const shown = rows.length ? rows : [[words.column, words.column], [words.cell, words.cell]];
  const [head, ...rest] = shown;
  const row = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table>\n${row(head, "th")}\n${rest.map((cells) => row(cells, "td")).join("\n")}\n</table>`;
}

function marked(mark, before, chosen, after, words) {
  switch (mark) {
    case "heading": return asBlock(before, `<h3>${lines(chosen).join(" ") || words.heading}</h3>`, after);
    case "bold": return `${before}<strong>${chosen || words.bold}</strong>${after}`;
    case "list": {
      const items = lines(chosen);
      return asBlock(before, `<ul>\n${(items.length ? items : [words.item]).map((item) => `<li>${item}</li>`).join("\n")}\n</ul>`, after);
    }
    case "table": return asBlock(before, table(chosen, words), after);
    default: {
      const address = (window.prompt(words.address, "https://") || "").trim();
      if (!/^(https?:\/\/|mailto:)\S{3,}$/i.test(address)) return null;
      return `${before}<a href="${escaped(address).replaceAll('"', "&quot;")}">${chosen || words.link}</a>${after}`;
    }
  }
}

function press(area, mark, words) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const text = withParagraphs(value.slice(0, start) + FROM + value.slice(start, end) + TO + value.slice(end));
  const [before, rest] = text.split(FROM);
  const [chosen, after] = rest.split(TO);
  const made = marked(mark, before, chosen, after, words);
  area.focus();
  if (made === null) return;
  area.select();
  /* So that the browser's own undo takes it back. */
  if (!document.execCommand("insertText", false, made)) {
    area.value = made;
    area.dispatchEvent(new Event("input"));
  }
}

for (const bar of document.querySelectorAll("[data-toolbar]")) {
  const area = document.getElementById(bar.dataset.toolbar);
  for (const button of bar.querySelectorAll("[data-mark]")) {
    button.addEventListener("click", () => press(area, button.dataset.mark, bar.dataset));
  }
  bar.hidden = false;
}

for (const look of document.querySelectorAll("[data-look]")) {
  const area = document.getElementById(look.dataset.of);
  const shown = look.querySelector("[data-shown]");
  let waiting = 0;
  let asked = 0;
  const refresh = async () => {
    const now = ++asked;
    const body = new URLSearchParams({ body: area.value, csrf_token: area.form.elements.csrf_token.value });
    try {
      const answer = await fetch(look.dataset.look, { method: "POST", body });
      /* The server has taken out all but the few allowed tags. */
      if (answer.ok && now === asked) shown.innerHTML = await answer.text();
    } catch {
      /* Without a network the last look stays. */
    }
  };
  area.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(refresh, 400);
  });
  look.hidden = false;
  if (area.value.trim()) refresh();
}
