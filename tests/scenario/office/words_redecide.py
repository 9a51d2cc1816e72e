# SPDX-License-Identifier: Apache-2.0
"""Past requests by another agreement: corrected, looser, or the one of 2025."""
import csv
import json

from .language import Refused, Wrong, listed, says
from .words_registers import shipped, who

SECTION = "Decided again by another agreement"


def decided_again(office, agreement, *more, by="counsel"):
    """The rows that change, by request; exit status 1 says that some do."""
    words = ("redecide", "--agreement", agreement, *more, "--json", "--key",
             office.key(who(by)))
    status, out, err = office.try_(*words)
    if status not in (0, 1) or not err.rstrip().endswith("then."):
        raise Refused(status, err.strip())
    if "Nothing was changed" not in err:
        raise Wrong(f"it does not say that nothing was changed: {err}")
    office.again = {row["request_id"]: row
                    for row in map(json.loads, out.splitlines())}
    return office.again


@says("{person:who} decides everything again with {old:text} written as "
      "{new:text}")
def written(office, person, old, new):
    """A copy of the agreement, changed; what it lists is in a folder too."""
    text = shipped("irs-ice-2025.md").read_text()
    if text.count(old) != 1:
        raise Wrong(f"the agreement has {text.count(old)} times: {old}")
    path = office.folder / "corrected.md"
    path.write_text(text.replace(old, new))
    out = office.folder / f"again-{office.day}"
    office.out = out
    before = office.do("batch", "decisions", "1")
    decided_again(office, path, "--out", out, by=person)
    if office.do("batch", "decisions", "1") != before:
        raise Wrong("a decision is another now")


def pair(office, letter):
    row = office.again.get(letter)
    return (row["was"], row["now"]) if row else None


@says("the release of {letters} would be refused with {codes}",
      "the releases of {letters} would be refused with {codes}")
def kept_back(office, letters, codes):
    for letter in listed(letters):
        if pair(office, letter) != ("released", "refused") or \
                not office.again[letter]["left"]:
            raise Wrong(f"{letter}: {pair(office, letter)}")
        if office.again[letter]["now_codes"] != codes:
            raise Wrong(f"{letter}: {office.again[letter]['now_codes']}")


@says("the refusal of {letters} would be taken back, as far as is known "
      "without the roll")
def open_now(office, letters):
    for letter in listed(letters):
        if pair(office, letter) != ("refused", "open"):
            raise Wrong(f"{letter}: {pair(office, letter)}")


@says("{letters} would be decided as they were",
      "{letters} would be decided as it was")
def the_same(office, letters):
    for letter in listed(letters):
        if letter in office.again:
            raise Wrong(f"{letter}: {pair(office, letter)}")


@says("the list for an incident has {letters} and nobody else's name")
def in_list(office, letters):
    path = office.out / "incident.csv"
    rows = list(csv.DictReader(path.open()))
    if [r["request_id"] for r in rows] != listed(letters):
        raise Wrong(f"it has {[r['request_id'] for r in rows]}")
    if any(r["officer"] == "" or r["delivered"] == "" for r in rows):
        raise Wrong("it does not say who received what, and when")


@says("there are drafts of {n} notices and of a demand")
def drafts(office, n):
    notices = (office.out / "notices.txt").read_text()
    if notices.count("Notice of a disclosure") != n:
        raise Wrong(notices[:400])
    if not (office.out / "demands.txt").read_text().count("Draft of a demand"):
        raise Wrong("no demand")


@says("the draft of a demand names {letters}")
def demand_names(office, letters):
    rows = list(csv.DictReader((office.out / "demands.csv").open()))
    if [r["request_id"] for r in rows] != listed(letters):
        raise Wrong(f"it names {[r['request_id'] for r in rows]}")
    if (office.out / "demands.txt").read_text().count("  officer ") != \
            len(rows):
        raise Wrong("its words name others")


@says("{person:who} opens an incident about that list: {text}")
def incident(office, person, text):
    office.do("incident", "open", "--list", office.out / "incident.csv",
              "--what", text, "--key", office.key(who(person)))


# ---- the script of 2025 ----

@says("counsel compares the rule of 2025 with the agreement")
def script(office):
    examples = shipped("examples")
    decided_again(
        office, shipped("irs-ice-2025.md"), "--from",
        examples / "2025-script.md", "--from-statute",
        examples / "2025-script-statute.md")


@says("the rule of 2025 would have released {letters}, and the agreement "
      "does not")
def would_have(office, letters):
    for letter in listed(letters):
        row = office.again.get(letter)
        if row is None or row["was"] != "released" or \
                row["now"] == "released" or row["left"]:
            raise Wrong(f"{letter}: {pair(office, letter)}")


@says("the rule of 2025 would have looked {letters} up, and the agreement "
      "refuses them with {codes}")
def would_have_asked(office, letters, codes):
    for letter in listed(letters):
        row = office.again.get(letter)
        if pair(office, letter) != ("open", "refused") or \
                row["now_codes"] != codes:
            raise Wrong(f"{letter}: {row}")


@says("the rule of 2025 and the agreement both release {letters}",
      "the rule of 2025 and the agreement say the same of {letters}")
def both(office, letters):
    the_same(office, letters)
