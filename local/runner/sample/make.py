#!/usr/bin/env python3
"""Cuts the sample log out of a longer one: python3 make.py LOG.jsonl.gz > gm-tool.jsonl.gz

Whole requests are kept or left out: every line of a correlation id, chosen by the id's hash, so
that the same input always gives the same sample. Lines without a correlation id are all kept.
"""

import gzip
import hashlib
import io
import json
import sys

START, END = "2026-11-24T00:31:24", "2026-11-24T00:35:54"
ONE_OF = 8


def is_kept(entry):
    if not START <= entry["timestamp"] < END:
        return False
    if "correlationId" not in entry:
        return True
    digest = hashlib.sha256(entry["correlationId"].encode()).digest()
    return int.from_bytes(digest[:8], "big") % ONE_OF == 0


def main():
    output = io.BytesIO()
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        # No file name and no time in the header: the same lines give the same bytes.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=output, mtime=0) as packed:
            for line in lines:
                if is_kept(json.loads(line)):
                    packed.write(line.encode())
    sys.stdout.buffer.write(output.getvalue())


if __name__ == "__main__":
    main()
