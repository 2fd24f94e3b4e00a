// Times to a fraction of a millisecond, where the SDK rounds them down to a whole one. The way to a back end nearby takes no longer: its span
// would seem to begin late, or to end after the call that waits for it.

import { SpanStatusCode } from "@opentelemetry/api";
import { hrTimeToMilliseconds, millisToHrTime } from "@opentelemetry/core";
import { ATTR_ERROR_TYPE } from "@opentelemetry/semantic-conventions";

/**
 * A span processor that takes the rounding out of spans whose times are those of `performance.now()`, or of the moment.
 *
 * The SDK corrects such times by how far `Date.now()`, a whole number, is from the precise clock. That is right when the
 * machine has slept meanwhile, which the precise clock does not notice, and less than a millisecond of rounding when not.
 */
export class Precise {
  onStart(span) {
    const offset = span._performanceOffset;
    if (!(offset > -1.1 && offset < 0.1)) return;
    span.startTime = millisToHrTime(hrTimeToMilliseconds(span.startTime) - offset);
    span._performanceOffset = 0;
  }

  onEnd() {}

  async forceFlush() {}

  async shutdown() {}
}

/**
 * For FetchInstrumentation, which calls it at the end of a call, and ends its span a third of a second later by a whole
 * millisecond, once the browser has told the details.
 */
export function endPrecisely(span, _request, result) {
  const ended = performance.now();
  const end = span.end.bind(span);
  span.end = () => end(ended);
  if (result instanceof Error) {
    span.setAttribute(ATTR_ERROR_TYPE, result.name);
    span.setStatus({ code: SpanStatusCode.ERROR, message: result.message });
  }
}
