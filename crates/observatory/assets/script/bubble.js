// The box on a heatmap: drawn by pointer or by keys, then asked what sets it apart. The rows are compared by the server.

function bubbleScript() {
  /** What a heatmap's area says of itself. */
  function read(area) {
    const { column, start, step, steps, edges, edgeTexts, counts } = area.dataset;
    return {
      column,
      start: Number(start),
      step: Number(step),
      steps: Number(steps),
      edges: edges.split(",").map(Number),
      texts: edgeTexts.split("|"),
      counts: counts.split(";").map((band) => band.split(",").map(Number)),
    };
  }

  /** The cell under the pointer: steps from the left, bands from below. */
  function cellAt(area, map, event) {
    const box = area.getBoundingClientRect();
    const within = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    return {
      step: within((event.clientX - box.left) / box.width, map.steps),
      band: within((box.bottom - event.clientY) / box.height, map.edges.length - 1),
    };
  }

  const spread = (a, b) => ({
    step: Math.min(a.step, b.step), steps: Math.abs(a.step - b.step) + 1,
    band: Math.min(a.band, b.band), bands: Math.abs(a.band - b.band) + 1,
  });

  /** How many rows the cells have, and what they stand for, in words. */
  function words(map, { step, steps, band, bands }) {
    let rows = 0;
    for (let b = band; b < band + bands; b += 1) {
      for (let s = step; s < step + steps; s += 1) rows += map.counts[b]?.[s] || 0;
    }
    const from = chartStamp(map.start + step * map.step).slice(0, 19);
    const to = chartStamp(map.start + (step + steps) * map.step).slice(11, 19);
    return [`${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`, `${map.texts[band]} – ${map.texts[band + bands]}`, `${from} – ${to} UTC`];
  }

  function draw(area, map, cells) {
    const frame = partOf(area.parentElement, "box-drag");
    const bands = map.edges.length - 1;
    frame.hidden = false;
    frame.style.setProperty("left", `${(100 * cells.step) / map.steps}%`);
    frame.style.setProperty("width", `${(100 * cells.steps) / map.steps}%`);
    frame.style.setProperty("bottom", `${(100 * cells.band) / bands}%`);
    frame.style.setProperty("height", `${(100 * cells.bands) / bands}%`);
  }

  function tell(area, map, cells) {
    const readout = partOf(area.parentElement, "readout");
    const [rows, values, times] = words(map, cells);
    const head = document.createElement("b");
    head.textContent = rows;
    const lines = [values, times].map((text) => {
      const line = document.createElement("div");
      line.textContent = text;
      return line;
    });
    readout.replaceChildren(head, ...lines);
    const bands = map.edges.length - 1;
    const width = area.clientWidth;
    const [start, end] = [(cells.step / map.steps) * width, ((cells.step + cells.steps) / map.steps) * width];
    const top = (1 - (cells.band + cells.bands) / bands) * area.clientHeight;
    putBeside(readout, area.parentElement, start, end, Math.min(top, area.clientHeight - 60));
  }

  function forget(area) {
    const around = area?.parentElement;
    if (!around) return;
    for (const part of $$(":scope > .box-drag, :scope > .readout", around)) part.hidden = true;
  }

  /** Asks what sets the cells apart; the answer's title gets the focus. */
  async function ask(map, cells) {
    const [least, edge] = [map.edges[cells.band], map.edges[cells.band + cells.bands]];
    // An edge belongs to the band above it, and a box holds its greatest value.
    const isTop = cells.band + cells.bands === map.edges.length - 1;
    const greatest = isTop ? edge : Math.max(least, edge - Math.max(Math.abs(edge) * 1e-12, 1e-300));
    const from = Math.floor(map.start + cells.step * map.step);
    const to = Math.ceil(map.start + (cells.step + cells.steps) * map.step);
    await askWith({ box: [map.column, from, to, least, greatest].join(",") });
    const title = $("#bubble-up-title");
    title?.focus({ preventScroll: true });
    title?.scrollIntoView({ block: "nearest" });
  }

  const areaOf = (event) => event.target.closest?.(".box-area");
  let drag = null; // { area, map, from, to, x, y }

  document.addEventListener("pointerdown", (event) => {
    const area = areaOf(event);
    if (event.button || !area) return;
    const map = read(area);
    const from = cellAt(area, map, event);
    drag = { area, map, from, to: from, x: event.clientX, y: event.clientY };
    area.setPointerCapture?.(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    const area = areaOf(event);
    if (drag) {
      drag.to = cellAt(drag.area, drag.map, event);
      const cells = spread(drag.from, drag.to);
      draw(drag.area, drag.map, cells);
      tell(drag.area, drag.map, cells);
    } else if (area && event.pointerType !== "touch") {
      const map = read(area);
      const cell = cellAt(area, map, event);
      tell(area, map, spread(cell, cell));
    }
  });
  document.addEventListener("pointerout", (event) => {
    const area = areaOf(event);
    if (area && !drag && !chosen.has(area)) forget(area);
  });
  function drop(event) {
    if (!drag) return;
    const { area, map, from, to, x, y } = drag;
    drag = null;
    const isDrawn = event.type === "pointerup" && Math.hypot(event.clientX - x, event.clientY - y) > 5;
    if (isDrawn) ask(map, spread(from, to));
    else forget(area);
  }
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);

  // Keys: the corner that moves, and the one that stays while Shift is held.
  const chosen = new Map();
  document.addEventListener("keydown", (event) => {
    const area = areaOf(event);
    if (event.key === "Escape" && drag) {
      event.preventDefault();
      forget(drag.area);
      drag = null;
      return;
    }
    if (!area || event.target !== area || event.ctrlKey || event.metaKey || event.altKey) return;
    const map = read(area);
    const bands = map.edges.length - 1;
    const had = chosen.get(area);
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1], PageUp: [0, 5], PageDown: [0, -5], Home: [-map.steps, 0], End: [map.steps, 0] }[event.key];
    if (by) {
      event.preventDefault();
      const at = had?.to ?? { step: Math.floor(map.steps / 2) - by[0], band: Math.floor(bands / 2) - by[1] };
      const to = {
        step: Math.max(0, Math.min(map.steps - 1, at.step + by[0])),
        band: Math.max(0, Math.min(bands - 1, at.band + by[1])),
      };
      const from = event.shiftKey && had ? had.from : to;
      chosen.set(area, { from, to });
      const cells = spread(from, to);
      draw(area, map, cells);
      tell(area, map, cells);
      const told = partOf(area.parentElement, "told");
      told.classList.add("unseen");
      told.setAttribute("aria-live", "polite");
      told.textContent = words(map, cells).join(", ");
    } else if (event.key === "Enter" && had) {
      event.preventDefault();
      chosen.delete(area);
      ask(map, spread(had.from, had.to));
    } else if (event.key === "Escape") {
      event.preventDefault();
      // First what was begun is given up, then the box that is there.
      if (chosen.delete(area)) forget(area);
      else if (new URLSearchParams(location.search).has("box")) askWith({ box: null });
    }
  });
  document.addEventListener("focusout", (event) => {
    const area = areaOf(event);
    if (area) {
      chosen.delete(area);
      forget(area);
    }
  });
}

if (kind === "query") bubbleScript();
