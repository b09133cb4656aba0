#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bill of materials (CycloneDX 1.4 JSON) of a staged installation.

sbom.py STAGE VERSION EPOCH WHEELS...: prints it. Every ELF file of the stage with its SHA-256; every library that one of
them loads, with the Debian package it comes from (dpkg) or the wheel it was taken out of (RECORD of the wheel).
"""
import base64
import csv
import datetime
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import uuid
import zipfile


def elf_files(stage):
    for folder, _, names in sorted(os.walk(stage)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                with open(path, "rb") as file:
                    if file.read(4) == b"\x7fELF":
                        yield path


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def loaded_libraries(files, stage):
    """Real paths outside the stage of all libraries that the files load."""
    found = set()
    for path in files:
        listed = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
        if "not found" in listed:
            sys.exit(f"sbom: {path} misses a library:\n{listed}")
        for library in re.findall(r"(?:=> |^\s*)(/\S+)", listed, re.MULTILINE):
            real = os.path.realpath(library)
            if not real.startswith(os.path.realpath(stage) + "/"):
                found.add(real)
    return sorted(found)


def debian_package(path):
    """(package, version, source) that a file belongs to; dpkg may know it under /lib or /usr/lib."""
    for name in (path, path.removeprefix("/usr"), "/usr" + path):
        owner = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True, check=False)
        if owner.returncode == 0:
            package = owner.stdout.split(": ")[0].split(",")[0]
            shown = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version} ${source:Package}", package],
                                   capture_output=True, text=True, check=True).stdout
            return tuple(shown.split(" "))
    sys.exit(f"sbom: no Debian package owns {path}")


def wheel_files(wheel):
    """name, version and {file name: (path in the wheel, SHA-256)} of one wheel."""
    with zipfile.ZipFile(wheel) as archive:
        info = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        name, version = os.path.dirname(info).removesuffix(".dist-info").rsplit("-", 1)
        rows = csv.reader(io.StringIO(archive.read(info).decode()))
        files = {os.path.basename(path): (path, base64.urlsafe_b64decode(digest[7:] + "=").hex())
                 for path, digest, _ in rows if digest.startswith("sha256=")}
    return name.replace("_", "-"), version, files


def file_component(path, stage, wheels):
    name = os.path.relpath(path, stage)
    component = {"type": "file", "bom-ref": f"file:{name}", "name": name,
                 "hashes": [{"alg": "SHA-256", "content": sha256(path)}]}
    for wheel, version, files in wheels:
        origin = files.get(os.path.basename(name))
        if origin and "/veritune/" in name and origin[0] in name.replace("lib/veritune/", "", 1):
            component["properties"] = [{"name": "veritune:wheel", "value": f"{wheel} {version}"},
                                       {"name": "veritune:wheel-file", "value": origin[0]},
                                       {"name": "veritune:wheel-sha256", "value": origin[1]}]
    return component


def main():
    stage, version, epoch, *wheel_paths = sys.argv[1:]
    wheels = [wheel_files(path) for path in wheel_paths]
    files = list(elf_files(stage))
    components = [file_component(path, stage, wheels) for path in files]
    for name, wheel_version, _ in wheels:
        components.append({"type": "library", "bom-ref": f"pkg:pypi/{name}@{wheel_version}", "name": name,
                           "version": wheel_version, "purl": f"pkg:pypi/{name}@{wheel_version}"})
    packages = {}
    for library in loaded_libraries(files, stage):
        packages.setdefault(debian_package(library), []).append(library)
    for (package, package_version, source), libraries in sorted(packages.items()):
        purl = f"pkg:deb/debian/{package}@{package_version}?arch=amd64"
        components.append({"type": "library", "bom-ref": purl, "name": package, "version": package_version, "purl": purl,
                           "properties": [{"name": "debian:source", "value": source},
                                          *({"name": "debian:file", "value": name} for name in libraries)]})
    body = json.dumps(components, sort_keys=True)
    stamp = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    json.dump({"bomFormat": "CycloneDX", "specVersion": "1.4", "version": 1,
               "serialNumber": "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_URL, body)),
               "metadata": {"timestamp": stamp, "component": {"type": "application", "bom-ref": "veritune",
                                                              "name": "veritune", "version": version}},
               "components": components,
               "dependencies": [{"ref": "veritune", "dependsOn": [c["bom-ref"] for c in components]}]},
              sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
