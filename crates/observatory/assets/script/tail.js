// The live tail: what arrived is appended, the oldest rows go, and a reader who scrolled up is left where they are.

function tailPage() {
  const kept = Number(main.dataset.kept);
  let isPaused = false;
  let held = 0; // appended below what the reader looks at
  let left = 0; // arrived while paused
  const list = () => $("#tail-lines");
  const button = $("#pause");
  const clear = $("#clear-tail");
  const down = $("#to-end");
  for (const one of [button, clear]) one.hidden = !list();

  const isAtEnd = () => document.documentElement.scrollHeight - innerHeight - scrollY < 60;
  const toEnd = () => { scrollTo({ top: document.documentElement.scrollHeight }); held = 0; down.hidden = true; };

  function note() {
    main.classList.toggle("paused", isPaused);
    button.textContent = isPaused ? "Resume" : "Pause";
    button.setAttribute("aria-pressed", isPaused);
    const rows = $$(".line", list()).length;
    $("#tail-note").textContent = isPaused ? `paused${left ? "; new events have arrived" : ""}` : `${rows} ${rows === 1 ? "event" : "events"}${rows >= kept ? ", the last ones" : ""}`;
    $(".tail .waiting").hidden = isPaused;
  }

  async function update() {
    if (isPaused) { left += 1; return note(); }
    // One part has at most so many events; when there were more, another is asked for.
    for (let full = true; full && !isPaused;) {
      const query = new URLSearchParams(location.search);
      query.set("after", $("#tail").dataset.seen);
      const part = await fetchPart("logs/tail", query);
      if (!part) return;
      const fresh = $("#tail", part.content);
      const rows = $$(".line", fresh);
      full = fresh.dataset.seen !== $("#tail").dataset.seen;
      const follows = isAtEnd();
      for (const row of rows) {
        if (document.getElementById(row.id)) continue;
        row.classList.add("fresh");
        for (const element of $$("[data-copy]", row)) element.hidden = false;
        list().append(row);
      }
      $("#tail").dataset.seen = fresh.dataset.seen;
      const surplus = $$(".line", list()).length - kept;
      for (const row of $$(".line", list()).slice(0, Math.max(0, surplus))) row.remove();
      const status = $("#status", part.content);
      if (status) place(wrap(status));
      if (rows.length === 0) continue;
      if (follows) toEnd();
      else {
        held += rows.length;
        down.textContent = `↓ ${held} new ${held === 1 ? "event" : "events"}`;
        down.hidden = false;
      }
    }
    note();
  }

  button.addEventListener("click", () => {
    isPaused = !isPaused;
    left = 0;
    note();
    if (!isPaused) update().catch(() => shown("not connected"));
  });
  clear.addEventListener("click", () => { list().replaceChildren(); note(); });
  down.addEventListener("click", toEnd);
  addEventListener("scroll", () => { if (isAtEnd()) { held = 0; down.hidden = true; } }, { passive: true });
  document.addEventListener("change", (event) => event.target.id === "f-group" && event.target.form.requestSubmit());

  keys((event) => {
    if (event.key === "p") { button.click(); return true; }
    return lineKeys(event);
  });
  if (!list()) return;
  note();
  toEnd();
  follow(update);
}
