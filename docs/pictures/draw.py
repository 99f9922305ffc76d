#!/usr/bin/env python3
"""Draws the pictures of README.md from what the program prints: the report and an alert, light and dark.

    docs/pictures/draw.py [BONGSU]           writes docs/pictures/*.svg
    docs/pictures/draw.py --check [BONGSU]   fails if they differ from what it would write

BONGSU is the binary; without it, `cargo run` builds and runs it. A test runs the check.
"""

import html
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

THEMES = {
    "light": dict(page="#ffffff", edge="#d0d7de", text="#1f2328", dim="#656d76", head="#0550ae",
                  bar="#cf222e", fine="#bf8700", code="#f6f8fa"),
    "dark": dict(page="#0d1117", edge="#30363d", text="#e6edf3", dim="#8d96a0", head="#79c0ff",
                 bar="#ff7b72", fine="#e3b341", code="#161b22"),
}
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
SANS = "-apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', Helvetica, Arial, sans-serif"
CELL, LINE = 7.8, 17
LOWER, LEFT = "▁▂▃▄▅▆▇█", "▏▎▍▌▋▊▉"


def run(bongsu):
    """What the program prints, and the Slack messages in its outbox."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "HOME": home, "PATH": os.environ["PATH"], "TZ": "UTC", "LANG": "C.UTF-8",
            "BONGSU_OUTBOX": f"{home}/outbox", "NO_COLOR": "1",
        }
        command = [bongsu] if bongsu else ["cargo", "run", "--quiet", "--"]
        if not bongsu:
            environment = {**os.environ, **environment, "HOME": os.environ["HOME"]}
        output = subprocess.run(
            [*command, "--store", f"{home}/store.sqlite"], cwd=ROOT, env=environment,
            check=True, capture_output=True, text=True,
        ).stdout
        files = sorted(pathlib.Path(home).glob("outbox/sample/slack/*.json"))
        return output, [json.loads(file.read_text()) for file in files]


def sections(output):
    """The paragraphs of the report, without those that differ from run to run."""
    return [part.strip("\n").split("\n") for part in output.split("\n\n") if part.strip()]


def pick(parts, start, most):
    """The first lines of the paragraph that begins with `start`."""
    for part in parts:
        if part[0].startswith(start):
            return part[:most] + (["    …"] if len(part) > most else [])
    sys.exit(f"the report has no paragraph that begins with {start!r}")


def report(output):
    parts = sections(output)
    lines = ["$ cargo run", ""]
    for start, most in [("gm-tool-sample ", 5), ("Causes", 10), ("Routes", 10), (" Users", 6)]:
        lines += pick(parts, start, most) + [""]
    return lines[:-1]


def text(x, y, content, size, colour, font, bold=False, length=None):
    fit = f' textLength="{length:g}" lengthAdjust="spacingAndGlyphs"' if length else ""
    weight = ' font-weight="600"' if bold else ""
    return (f'<text x="{x:g}" y="{y:g}" font-family="{font}" font-size="{size}" fill="{colour}"'
            f'{weight}{fit} xml:space="preserve">{html.escape(content)}</text>')


def svg(width, height, title, body, theme):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="{html.escape(title)}">',
        f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8" '
        f'fill="{theme["page"]}" stroke="{theme["edge"]}"/>',
        *body, "</svg>", "",
    ])


def draw_report(lines, theme):
    body, left, top = [], 18, 16
    example = None
    for row, line in enumerate(lines):
        y = top + row * LINE
        is_head = bool(line) and not line.startswith(" ")
        colour = theme["head"] if is_head else theme["text"]
        for found in re.finditer(r"(.)\1*", line):
            letter, x, wide = found.group(1), left + found.start() * CELL, len(found.group()) * CELL
            if letter in LOWER:
                height = LINE * (LOWER.index(letter) + 1) / 8
                body.append(f'<rect x="{x:g}" y="{y + LINE - height:g}" width="{wide:g}" '
                            f'height="{height:g}" fill="{theme["bar"]}" '
                            'shape-rendering="crispEdges"/>')
            elif letter in LEFT:
                part = CELL * (LEFT.index(letter) + 1) / 8
                body.append(f'<rect x="{x:g}" y="{y + 3:g}" width="{part:g}" height="{LINE - 6:g}" '
                            f'fill="{theme["bar"]}"/>')
            elif letter == "─":
                body.append(f'<rect x="{x:g}" y="{y + LINE / 2:g}" width="{wide:g}" height="1" '
                            f'fill="{theme["edge"]}"/>')
        plain = re.sub(f"[{LOWER}{LEFT}─]", " ", line)
        for found in re.finditer(r"\S+(?: \S+)*", plain):
            word = found.group()
            # An example goes on in the lines below, from the same column.
            if word.startswith("e.g. "):
                example = found.start()
            elif example is not None and found.start() != example:
                example = None
            is_example = example == found.start() and line.strip() == word
            is_alarm = word.startswith("CRITICAL")
            shade = (theme["fine"] if word == "new" else theme["dim"] if is_example
                     else theme["bar"] if is_alarm else colour)
            body.append(text(left + found.start() * CELL, y + 13, word, 13, shade, MONO, is_head,
                             len(word) * CELL))
    width = 2 * left + max(map(len, lines)) * CELL
    return svg(width, 2 * top + len(lines) * LINE, "The report of bongsu on a sample log", body, theme)


def wrap(line, most):
    """Cuts a line at spaces; a word that is longer stays whole."""
    cut, lines = "", []
    for word in line.split(" "):
        if cut and len(cut) + 1 + len(word) > most:
            lines.append(cut)
            cut = word
        else:
            cut = f"{cut} {word}" if cut else word
    return [*lines, cut]


def plain(markup):
    """Slack's markup without its signs; links become their texts."""
    markup = re.sub(r"<[^|>]+\|([^>]+)>", r"\1", markup)
    markup = re.sub(r"[*`]", "", markup)
    return html.unescape(markup)


def critical(messages):
    """The first message about a critical alert."""
    for message in messages:
        body = message["versions"][0]["body"]
        if "CRITICAL" in body["text"]:
            return body
    sys.exit("the outbox has no critical alert")


def draw_alert(body, theme):
    left, right, y, width = 64, 24, 56, 760
    shapes = [
        f'<rect x="18" y="18" width="34" height="34" rx="6" fill="{theme["bar"]}"/>',
        text(28, 41, "B", 18, "#ffffff", SANS, True),
        text(left, 32, "Bongsu", 15, theme["text"], SANS, True),
        f'<rect x="{left + 62}" y="20" width="32" height="15" rx="3" fill="{theme["edge"]}"/>',
        text(left + 67, 31, "APP", 10, theme["dim"], SANS, True),
    ]
    for line in wrap(plain(body["text"]), 76):
        mark = re.match("[\u2600-\u27BF\U0001F300-\U0001FAFF]\uFE0F? ?", line)
        x = left
        if mark:
            shapes.append(f'<circle cx="{left + 7}" cy="{y - 5}" r="6.5" '
                          f'fill="{body["attachments"][0]["color"]}"/>')
            line, x = line[mark.end():], left + 20
        shapes.append(text(x, y, line, 15, theme["text"], SANS, True))
        y += 22
    attachment = body["attachments"][0]
    start, inner = y - 8, left + 16
    y += 8

    def lines_of(markup, x, most):
        nonlocal y
        in_code = False
        for line in markup.split("\n"):
            if line.startswith("```"):
                in_code = not in_code
                continue
            head = line.startswith("*") and line.endswith("*")
            for part in wrap(plain(line) if not in_code else html.unescape(line), most):
                if in_code:
                    shapes.append(f'<rect x="{x}" y="{y - 14}" width="{width - right - x}" height="20" '
                                  f'fill="{theme["code"]}"/>')
                shapes.append(text(x + (6 if in_code else 0), y, part, 13 if in_code else 14,
                                   theme["text"], MONO if in_code else SANS, head))
                y += 20

    for block in attachment["blocks"]:
        if "fields" in block:
            rows = [block["fields"][i:i + 2] for i in range(0, len(block["fields"]), 2)]
            for row in rows:
                above, lowest = y, y
                for column, field in enumerate(row):
                    y = above
                    lines_of(field["text"], inner + column * 330, 40)
                    lowest = max(lowest, y)
                y = lowest + 4
        elif block["type"] == "context":
            words = "  ".join(plain(element.get("text", "")) for element in block["elements"])
            shapes.append(text(inner, y, words, 12, theme["dim"], SANS))
            y += 18
        elif "text" in block:
            lines_of(block["text"]["text"], inner, 82)
            y += 6
    shapes.append(f'<rect x="{left}" y="{start}" width="4" height="{y - start - 8}" rx="2" '
                  f'fill="{attachment["color"]}"/>')
    return svg(width, y + 10, "An alert of bongsu on Slack", shapes, theme)


def main():
    arguments = sys.argv[1:]
    check = "--check" in arguments
    binaries = [argument for argument in arguments if argument != "--check"]
    output, messages = run(binaries[0] if binaries else None)
    stale = []
    for name, theme in THEMES.items():
        drawn = {
            f"report-{name}.svg": draw_report(report(output), theme),
            f"alert-{name}.svg": draw_alert(critical(messages), theme),
        }
        for file, content in drawn.items():
            path = HERE / file
            if not path.exists() or path.read_text() != content:
                stale.append(file)
                if not check:
                    path.write_text(content)
    if check and stale:
        sys.exit(f"docs/pictures: {', '.join(stale)} are stale: run docs/pictures/draw.py")


if __name__ == "__main__":
    main()
