#!/usr/bin/env python3
"""Packs every X.decoded.json of this directory into X.json, as CloudWatch Logs packs what it hands
to a subscribed function (gzip, base64), and makes the events whose packing is broken.

Edit the readable files, run `python3 events/encode.py`, and `cargo test -p bongsu-tests events`
tells what the functions make of it.
"""

import base64
import gzip
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def write(name, packed):
    event = {"awslogs": {"data": base64.b64encode(packed).decode()}}
    (HERE / name).write_text(json.dumps(event, indent=2) + "\n", encoding="utf-8")


def pack(text):
    # No time in the header: the same text gives the same file.
    return gzip.compress(text.encode(), mtime=0)


def main():
    for readable in sorted(HERE.glob("*.decoded.json")):
        message = json.loads(readable.read_text(encoding="utf-8"))
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        write(readable.name.replace(".decoded.json", ".json"), pack(text))
    write("log-ingest.not-gzip.json", b"this is not gzip")
    write("log-ingest.not-json.json", pack("this is not JSON"))
    whole = (HERE / "log-ingest.cloudwatch-logs.decoded.json").read_text(encoding="utf-8")
    packed = pack(whole)
    write("log-ingest.truncated.json", packed[: len(packed) // 2])


if __name__ == "__main__":
    main()
