// Pictures follow the theme that the reader chose. What mdBook's own script does is left to it.
"use strict";

(() => {
  const root = document.documentElement;
  const sources = [...document.querySelectorAll("picture source[media*='prefers-color-scheme: dark']")];
  const follow = () => {
    for (const source of sources) source.media = root.classList.contains("navy") ? "all" : "not all";
  };
  new MutationObserver(follow).observe(root, { attributeFilter: ["class"] });
  follow();

  const name = document.getElementById("mdbook-theme-navy");
  if (name) name.textContent = "Dark";
})();
