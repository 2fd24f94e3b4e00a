// The list of traces: new ones come in without moving what the reader looks at.

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
