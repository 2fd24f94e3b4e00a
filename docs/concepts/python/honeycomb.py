"""Cruddur's home feed and posting with Flask, traced with opentelemetry-python: the left column of from-python-to-rust.md."""

import os
from datetime import datetime, timezone

import requests
from flask import Flask, request
from flask_cors import CORS

# ANCHOR: pipeline
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
# ANCHOR_END: pipeline

# ANCHOR: layer
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor

app = Flask(__name__)
FlaskInstrumentor().instrument_app(app)
RequestsInstrumentor().instrument()
# ANCHOR_END: layer

# ANCHOR: cors
CORS(
    app,
    resources={r"/api/*": {"origins": [os.getenv("FRONTEND_URL"), os.getenv("BACKEND_URL")]}},
    allow_headers=["content-type", "if-modified-since", "traceparent", "tracestate"],
)
# ANCHOR_END: cors

ACTIVITIES = [{"handle": "andrewbrown", "message": "Cloud is fun!"}]

# ANCHOR: by-hand
tracer = trace.get_tracer("home.activities")


@app.route("/api/activities/home")
def home():
    with tracer.start_as_current_span("home-activities-mock-data") as span:
        span.set_attribute("app.now", datetime.now(timezone.utc).isoformat())
        span.set_attribute("app.result_length", len(ACTIVITIES))
        return ACTIVITIES
# ANCHOR_END: by-hand


# ANCHOR: client
@app.route("/api/activities", methods=["POST"])
def create():
    profile = requests.get("http://localhost:4568/profiles/@andrewbrown", timeout=5)
    profile.raise_for_status()
    return {"display_name": profile.json()["display_name"], "message": request.json["message"]}
# ANCHOR_END: client
