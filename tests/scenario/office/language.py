# SPDX-License-Identifier: Apache-2.0
"""Sentences and stories.

A sentence is a pattern and a function.  In a pattern `{name:kind}` stands for
a word of that kind (KINDS below), `{kind}` for one that is called so; the
function gets it under that name.  All sentences are in SENTENCES; an unknown
one is an error that names file, line and the nearest known ones.

A story is a text file.  Its head has `title:`, `covers:` and `break:` lines,
then one sentence a line; a line that begins with a blank goes on with the one
before, `#` begins a remark.
"""
import difflib
import inspect
import re

from .people import FIELDS

NUMBERS = ("no one two three four five six seven eight nine ten eleven "
           "twelve").split()
BUT_NO = ", but the answer is no"


class Wrong(Exception):
    """The story is not true of the program."""


class Refused(Exception):
    """The program's answer was no: status and words."""

    def __init__(self, status, words):
        super().__init__(words)
        self.status = status
        self.words = words


class Malformed(Exception):
    """The file is no story: file:line and why."""


def number(text):
    return NUMBERS.index(text) if text in NUMBERS else int(text)


def listed(text):
    """`A, B and D to F` as a list; `all` and `all but A` as they are."""
    out = []
    for part in re.split(r", | and ", text):
        ends = re.fullmatch(r"([A-Z])(\d*) to ([A-Z])(\d*)", part)
        if not ends:
            out.append(part)
        elif ends[2]:
            out += [f"{ends[1]}{n}"
                    for n in range(int(ends[2]), int(ends[4]) + 1)]
        else:
            out += [chr(c) for c in range(ord(ends[1]), ord(ends[3]) + 1)]
    return out


LETTER = r"[A-Z]\d*"
CODE = r"[A-Z0-9]{2,}(?:-[A-Z0-9]+)+"
NAME = r"[A-Z]{2,}(?: [A-Z]{2,})+"
MANY = rf"{LETTER}(?: to {LETTER})?"

# kind: (expression, how it is shown, how it is read)
KINDS = {
    "text": (r'"(?:[^"\\]|\\.)*"', '"words"',
             lambda t: t[1:-1].replace('\\"', '"')),
    "letter": (LETTER, "A", str),
    "letters": (rf"(?:all but )?{MANY}(?:, {MANY})*(?: and {MANY})?|all",
                "A, B and C", str),
    "person": (NAME, "MARIA LOPEZ", lambda t: t.replace(" ", "-")),
    "persons": (rf"{NAME}(?:, {NAME})*(?: and {NAME})?",
                "MARIA LOPEZ and JOSE RAMIREZ",
                lambda t: [p.replace(" ", "-") for p in listed(t)]),
    "officer": (r"[A-Z]{3,}", "NELSON", str),
    "field": ("|".join(sorted(FIELDS, key=len, reverse=True)),
              "delivery line", str),
    "n": (rf"\d+|{'|'.join(NUMBERS)}", "3", number),
    "year": (r"\d{4}", "2023", int),
    "years": (r"\d{4}(?:, \d{4})*(?: and \d{4})?", "2022 and 2023",
              lambda t: [int(y) for y in listed(t)]),
    "codes": (rf"{CODE}(?:, {CODE})*(?: and {CODE})?", "I2-B1-ADDRESS",
              lambda t: sorted(listed(t))),
    "who": (r"(?:the |a )?(?:first |second |third )?[a-z]+(?: officer)?"
            r"(?: again)?|a stranger of the certifier's name",
            "the first reviewer", str),
    "word": (r"[a-z][a-z-]*", "word", str),
    "words": (r"[a-z][a-z -]*", "words", str),
}


class Sentence:
    def __init__(self, pattern, function):
        self.pattern = pattern
        self.function = function
        self.section = inspect.getmodule(function).SECTION
        shown, expression, self.kinds = [], [], {}
        for name, kind, words in re.findall(
                r"\{(\w+)(?::(\w+))?\}|([^{]+)", pattern):
            if words:
                shown.append(words)
                expression.append(re.escape(words))
                continue
            like, sample, _ = KINDS[kind or name]
            self.kinds[name] = kind or name
            shown.append(sample)
            expression.append(f"(?P<{name}>{like})")
        self.shown = "".join(shown)
        self.expression = re.compile("".join(expression))

    def match(self, text):
        found = self.expression.fullmatch(text)
        if not found:
            return None
        return {name: KINDS[self.kinds[name]][2](value)
                for name, value in found.groupdict().items()}


SENTENCES = []


def says(*patterns):
    """The function carries out each of these sentences."""
    def enter(function):
        for pattern in patterns:
            sentence = Sentence(pattern, function)
            for other in SENTENCES:
                if other.expression == sentence.expression:
                    raise Malformed(
                        f"{function.__module__}: {sentence.shown}: "
                        f"{other.function.__module__} has it too")
            SENTENCES.append(sentence)
        return function
    return enter


def plain(text):
    """For likeness: what stands in a sentence's places is left out."""
    text = re.sub(KINDS["text"][0], '""', text)
    return re.sub(rf"\b(?:{NAME}|{CODE}|{LETTER}|\d+)\b", "_", text)


def nearest(text):
    known = {plain(s.shown): s.shown for s in SENTENCES}
    near = difflib.get_close_matches(plain(text), known, 3, 0.4)
    return [known[n] for n in near]


def understood(text):
    """The sentences that this may be, each with its words."""
    found = [(s, s.match(text)) for s in SENTENCES]
    return [(s, words) for s, words in found if words is not None]


class Line:
    """One sentence of a story: what to do, and the no that is expected."""

    def __init__(self, path, number_, text):
        self.at = f"{path}:{number_}"
        self.text = text
        self.no = None
        head, but, tail = text.partition(BUT_NO)
        if but:
            self.no = [KINDS["text"][2](w)
                       for w in re.findall(KINDS["text"][0], tail)]
        found = understood(head)
        if not found:
            raise Malformed("\n".join(
                [f"{self.at}: no sentence that is known: {text}",
                 *(f"    near: {n}" for n in nearest(head))]))
        if len(found) > 1:
            raise Malformed("\n".join(
                [f"{self.at}: this may be more than one sentence: {text}",
                 *(f"    {s.shown}" for s, _ in found)]))
        self.sentence, self.words = found[0]
        if but and not self.no:
            raise Malformed(f'{self.at}: say what is told: {BUT_NO}: "..."')

    def act(self, office):
        try:
            self.sentence.function(office, **self.words)
        except Refused as no:
            if self.no is None:
                raise Wrong(f"the program says no: {no.words}") from no
            for words in self.no:
                if words not in no.words:
                    raise Wrong(f'it was told no, but not "{words}": '
                                f"{no.words}") from no
            return
        if self.no is not None:
            raise Wrong("it was done, and should have been refused")


class Break:
    """Edits that take a story's check away: file, old text, new text."""

    def __init__(self, at):
        self.at = at
        self.edits = []

    def add(self, text):
        found = re.fullmatch(r"(\S+): (.*?) => ?(.*)", text)
        if not found:
            raise Malformed(f"{self.at}: break: FILE: OLD => NEW")
        unescape = lambda t: t.replace("\\n", "\n").replace("\\t", "\t")
        self.edits.append(
            (found[1], unescape(found[2]), unescape(found[3])))


class Story:
    def __init__(self, path):
        self.path = path
        self.name = path.stem
        self.title = ""
        self.covers = []
        self.breaks = []
        self.lines = []
        for n, text in self.joined():
            self.read(n, text)
        if not (self.title and self.covers and self.breaks and self.lines):
            raise Malformed(f"{path}:1: a story has a title, what it covers, "
                            "a break, and sentences")

    def joined(self):
        lines = []
        for n, text in enumerate(self.path.read_text().splitlines(), 1):
            if not text.strip() or text.startswith("#"):
                continue
            if text[0] in " \t" and lines:
                lines[-1] = (lines[-1][0], f"{lines[-1][1]} {text.strip()}")
            else:
                lines.append((n, text.rstrip()))
        return lines

    def read(self, n, text):
        head, colon, tail = text.partition(": ")
        if colon and head == "title":
            self.title = tail
        elif colon and head == "covers":
            self.covers += tail.split()
        elif colon and head == "break":
            self.breaks.append(Break(f"{self.path}:{n}"))
            self.breaks[-1].add(tail)
        elif colon and head == "and" and self.breaks:
            self.breaks[-1].add(tail)
        else:
            self.lines.append(Line(self.path, n, text.rstrip(".")))
