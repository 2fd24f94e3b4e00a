// Log groups, streams and events: brought up to date in place while the reader does nothing with them.

function logListPage(path, id) {
  const isBusy = (area) =>
    area.matches(":hover") || area.contains(document.activeElement) || getSelection()?.type === "Range";

  follow(async () => {
    const part = await fetchPart(path, new URLSearchParams(location.search));
    if (!part) return;
    const status = $("#status", part.content);
    if (status) place(wrap(status));
    const own = document.getElementById(id);
    const fresh = document.getElementById(id) && $(`#${id}`, part.content);
    if (own && fresh && (!isBusy(own) || $("[data-testid=empty]", own))) place(wrap(fresh));
  });

  keys((event) => {
    if (event.key === "Escape" && $("[data-testid=clear-filter]")) { $("[data-testid=clear-filter]").click(); return true; }
    return moveAmong($$(`#${id} th.trace a`), event);
  });
}

/** Up and down, first and last among links or rows. */
function moveAmong(all, event) {
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || all.length === 0) return false;
  all[Math.min(all.length - 1, to)].focus();
  return true;
}

/** Rows of events: keys; `Enter` unfolds by itself. */
function lineKeys(event) {
  const row = document.activeElement?.closest?.(".line details");
  if (row && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    row.open = event.key === "ArrowRight";
    return true;
  }
  return moveAmong($$(".log-lines .line > details > summary"), event);
}

/** The row of the event that the address is about. */
function showChosen() {
  const chosen = $(".log-lines[data-chosen]")?.dataset.chosen;
  const row = chosen && document.getElementById(`e-${chosen}`);
  if (!row) return;
  row.classList.add("chosen");
  row.scrollIntoView({ block: "center" });
}

function eventsPage() {
  showChosen();
  /** Puts rows that are new where they belong among the others, which stay what they are; unfolded ones stay unfolded. */
  function show(content) {
    const list = $("#log-events .log-lines");
    const fresh = $(".log-lines", content);
    if (!list || !fresh) return place(content);
    let next = list.firstElementChild;
    for (const row of $$(".line", fresh)) {
      const known = document.getElementById(row.id);
      if (known) {
        next = known.nextElementSibling;
        continue;
      }
      const own = row.cloneNode(true);
      own.classList.add("fresh");
      for (const element of $$("[data-copy]", own)) element.hidden = false;
      list.insertBefore(own, next);
    }
    // Too many rows at last: those of the page, with its ways to others.
    if ($$(".line", list).length > 500) place(content);
  }

  follow(async () => {
    const part = await fetchPart("logs/events", new URLSearchParams(location.search));
    if (!part) return;
    const status = $("#status", part.content);
    if (status) place(wrap(status));
    const isStill = !$("#log-events").contains(document.activeElement) && getSelection()?.type !== "Range" && scrollY < 120;
    if (isStill || !$("#log-events .line")) show(part.content);
  });

  document.addEventListener("change", (event) => event.target.id === "f-group" && event.target.form.requestSubmit());
  keys((event) => {
    if (event.key === "Escape" && $("[data-testid=clear-filter]")) { $("[data-testid=clear-filter]").click(); return true; }
    return lineKeys(event);
  });
}
