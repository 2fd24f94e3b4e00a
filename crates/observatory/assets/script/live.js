// Waiting for what arrives. What a page does with it is the page's.

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let generation = Number(document.body.dataset.generation);
let waiting = null;
// Milliseconds until changes are asked for again: the larger what is fetched, the longer.
const PAUSES = { trace: 250, segments: 250, map: 500, home: 500, status: 250, "log-groups": 500, "log-streams": 500, "log-events": 500, "log-tail": 200, insights: 500, query: 500 };

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
        await pause(PAUSES[kind] ?? 80);
      }
    } catch (error) {
      if (error.name === "AbortError") continue;
      shown("not connected");
      trouble = Math.min(trouble + 1, 6);
      await pause(250 * 2 ** trouble);
    }
  }
}

/** Keeps the line at the page's foot up to date, and nothing else. */
const followStatus = () => follow(async () => {
  const part = await fetchPart("status", "");
  const status = part && $("#status", part.content);
  if (status) place(wrap(status));
});

document.addEventListener("visibilitychange", () => document.hidden && waiting?.abort());
