"""Runs million.sql in DuckDB and prints the processor time of each work, the best of three runs.

    cargo run --release -p embedded-store --example million -- 1000000 million.jsonl
    pip install duckdb==2.0.1
    python local/store/examples/million.py

The log, million.jsonl, and the database, million.duckdb, are in the current directory.
"""

import os
import time
from pathlib import Path

import duckdb

if os.path.exists("million.duckdb"):
    os.remove("million.duckdb")
database = duckdb.connect("million.duckdb")
database.execute("SET threads = 1")
works, name = {}, ""
for line in Path(__file__).with_suffix(".sql").read_text().splitlines():
    if line.startswith("-- "):
        name = line[3:]
    else:
        works[name] = works.get(name, "") + line + "\n"
for name, statements in works.items():
    if statements.strip():
        took = []
        for _ in range(1 if name == "storing" else 3):
            started = time.process_time()
            for statement in database.extract_statements(statements):
                found = database.execute(statement).fetchall()
            took.append(time.process_time() - started)
        print(f"{min(took) * 1e3:9.1f} ms  {len(found):3} rows  {name}")
print(f"{os.path.getsize('million.duckdb') / os.path.getsize('million.jsonl'):.2f} of the log on disk")
