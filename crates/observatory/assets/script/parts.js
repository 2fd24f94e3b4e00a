// Parts of pages: finding, fetching and placing them. Comes first; the other files share its names.

const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const main = $("main");
const kind = main?.dataset.page;
const isNarrow = () => matchMedia("(max-width: 900px)").matches;
document.documentElement.classList.add("scripted");
// On a phone the bar of pages is wider than its window.
$(".topbar nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
for (const element of $$("[data-copy], [data-reset], [data-keys]")) element.hidden = false;

const parse = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
};

/** Puts each element of a part in the place of the one with the same id. */
function place(content) {
  for (const fresh of [...content.children]) {
    const old = fresh.id && document.getElementById(fresh.id);
    if (!old) continue;
    for (const element of $$("[data-copy], [data-reset]", fresh)) element.hidden = false;
    old.replaceWith(fresh);
  }
}

async function fetchPart(path, query, signal) {
  const response = await fetch(`/parts/${path}?${query}`, { signal });
  if (response.status === 204 || response.status === 404) return null;
  if (!response.ok) throw new Error(`${response.status}`);
  return { content: parse(await response.text()), spans: response.headers.get("x-spans") };
}

const wrap = (element) => {
  const fragment = document.createDocumentFragment();
  fragment.append(element);
  return fragment;
};
