// Puts OpenTelemetry's web packages into the page: what is instrumented, and how spans leave. What an action is made of is in action.js.

import { BatchSpanProcessor, WebTracerProvider } from "@opentelemetry/sdk-trace-web";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { AWSXRayIdGenerator } from "@opentelemetry/id-generator-aws-xray";
import { DocumentLoadInstrumentation } from "@opentelemetry/instrumentation-document-load";
import { FetchInstrumentation } from "@opentelemetry/instrumentation-fetch";
import { ATTR_SERVICE_NAME, ATTR_USER_AGENT_ORIGINAL } from "@opentelemetry/semantic-conventions";
import { accompany, backend } from "/actions.js";

import { actions } from "./action.js";
import { Gate } from "./gate.js";
import { PatientExporter } from "./patient_exporter.js";
import { Precise, endPrecisely } from "./precise.js";

const { endpoint, pages } = document.querySelector('script[src="/companion.js"]').dataset;

const exporter = new PatientExporter(
  // Its retries end with this time; longer ones, and fewer, are the patient one's.
  new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: 2000 }),
);
const gate = new Gate(new BatchSpanProcessor(exporter, { scheduledDelayMillis: 500 }));
const provider = new WebTracerProvider({
  resource: defaultResource().merge(
    resourceFromAttributes({ [ATTR_SERVICE_NAME]: "frontend", [ATTR_USER_AGENT_ORIGINAL]: navigator.userAgent }),
  ),
  // The first eight digits are the time in seconds, as X-Ray wants it; to everybody else it is an ID like any other.
  idGenerator: new AWSXRayIdGenerator(),
  spanProcessors: [new Precise(), gate],
});
// The context manager is the one of sdk-trace-web, which knows calls alone: zone.js would cost as much as all the rest, and
// does not see through `async` functions. So an action hands its context to each of its calls (action.js).
provider.register({ propagator: new W3CTraceContextPropagator() });

new FetchInstrumentation({
  propagateTraceHeaderCorsUrls: [new RegExp(`^${backend.replace(/\W/g, "\\$&")}/`)],
  applyCustomAttributesOnSpan: endPrecisely,
});
new DocumentLoadInstrumentation({
  applyCustomAttributesOnSpan: {
    documentFetch: sizeByStableName,
    resourceFetch: (span, resource) => {
      sizeByStableName(span);
      // The page's own calls have spans already.
      if (resource.initiatorType === "fetch") gate.refuse(span);
    },
  },
});

accompany(actions(provider.getTracer("cruddur"), gate, pages));

// A page that is left takes with it what has not been sent. Spans still under way end here.
addEventListener("pagehide", () => gate.leave());

/** This instrumentation still calls it as the semantic conventions did before they were stable. */
function sizeByStableName(span) {
  for (const [old, name] of [
    ["http.response_content_length", "http.response.body.size"],
    ["http.response_content_length_uncompressed", "http.response.body.uncompressed_size"],
  ]) {
    if (span.attributes[old] === undefined) continue;
    span.setAttribute(name, span.attributes[old]);
    delete span.attributes[old];
  }
}
