#!/usr/bin/env python3
"""Packs every X.decoded.json of this directory into X.json, as CloudWatch Logs packs what it hands
to a subscribed function (gzip, base64), and makes the events whose packing is broken, and those that
carry others: the records of a Kinesis stream, and the messages of a queue of failed events.

Edit the readable files, run `python3 events/encode.py`, and `cargo test -p bongsu-tests events`
reports what the functions make of it.
"""

import base64
import gzip
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


ACCOUNT = "ap-northeast-2:123456789012"


def write(name, packed):
    write_event(name, {"awslogs": {"data": base64.b64encode(packed).decode()}})


def write_event(name, event):
    (HERE / name).write_text(json.dumps(event, indent=2) + "\n", encoding="utf-8")


def read(case):
    return json.loads((HERE / f"log-ingest.{case}.json").read_text(encoding="utf-8"))


def pack(text):
    # No time in the header: the same text gives the same file.
    return gzip.compress(text.encode(), mtime=0)


def of_stream(cases):
    """The records of a stream, each with the data of another event."""
    return {"Records": [of_shard(49590338271490256608559692538361571095 + place, case)
                        for place, case in enumerate(cases)]}


def of_shard(number, case):
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "5f1c2a9e3b7d4c8e8a6f0d1e2f3a4b5c",
            "sequenceNumber": str(number),
            "data": read(case)["awslogs"]["data"],
            "approximateArrivalTimestamp": 1795480265.477,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000000:{number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/bongsu-log-ingest",
        "awsRegion": "ap-northeast-2",
        "eventSourceARN": f"arn:aws:kinesis:{ACCOUNT}:stream/bongsu-logs",
    }


def of_queue(bodies):
    """The messages of a queue."""
    return {"Records": [of_message(f"059f36b4-87a3-44ab-83d2-{place:012}", body)
                        for place, body in enumerate(bodies, 1)]}


def of_message(identifier, body):
    body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return {
        "messageId": identifier,
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1795480800000",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1795480800001",
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{ACCOUNT}:bongsu-log-ingest-failures",
        "awsRegion": "ap-northeast-2",
    }


def failed(case):
    """What Lambda writes of an asynchronous invocation that failed for good."""
    return {
        "version": "1.0",
        "timestamp": "2026-11-24T00:40:00.000Z",
        "requestContext": {
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
            "functionArn": f"arn:aws:lambda:{ACCOUNT}:function:bongsu-log-ingest:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": read(case),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": {
            "errorType": "IngestError::Store",
            "errorMessage": "the log store at https://search.example.com:9200 is not available",
        },
    }


def failed_in_the_stream():
    """What Lambda writes to a queue of a batch of a stream: not the records."""
    return {
        "requestContext": {
            "requestId": "c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5",
            "functionArn": f"arn:aws:lambda:{ACCOUNT}:function:bongsu-log-ingest",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 4,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": None,
        },
        "version": "1.0",
        "timestamp": "2026-11-24T00:40:00.000Z",
        "KinesisBatchInfo": {
            "shardId": "shardId-000000000000",
            "startSequenceNumber": "49590338271490256608559692538361571095",
            "endSequenceNumber": "49590338271490256608559692538361571095",
            "approximateArrivalOfFirstRecord": "2026-11-24T00:31:05.477Z",
            "approximateArrivalOfLastRecord": "2026-11-24T00:31:05.477Z",
            "batchSize": 1,
            "streamArn": f"arn:aws:kinesis:{ACCOUNT}:stream/bongsu-logs",
        },
    }


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
    stream = ["control-message", "cloudwatch-logs", "mixed-formats"]
    write_event("log-ingest.kinesis.json", of_stream(stream))
    stream = ["cloudwatch-logs", "not-gzip", "mixed-formats"]
    write_event("log-ingest.kinesis-one-broken.json", of_stream(stream))
    queue = [failed("cloudwatch-logs"), failed("mixed-formats"), failed("cloudwatch-logs")]
    write_event("log-ingest.sqs-replay.json", of_queue(queue))
    queue = [failed("truncated"), failed_in_the_stream(), failed("cloudwatch-logs")]
    write_event("log-ingest.sqs-replay-broken.json", of_queue(queue))
    queue = [read("cloudwatch-logs"), read("mixed-formats")]
    write_event("log-ingest.sqs-plain.json", of_queue(queue))


if __name__ == "__main__":
    main()
