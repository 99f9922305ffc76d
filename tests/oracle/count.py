#!/usr/bin/env python3
"""Counts a log by itself, to check what Bongsu counts: python3 count.py LOG.jsonl[.gz] [FROM TO]

The log has one JSON object per line: level, message, timestamp, userId?, metadata?. FROM (included)
and TO (excluded) are times such as 2026-11-24T00:33:24Z; without them every line counts. The result
is JSON on standard output. In it, a percentile is the duration at its nearest rank (`exact`) and the
range in which an estimate must lie (`least`, `most`): within 1/128 of this duration or the one below.

It shares nothing with the Rust code but the definitions in words, and does only as much as such a
log needs:

- An error is an entry of level error or fatal.
- A request is an entry with a path and a status code or a duration. It failed if its status code is
  500 or above or, without a status code, if it is an error.
- An endpoint is METHOD and route. A route is a path without its query in which each segment with a
  digit is {id}; such a log has no versions (/v1/) in its paths.
- The pattern of a message is its first line in which … stands for quoted text, and # for ids, IP
  addresses and numbers; a line METHOD PATH STATUS keeps its status and gets its route.
- Users are counted among all entries; the requests of a user among requests.
- An error that is no request is new if no such error before FROM has its pattern; unknown (null) if nothing is
  before FROM.
"""

import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from datetime import datetime

ERRORS = {"error", "fatal"}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

# In this order: what is masked holds no digit and no quote, so a later mask finds nothing in it.
MASKS = [
    (re.compile(r"(?<!\w)'[^']*'"), "'…'"),
    (re.compile(r'"[^"]*"'), '"…"'),
    (re.compile(r"\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "#"),
    (re.compile(r"\d+\.\d+\.\d+\.\d+(:\d+)?"), "#"),
    (re.compile(r"\d+(\.\d+)?"), "#"),
]


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def route_of(path):
    segments = path.split("?")[0].split("/")
    masked = ["{id}" if re.search(r"\d", segment) else segment for segment in segments]
    return "/" + "/".join(segment for segment in masked if segment)


def pattern_of(message):
    line = message.strip().split("\n")[0]
    words = line.split(" ")
    if len(words) == 3 and words[0] in METHODS and words[2].isdigit():
        return f"{words[0]} {route_of(words[1])} {words[2]}"
    for expression, mask in MASKS:
        line = expression.sub(mask, line)
    return line


def entries(name):
    opened = gzip.open if name.endswith(".gz") else open
    with opened(name, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def percentile(durations, percent):
    rank = -(-percent * len(durations) // 100)
    value, below = durations[rank - 1], durations[max(rank - 2, 0)]
    return {
        "exact": value,
        "least": max(durations[0], below * (1 - 1 / 128)),
        "most": min(durations[-1], value * (1 + 1 / 128)),
    }


def summary(requests):
    """Durations and failures of a group of requests: pairs of duration and whether it failed."""
    durations = sorted(duration for duration, _ in requests if duration is not None)
    return {
        "count": len(requests),
        "failed": sum(failed for _, failed in requests),
        "durations": durations_of(durations) if durations else None,
    }


def durations_of(durations):
    return {
        "average": math.fsum(durations) / len(durations),
        "p50": percentile(durations, 50),
        "p95": percentile(durations, 95),
        "p99": percentile(durations, 99),
        "max": durations[-1],
    }


def ranked(counter):
    """The most frequent first, equal ones by name."""
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def is_error(entry):
    return entry["level"] in ERRORS


def is_request(entry):
    metadata = entry.get("metadata") or {}
    return "path" in metadata and bool({"statusCode", "duration"} & metadata.keys())


def errors_by_pattern(entries):
    groups = defaultdict(list)
    for entry in entries:
        if is_error(entry):
            groups[pattern_of(entry["message"])].append(entry)
    return [
        {
            "pattern": pattern,
            "count": count,
            "users": len({entry["userId"] for entry in groups[pattern] if "userId" in entry}),
            "firstSeen": min(entry["timestamp"] for entry in groups[pattern]),
            "lastSeen": max(entry["timestamp"] for entry in groups[pattern]),
        }
        for pattern, count in ranked({name: len(group) for name, group in groups.items()})
    ]


def count_requests(entries):
    """All requests, those of each endpoint, and how many (and how many failed) of each user."""
    requests, endpoints, users, failures = [], defaultdict(list), Counter(), Counter()
    for entry in entries:
        if not is_request(entry):
            continue
        metadata = entry["metadata"]
        status = metadata.get("statusCode")
        failed = status >= 500 if status is not None else is_error(entry)
        request = (metadata.get("duration"), failed)
        requests.append(request)
        endpoints[f"{metadata['method']} {route_of(metadata['path'])}"].append(request)
        if "userId" in entry:
            users[entry["userId"]] += 1
            failures[entry["userId"]] += failed
    return {
        "requests": summary(requests),
        "endpoints": {name: summary(group) for name, group in sorted(endpoints.items())},
        "users": [
            {"userId": name, "requests": number, "failed": failures[name]}
            for name, number in ranked(users)
        ],
    }


def count(entries, earlier):
    levels = Counter(entry["level"] for entry in entries)
    total, errors = len(entries), sum(is_error(entry) for entry in entries)
    patterns = errors_by_pattern(entries)
    known = {pattern_of(entry["message"]) for entry in earlier if is_error(entry) and not is_request(entry)}
    others = errors_by_pattern(entry for entry in entries if not is_request(entry))
    new = [group["pattern"] for group in others if group["pattern"] not in known]
    return {
        "total": total,
        "levels": levels,
        "errors": errors,
        "errorRate": errors / total if total else None,
        "patterns": patterns,
        "newPatterns": new if earlier else None,
        "distinctUsers": len({entry["userId"] for entry in entries if "userId" in entry}),
        **count_requests(entries),
    }


def main():
    if len(sys.argv) not in (2, 4):
        sys.exit(__doc__)
    chosen, earlier = list(entries(sys.argv[1])), []
    if len(sys.argv) == 4:
        start, end = moment(sys.argv[2]), moment(sys.argv[3])
        everything = [(moment(entry["timestamp"]), entry) for entry in chosen]
        chosen = [entry for at, entry in everything if start <= at < end]
        earlier = [entry for at, entry in everything if at < start]
    json.dump(count(chosen, earlier), sys.stdout, ensure_ascii=False, indent=2)
    print()


if __name__ == "__main__":
    main()
