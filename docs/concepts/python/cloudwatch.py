"""Cruddur's access log with Flask and watchtower: the left column of from-python-to-rust.md."""

from time import strftime

from flask import Flask, request

app = Flask(__name__)

# ANCHOR: handler
import logging

import watchtower

logger = logging.getLogger(__name__)
logger.setLevel(logging.DEBUG)
logger.addHandler(watchtower.CloudWatchLogHandler(log_group_name="cruddur"))
# ANCHOR_END: handler

ACTIVITIES = [{"handle": "andrewbrown", "message": "Cloud is fun!"}]


# ANCHOR: access
@app.after_request
def after_request(response):
    timestamp = strftime("[%Y-%b-%d %H:%M]")
    logger.error(
        "%s %s %s %s %s %s",
        timestamp, request.remote_addr, request.method, request.scheme, request.full_path, response.status,
    )
    return response
# ANCHOR_END: access


@app.route("/api/activities/home")
def home():
    logger.info("%d activities shown", len(ACTIVITIES))
    return ACTIVITIES
