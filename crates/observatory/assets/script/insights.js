// Logs Insights: a query runs without leaving the page and can be stopped; rows unfold in place. All state stays in the address.

function insightsPage() {
  const form = $("#ask");
  const box = $("#query");
  const asking = asker("insights");

  /** The address that the form asks for. */
  function asked() {
    const query = new URLSearchParams();
    for (const [key, value] of new FormData(form)) {
      if (String(value).trim()) query.append(key, String(value).replaceAll("\r\n", "\n"));
    }
    return query;
  }

  const run = (query) => asking.ask(query, (content) => {
    place(content);
    const isWrong = Boolean($("[data-testid=query-error]"));
    if (isWrong) { box.setAttribute("aria-invalid", "true"); box.focus(); }
    else { box.removeAttribute("aria-invalid"); $(".samples").open = false; }
    return "";
  });

  form.addEventListener("submit", (event) => {
    const query = asked();
    // Fields and groups that are wrong are told by the page itself.
    if (query.get("from") || query.get("to") || $("[data-testid=range-error], [data-testid=groups-error]")) return;
    event.preventDefault();
    history.pushState(null, "", `/insights?${query}`);
    run(query);
  });
  addEventListener("popstate", () => location.reload());

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });

  const menu = $("#groups-menu");
  document.addEventListener("click", (event) => { if (menu.open && !menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; $("summary", menu).focus(); } });
  menu.addEventListener("change", () => {
    const names = $$("input:checked", menu).map((one) => one.value);
    const chosen = $("#groups-chosen");
    chosen.textContent = names.length === 0 ? chosen.dataset.all : names.length === 1 ? names[0] : `${names[0]} and ${names.length - 1} more`;
  });

  /** A sample goes into the box and runs over what is chosen now. */
  document.addEventListener("click", async (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const sample = event.target.closest?.("a[data-sample]");
    if (sample) {
      event.preventDefault();
      box.value = new URL(sample.href).searchParams.get("query");
      box.rows = Math.min(14, Math.max(4, box.value.split("\n").length));
      form.requestSubmit();
      return;
    }
    const preset = event.target.closest?.("[data-testid=ranges] a");
    if (preset && (box.value !== box.defaultValue || new URLSearchParams(location.search).has("query"))) {
      // What was typed since goes along.
      event.preventDefault();
      const query = asked();
      for (const name of ["from", "to", "range"]) query.delete(name);
      const range = new URL(preset.href).searchParams.get("range");
      if (range) query.set("range", range);
      location.href = `/insights?${query}`;
      return;
    }
    const fold = event.target.closest?.("a[data-unfold]");
    if (!fold) return;
    event.preventDefault();
    const row = fold.closest("tr");
    const isOpen = fold.getAttribute("aria-expanded") === "true";
    if (isOpen) row.nextElementSibling?.matches(".unfolded") && row.nextElementSibling.remove();
    else {
      const part = await fetchPart(`insights/event/${fold.dataset.unfold}`, "").catch(() => null);
      if (!part) return;
      const under = document.createElement("tr");
      under.className = "unfolded";
      const cell = document.createElement("td");
      cell.colSpan = row.children.length;
      cell.append(part.content);
      under.append(cell);
      row.after(under);
    }
    fold.setAttribute("aria-expanded", !isOpen);
    const query = new URLSearchParams(location.search);
    const open = (query.get("open") ?? "").split(",").filter((id) => id && id !== fold.dataset.unfold);
    if (!isOpen) open.push(fold.dataset.unfold);
    if (open.length) query.set("open", open.slice(-50).join(",")); else query.delete("open");
    history.replaceState(null, "", `/insights?${query.toString().replaceAll("%2C", ",")}`);
  });

  keys((event) => {
    return event.key === "Escape" && asking.stop() || moveAmong($$(".results a[data-unfold]"), event);
  });
  // The results stay those of their moment; only the line at the foot is kept up to date.
  followStatus();
}
