// Drawings of an answer: values at a point in time, lines lit from the table, zooming by dragging or by keys. The box on a heatmap is bubble.js's.

/** A point in time as addresses have it: `2026-01-31 12:00:00.000`, in UTC. */
const chartStamp = (ms) => new Date(ms).toISOString().replace("T", " ").replace("Z", "");

/** Asks the same query with other parameters; null takes one out. */
function askWith(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name); else query.set(name, value);
  }
  const text = query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
  return askQuery(`${location.pathname}?${text}`);
}

/** From one point in time to another, in milliseconds; a step and a box belong to the drawing as it was. */
function zoomTo(from, to) {
  // A query's times are whole seconds.
  from = Math.floor(from / 1000) * 1000;
  to = Math.max(from + 1000, Math.ceil(to / 1000) * 1000);
  return askWith({ from: chartStamp(from), to: chartStamp(to - 1), range: null, step: null, box: null });
}

const shareAcross = (event, area) => {
  const box = area.getBoundingClientRect();
  return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
};

/** An element of the drawing that is made when it is first needed. */
function partOf(area, name, tag = "div") {
  let part = $(`:scope > .${name}`, area);
  if (!part) {
    part = document.createElement(tag);
    part.className = name;
    area.append(part);
  }
  return part;
}

/** Puts a readout beside what is between two places across, on the side where there is more room. */
function putBeside(readout, area, start, end, top) {
  const width = area.clientWidth;
  readout.hidden = false;
  const isLeft = start > width - end;
  const room = isLeft ? start : width - end;
  // What is nearly as wide as the drawing is covered in its middle.
  const gap = room < 150 ? width - 160 : isLeft ? width - start + 12 : end + 12;
  readout.style.setProperty("max-width", `${Math.max(150, room - 12)}px`);
  readout.style.setProperty("left", isLeft ? "auto" : `${gap}px`);
  readout.style.setProperty("right", isLeft ? `${gap}px` : "auto");
  readout.style.setProperty("top", `${top}px`);
}

function chartScript() {
  const figureOf = (probe) => probe.closest(".line-chart");
  const number = (element, name) => Number(element.dataset[name]);
  const linesOf = (figure) => $$(".stretched .series", figure);

  /** All values of one step, at the crosshair and for who cannot see it. */
  function show(probe, at) {
    const figure = figureOf(probe);
    const area = probe.parentElement;
    const steps = number(figure, "steps");
    at = Math.max(0, Math.min(steps - 1, at));
    const left = ((at + 0.5) / steps) * area.clientWidth;
    const when = chartStamp(number(figure, "from") + at * number(figure, "step")).slice(0, 19);
    const crosshair = partOf(area, "crosshair");
    crosshair.hidden = false;
    crosshair.style.setProperty("left", `${left}px`);
    const readout = partOf(area, "readout");
    const time = document.createElement("b");
    time.textContent = `${when} UTC`;
    const rows = document.createElement("ul");
    const told = [];
    for (const dot of $$(":scope > .dot", area)) dot.remove();
    for (const line of linesOf(figure)) {
      const text = line.dataset.text.split("|")[at] ?? "—";
      const y = line.dataset.y.split(",")[at];
      const classes = [...line.classList].filter((name) => /^(c|dash-)\d$/.test(name));
      if (y) {
        const dot = document.createElement("div");
        dot.className = ["dot", ...classes].join(" ");
        dot.style.setProperty("left", `${left}px`);
        dot.style.setProperty("top", `${y}px`);
        area.append(dot);
      }
      const row = document.createElement("li");
      const key = $(`.line-key`, figure) ?? $(".line-legend .line-key");
      if (key && linesOf(figure).length > 1) {
        const own = key.cloneNode(true);
        own.firstElementChild.setAttribute("class", ["series", ...classes].join(" "));
        row.append(own);
      }
      const name = document.createElement("bdi");
      name.textContent = line.dataset.name;
      const value = document.createElement("span");
      value.className = "readout-value";
      value.textContent = text;
      row.classList.toggle("lit", line.classList.contains("lit"));
      row.append(name, value);
      rows.append(row);
      told.push(`${line.dataset.name} ${text}`);
    }
    readout.replaceChildren(time, rows);
    putBeside(readout, area, left, left, 4);
    probe.dataset.at = at;
    probe.setAttribute("aria-valuenow", at);
    probe.setAttribute("aria-valuetext", `${when}: ${told.slice(0, 8).join(", ")}`);
  }

  function hide(probe) {
    const area = probe.parentElement;
    for (const part of $$(":scope > .crosshair, :scope > .readout", area)) part.hidden = true;
    for (const dot of $$(":scope > .dot", area)) dot.remove();
  }

  // The pointer: values where it is; dragged across, a new time.
  let drag = null; // { area, from, to, fromMs, toMs }: shares of the width, and the times at its ends

  function mark() {
    const band = partOf(drag.area, "drag");
    const [a, b] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    band.style.setProperty("left", `${100 * a}%`);
    band.style.setProperty("width", `${100 * (b - a)}%`);
  }

  const ends = (area) => {
    const from = area.closest("[data-from]");
    return { fromMs: number(from, "from"), toMs: number(from, "to") };
  };

  document.addEventListener("pointerdown", (event) => {
    const area = event.target.closest?.(".line-chart .plot-area, .zoom-strip");
    if (event.button || !area) return;
    drag = { area, from: shareAcross(event, area), to: shareAcross(event, area), ...ends(area) };
    area.setPointerCapture?.(event.pointerId);
    read(event);
  });
  /** Values under the pointer; a finger that touches has no other way. */
  function read(event) {
    const probe = event.target.closest?.(".line-chart .plot-area")?.querySelector(".probe");
    if (probe) show(probe, Math.floor(shareAcross(event, probe) * number(figureOf(probe), "steps")));
  }
  document.addEventListener("pointermove", (event) => {
    if (drag) {
      drag.to = shareAcross(event, drag.area);
      mark();
    }
    read(event);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    event.preventDefault();
    $(":scope > .drag", drag.area)?.remove();
    drag = null;
  });
  document.addEventListener("pointerout", (event) => {
    const area = event.target.closest?.(".line-chart .plot-area");
    if (area && !area.contains(event.relatedTarget)) {
      const probe = $(".probe", area);
      if (document.activeElement !== probe || !probe.matches(":focus-visible")) hide(probe);
    }
  });
  function drop(event) {
    if (!drag) return;
    const done = drag;
    drag = null;
    $(":scope > .drag", done.area)?.remove();
    const [a, b] = [Math.min(done.from, done.to), Math.max(done.from, done.to)];
    const length = done.toMs - done.fromMs;
    // Less is a click whose hand was not still.
    if (event.type === "pointerup" && (b - a) * done.area.clientWidth > 5) zoomTo(done.fromMs + a * length, done.fromMs + b * length);
  }
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);

  // Keys: arrows read the values, with Shift they choose a time, Enter zooms into it, Escape gives up.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.(".probe") && event.target.matches(":focus-visible")) show(event.target, Number(event.target.dataset.at ?? 0));
  });
  document.addEventListener("focusout", (event) => {
    if (!event.target.matches?.(".probe")) return;
    hide(event.target);
    clear(event.target);
  });
  function clear(probe) {
    delete probe.dataset.anchor;
    $(":scope > .drag", probe.parentElement)?.remove();
  }
  document.addEventListener("keydown", (event) => {
    const probe = event.target;
    if (!probe.matches?.(".probe") || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = number(figureOf(probe), "steps");
    const at = Number(probe.dataset.at ?? 0);
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, PageUp: at + 10, PageDown: at - 10, Home: 0, End: steps - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      if (!event.shiftKey) clear(probe);
      else probe.dataset.anchor ??= at;
      show(probe, to);
      if (probe.dataset.anchor !== undefined) {
        const [a, b] = [Number(probe.dataset.anchor), Number(probe.dataset.at)].sort((a, b) => a - b);
        drag = { area: probe.parentElement, from: a / steps, to: (b + 1) / steps };
        mark();
        drag = null;
      }
    } else if (event.key === "Escape") {
      event.preventDefault();
      clear(probe);
      hide(probe);
    } else if (event.key === "Enter" && probe.dataset.anchor !== undefined) {
      event.preventDefault();
      const [a, b] = [Number(probe.dataset.anchor), at].sort((a, b) => a - b);
      const { fromMs } = ends(probe);
      const step = number(figureOf(probe), "step");
      clear(probe);
      zoomTo(fromMs + a * step, fromMs + (b + 1) * step);
    }
  });

  // A row of the table, or of what lines mean, lights its line in every chart of groups.
  function light(line) {
    main.classList.toggle("has-lit", line !== null);
    for (const element of $$(".series[data-line], .point[data-line]")) element.classList.toggle("lit", element.dataset.line === line);
  }
  const lighter = (element) => element?.closest?.("tr[data-line], .line-legend li[data-line]");
  document.addEventListener("pointerover", (event) => {
    const over = lighter(event.target);
    if (over) light(over.dataset.line);
    else if (main.classList.contains("has-lit")) light(null);
  });
  document.addEventListener("focusin", (event) => {
    const over = lighter(event.target);
    if (over || main.classList.contains("has-lit")) light(over?.dataset.line ?? null);
  });
}

if (kind === "query") chartScript();
