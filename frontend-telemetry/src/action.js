// An action of the user as a span: its calls are children, and the page's bar leads to its trace. How spans leave is not known here.

import { ROOT_CONTEXT, SpanStatusCode, context, trace } from "@opentelemetry/api";
import { TRACE_PARENT_HEADER, suppressTracing } from "@opentelemetry/core";
import { ATTR_ERROR_TYPE } from "@opentelemetry/semantic-conventions";

/** What `accompany` of the page wants. */
export function actions(tracer, gate, pages) {
  let isFirst = true;
  return (name) => {
    const action = new Action(tracer, gate, pages, name, isFirst);
    isFirst = false;
    return action;
  };
}

class Action {
  #gate;
  #pages;
  #span;
  #context;
  /** Whether the back end lets `traceparent` through; null until a call has shown it. */
  #accepted = null;

  constructor(tracer, gate, pages, name, isFirst) {
    this.#gate = gate;
    this.#pages = pages;
    // The user's wait for the first view began when they opened the page.
    const startTime = isFirst ? 0 : performance.now();
    this.#span = tracer.startSpan(`action ${name}`, { startTime, attributes: { "app.action": name } }, ROOT_CONTEXT);
    this.#context = trace.setSpan(ROOT_CONTEXT, this.#span);
    if (isFirst) nameParent(this.#span);
  }

  /**
   * Fetches with `traceparent`, and without it where the back end does not accept it.
   *
   * A browser asks the back end first whether it accepts the header (the preflight), and says no more than "failed"
   * if it does not, which is also what it says of a lost connection.
   */
  async fetch(url, init) {
    if (this.#accepted === false) return this.#plain(url, init);
    try {
      const response = await this.#traced(url, init);
      this.#settle(true);
      return response;
    } catch (error) {
      // What was posted may have arrived before the connection broke: it is sent again only if the header is the cause.
      if (init.method === "POST" && (this.#accepted || (await this.#accepts(url)))) throw error;
      const response = await this.#plain(url, init).catch((error) => {
        this.#gate.set(true); // nobody there: that is worth a trace
        throw error;
      });
      this.#settle(false);
      return response;
    }
  }

  end(failure) {
    // A refusal (4xx) is the user's to mend, and no error of the page.
    if (failure && (failure.status === 0 || failure.status >= 500)) {
      this.#span.setAttribute(ATTR_ERROR_TYPE, failure.codes[0]);
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
    }
    this.#span.end(performance.now());
    return this.#aside();
  }

  #traced(url, init) {
    return context.with(this.#context, () => fetch(url, { ...init })); // the instrumentation puts headers into what it is given
  }

  #plain(url, init) {
    return context.with(suppressTracing(this.#context), () => fetch(url, init));
  }

  #settle(accepted) {
    this.#accepted = accepted;
    this.#gate.set(accepted);
  }

  /** Whether the back end lets the header through, found by a call that changes nothing. */
  async #accepts(url) {
    try {
      await this.#traced(new URL("/api/activities/home", url).href, { method: "GET" });
      return true;
    } catch {
      return false;
    }
  }

  /** The way to the trace, where there is one. */
  #aside() {
    if (this.#accepted === false) {
      return [...link(this.#pages, "/traces", "recent traces", "observatory-link"), note()];
    }
    if (!this.#gate.isOpen) return [];
    const { traceId } = this.#span.spanContext();
    const text = document.createElement("code");
    text.textContent = `trace ${traceId}`;
    const found = link(this.#pages, `/trace/${traceId}`, text, "trace-link");
    return found.length ? found : [text];
  }
}

/** Names the span as parent of the page's load, where DocumentLoadInstrumentation looks for one that a server has named. */
function nameParent(span) {
  const { traceId, spanId } = span.spanContext();
  const meta = document.createElement("meta");
  meta.name = TRACE_PARENT_HEADER;
  meta.content = `00-${traceId}-${spanId}-01`;
  document.head.append(meta);
}

function link(pages, path, text, id) {
  if (!pages) return [];
  const link = document.createElement("a");
  link.href = pages + path;
  link.target = "_blank";
  link.rel = "noopener";
  link.dataset.testid = id;
  link.append(text);
  return [link];
}

function note() {
  const note = document.createElement("p");
  note.dataset.testid = "note";
  const header = document.createElement("code");
  header.textContent = "traceparent";
  note.append("The back end does not accept ", header, " (step 8 of lab 1 teaches it), so this trace begins at the back end.");
  return note;
}
