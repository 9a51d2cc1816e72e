# SPDX-License-Identifier: Apache-2.0
"""All stories together: reading them, what they cover, docs/STORIES.md."""
import collections
import importlib
import pathlib
import re

from .language import SENTENCES, Malformed, Story
from .people import FIELDS, OFFICERS, STORIES

ROOT = STORIES.parents[2]
DOCS = ROOT / "docs/STORIES.md"
COVERED = STORIES / "requirements.txt"
SECTIONS = [importlib.import_module(f"{__package__}.{path.stem}")
            for path in sorted(pathlib.Path(__file__).parent.glob(
                "words_*.py"))]
BEGIN = "<!-- printed by tests/scenario/tell --docs; do not edit below -->"


def read(names=(), exactly=False):
    """The stories whose name begins with one of these; all without."""
    wrong = []
    out = []
    for path in sorted(STORIES.glob("*.story")):
        if names and not (path.stem in names if exactly else
                          path.stem.startswith(tuple(names))):
            continue
        try:
            out.append(Story(path))
        except Malformed as why:
            wrong.append(str(why))
    if wrong:
        raise Malformed("\n".join(wrong))
    return out


def requirements():
    """[(number, what it asks, what the stories show)]"""
    out = []
    for line in COVERED.read_text().splitlines():
        if line and not line.startswith("#"):
            out.append(tuple(x.strip() for x in line.split("|")))
    return out


def key(number):
    return (number[0] != "R", number[0], int(number[1:]))


# ---- what is wrong with the book ----

def lint(stories):
    wrong = []
    covers = collections.defaultdict(list)
    for story in stories:
        for number in story.covers:
            covers[number].append(story.name)
    known = {n for n, _, _ in requirements()}
    want = {f"R{n}" for n in range(1, 35)} | {f"F{n}" for n in range(1, 26)}
    for number in sorted(want - known, key=key):
        wrong.append(f"{COVERED}: {number} has no line")
    for number in sorted(want - set(covers), key=key):
        wrong.append(f"{number} has no story")
    for number in sorted(set(covers) - want):
        if not re.fullmatch(r"I([1-9]|1[0-2])", number):
            wrong.append(f"{covers[number][0]}: covers {number}, "
                         "which is no requirement, failure or invariant")
    for story in stories:
        for one in story.breaks:
            wrong += [w for edit in one.edits
                      for w in lint_edit(one.at, *edit)]
    return wrong


def lint_edit(at, file, old, new):
    path = ROOT / file
    if not path.is_file():
        return [f"{at}: there is no {file}"]
    n = path.read_text().count(old)
    if n != 1:
        return [f"{at}: {file} has this {n} times, not once: {old!r}: write "
                "the text that the check has now"]
    if old == new:
        return [f"{at}: the break changes nothing"]
    return []


# ---- docs/STORIES.md ----

def sentences():
    """Each function once, by the last of its patterns."""
    out = []
    for module in SECTIONS:
        out += ["", f"### {module.SECTION}", ""]
        last = {s.function: s for s in SENTENCES
                if s.section == module.SECTION}
        for function, sentence in last.items():
            note = " ".join((function.__doc__ or "").split())
            out.append(f"- `{sentence.shown}`" + (f": {note}" if note else ""))
    return out


def tables(stories):
    by_number = collections.defaultdict(list)
    for story in stories:
        for number in story.covers:
            by_number[number].append(story.name)
    out = []
    for kind, title, head in (
            ("R", "Requirements", "requirement"),
            ("F", "Failures of 2025", "failure")):
        out += ["", f"## {title}, and the stories of each", "",
                f"| | {head} | what the stories show | stories |",
                "|---|---|---|---|"]
        out += [f"| {n} | {what} | {shown} | {' '.join(by_number[n])} |"
                for n, what, shown in requirements() if n[0] == kind]
    out += ["", "What must always hold (ARCHITECTURE.md), and the stories "
            "of each:", "", "| | stories |", "|---|---|"]
    out += [f"| {n} | {' '.join(names)} |" for n, names in
            sorted(by_number.items(), key=lambda x: key(x[0]))
            if n[0] == "I"]
    return out


def list_of(stories):
    out = ["", "## All stories", "", "| story | title | breaks |",
           "|---|---|---|"]
    return out + [f"| {s.name} | {s.title} | {len(s.breaks)} |"
                  for s in stories]


def printed(stories):
    head = [BEGIN, "", "## The sentences", "",
            "Fields of a request that a sentence may name: "
            + ", ".join(f"`{f}`" for f in FIELDS) + ".",
            "Officers: " + ", ".join(OFFICERS) + ".",
            "People: those of `tests/scenario/stories/roll.csv`.",
            "A sentence may end in `, but the answer is no: \"words\"`."]
    return "\n".join(head + sentences() + tables(stories)
                     + list_of(stories)) + "\n"


def write_docs(stories, check=False):
    text = DOCS.read_text() if DOCS.exists() else BEGIN
    head, begin, _ = text.partition(BEGIN)
    want = head + printed(stories)
    if not begin:
        return [f"{DOCS}: no line: {BEGIN}"]
    if check and want != text:
        return [f"{DOCS} is stale: run tests/scenario/tell --docs"]
    if not check:
        DOCS.write_text(want)
    return []
