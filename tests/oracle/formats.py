"""Writes a log of each of some formats into a directory, and prints what is in it as JSON.

The counts are kept while the lines are made, so that they owe nothing to any reader of logs.
"""

import datetime
import json
import pathlib
import random
import sys

LINES = 500
START = datetime.datetime(2026, 11, 24, 9, 0, 0, tzinfo=datetime.timezone.utc)


class Log:
    def __init__(self):
        self.lines = []
        self.counts = {"total": 0, "errors": 0, "requests": 0, "failed": 0, "unknown": 0}

    def add(self, line, is_error, status=None, is_unknown=False):
        self.lines.append(line)
        self.counts["total"] += 1
        self.counts["errors"] += is_error
        self.counts["unknown"] += is_unknown
        if status is not None:
            self.counts["requests"] += 1
            self.counts["failed"] += status >= 500


def main(directory):
    random.seed(11)
    logs = {name: Log() for name in ("access", "serilog", "syslog", "otlp", "unknown")}
    for number in range(LINES):
        time = START + datetime.timedelta(milliseconds=500 * number)
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z"

        status = random.choice([200, 200, 200, 201, 304, 404, 500, 502, 503])
        clf = time.strftime("%d/%b/%Y:%H:%M:%S +0000")
        logs["access"].add(
            f'10.0.0.{number % 250} - gm-{number % 40:02} [{clf}] '
            f'"GET /api/players/{number} HTTP/1.1" {status} 120 "-" "curl/8"',
            status >= 500,
            status,
        )

        level = random.choice([None, None, "Debug", "Warning", "Error", "Fatal"])
        entry = {"@t": stamp, "@mt": "Order {OrderId} is done", "OrderId": number}
        if level:
            entry["@l"] = level
        logs["serilog"].add(json.dumps(entry), level in ("Error", "Fatal"))

        priority = random.choice([8, 11, 12, 14, 15])
        logs["syslog"].add(
            f"<{priority}>1 {stamp} web1 app 12 ID47 - payment {number} is done",
            priority % 8 <= 3,
        )

        severity = random.choice([5, 9, 13, 17, 21])
        record = {
            "timeUnixNano": str(int(time.timestamp() * 1000) * 1_000_000),
            "severityNumber": severity,
            "body": {"stringValue": f"결제 {number}"},
        }
        logs["otlp"].add(json.dumps(record), severity >= 17)

        logs["unknown"].add(f"{stamp} step {number} of the night", False, None, True)
    for name, log in logs.items():
        text = "\n".join(log.lines) + "\n"
        pathlib.Path(directory, f"{name}.log").write_text(text, encoding="utf-8")
    json.dump({name: log.counts for name, log in logs.items()}, sys.stdout)


main(sys.argv[1])
