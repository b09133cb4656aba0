#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Manual page and shell completions out of what the program itself says with --help, so that they never disagree.

cli_pages.py PROGRAM VERSION YYYY-MM-DD OUT: writes OUT/veritune.1, OUT/veritune.bash, OUT/_veritune, OUT/veritune.fish
"""
import re
import subprocess
import sys
from pathlib import Path


class Page:
    """One --help text: words, usage, sections of (left, right) rows, example lines, pages of subcommands."""

    def __init__(self, program, path):
        self.path = path
        text = subprocess.run([program, *path, "--help"], capture_output=True, text=True, check=True,
                              env={"PATH": "/usr/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}).stdout
        self.words, self.usage, self.sections, self.example = "", "", {}, []
        section = None
        for line in text.splitlines():
            if line.startswith("Usage: "):
                self.usage = line[len("Usage: "):]
            elif re.fullmatch(r"[A-Z][A-Za-z ]*:", line):
                section = line[:-1]
                self.sections.setdefault(section, [])
            elif section == "Example":
                if line.strip():
                    self.example.append(line.strip())
            elif section is None:
                self.words = (self.words + " " + line).strip()
            elif row := re.match(r"  (\S.*?)(?:\s{2,}(\S.*))?$", line):
                self.sections[section].append([row[1], row[2] or ""])
            elif line.strip() and self.sections[section]:
                last = self.sections[section][-1]
                last[1] = (last[1] + " " + line.strip()).strip()
        self.children = [Page(program, [*path, name]) for name, _ in self.sections.get("Subcommands", [])]

    def options(self):
        """(--long names and -short names of one option, its words), without --help."""
        for left, right in self.sections.get("Options", []):
            names = re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", left.split(" ")[0])
            if names and "--help" not in names:
                yield names, right

    def all(self):
        yield self
        for child in self.children:
            yield from child.all()


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq")
    return "\\&" + text if text.startswith((".", "'")) else text


def roff_rows(rows):
    for left, right in rows:
        yield f".TP\n.B {roff(left)}\n{roff(right) or '.'}"


def manual(root, version, date):
    out = [f'.\\" SPDX-License-Identifier: Apache-2.0\n.TH VERITUNE 1 "{date}" "Veritune {version}" "Veritune"',
           ".SH NAME\nveritune \\- fine\\-tune a reasoning model on this computer with verified rewards",
           ".SH SYNOPSIS\n.B veritune\n[\\fIOPTION\\fR...] \\fIVERB\\fR [\\fIARGUMENT\\fR...]",
           f".SH DESCRIPTION\n{roff(root.words)}\nNo part of Veritune can open a network socket; "
           "\\fBveritune \\-\\-self\\-test\\-network\\fR proves it.",
           ".SH OPTIONS", *roff_rows(root.sections["Options"]),
           ".TP\n.B \\-\\-self\\-test\\-network\nTry 16 ways out of this computer; all must be refused."]
    for verb in root.children:
        out.append(f".SH VERITUNE {roff(verb.path[0]).upper()}\n{roff(verb.words)}.")
        for page in verb.all():
            if page is not verb:
                out.append(f".SS {roff('veritune ' + ' '.join(page.path))}\n{roff(page.words)}.")
            if page.usage and not page.children:
                out.append(f".PP\nUsage: \\fB{roff(page.usage)}\\fR")
            for name, rows in page.sections.items():
                if name not in ("Subcommands", "Example"):
                    out += roff_rows(row for row in rows if not row[0].startswith("-h,"))
            for line in page.example:
                out.append(f".PP\nExample:\n.PP\n.nf\n.RS\n{roff(line)}\n.RE\n.fi")
    out += [".SH EXIT STATUS\n0 done, 1 failed, 2 wrong use, 3 the machine lacks something, 130 ended by Ctrl\\-C.",
            ".SH ENVIRONMENT\n.TP\n.B VERITUNE_HOME\nFolder for new projects; by default "
            "$XDG_DATA_HOME/veritune or ~/.local/share/veritune.\n.TP\n.B VERITUNE_PROJECT\nProject folder when "
            "\\-\\-project is not given.\n.TP\n.B VERITUNE_RESOURCES\nFolder of the product's own recipes.",
            ".SH SEE ALSO\n.BR veritune\\-studio (1), /usr/share/doc/veritune"]
    return "\n".join(out) + "\n"


def bash(root):
    lines = ["# SPDX-License-Identifier: Apache-2.0", "_veritune() {", "    local path= word words= i",
             "    for ((i = 1; i < COMP_CWORD; ++i)); do", "        word=${COMP_WORDS[i]}",
             '        [[ $word != -* ]] || continue', '        case "$path $word" in']
    for page in root.all():
        if page.path:
            path = " ".join(page.path)
            lines.append(f"            ' {path}') path=' {path}' ;;")
    lines += ["        esac", "    done", '    case "$path" in']
    shared = " ".join(name for names, _ in root.options() for name in names)
    for page in root.all():
        words = [child.path[-1] for child in page.children] + [n for names, _ in page.options() for n in names]
        path = "".join(f" {word}" for word in page.path)
        lines.append(f"        '{path}') words='{' '.join(words)} --help{'' if not page.path else ' ' + shared}' ;;")
    lines += ["    esac", '    mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")', "}",
              "complete -o default -F _veritune veritune"]
    return "\n".join(lines) + "\n"


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def zsh(root):
    lines = ["#compdef veritune", "# SPDX-License-Identifier: Apache-2.0", "_veritune() {",
             "    local path word i", "    local -a verbs options", "    for ((i = 2; i < CURRENT; ++i)); do",
             '        word=${words[i]}', '        [[ $word == -* ]] && continue', '        case "$path $word" in']
    for page in root.all():
        if page.path:
            path = " ".join(page.path)
            lines.append(f"            ' {path}') path=' {path}' ;;")
    lines += ["        esac", "    done", '    case "$path" in']
    for page in root.all():
        path = "".join(f" {word}" for word in page.path)
        verbs = " ".join(quoted(f"{child.path[-1]}:{child.words}") for child in page.children)
        rows = [*page.options(), *([] if not page.path else root.options())]
        options = " ".join(quoted(f"{name}:{text}") for names, text in rows for name in names)
        lines += [f"        '{path}')", f"            verbs=({verbs})", f"            options=({options}) ;;"]
    lines += ["    esac", '    if [[ ${words[CURRENT]} == -* ]]; then', "        _describe option options",
              "    else", "        (( ${#verbs} )) && _describe verb verbs || _files", "    fi", "}", '_veritune "$@"']
    return "\n".join(lines) + "\n"


def fish(root):
    lines = ["# SPDX-License-Identifier: Apache-2.0"]
    for page in root.all():
        seen = " ".join(page.path)
        where = f"__fish_seen_subcommand_from {page.path[-1]}" if seen else "__fish_use_subcommand"
        if len(page.path) == 2:
            where = f"__fish_seen_subcommand_from {page.path[0]}; and {where}"
        for child in page.children:
            lines.append(f"complete -c veritune -f -n {quoted(where)} -a {child.path[-1]} -d {quoted(child.words)}")
        for names, text in page.options():
            flags = " ".join(f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in names)
            condition = f" -n {quoted(where)}" if seen else ""
            lines.append(f"complete -c veritune{condition} {flags} -d {quoted(text)}")
    return "\n".join(lines) + "\n"


def main():
    program, version, date, out = sys.argv[1:5]
    root = Page(program, [])
    if not root.children:
        sys.exit("cli_pages: --help named no verb")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("veritune.1", manual(root, version, date)), ("veritune.bash", bash(root)),
                       ("_veritune", zsh(root)), ("veritune.fish", fish(root))):
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
