// One trace: opening, folding, zooming, searching, by pointer and by key. All state stays in the address.

function tracePage() {
  const id = main.dataset.trace;
  let spans = main.dataset.spans;
  let latest = 0;
  let cancel = null;
  let pending = new Set();

  const query = () => new URLSearchParams(location.search);
  const rows = () => $$("#waterfall .row");
  const current = () => document.activeElement?.closest?.(".row") ?? null;

  /** Fetches parts for the address as it is; of several in flight, the last one wins. */
  async function refresh(parts, extra = {}) {
    for (const part of parts.split(" ")) pending.add(part);
    const turn = ++latest;
    cancel?.abort();
    cancel = new AbortController();
    const asked = query();
    asked.set("parts", [...pending].join(" "));
    for (const [key, value] of Object.entries(extra)) asked.set(key, value);
    let part;
    try {
      part = await fetchPart(`trace/${id}`, asked, cancel.signal);
    } catch (error) {
      if (error.name !== "AbortError") shown("not connected");
      return false;
    }
    if (turn !== latest) return false;
    pending = new Set();
    if (!part) return false;
    spans = part.spans ?? spans;
    const focused = current()?.dataset.key;
    const walked = ["next", "previous"].find((name) => name in (document.activeElement?.dataset ?? {}));
    const finder = document.activeElement?.id === "find" && $("#find").value;
    const details = $("#details");
    const scroll = { key: details.dataset.key, top: details.scrollTop };
    const unfolded = $$("#unusual[open], #more-services[open]").map((one) => one.id);
    place(part.content);
    for (const one of unfolded) document.getElementById(one)?.setAttribute("open", "");
    mark();
    if (focused) focus(rowOf(focused), false);
    if (walked) $(`[data-${walked}]`)?.focus({ preventScroll: true });
    if (finder !== false) { const field = $("#find"); field.value = finder; field.focus(); }
    if ($("#details").dataset.key === scroll.key) $("#details").scrollTop = scroll.top;
    return true;
  }

  const rowOf = (key) => document.getElementById(`r-${key}`);

  function go(change, parts, push = true) {
    const next = query();
    change(next);
    const text = next.toString().replaceAll("%2C", ",");
    const address = location.pathname + (text && `?${text}`);
    if (push) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    return refresh(parts);
  }

  const list = (asked, name) => (asked.get(name) ?? "").split(",").filter(Boolean);
  const setList = (asked, name, keys) => (keys.length ? asked.set(name, keys.join(",")) : asked.delete(name));

  function toggle(row) {
    // A hit is under it, and stays to be seen.
    if ("held" in row.dataset) return Promise.resolve(false);
    const key = row.dataset.key;
    const isOpen = row.getAttribute("aria-expanded") === "true";
    return go((asked) => {
      const [from, to] = isOpen ? ["expanded", "collapsed"] : ["collapsed", "expanded"];
      const had = list(asked, from);
      const rest = had.filter((one) => one !== key);
      setList(asked, from, rest);
      // Only what is closed or open by its level needs to be named as an exception.
      const byLevel = asked.has("levels") && Number(row.getAttribute("aria-level")) >= Number(asked.get("levels"));
      if (isOpen ? !(byLevel && had.length > rest.length) : byLevel) setList(asked, to, [...list(asked, to), key].slice(-100));
    }, "waterfall");
  }

  function mark() {
    $("#overview").title = "Drag over a part of it to zoom";
    const key = query().get("span");
    for (const row of rows()) {
      const is = row.dataset.key === key;
      row.classList.toggle("selected", is);
      row.setAttribute("aria-selected", is);
      for (const link of $$("a", row)) link.tabIndex = -1;
    }
  }

  function focus(row, scroll = true) {
    if (!row) return;
    for (const other of $$('#waterfall .row[tabindex="0"]')) other.tabIndex = -1;
    row.tabIndex = 0;
    row.focus({ preventScroll: true });
    if (scroll) row.scrollIntoView({ block: "nearest" });
  }

  const isOpen = () => !$("#details").hidden;
  let soon = 0;

  function select(key, push = true) {
    const wasOpen = isOpen();
    const done = go((asked) => (key ? asked.set("span", key) : asked.delete("span")), query().has("from") ? "waterfall details" : "details", push);
    mark();
    if (!wasOpen && key && isNarrow()) done.then(() => rowOf(key)?.scrollIntoView({ block: "start" }));
    return done;
  }

  /** Measures from this row on, or no longer. */
  function measureFrom(key) {
    return go((asked) => (asked.get("from") === key ? asked.delete("from") : asked.set("from", key)), "waterfall details");
  }

  /** Measures from the span that is open to this row; without one, from this row on. */
  function measureTo(row) {
    const asked = query();
    const from = asked.get("from") ?? asked.get("span");
    focus(row, false);
    if (!from || from === row.dataset.key) return measureFrom(row.dataset.key);
    return go((next) => { next.set("from", from); next.set("span", row.dataset.key); }, "waterfall details");
  }

  /** Goes where a link of this page leads, without leaving it. */
  function swap(link) {
    const parts = link.dataset.swap;
    const wanted = new URL(link.href).searchParams;
    // The link may be older than what the reader has done since: only what it changes is changed.
    const base = new URL(link.closest("[data-address]")?.dataset.address ?? link.href, location).searchParams;
    return go((asked) => {
      for (const name of new Set([...base.keys(), ...wanted.keys()])) {
        if (String(base.getAll(name)) === String(wanted.getAll(name))) continue;
        asked.delete(name);
        for (const value of wanted.getAll(name)) asked.append(name, value);
      }
    }, query().has("from") && parts === "details" ? "waterfall details" : parts).then(() => {
      if (parts.includes("details")) rowOf(wanted.get("span") ?? "")?.scrollIntoView({ block: "nearest" });
    });
  }

  let walking = Promise.resolve();

  /** To the next or previous hit; each step begins where the one before it has led. */
  function walk(way) {
    walking = walking.then(() => { const link = $(`[data-${way}]`); return link && swap(link); });
    return Boolean($(`[data-${way}]`));
  }

  document.addEventListener("click", (event) => {
    const shifted = event.shiftKey && !event.button && event.target.closest?.("#waterfall .row");
    if (shifted) {
      event.preventDefault();
      getSelection()?.removeAllRanges();
      measureTo(shifted);
      return;
    }
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a");
    if (!link || !main.contains(link)) return;
    const row = link.closest(".row");
    if (link.dataset.fold) {
      event.preventDefault();
      focus(row, false);
      toggle(row);
    } else if (row) {
      event.preventDefault();
      focus(row, false);
      select(row.dataset.key);
    } else if ("close" in link.dataset) {
      event.preventDefault();
      close();
    } else if (link.dataset.swap) {
      event.preventDefault();
      const way = ["next", "previous"].find((name) => name in link.dataset);
      if (way) walk(way); else swap(link);
    }
  });

  function close() {
    const row = rowOf(query().get("span") ?? "");
    select(null);
    focus(row ?? rows()[0]);
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".find")) return;
    event.preventDefault();
    const text = $("#find").value.trim();
    if (text && text === query().get("find") && $("[data-next]")) {
      walk("next");
      return;
    }
    go((asked) => (text ? asked.set("find", text) : asked.delete("find")), "waterfall").then((done) => {
      if (done && text) $("[data-next]")?.focus();
    });
  });

  addEventListener("popstate", () => refresh("waterfall details"));

  keys((event) => {
    const row = current();
    const all = rows();
    const at = row ? all.indexOf(row) : all.findIndex((one) => one.tabIndex === 0);
    const move = (to) => {
      const target = all[Math.max(0, Math.min(all.length - 1, to))];
      focus(target);
      if (isOpen() && target && !isNarrow()) {
        // While a key is held, only where it stops is opened.
        clearTimeout(soon);
        soon = setTimeout(() => select(target.dataset.key, false), 60);
      }
      return true;
    };
    if (event.key === "Escape" && isOpen()) { close(); return true; }
    if (event.key === "Escape" && $("[data-testid=find-end]")) { $("[data-testid=find-end]").click(); return true; }
    for (const [key, name] of [["n", "next"], ["N", "previous"]]) {
      if (event.key === key) return walk(name);
    }
    if (event.key === "c") { $("[data-testid=path-switch]")?.click(); return true; }
    if (event.key === "m") {
      const key = row?.dataset.key ?? query().get("span");
      if (key) measureFrom(key);
      return Boolean(key);
    }
    if (event.target.closest?.("#details, .toolbar, .topbar, #status, #trace-header")) return false;
    switch (event.key) {
      case "ArrowDown": return move(row ? at + 1 : at);
      case "ArrowUp": return move(row ? at - 1 : at);
      case "Home": return move(0);
      case "End": return move(all.length - 1);
      case "Enter": if (row && event.target === row) { select(row.dataset.key); return true; } return false;
      case " ": if (row && event.target === row && row.hasAttribute("aria-expanded")) { toggle(row); return true; } return false;
      case "ArrowRight":
        if (!row) return false;
        if (row.getAttribute("aria-expanded") === "false") toggle(row);
        else if (row.hasAttribute("aria-expanded")) move(at + 1);
        return true;
      case "ArrowLeft": {
        if (!row) return false;
        if (row.getAttribute("aria-expanded") === "true" && !("held" in row.dataset)) { toggle(row); return true; }
        const level = Number(row.getAttribute("aria-level"));
        for (let above = at - 1; above >= 0; above -= 1) {
          if (Number(all[above].getAttribute("aria-level")) < level) return move(above);
        }
        return true;
      }
      default: return false;
    }
  });

  // Drag over the overview to zoom.
  let from = null;
  let box = null;
  const share = (event) => {
    const area = $("#overview").getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - area.left) / area.width));
  };
  document.addEventListener("pointerdown", (event) => {
    if (event.button || !event.target.closest?.("#overview")) return;
    event.preventDefault();
    from = share(event);
    box = document.createElement("div");
    box.className = "drag";
    $("#overview").append(box);
  });
  document.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const to = share(event);
    box.style.setProperty("left", `${100 * Math.min(from, to)}%`);
    box.style.setProperty("width", `${100 * Math.abs(to - from)}%`);
  });
  const drop = (event) => {
    if (from === null) return;
    const [a, b] = [Math.min(from, share(event)), Math.max(from, share(event))];
    from = null;
    box?.remove();
    const length = Number($("#waterfall").dataset.length);
    const zoom = [Math.floor(a * length), Math.ceil(b * length)];
    if (event.type === "pointerup" && b - a > 0.004 && zoom[0] < zoom[1]) {
      go((asked) => asked.set("zoom", zoom.join("-")), "waterfall");
    }
  };
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);

  mark();
  const opened = query().get("span");
  if (opened) rowOf(opened)?.scrollIntoView({ block: "nearest" });
  follow(async () => {
    // A running request of the reader's goes first.
    if (from !== null || pending.size) return;
    await refresh("header route waterfall details", { have: spans, logs: $("#details [data-logs]")?.dataset.logs ?? "" });
  });
}
