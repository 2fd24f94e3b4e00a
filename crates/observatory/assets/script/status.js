// The status page: brought up to date in place, unless the reader is at the list of what was refused.

function statusPage() {
  const isBusy = () => {
    const list = $(".refusals");
    return Boolean(list && (list.matches(":hover") && scrollY > 0)) || getSelection()?.type === "Range";
  };
  const update = async () => {
    const part = await fetchPart("status", "");
    if (!part || isBusy()) return;
    const focused = document.activeElement?.getAttribute("aria-label");
    place(part.content);
    if (focused) $$("#status-contents [aria-label]").find((one) => one.getAttribute("aria-label") === focused)?.focus({ preventScroll: true });
  };
  // What is refused changes nothing in the store, so that nobody is told.
  setInterval(() => document.hidden || update().catch(() => {}), 2_000);
  follow(update);
}
