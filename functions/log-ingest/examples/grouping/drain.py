#!/usr/bin/env python3
"""Groups labelled logs with Drain3 and prints the table of `cargo run --example grouping`.

    pip install drain3 && python3 drain.py DIRECTORY CONFIGURATION

DIRECTORY holds files NAME_structured.csv of loghub with the columns Content and EventId.
CONFIGURATION is examples/drain3.ini of Drain3's repository: its masks and parameters.
"""

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig

def groups_of(contents, configuration):
    config = TemplateMinerConfig()
    config.load(configuration)
    config.profiling_enabled = False
    miner = TemplateMiner(config=config)
    return [miner.add_log_message(content)["cluster_id"] for content in contents]


def measure(labels, groups):
    """Grouping accuracy, F1 of pairs, F1 of groups."""
    lines_of_label, lines_of_group = defaultdict(set), defaultdict(set)
    for line, (label, group) in enumerate(zip(labels, groups)):
        lines_of_label[label].add(line)
        lines_of_group[group].add(line)
    exact = [
        lines
        for lines in lines_of_group.values()
        if lines_of_label[labels[next(iter(lines))]] == lines
    ]
    accuracy = sum(map(len, exact)) / len(labels)
    pairs = lambda sizes: sum(size * (size - 1) // 2 for size in sizes)
    both = pairs(Counter(zip(labels, groups)).values())
    found = pairs(map(len, lines_of_group.values()))
    wanted = pairs(map(len, lines_of_label.values()))
    pairwise = 2 * both / (found + wanted) if found + wanted else 1.0
    of_groups = 2 * len(exact) / (len(lines_of_group) + len(lines_of_label))
    return accuracy, pairwise, of_groups


def main(directory, configuration):
    files = sorted(Path(directory).glob("*_structured.csv"))
    if not files:
        sys.exit(f"{directory} holds no *_structured.csv")
    print("| log | grouping accuracy | pairwise F1 | F1 of groups |\n|---|---|---|---|")
    rows = []
    for file in files:
        with open(file, encoding="utf-8", newline="") as opened:
            lines = list(csv.DictReader(opened))
        labels = [line["EventId"] for line in lines]
        rows.append(measure(labels, groups_of((line["Content"] for line in lines), configuration)))
        name = file.name.split("_")[0]
        print(f"| {name} |" + "".join(f" {value:.3f} |" for value in rows[-1]))
    print("| mean |" + "".join(f" {sum(column) / len(rows):.3f} |" for column in zip(*rows)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
