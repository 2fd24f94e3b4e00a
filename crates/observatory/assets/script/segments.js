// One trace's segments: opening them and their tabs in place. All state stays in the address.

function segmentsPage() {
  const id = main.dataset.trace;
  let latest = 0;

  async function refresh() {
    const turn = ++latest;
    const part = await fetchPart(`xray/trace/${id}`, new URLSearchParams(location.search));
    if (!part || turn !== latest) return;
    const focused = document.activeElement;
    const within = focused?.closest?.("[data-segment], [role=tab]");
    const selector = within && (within.id ? `#${within.id}` : null);
    const inPick = focused?.matches?.(".pick");
    const details = $("#details");
    const scroll = { key: details.dataset.key, top: details.scrollTop, tab: $("[role=tab][aria-selected=true]")?.id };
    place(part.content);
    if (selector) (inPick ? $(`${selector} .pick`) : $(selector))?.focus({ preventScroll: true });
    const fresh = $("#details");
    if (fresh.dataset.key === scroll.key && $("[role=tab][aria-selected=true]")?.id === scroll.tab) fresh.scrollTop = scroll.top;
  }

  function go(address) {
    history.pushState(null, "", address);
    return refresh().catch(() => { location.href = address; });
  }

  document.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a[data-swap]");
    if (!link || !main.contains(link)) return;
    event.preventDefault();
    const row = "close" in link.dataset ? $(".row.selected .pick") : null;
    go(link.href).then(() => row && $("#" + row.closest(".row").id + " .pick")?.focus());
  });
  addEventListener("popstate", () => refresh());

  keys((event) => {
    const tab = event.target.closest?.("[role=tab]");
    if (tab) {
      const all = $$("[role=tab]");
      const at = all.indexOf(tab);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to !== undefined) {
        const next = all[(to + all.length) % all.length];
        next.focus();
        go(next.href);
        return true;
      }
    }
    if (event.key === "Escape" && !$("#details").hidden) { $("[data-close]")?.click(); return true; }
    if (event.target.closest?.("#details, .topbar, #status, #trace-header")) return false;
    const all = $$("#timeline .pick");
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return false;
    all[Math.min(all.length - 1, to)]?.focus();
    return true;
  });

  $(".row.selected")?.scrollIntoView({ block: "nearest" });
  follow(refresh);
}
