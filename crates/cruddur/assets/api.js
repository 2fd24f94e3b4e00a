// Calls to the back end within the trace of one action of the user; knows nothing of the page.

import { newTrace } from "./trace.js";

const setting = (name) => document.querySelector(`meta[name="${name}"]`).content;
export const backend = setting("cruddur-backend");
export const observatory = setting("cruddur-observatory");

/** An answer that is not 2xx, or none at all (status 0). */
export class Failure extends Error {
  constructor(status, codes) {
    super(codes.join(", "));
    this.status = status;
    this.codes = codes;
  }
}

/** One action of the user: some calls, one trace. */
export class Action {
  /** `name` says which action, for the page and its tests. */
  constructor(name) {
    this.name = name;
    this.trace = newTrace();
    /** Whether the back end let `traceparent` through; null until a call has shown it. */
    this.traceAccepted = null;
    this.began = performance.now();
  }

  get(path) {
    return this.#call("GET", path);
  }

  post(path, body) {
    return this.#call("POST", path, body);
  }

  async #call(method, path, body) {
    let response;
    try {
      response = await this.#fetchTraced(method, path, body);
    } catch {
      throw new Failure(0, ["backend_unreachable"]);
    }
    const answer = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer;
    throw new Failure(response.status, Array.isArray(answer) ? answer : [`status_${response.status}`]);
  }

  /**
   * Fetches with `traceparent`, and without it where the back end does not accept it.
   *
   * A browser asks the back end first whether it accepts the header (the preflight), and says no more than "failed"
   * if it does not, which is also what it says of a lost connection.
   */
  async #fetchTraced(method, path, body) {
    if (this.traceAccepted === false) return send(method, path, body);
    try {
      const response = await send(method, path, body, this.trace.traceparent);
      this.traceAccepted = true;
      return response;
    } catch (error) {
      // What was posted may have arrived before the connection broke: it is sent again only if the header is the cause.
      if (method === "POST" && (this.traceAccepted || (await accepts(this.trace.traceparent)))) throw error;
      const response = await send(method, path, body);
      this.traceAccepted = false;
      return response;
    }
  }
}

function send(method, path, body, traceparent) {
  const headers = {};
  if (traceparent) headers.traceparent = traceparent;
  if (body !== undefined) headers["content-type"] = "application/json";
  return fetch(backend + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

/** Whether the back end lets the header through, found by a call that changes nothing. */
async function accepts(traceparent) {
  try {
    await send("GET", "/api/activities/home", undefined, traceparent);
    return true;
  } catch {
    return false;
  }
}
