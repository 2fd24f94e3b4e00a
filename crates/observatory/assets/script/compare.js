// Two traces side by side: a pair is opened without leaving one's place. All state stays in the address.

function comparePage() {
  let cancel = null;

  async function show(address) {
    cancel?.abort();
    cancel = new AbortController();
    try {
      const response = await fetch(address, { signal: cancel.signal });
      if (!response.ok) throw new Error(`${response.status}`);
      const page = parse(await response.text());
      for (const id of ["comparison", "details"]) {
        const fresh = $(`#${id}`, page);
        if (fresh) document.getElementById(id)?.replaceWith(fresh);
      }
    } catch (error) {
      // A plain visit says what is wrong.
      if (error.name !== "AbortError") location.href = address;
    }
  }

  document.addEventListener("click", async (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a[data-swap]");
    if (!link || !main.contains(link)) return;
    event.preventDefault();
    const key = link.closest(".twin")?.dataset.key;
    history.pushState(null, "", link.href);
    await show(link.href);
    if (key) $(`.twin[data-key="${key}"] a`)?.focus({ preventScroll: true });
  });

  addEventListener("popstate", () => show(location.href));

  keys((event) => {
    const links = $$(".twin a.pick");
    const at = links.indexOf(document.activeElement);
    const move = (to) => { links[Math.max(0, Math.min(links.length - 1, to))]?.focus(); return true; };
    switch (event.key) {
      case "ArrowDown": return move(at + 1);
      case "ArrowUp": return move(at < 0 ? 0 : at - 1);
      case "Home": return move(0);
      case "End": return move(links.length - 1);
      case "Escape": { const close = $("#details [data-close]"); close?.click(); return Boolean(close); }
      default: return false;
    }
  });
}
