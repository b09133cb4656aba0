#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Unpacks libtorch out of wheels: unpack_wheels.py TARGET WHEEL...

Only torch/lib, torch/include and nvidia are taken. A file that is there with the right size is left alone, so an
interrupted run goes on where it stopped; a new one appears whole (written beside, then renamed) with the time stamp of
the wheel, so that unpacking again rebuilds nothing.
"""
import os
import shutil
import sys
import time
import zipfile

PREFIXES = ("torch/lib/", "torch/include/", "nvidia/")


def unpack(target, wheel):
    written = 0
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            name = member.filename
            if name.endswith("/") or not name.startswith(PREFIXES) or ".." in name.split("/"):
                continue
            path = os.path.join(target, name)
            if os.path.isfile(path) and os.path.getsize(path) == member.file_size:
                continue
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(member) as source, open(path + ".part", "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            stamp = time.mktime(member.date_time + (0, 0, -1))
            os.utime(path + ".part", (stamp, stamp))
            os.replace(path + ".part", path)
            written += 1
    return written


def main():
    target, wheels = sys.argv[1], sys.argv[2:]
    try:
        for wheel in wheels:
            count = unpack(target, wheel)
            print(f"  {os.path.basename(wheel)}: {count} files unpacked", flush=True)
    except (OSError, zipfile.BadZipFile) as error:
        sys.exit(f"cannot unpack into {target}: {error}. Free the space or the rights, then run ./dev deps again.")


if __name__ == "__main__":
    main()
