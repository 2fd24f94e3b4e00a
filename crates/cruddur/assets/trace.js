// Trace context as browsers begin it: the W3C header `traceparent`. Nothing of what is traced.

const hex = (bytes) => {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(values, (value) => value.toString(16).padStart(2, "0")).join("");
};

/** An ID of all zeros is not valid. */
const id = (bytes) => {
  const value = hex(bytes);
  return /[^0]/.test(value) ? value : id(bytes);
};

/** A new trace for one action of the user: all calls of the action are children of the same browser's span. */
export function newTrace() {
  const traceId = id(16);
  return { traceId, traceparent: `00-${traceId}-${id(8)}-01` }; // 01: sampled
}
