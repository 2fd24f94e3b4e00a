"""Cruddur's activities of a user with Flask, traced with aws_xray_sdk: the left column of from-python-to-rust.md."""

import os
from datetime import datetime, timezone

from flask import Flask

app = Flask(__name__)

# ANCHOR: middleware
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware

xray_recorder.configure(service="backend-flask", dynamic_naming=os.getenv("AWS_XRAY_URL"))
XRayMiddleware(app, xray_recorder)
# ANCHOR_END: middleware

ACTIVITIES = [{"handle": "andrewbrown", "message": "Cloud is fun!"}]


# ANCHOR: subsegments
@app.route("/api/activities/@<handle>")
@xray_recorder.capture("activities_users")
def users(handle):
    xray_recorder.current_subsegment().put_annotation("user_handle", handle)
    subsegment = xray_recorder.begin_subsegment("mock-data")
    results = [activity for activity in ACTIVITIES if activity["handle"] == handle]
    now = datetime.now(timezone.utc).isoformat()
    subsegment.put_metadata("now", now, "activities_users")
    subsegment.put_metadata("results-size", len(results), "activities_users")
    xray_recorder.end_subsegment()
    return results
# ANCHOR_END: subsegments
