#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pseudo-languages for the test rig, made from the catalogue of German (any complete one would do):
pseudo.py CATALOGUE.ts en_XA|ar_XB OUT.ts

en_XA: accents, brackets, 40 % longer. A clipped bracket is a text that does not fit, a text without brackets one that
nobody translates. ar_XB: the same words, marked as text from right to left and laid out so.
"""
import re
import sys
import xml.etree.ElementTree as ET

ACCENTS = str.maketrans("aeioucnsyzAEIOUCNSYZ", "àéîöûçñšýžÀÉÎÖÛÇÑŠÝŽ")
PLACE = re.compile(r"%L?(?:\d+|n)|&(?=\w)|\n")


def lengthen(text):
    pieces, last = [], 0
    for found in PLACE.finditer(text):
        pieces.append(text[last:found.start()].translate(ACCENTS))
        pieces.append(found.group())
        last = found.end()
    pieces.append(text[last:].translate(ACCENTS))
    pad = "~" * max(1, len(text) * 4 // 10)
    # Blanks let a long sentence wrap where the real one could.
    pad = " ".join(pad[i:i + 8] for i in range(0, len(pad), 8))
    return "[" + "".join(pieces) + " " + pad + "]"


def mirrored(text):
    # The marks make it a text from right to left, as one in Arabic or Hebrew is.
    return "\u200f[" + text + "]\u200f"


def main():
    source, language, target = sys.argv[1:4]
    change = {"en_XA": lengthen, "ar_XB": mirrored}[language]
    tree = ET.parse(source)
    tree.getroot().set("language", language)
    for message in tree.getroot().iter("message"):
        translation = message.find("translation")
        if translation.get("type") in ("vanished", "obsolete"):
            continue
        text = change(message.findtext("source") or "")
        forms = translation.findall("numerusform")
        translation.attrib.pop("type", None)
        for form in forms[2:]:
            translation.remove(form)
        if forms:
            for form in translation.findall("numerusform"):
                form.text = text
        else:
            translation.text = text
    tree.write(target, encoding="utf-8", xml_declaration=True)


if __name__ == "__main__":
    main()
