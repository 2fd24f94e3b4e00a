// Live pages and keys. Everything can be read without this file; all state stays in the address.
"use strict";

(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const main = $("main");
  const kind = main?.dataset.page;
  const isNarrow = () => matchMedia("(max-width: 900px)").matches;
  document.documentElement.classList.add("scripted");
  for (const element of $$("[data-copy], [data-reset], [data-keys]")) element.hidden = false;

  // --- Parts of pages -----------------------------------------------------------------------

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

  // --- Waiting for what arrives ---------------------------------------------------------------

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  let generation = Number(document.body.dataset.generation);
  let waiting = null;

  function shown(state) {
    const mark = $("#live");
    if (!mark) return;
    mark.hidden = false;
    mark.classList.toggle("off", state !== "live");
    $(".word", mark).textContent = state;
  }

  /** Asks for changes as long as the page is looked at; a hidden page gives its connection back. */
  async function follow(update) {
    let trouble = 0;
    for (;;) {
      if (document.hidden) {
        await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
        continue;
      }
      waiting = new AbortController();
      if (trouble === 0) shown("live");
      try {
        const response = await fetch(`/events?since=${generation}`, { signal: waiting.signal });
        if (!response.ok) throw new Error(`${response.status}`);
        const next = (await response.json()).generation;
        shown("live");
        trouble = 0;
        if (next !== generation) {
          await update();
          generation = next;
          // Whatever arrives meanwhile is told by the next request.
          await pause(kind === "trace" ? 250 : 80);
        }
      } catch (error) {
        if (error.name === "AbortError") continue;
        shown("not connected");
        trouble = Math.min(trouble + 1, 6);
        await pause(250 * 2 ** trouble);
      }
    }
  }

  document.addEventListener("visibilitychange", () => document.hidden && waiting?.abort());

  // --- The list of traces -----------------------------------------------------------------------

  function tracesPage() {
    const pill = $("#arrived");
    let held = null; // the newest part that was not shown yet
    let isAiming = false; // the pointer is over the rows: nothing may move under it
    const rowsOf = (root) => $$("#traces > tr", root);

    document.addEventListener("pointermove", (event) => {
      const over = Boolean(event.target.closest?.("#traces"));
      if (isAiming && !over) { isAiming = false; showHeld(); }
      isAiming = over;
    });
    document.documentElement.addEventListener("pointerleave", () => { isAiming = false; showHeld(); });

    const mustHold = () =>
      isAiming || scrollY > 60 || document.activeElement?.closest("#traces") || getSelection()?.type === "Range";

    function update(row, fresh) {
      row.className = fresh.className;
      for (const [at, cell] of [...fresh.children].entries()) {
        const own = row.children[at];
        if (own.innerHTML !== cell.innerHTML) own.innerHTML = cell.innerHTML;
      }
    }

    /** Brings rows that are there up to date and puts new ones in, so that the others stay what they are. */
    function show(content) {
      held = null;
      pill.hidden = true;
      const fresh = rowsOf(content);
      const body = $("#traces");
      if (!body || !fresh.length) return place(content);
      const old = new Map(rowsOf(document).map((row) => [row.id, row]));
      let before = body.firstElementChild;
      for (const row of fresh) {
        const own = old.get(row.id);
        if (!own) {
          row.classList.add("fresh");
          body.insertBefore(row, before);
        } else {
          old.delete(row.id);
          update(own, row);
          if (own === before) before = before.nextElementSibling;
          else body.insertBefore(own, before);
        }
      }
      for (const row of old.values()) row.remove();
      const pages = $(".pages", content);
      if (pages) $(".pages")?.replaceWith(pages);
    }

    function hold(content) {
      held = content;
      const known = new Map(rowsOf(document).map((row) => [row.id, row]));
      let count = 0;
      for (const row of rowsOf(content)) {
        const own = known.get(row.id);
        if (own) update(own, row.cloneNode(true));
        else count += 1;
      }
      if (count === 0) return;
      pill.textContent = count === 1 ? "↑ 1 new trace" : `↑ ${count}${count >= 50 ? " or more" : ""} new traces`;
      pill.classList.toggle("floating", scrollY > 60);
      pill.hidden = false;
    }

    /** Services that came up since can be chosen; what the reader chose stays. */
    function offerServices(fresh) {
      const own = $("#f-service");
      if (!fresh || document.activeElement === own || own.options.length === fresh.options.length) return;
      fresh.value = own.value;
      own.replaceWith(fresh);
    }

    function showHeld() {
      if (held && !mustHold()) show(held);
    }

    pill.addEventListener("click", () => {
      const query = new URLSearchParams(location.search);
      if (query.has("after")) {
        query.delete("after");
        location.search = query.toString();
        return;
      }
      isAiming = false;
      scrollTo({ top: 0 });
      if (held) show(held);
    });
    addEventListener("scroll", () => { pill.classList.toggle("floating", scrollY > 60); showHeld(); }, { passive: true });
    document.addEventListener("focusout", () => setTimeout(showHeld));

    follow(async () => {
      const query = new URLSearchParams(location.search);
      const isPaged = query.has("after");
      if (isPaged) query.delete("after");
      const part = await fetchPart("traces", query);
      if (!part) return;
      const status = $("#status", part.content);
      if (status) place(wrap(status));
      offerServices($("#f-service", part.content));
      const stillEmpty = !$("#traces", part.content) && !$("#traces");
      if (isPaged) {
        pill.textContent = "↑ New traces";
        pill.hidden = false;
      } else if (!stillEmpty && $("#traces") && mustHold()) hold(part.content);
      else show(part.content);
    });

    keys((event) => {
      const links = $$("#traces a");
      const at = links.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
      if (to === undefined || (at < 0 && event.key !== "ArrowDown")) {
        if (event.key === "Escape" && at >= 0) document.activeElement.blur();
        return false;
      }
      links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
      return true;
    });
  }

  const wrap = (element) => {
    const fragment = document.createDocumentFragment();
    fragment.append(element);
    return fragment;
  };

  // --- A trace ----------------------------------------------------------------------------------

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
      const finder = document.activeElement?.id === "find" && $("#find").value;
      const details = $("#details");
      const scroll = { key: details.dataset.key, top: details.scrollTop };
      place(part.content);
      mark();
      if (focused) focus(rowOf(focused), false);
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
      const done = go((asked) => (key ? asked.set("span", key) : asked.delete("span")), "details", push);
      mark();
      if (!wasOpen && key && isNarrow()) done.then(() => rowOf(key)?.scrollIntoView({ block: "start" }));
      return done;
    }

    document.addEventListener("click", (event) => {
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
        const key = new URL(link.href).searchParams.get("span");
        go((asked) => {
          for (const name of [...asked.keys()]) asked.delete(name);
          for (const [name, value] of new URL(link.href).searchParams) asked.set(name, value);
          // Links in the waterfall may be older than the open span.
          if (!link.dataset.swap.includes("details")) {
            const open = $("#details").dataset.key;
            if (open) asked.set("span", open); else asked.delete("span");
          }
        }, link.dataset.swap).then(() => {
          if (link.dataset.swap.includes("details")) rowOf(key)?.scrollIntoView({ block: "nearest" });
        });
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
      if (event.key === "n") { $("[data-next]")?.click(); return Boolean($("[data-next]")); }
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
          if (row.getAttribute("aria-expanded") === "true") { toggle(row); return true; }
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
      await refresh("header waterfall details", { have: spans });
    });
  }

  // --- All pages --------------------------------------------------------------------------------

  let pageKeys = () => false;
  function keys(handler) { pageKeys = handler; }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || $("#keys")?.open) return;
    if (event.target.matches?.("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "/") {
      const field = $("#find, #f-service");
      field?.focus();
      field?.select?.();
      if (field) event.preventDefault();
    } else if (event.key === "?") {
      $("#keys")?.showModal();
      event.preventDefault();
    } else if (pageKeys(event)) event.preventDefault();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.dataset.copy) {
      const text = button.textContent;
      await navigator.clipboard?.writeText(button.dataset.copy);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = text; }, 1200);
    } else if ("keys" in button.dataset) $("#keys").showModal();
    else if ("reset" in button.dataset) {
      if (!confirm("Delete all traces from this observatory? This cannot be undone.")) return;
      const response = await fetch("/api/reset", { method: "POST" });
      if (response.ok) location.href = "/";
      else alert(`The store was not emptied: ${response.status} ${await response.text()}`);
    }
  });

  function relative(then) {
    const seconds = Math.abs(Date.now() - then) / 1000;
    if (seconds < 2) return "just now";
    const [size, unit] = seconds < 60 ? [1, "s"] : seconds < 3600 ? [60, "min"] : seconds < 86400 ? [3600, "h"] : [86400, "d"];
    const amount = `${Math.floor(seconds / size)} ${unit}`;
    return then > Date.now() ? `in ${amount}` : `${amount} ago`;
  }
  setInterval(() => {
    for (const time of $$("time[data-unix-ms]")) {
      const then = Number(time.dataset.unixMs);
      if (then > 0) { const text = relative(then); if (time.textContent !== text) time.textContent = text; }
    }
  }, 1000);

  if (kind === "traces") tracesPage();
  else if (kind === "trace") tracePage();
  else if (kind === "awaited") {
    follow(async () => {
      const response = await fetch(location.href, { method: "HEAD" });
      if (response.ok) location.reload();
    });
  }
})();
