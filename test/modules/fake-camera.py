#!/usr/bin/env python3
"""Stands for ffmpeg that reads a V4L2 device, and for rpicam-vid: writes down its words, and gives a test picture instead."""

import os
import shutil
import sys
import time

folder, words = os.environ["FAKE_FOLDER"], sys.argv[1:]
ffmpeg = shutil.which("ffmpeg", path=os.environ["FAKE_REAL_PATH"])
PICTURE = ["-re", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25"]


def show(name, stream):
    """Print what was recorded of the real program. Without such a record there is nothing to say."""
    recorded = os.path.join(folder, name)
    if not os.path.exists(recorded):
        return False
    with open(recorded, encoding="utf8") as text:
        stream.write(text.read())
    stream.flush()
    return True


def become(arguments):
    os.execv(ffmpeg, [ffmpeg, *arguments])


def keep_words():
    with open(os.path.join(folder, "words"), "w", encoding="utf8") as file:
        file.write("\n".join(words))


if os.path.basename(sys.argv[0]) == "rpicam-vid":
    if "--list-cameras" in words:
        show("cameras", sys.stdout)
        sys.exit(0)
    keep_words()
    if show("failure", sys.stderr):
        sys.exit(255)
    # as its libav does it: nothing is written before a buffer is full
    encoding = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "5"]
    become(["-nostdin", "-loglevel", "error", *PICTURE, *encoding, "-f", "mpegts", "pipe:1"])
if "-list_formats" in words:
    show("formats", sys.stderr)
    sys.exit(1)
if "v4l2" not in words:
    become(words)
keep_words()
if show("failure", sys.stderr):
    sys.exit(1)
show("news", sys.stderr)
# Stamps of the kernel: CLOCK_MONOTONIC. All the other words are the module's own.
begin, end = words.index("-f"), words.index("-i") + 2
stamps = ["-vf", f"settb=1/90000,setpts=PTS+{time.monotonic()}/TB"]
become([*words[:begin], *PICTURE, *stamps, *words[end:]])
