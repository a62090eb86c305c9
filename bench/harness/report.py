"""From raw measurements to the two tables: servers side by side, and each figure against its target."""
import dataclasses

from . import fan_out

FLOOR = "floor"
OURS = "Aesel"


@dataclasses.dataclass
class Line:
    what: str
    ours: str
    beside: str
    target: str
    met: bool | None  # None: could not be measured

    def result(self):
        return {True: "met", False: "missed", None: "not measured"}[self.met]


def _at_most(what, value, limit, *, unit, digits=2):
    return Line(what, f"{value:.{digits}f} {unit}", "", f"at most {limit:g} {unit}", value <= limit)


def _load_name(load):
    return f"{load[0]}/s x {load[1]} devices"


def _ratio_line(load, trials, figure, words, limit, unit):
    ours, floor = trials[OURS], trials[FLOOR]
    ratio = fan_out.paired_ratio(ours, floor, figure)
    median, other = fan_out.medians(ours)[figure], fan_out.medians(floor)[figure]
    return Line(f"{words}, {_load_name(load)}", f"{median:.1f} {unit} ({ratio:.2f} x floor)",
                f"floor {other:.1f} {unit}", f"at most {limit} x floor", ratio <= limit)


def _peer_line(load, trials, peers, missing):
    ours = fan_out.medians(trials[OURS])
    parts, met = [], True
    for peer in peers:
        theirs = fan_out.medians(trials[peer])
        better = ours["p50_us"] < theirs["p50_us"] and ours["cpu_us_per_delivery"] < theirs["cpu_us_per_delivery"]
        met = met and better
        parts.append(f"{peer} {theirs['p50_us']:.0f} us, {theirs['cpu_us_per_delivery']:.1f} us CPU")
    parts += [f"{peer} missing" for peer in missing]
    return Line(f"p50 and CPU per delivery, {_load_name(load)}",
                f"{ours['p50_us']:.0f} us, {ours['cpu_us_per_delivery']:.1f} us CPU", "; ".join(parts),
                "both better than every peer", None if missing and met else met)


def _fan_out_lines(raw):
    lines = []
    for load, trials in raw["loads"].items():
        lines.append(_ratio_line(load, trials, "p50_us", "latency p50", 1.25, "us"))
        lines.append(_ratio_line(load, trials, "cpu_us_per_delivery", "server CPU per delivery", 1.3, "us"))
        lines.append(_peer_line(load, trials, raw["peers"], raw["missing"]))
    return lines


def _highest_line(highest):
    ours, floor = (_median_delivered(highest[name]) for name in (OURS, FLOOR))
    return Line(f"highest rate with loss under 0.1 %, {fan_out.LOADS[-1][1]} devices",
                f"{ours / 1e3:.0f} k deliveries/s ({ours / floor:.2f} x floor)", f"floor {floor / 1e3:.0f} k/s",
                "at least 0.85 x floor", ours >= 0.85 * floor)


def _median_delivered(trials):
    values = sorted(trial["delivered_per_s"] for trial in trials)
    return values[len(values) // 2]


def _http_lines(raw):
    get, creates = raw["get"], raw["creates"]
    lines = []
    if get is None:
        lines.append(Line("GET of one object", "", "wrk or nginx missing", "at least 0.5 x nginx", None))
    else:
        lines.append(Line("GET of one object, 64 connections", f"{get['aesel'] / 1e3:.1f} k/s ({get['ratio']:.2f} x nginx)",
                          f"nginx, one worker, {get['body_bytes']} bytes: {get['nginx'] / 1e3:.1f} k/s",
                          "at least 0.5 x nginx", get["ratio"] >= 0.5))
    if creates is None:
        lines.append(Line("confirmed creates", "", "wrk missing", "at least 0.5 x SQLite", None))
    else:
        lines.append(Line("confirmed creates, 64 connections",
                          f"{creates['requests_per_s']:.0f}/s ({creates['ratio']:.2f} x SQLite)",
                          f"SQLite alone, groups of {creates['group']:.0f}: {creates['sqlite']:.0f}/s",
                          "at least 0.5 x SQLite", creates["ratio"] >= 0.5))
    return lines


def _proxy_lines(proxy):
    if proxy is None:
        return [Line("GET through a gateway process", "", "wrk or nginx missing", "at least 0.6 x nginx", None)]
    return [Line("GET through a gateway process, 64 connections",
                 f"{proxy['aesel'] / 1e3:.1f} k/s ({proxy['ratio']:.2f} x nginx)",
                 f"nginx proxy_pass to the same service: {proxy['nginx'] / 1e3:.1f} k/s", "at least 0.6 x nginx",
                 proxy["ratio"] >= 0.6),
            Line("its p99", f"{proxy['aesel_p99_us']:.0f} us ({proxy['p99_ratio']:.2f} x nginx)",
                 f"nginx {proxy['nginx_p99_us']:.0f} us", "at most 1.5 x nginx", proxy["p99_ratio"] <= 1.5)]


def _login_line(logins):
    return Line("a 60 Hz stream while 8 clients log in, p50 / p99",
                f"{logins['p50_us_during']:.0f} / {logins['p99_us_during']:.0f} us at {logins['logins_per_s']:.0f} logins/s",
                f"without logins {logins['p50_us']:.0f} / {logins['p99_us']:.0f} us", "no loss, p99 at most 2 x",
                logins["p99_us_during"] <= 2 * logins["p99_us"] and logins["loss_during"] == 0)


def _file_lines(raw):
    download, uploads = raw["download"], raw["uploads"]
    megabytes = uploads["bytes"] / (1 << 20)
    lines = [_at_most(f"memory above idle, {uploads['count']} uploads of {megabytes:.0f} MB at once",
                      uploads["above_idle_bytes"] / 1e6, 64, unit="MB", digits=1)]
    if download is None:
        return [Line("download", "", "nginx missing", "at least 0.5 x nginx", None), *lines]
    return [Line(f"download of {megabytes:.0f} MB", f"{download['aesel'] / 1e9:.2f} GB/s ({download['ratio']:.2f} x nginx)",
                 f"nginx, sendfile: {download['nginx'] / 1e9:.2f} GB/s", "at least 0.5 x nginx", download["ratio"] >= 0.5),
            *lines]


def _footprint_lines(raw):
    foot = raw["footprint"]
    count = f"{foot['objects']:,} objects"
    mb = 1e6
    return [
        _at_most("memory, idle", foot["idle_bytes"] / mb, 30, unit="MB", digits=1),
        _at_most(f"memory, {count}", foot["live_bytes"] / mb, 150, unit="MB", digits=1),
        _at_most(f"memory, {count} that all have moved", foot["moved_bytes"] / mb, 150, unit="MB", digits=1),
        _at_most("start to ready, empty", foot["start_empty_s"], 0.3, unit="s", digits=3),
        _at_most(f"start to ready, {count}", foot["start_full_s"], 2, unit="s", digits=3),
    ]


def lines(raw):
    """Every figure with its target."""
    out = _fan_out_lines(raw)
    out.append(_highest_line(raw["highest"]))
    out.append(_at_most("decode, apply and encode one type-1 event", raw["micro"]["ObjectEvent"] / 1e3, 1, unit="us"))
    out += _http_lines(raw) + _proxy_lines(raw["proxy"]) + [_login_line(raw["logins"])]
    return out + _file_lines(raw) + _footprint_lines(raw)


def servers(raw):
    """Header and rows of the comparison."""
    header = ["server"]
    for load in raw["loads"]:
        header += [f"{_load_name(load)}: p50 / p99 us", "CPU us per delivery"]
    header.append("highest, deliveries/s")
    rows = []
    for name in next(iter(raw["loads"].values())):
        row = [name]
        for trials in raw["loads"].values():
            median = fan_out.medians(trials[name])
            loss = f", {100 * median['loss']:.1f} % lost" if median["loss"] > 0.001 else ""
            row += [f"{median['p50_us']:.0f} / {median['p99_us']:.0f}{loss}", f"{median['cpu_us_per_delivery']:.1f}"]
        highest = raw["highest"].get(name)
        row.append(f"{_median_delivered(highest) / 1e3:.0f} k" if highest else "")
        rows.append(row)
    for name in raw["missing"]:
        rows.append([name] + ["missing"] * (len(header) - 1))
    return header, rows


def micro_rows(raw):
    return ["inside the server", "ns"], [[name, f"{ns:.0f}"] for name, ns in raw["micro"].items()]


def target_rows(raw):
    header = ["what", "Aesel", "beside", "target", "result"]
    return header, [[line.what, line.ours, line.beside, line.target, line.result()] for line in lines(raw)]


def as_text(header, rows):
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    rule = ["-" * width for width in widths]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                     for row in [header, rule, *rows]) + "\n"


def as_markdown(header, rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows]) + "\n"


def render(raw, form):
    machine = raw["machine"]
    parts = [f"{machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}. "
             f"Load average {machine['load_before']} before, {machine['load_after']} after.\n"]
    parts += [form(*table(raw)) for table in (servers, target_rows, micro_rows)]
    return "\n".join(parts)
