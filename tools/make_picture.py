#!/usr/bin/env python3
"""Draws the README's picture as SVG, with nothing but Python.

    tools/make_picture.py chart bench.json docs/picture.svg            latency by server, from bench/run --json
    tools/make_picture.py terminal capture.txt docs/picture.svg        a terminal, from text with ANSI colours

A capture is made with: script -qec 'aesel demo' capture.txt     (Ctrl-C after some seconds). When the program
redrew its screen, the last full frame counts.
"""
import json
import math
import re
import sys
from html import escape

INK, DIM, GRID, PAPER = "#e6edf3", "#8b949e", "#30363d", "#0d1117"
OURS, FLOOR, PEER = "#3fb950", "#8b949e", "#58a6ff"
SANS = "font-family=\"'DejaVu Sans',Verdana,sans-serif\""
MONO = "font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\""


def svg(width, height, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}">\n<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def text(x, y, words, *, fill=INK, size=13, anchor="start", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" {SANS} font-size="{size}" font-weight="{weight}" fill="{fill}" '
            f'text-anchor="{anchor}">{escape(words)}</text>')


# ---- chart ----------------------------------------------------------------------------------------------------

LEFT, RIGHT, ROW, TOP = 110, 150, 30, 92


def median(trials, figure):
    values = sorted(trial[figure] for trial in trials)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def microseconds(value):
    return f"{value / 1000:.1f} ms" if value >= 1000 else f"{value:.0f} us"


def order(servers):
    """Ours next to the floor, the others as they come."""
    return sorted(servers, key=lambda name: (name != "floor", name != "Aesel"))


def colour(name):
    return {"floor": FLOOR, "Aesel": OURS}.get(name, PEER)


class Scale:
    """Logarithmic, from `low` to `high` microseconds over the width of the bars."""

    def __init__(self, low, high, width):
        self.low, self.high, self._width = low, high, width - LEFT - RIGHT

    def x(self, value):
        span = math.log(self.high / self.low)
        return LEFT + self._width * math.log(max(value, self.low) / self.low) / span

    def ticks(self):
        power = math.floor(math.log10(self.low))
        while 10 ** power <= self.high:
            if 10 ** power >= self.low:
                yield 10 ** power
            power += 1


def bars(trials, scale, top):
    """One row per server: a bar to the median latency, a line on to the 99th percentile."""
    parts = []
    for i, name in enumerate(order(trials)):
        y = top + i * ROW
        p50, p99 = median(trials[name], "p50_us"), median(trials[name], "p99_us")
        cpu = median(trials[name], "cpu_us_per_delivery")
        start, middle, end = LEFT, scale.x(p50), scale.x(p99)
        fill = colour(name)
        parts += [
            text(LEFT - 12, y + 17, name, anchor="end", weight="bold" if name == "Aesel" else "normal"),
            f'<rect x="{start}" y="{y + 4}" width="{max(2, middle - start):.1f}" height="17" rx="2" fill="{fill}"/>',
            f'<path d="M{middle:.1f} {y + 12.5}H{end:.1f}M{end:.1f} {y + 6}v13" stroke="{fill}" stroke-width="2"/>',
            text(end + 8, y + 17, f"{microseconds(p50)} / {microseconds(p99)}", size=12),
            text(scale.x(scale.high) + RIGHT - 14, y + 17, f"{cpu:.1f} us", size=12, fill=DIM, anchor="end"),
        ]
    return parts


def panel(title, trials, scale, top):
    bottom = top + len(trials) * ROW
    parts = [text(LEFT, top - 10, title, weight="bold"),
             text(scale.x(scale.high) + RIGHT - 14, top - 10, "server CPU/delivery", size=11, fill=DIM, anchor="end")]
    for tick in scale.ticks():
        x = scale.x(tick)
        parts += [f'<path d="M{x:.1f} {top}V{bottom}" stroke="{GRID}"/>',
                  text(x, bottom + 15, microseconds(tick), size=11, fill=DIM, anchor="middle")]
    return parts + bars(trials, scale, top)


def chart(source):
    with open(source) as file:
        loads = json.load(file)["loads"]
    width = 860
    every = [median(trials, figure) for servers in loads.values() for trials in servers.values()
             for figure in ("p50_us", "p99_us")]
    scale = Scale(min(every) / 2, max(every) * 2.5, width)
    parts = [text(24, 34, "From one sender to every device: latency of an object update", size=17, weight="bold"),
             text(24, 55, "bar: median, line: 99th percentile, logarithmic. The floor receives and sends and does "
                  "nothing else.", size=12, fill=DIM)]
    top = TOP
    for load, servers in loads.items():
        parts += panel(load.replace(" x ", " updates x ").replace("/s updates", " updates/s") + " devices",
                       servers, scale, top)
        top += len(servers) * ROW + 60
    return svg(width, top - 30, parts)


# ---- terminal -------------------------------------------------------------------------------------------------

PALETTE = ["#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
           "#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc"]
CELL_WIDTH, CELL_HEIGHT, FONT = 8.43, 18, 14
ESCAPE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()=>][0-9A-Za-z]?")


def extended(code):
    """One of the 256 colours of a terminal."""
    if code < 16:
        return PALETTE[code]
    if code >= 232:
        return "#" + f"{8 + 10 * (code - 232):02x}" * 3
    code -= 16
    return "#" + "".join(f"{(0, 95, 135, 175, 215, 255)[code // d % 6]:02x}" for d in (36, 6, 1))


class Pen:
    def __init__(self):
        self.set([0])

    def set(self, codes):
        codes = list(codes)
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.fill, self.bold, self.dim = INK, False, False
            elif code in (1, 2, 22):
                self.bold, self.dim = code == 1, code == 2
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.fill = PALETTE[code - 30 if code < 40 else code - 82]
            elif code == 39:
                self.fill = INK
            elif code == 38 and codes[:1] == [5]:
                self.fill = extended(codes[1])
                del codes[:2]
            elif code == 38 and codes[:1] == [2]:
                self.fill = "#" + "".join(f"{part:02x}" for part in codes[1:4])
                del codes[:4]

    def style(self):
        return self.fill, self.bold, self.dim


class Screen:
    """As much of a terminal as a program needs that redraws lines: colours, cursor movement, erasing."""

    def __init__(self):
        self.rows, self.row, self.column, self.pen = [[]], 0, 0, Pen()
        self.full = None  # the screen as it was when the program last went home to redraw

    def put(self, character):
        line = self.rows[self.row]
        line += [(" ", (INK, False, False))] * (self.column + 1 - len(line))
        line[self.column] = (character, self.pen.style())
        self.column += 1

    def feed(self, raw):
        position = 0
        while position < len(raw):
            sequence = ESCAPE.match(raw, position)
            if sequence:
                if sequence.group(2):
                    self.command(sequence.group(1), sequence.group(2))
                position = sequence.end()
                continue
            self.character(raw[position])
            position += 1

    def character(self, character):
        if character == "\n":
            self.move(self.row + 1, 0)
        elif character == "\r":
            self.column = 0
        elif character >= " ":
            self.put(character)

    def move(self, row, column):
        self.row, self.column = max(0, row), max(0, column)
        while len(self.rows) <= self.row:
            self.rows.append([])

    def command(self, parameters, letter):
        numbers = [int(part) for part in parameters.lstrip("?").split(";") if part.isdigit()]
        first = numbers[0] if numbers else 0
        if letter == "m":
            self.pen.set(numbers or [0])
        elif letter == "H":
            self.keep()
            self.move((numbers + [1, 1])[0] - 1, (numbers + [1, 1])[1] - 1 if len(numbers) > 1 else 0)
        elif letter == "A":
            self.keep()
            self.move(self.row - (first or 1), self.column)
        elif letter == "B":
            self.move(self.row + (first or 1), self.column)
        elif letter == "C":
            self.move(self.row, self.column + (first or 1))
        elif letter == "G":
            self.move(self.row, (first or 1) - 1)
        elif letter == "K":
            del self.rows[self.row][0 if first == 2 else self.column:]
        elif letter == "J" and first == 2:
            self.keep()
            self.rows = [[] for _ in self.rows]
        elif letter == "J":
            del self.rows[self.row][self.column:]
            del self.rows[self.row + 1:]

    def keep(self):
        """Remembers the most complete frame so far: the last one is often cut off by the end of the program."""
        now = [list(line) for line in self.rows]
        if self.full is None or sum(map(len, now)) >= sum(map(len, self.full)):
            self.full = now


def runs(line):
    """(column, text, style) of neighbours with one style."""
    start = 0
    for i in range(1, len(line) + 1):
        if i == len(line) or line[i][1] != line[start][1]:
            yield start, "".join(character for character, _ in line[start:i]), line[start][1]
            start = i


def is_braille(character):
    return "\u2800" <= character <= "\u28ff"


def braille(character, x, y, fill):
    """The dots of a braille character as circles: fonts disagree about its width."""
    code = ord(character) - 0x2800
    places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    return [f'<circle cx="{x + (0.27 + 0.46 * column) * CELL_WIDTH:.1f}" cy="{y - FONT + (row + 1) * CELL_HEIGHT / 4.4:.1f}" '
            f'r="1.1" fill="{fill}"/>' for bit, (column, row) in enumerate(places) if code >> bit & 1]


def draw_line(line, y):
    parts = []
    for column, words, (fill, bold, dim) in runs(line):
        extra = (' font-weight="bold"' if bold else "") + (' opacity="0.6"' if dim else "")
        # Columns of text stay columns whatever font shows them: each word group has its own place.
        for match in re.finditer("[\u2800-\u28ff]+|(?:[^\u2800-\u28ff ]| (?! ))+", words):
            start = 16 + (column + match.start()) * CELL_WIDTH
            if is_braille(match.group()[0]):
                for i, character in enumerate(match.group()):
                    parts += braille(character, start + i * CELL_WIDTH, y, fill)
            elif match.group().strip():
                parts.append(f'<text x="{start:.1f}" y="{y}" {MONO} font-size="{FONT}" fill="{fill}" '
                             f'textLength="{len(match.group()) * CELL_WIDTH:.1f}" xml:space="preserve"{extra}>'
                             f'{escape(match.group())}</text>')
    return parts


def terminal(source):
    with open(source, newline="", errors="replace") as file:
        raw = file.read()
    screen = Screen()
    screen.feed(re.sub(r"^Script started.*\n|\n?Script done.*\n?$", "", raw))
    screen.keep()
    rows = screen.full
    while rows and not "".join(character for character, _ in rows[-1]).strip():
        rows.pop()
    columns = max((len(line) for line in rows), default=0)
    parts = [f'<circle cx="{20 + 18 * i}" cy="20" r="6" fill="{dot}"/>'
             for i, dot in enumerate(("#ff5f57", "#febc2e", "#28c840"))]
    for i, line in enumerate(rows):
        parts += draw_line(line, 52 + i * CELL_HEIGHT)
    return svg(round(32 + columns * CELL_WIDTH), 52 + len(rows) * CELL_HEIGHT, parts)


def main():
    drawings = {"chart": chart, "terminal": terminal}
    if len(sys.argv) != 4 or sys.argv[1] not in drawings:
        sys.exit(__doc__)
    _, kind, source, target = sys.argv
    with open(target, "w") as file:
        file.write(drawings[kind](source))


if __name__ == "__main__":
    main()
