#!/usr/bin/env python3
"""What loading costs and what rows take: lines a core-second into all tables, with all views, and bytes a row of flows after merging.

The time is processor time of this process, of one thread, for reading the lines of a file and inserting them by egret.door, the views
included, in blocks as a server makes them of a large insert. It is the best of several rounds, since other work on the machine only adds
to it. `--check` holds the limits of docs/FLEET.md; `--slow N` allows that much less
speed, for machines that are busy.
"""
import argparse
import json
import pathlib
import tempfile
import time

import synthetic
from engine import Engine

LINES_A_SECOND, BYTES_A_ROW = 60_000, 45


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=150_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--block", type=int, default=100_000)
    options.add_argument("--check", action="store_true")
    options.add_argument("--slow", type=float, default=1.0)
    options = options.parse_args()
    engine = Engine()
    engine.make()
    engine.query("SYSTEM STOP MERGES")
    fleet = synthetic.Fleet(1, 10)
    day = synthetic.epoch("2026-07-01")
    length = 86_400 * synthetic.NANOSECONDS // options.lines
    speeds = []
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for number in range(options.lines):
            file.write(synthetic.dump(fleet.flow(day + number * length + fleet.random.randrange(1000) * 1000)) + "\n")
        file.flush()
        size = pathlib.Path(file.name).stat().st_size
        for _ in range(options.rounds):
            engine.empty()
            begin = time.process_time()
            engine.query(f"INSERT INTO egret.door (line) SELECT line FROM file('{file.name}', LineAsString, 'line String') SETTINGS "
                         "max_threads = 1, max_insert_threads = 1, input_format_parallel_parsing = 0, "
                         f"max_insert_block_size = {options.block}, min_insert_block_size_rows = {options.block}")
            speeds.append(options.lines / (time.process_time() - begin))
    engine.query("SYSTEM START MERGES")
    engine.query("OPTIMIZE TABLE egret.flow FINAL")
    row = engine.rows("""SELECT sum(rows) AS flow_rows, round(sum(data_compressed_bytes) / sum(rows), 1) AS bytes_a_row FROM system.parts
        WHERE database = 'egret' AND table = 'flow' AND active SETTINGS output_format_json_quote_64bit_integers = 0""")[0]
    widest = engine.rows("""SELECT column, round(sum(column_data_compressed_bytes) / max(rows), 2) AS bytes FROM system.parts_columns
        WHERE database = 'egret' AND table = 'flow' AND active GROUP BY column ORDER BY bytes DESC LIMIT 12""")
    result = {"lines_a_core_second": round(max(speeds)), "rounds": [round(speed) for speed in speeds],
              "bytes_a_line": round(size / options.lines), **row,
              "widest_columns": {item["column"]: item["bytes"] for item in widest}}
    print(json.dumps(result, indent=1))
    if options.check:
        limit = LINES_A_SECOND / options.slow
        good = result["lines_a_core_second"] >= limit and result["bytes_a_row"] <= BYTES_A_ROW
        print(f"load: {int(good)} passed, {int(not good)} failed")
        raise SystemExit(0 if good else f"limits: {limit:.0f} lines a core-second, {BYTES_A_ROW} bytes a row")


if __name__ == "__main__":
    main()
