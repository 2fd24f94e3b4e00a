// Pictures follow the theme that the reader chose, and open in full by a click. What mdBook's own script does is left to it.
"use strict";

(() => {
  const root = document.documentElement;
  const sources = [...document.querySelectorAll("picture source[media*='prefers-color-scheme: dark']")];
  const follow = () => {
    for (const source of sources) source.media = root.classList.contains("navy") ? "all" : "not all";
  };
  new MutationObserver(follow).observe(root, { attributeFilter: ["class"] });
  follow();

  for (const image of document.querySelectorAll("main img")) {
    if (image.closest("a")) continue;
    const link = document.createElement("a");
    const whole = image.closest("picture") ?? image;
    whole.replaceWith(link);
    link.append(whole);
    link.addEventListener("click", () => { link.href = image.currentSrc; });
    link.href = image.src;
  }

  const name = document.getElementById("mdbook-theme-navy");
  if (name) name.textContent = "Dark";
})();
