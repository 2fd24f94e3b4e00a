// Waits longer and longer when spans are not taken: each vain request is an error in the browser's console, which no script can silence.

import { ExportResultCode } from "@opentelemetry/core";

/** Milliseconds. */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;
/** What is kept meanwhile; the oldest are the first to go. */
const MOST_WAITING = 500;

/** A span exporter around another one; what it is given it keeps until the other one has taken it. */
export class PatientExporter {
  #exporter;
  #waiting = [];
  #pause = 0;
  #until = 0;

  constructor(exporter) {
    this.#exporter = exporter;
  }

  export(spans, done) {
    this.#waiting = [...this.#waiting, ...spans].slice(-MOST_WAITING);
    done({ code: ExportResultCode.SUCCESS });
    if (performance.now() >= this.#until) this.#send();
  }

  #send() {
    const spans = this.#waiting.splice(0);
    this.#exporter.export(spans, ({ code }) => {
      if (code === ExportResultCode.SUCCESS) {
        this.#pause = 0;
        return;
      }
      this.#waiting = [...spans, ...this.#waiting].slice(-MOST_WAITING);
      this.#pause = Math.min(this.#pause * 2 || FIRST_PAUSE, LONGEST_PAUSE);
      this.#until = performance.now() + this.#pause;
    });
  }

  forceFlush() {
    return this.#exporter.forceFlush();
  }

  shutdown() {
    return this.#exporter.shutdown();
  }
}
