#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""xwd_to_png.py IN.xwd OUT.png: the picture of a display of Xvfb (32 bits a pixel). Fails when it shows one colour only."""
import struct
import sys
import zlib


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    head = struct.unpack(">25I", data[:100])
    size, width, height, bits, line, colours = head[0], head[4], head[5], head[11], head[12], head[19]
    if bits != 32:
        sys.exit(f"xwd_to_png: {bits} bits a pixel; 32 are understood")
    begin = size + 12 * colours
    rows, seen = [], set()
    for y in range(height):
        pixels = data[begin + y * line:begin + y * line + 4 * width]
        row = bytearray(3 * width)
        row[0::3], row[1::3], row[2::3] = pixels[2::4], pixels[1::4], pixels[0::4]  # little-endian BGRX
        rows.append(b"\0" + bytes(row))
        seen.update(zip(row[0::3][::7], row[1::3][::7], row[2::3][::7]))
    if len(seen) < 20:
        sys.exit(f"xwd_to_png: the picture has {len(seen)} colours: there is no window on it")
    with open(sys.argv[2], "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    main()
