#!/usr/bin/env python3
"""Records the load of the machine. Put your own sensor in its place."""
import os

from rigdeck import Problem, options, run

chosen = options(rate=10, sensor="/proc/loadavg")


def record(take):  # once a recording: arm, loop, stop
    if not os.access(chosen.sensor, os.R_OK):
        raise Problem("no-device", f"{chosen.sensor} cannot be read", remedy="plug it in")
    rows = take.open("csv", "monoNs,load\n")
    with open(chosen.sensor) as sensor:
        for mono_ns in take.samples(chosen.rate):  # armed, the common start, pauses, the end
            sensor.seek(0)
            rows.write(f"{mono_ns},{sensor.read().split()[0]}\n")


run(record, version="1.0", can=["arm", "pause", "mark", "split"])
