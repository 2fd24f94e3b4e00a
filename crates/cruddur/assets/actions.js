// Actions of the user: each is some calls of the back end, and a companion may take part in it; knows nothing of the page.

export const backend = document.querySelector('meta[name="cruddur-backend"]').content;

/** An answer that is not 2xx, or none at all (status 0). */
export class Failure extends Error {
  constructor(status, codes) {
    super(codes.join(", "));
    this.status = status;
    this.codes = codes;
  }
}

let accompanied = () => ({ fetch: (url, init) => fetch(url, init), end: () => [] });

/**
 * Lets a companion take part in every action from now on.
 *
 * `begin(name)` is called when an action begins, and gives an object with two functions:
 * `fetch(url, init)` makes the action's calls, as the browser's `fetch` does;
 * `end(failure)` is called when the action's outcome is shown, with its last `Failure` if there was one, and gives a list
 * of nodes and texts to show beside the outcome.
 */
export function accompany(begin) {
  accompanied = begin;
}

/** One action of the user. */
export class Action {
  /** `name` says which action, for the page, its companion and its tests. */
  constructor(name) {
    this.name = name;
    this.failure = null;
    this.companion = accompanied(name);
    this.began = performance.now();
  }

  get(path) {
    return this.#call("GET", path);
  }

  post(path, body) {
    return this.#call("POST", path, body);
  }

  /** Its outcome is known; gives what to show beside it. */
  end() {
    return this.companion.end(this.failure);
  }

  async #call(method, path, body) {
    try {
      return await this.#answer(method, path, body);
    } catch (failure) {
      this.failure = failure;
      throw failure;
    }
  }

  async #answer(method, path, body) {
    const init = { method };
    if (body !== undefined) {
      init.headers = { "content-type": "application/json" };
      init.body = JSON.stringify(body);
    }
    const response = await this.companion.fetch(backend + path, init).catch(() => null);
    if (!response) throw new Failure(0, ["backend_unreachable"]);
    const answer = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer;
    throw new Failure(response.status, Array.isArray(answer) ? answer : [`status_${response.status}`]);
  }
}
