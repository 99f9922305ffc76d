#!/usr/bin/env python3
"""Reads a mail from standard input as mail programs do, and writes as JSON what it finds.

The standard library of Python is the judge of what is written in Rust: headers are decoded, parts are
listed with their types and texts, and all defects of the mail are listed.
"""

import json
import sys
from base64 import b64encode
from email import message_from_bytes
from email.policy import default

mail = message_from_bytes(sys.stdin.buffer.read(), policy=default)
headers = {}
for name, value in mail.items():
    headers.setdefault(name.lower(), []).append(str(value))
parts = []
defects = [repr(defect) for defect in mail.defects]
for part in mail.walk():
    defects += [repr(defect) for defect in part.defects]
    content = None
    if part.get_content_maintype() == "text":
        content = part.get_content()
    elif not part.is_multipart():
        content = b64encode(part.get_payload(decode=True)).decode()
    parts.append(
        {
            "type": part.get_content_type(),
            "id": part.get("content-id"),
            "disposition": part.get_content_disposition(),
            "content": content,
        }
    )
for name in mail:
    defects += [f"{name}: {defect!r}" for defect in mail[name].defects]
addresses = {
    name: [address.addr_spec for address in mail[name].addresses]
    for name in ("from", "to")
    if mail[name]
}
json.dump(
    {"headers": headers, "addresses": addresses, "parts": parts, "defects": defects},
    sys.stdout,
)
