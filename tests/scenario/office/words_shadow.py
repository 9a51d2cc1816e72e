# SPDX-License-Identifier: Apache-2.0
"""An old batch in a shadow: nothing leaves, and what left then is compared."""
import csv
import io
import json

from . import instance, people
from .language import Wrong, listed, says

SECTION = "An old batch in a shadow"


@says("the batch is old, and is tried in a shadow; {letters} got an address "
      "then")
def tried(office, letters):
    box = office.folder / "shadow"
    path = office.write_batch()
    sent = office.folder / "sent.csv"
    instance.run(office.weir, "init", box, "--shadow")
    instance.run(office.weir, "-C", box, "roll", "load", people.ROLL)
    with open(sent, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["requestID", "address", "to"])
        rows.writerows([r, "1 MAIN ST", "Lead Architect"]
                       for r in office.letters(letters, office.drafts))
    instance.run(office.weir, "-C", box, "shadow", "try", path, "--sent",
                 sent, "--sent-fields",
                 "request=requestID,address=address,recipient=to",
                 "--today", office.day)
    office.drafts = {}
    text = instance.run(
        office.weir, "-C", box, "report", "shadow", "--lines", "--key",
        box / "shadow/inspector.key", "--format", "csv", "--table", "lines")
    office.shadow = {row["request"]: row
                     for row in csv.DictReader(io.StringIO(text))}
    office.shadow_facts = json.loads(instance.run(
        office.weir, "-C", box, "report", "shadow", "--format",
        "json"))["facts"]


def check(office, letters, now, codes=None):
    for letter in listed(letters):
        row = office.shadow[letter]
        if row["now"] != now:
            raise Wrong(f"{letter}: {row}")
        if codes is not None and sorted(row["codes"].split()) != codes:
            raise Wrong(f"{letter}: {row}")


@says("{letters} would be refused there with {codes}")
def refused(office, letters, codes):
    check(office, letters, "refused", codes)


@says("{letters} would be confirmed as nobody there")
def unresolved(office, letters):
    check(office, letters, "unresolved")


@says("{letters} would be lawful there")
def lawful(office, letters):
    check(office, letters, "lawful")


@says("the report says that {n:n} addresses left then, and {m:n} of them "
      "would not have")
def counted(office, n, m):
    facts = office.shadow_facts
    if (int(facts["left"]), int(facts["unlawful"])) != (n, m):
        raise Wrong(f"{facts}")


@says("it says that {n:n} of them went to somebody else than the officer, "
      "and that {m:n} who got nothing are lawful")
def counted_more(office, n, m):
    facts = office.shadow_facts
    if (int(facts["elsewhere"]), int(facts["denied"])) != (n, m):
        raise Wrong(f"{facts}")


@says("in the shadow nothing can be released")
def nothing(office):
    box = office.folder / "shadow"
    for words in (["release", "--batch", "1", "--today", office.day],
                  ["batch", "reply", "1"], ["drop"], ["serve", "--init"]):
        status, _, err = office.try_(*words, instance_dir=box)
        if status != 1:
            raise Wrong(f"{words}: {status} {err}")
    made = [p for p in box.rglob("*")
            if p.suffix == ".cms" or p.name in ("outbox", "sealed", "drop")
            or p.name.startswith("reply")]
    if made:
        raise Wrong(f"{made}")
