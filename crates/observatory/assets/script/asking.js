// What a page asks while it stays: one request at a time, told beside its button, and given up by it or by Escape.

/** Asks for a part of this name. The server stops looking when a request is given up. */
function asker(name) {
  let running = null;

  function tell(text, isRunning) {
    main.classList.toggle("busy", isRunning);
    $("#stop").hidden = !isRunning;
    $("#running").textContent = text;
  }

  /** Gives up what is asked, and says whether anything was. */
  function stop() {
    running?.abort();
    return running !== null;
  }

  /** Asks; `show` puts the answer in its place and gives what to say of it. */
  async function ask(query, show) {
    stop();
    const mine = new AbortController();
    running = mine;
    tell("Running…", true);
    try {
      const part = await fetchPart(name, query, mine.signal);
      if (running === mine) tell(show(part.content), false);
    } catch (error) {
      if (running === mine) tell(error.name === "AbortError" ? "Stopped." : "The observatory did not answer.", false);
    } finally {
      if (running === mine) running = null;
    }
  }

  $("#stop").addEventListener("click", stop);
  return { ask, stop };
}
