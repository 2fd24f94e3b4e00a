// Which spans leave the page, and when: not before the back end is known to continue their traces. Sending them is the next processor's.

/** More than any page has before its first answer. */
const MOST_HELD = 1000;

/**
 * A span processor that holds spans until the back end has let `traceparent` through, and forgets them if it does not:
 * such a trace ends where it begins, beside the ones that the back end makes.
 */
export class Gate {
  #next;
  /** Whether spans may leave; null until that is known. */
  #open = null;
  #held = [];
  #underway = new Set();
  #refused = new WeakSet();

  constructor(next) {
    this.#next = next;
  }

  get isOpen() {
    return this.#open === true;
  }

  /** Says whether the back end lets `traceparent` through, as the last call has shown. */
  set(open) {
    this.#open = open;
    const held = this.#held.splice(0);
    if (open) for (const span of held) this.#next.onEnd(span);
  }

  /** This one span is not to leave. */
  refuse(span) {
    this.#refused.add(span);
  }

  /** The page is left: what is under way ends, and what nothing is known against leaves. */
  leave() {
    for (const span of this.#underway) span.end();
    if (this.#open === null) this.set(true);
    this.forceFlush().catch(() => {}); // nobody is left to be told
  }

  onStart(span, context) {
    this.#underway.add(span);
    this.#next.onStart(span, context);
  }

  onEnd(span) {
    this.#underway.delete(span);
    if (this.#refused.has(span)) return;
    if (this.#open) this.#next.onEnd(span);
    else if (this.#open === null && this.#held.length < MOST_HELD) this.#held.push(span);
  }

  forceFlush() {
    return this.#next.forceFlush();
  }

  shutdown() {
    return this.#next.shutdown();
  }
}
