// What all pages have: keys, buttons, times that pass. Comes last and starts the page's own part.

let pageKeys = () => false;
function keys(handler) { pageKeys = handler; }

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || $("#keys")?.open) return;
  if (event.target.matches?.("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "/") {
    const field = $("#find, #f-service, #query, #where-0");
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
    if (!confirm("Delete all traces and logs from this observatory? This cannot be undone.")) return;
    const response = await fetch("/api/reset", { method: "POST" });
    if (response.ok) location.href = "/";
    else alert(`The store was not emptied: ${response.status} ${await response.text()}`);
  }
});

// The observatory's clock: what it was when the page was made and what has passed since, unless it stands.
const clockStands = "clockStands" in document.body.dataset;
const clockAhead = Number(document.body.dataset.nowUnixMs) - Date.now();
const clock = () => clockStands ? Number(document.body.dataset.nowUnixMs) : Date.now() + clockAhead;

function relative(then, now) {
  const seconds = Math.abs(now - then) / 1000;
  if (seconds < 2) return "just now";
  const [size, unit] = seconds < 60 ? [1, "s"] : seconds < 3600 ? [60, "min"] : seconds < 86400 ? [3600, "h"] : [86400, "d"];
  const amount = `${Math.floor(seconds / size)} ${unit}`;
  return then > now ? `in ${amount}` : `${amount} ago`;
}
setInterval(() => {
  const now = clock();
  for (const time of $$("time[data-unix-ms]")) {
    const then = Number(time.dataset.unixMs);
    if (then > 0) { const text = relative(then, now); if (time.textContent !== text) time.textContent = text; }
  }
}, 1000);

if (kind === "traces") tracesPage();
else if (kind === "trace") tracePage();
else if (kind === "compare") comparePage();
else if (kind === "segments") segmentsPage();
else if (kind === "map") mapPage();
else if (kind === "home") homePage();
else if (kind === "status") statusPage();
else if (kind === "log-groups") logListPage("logs", "log-groups");
else if (kind === "log-streams") logListPage("logs/group", "log-streams");
else if (kind === "log-events") eventsPage();
else if (kind === "log-event") keys(lineKeys);
else if (kind === "log-tail") tailPage();
else if (kind === "insights") insightsPage();
else if (kind === "query") queryPage();
else if (kind === "awaited") {
  follow(async () => {
    const response = await fetch(location.href, { method: "HEAD" });
    if (response.ok) location.reload();
  });
}
