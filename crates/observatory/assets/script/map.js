// The trace map: brought up to date in place, so that nothing moves under the reader.

function mapPage() {
  let late = 0;

  const isBusy = (area) =>
    area.matches(":hover") || area.contains(document.activeElement) || getSelection()?.type === "Range";

  /** Replaces a part unless it is the same; the focus, what is unfolded and how far it is scrolled stay. */
  function renew(id, fresh) {
    const old = document.getElementById(id);
    if (!old || !fresh || old.outerHTML === fresh.outerHTML) return;
    const key = old.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const scroller = $("#map-scroll", old);
    const place = scroller && [scroller.scrollLeft, scroller.scrollTop];
    const unfolded = $$("details[open]", old).map((one) => one.id);
    old.replaceWith(fresh);
    const now = $("#map-scroll", fresh);
    if (now && place) [now.scrollLeft, now.scrollTop] = place;
    for (const one of $$("details", fresh)) one.open = unfolded.includes(one.id);
    if (key) [...$$("[data-key]", fresh)].find((one) => one.dataset.key === key)?.focus({ preventScroll: true });
  }

  async function update() {
    const turn = ++late;
    const part = await fetchPart("map", new URLSearchParams(location.search));
    if (!part || turn !== late) return;
    renew("map", $("#map", part.content));
    const list = $("#matching");
    if (list && !isBusy(list)) renew("matching", $("#matching", part.content));
    const choice = $("#group-choice");
    if (choice && !isBusy(choice) && $("#f-group").value === (new URLSearchParams(location.search).get("group") ?? "")) renew("group-choice", $("#group-choice", part.content));
    const status = $("#status", part.content);
    if (status) place(wrap(status));
  }

  // A map that is larger than its window begins where the traces do.
  const scroller = $("#map-scroll");
  const nodes = $$(".node", scroller ?? document).map((node) => node.querySelector(".halo").getBoundingClientRect());
  if (scroller && nodes.length) {
    const chosen = $(".node.chosen .halo", scroller)?.getBoundingClientRect();
    const first = chosen ?? nodes.reduce((a, b) => (b.left < a.left - 1 ? b : a));
    const own = scroller.getBoundingClientRect();
    scroller.scrollTop += first.top + first.height / 2 - own.top - own.height / 2;
    if (chosen) scroller.scrollLeft += first.left + first.width / 2 - own.left - own.width / 2;
  }

  document.addEventListener("change", (event) => event.target.id === "f-group" && event.target.form.requestSubmit());
  // What is shown grows old although nothing arrives.
  setInterval(() => document.hidden || update().catch(() => {}), 30_000);
  keys((event) => {
    if (event.key === "Escape" && $("[data-testid=clear-filter]")) { $("[data-testid=clear-filter]").click(); return true; }
    return false;
  });
  follow(update);
}
