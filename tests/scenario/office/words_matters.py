# SPDX-License-Identifier: Apache-2.0
"""What an office has open beside its requests: caps, second looks, incidents."""
import datetime
import re

from .language import Wrong, listed, says
from .words_registers import who

SECTION = "What the office has open"


def matters(office, kind, *more):
    return office.rows("matter", "list", "--kind", kind, "--json", *more,
                       "--key", office.key("counsel"))


def open_one(office, kind):
    found = [m for m in matters(office, kind) if m["state"] != "closed"]
    if not found:
        raise Wrong(f"no {kind} is open")
    return found[-1]["matter"]


@says("one {kind:word} is open", "one {kind:word} waits for its answer")
def is_open(office, kind):
    n = len(matters(office, kind))
    if n != 1:
        raise Wrong(f"{n} are open")


@says("no {kind:word} is open", "no {kind:word} waits for its answer")
def none_open(office, kind):
    if matters(office, kind):
        raise Wrong("one is")


@says("{person:who} answers the {kind:word} with {decision:word}, because "
      "{text}")
def answers(office, person, kind, decision, text):
    """Kinds and decisions: MATTERS.md."""
    office.do("matter", "answer", open_one(office, kind), "--decision",
              decision, "--ground", text, "--key", office.key(who(person)))


# ---- the second look ----

def drawn(office):
    return office.rows("look", "list", "--json", "--key",
                       office.key("counsel"))


@says("{n} answers are drawn for a second look within {hours:n} hours")
def are_drawn(office, n, hours):
    rows = drawn(office)
    if len(rows) != n:
        raise Wrong(f"{len(rows)} are drawn")
    noon = datetime.datetime.combine(office.day, datetime.time(12))
    for row in rows:
        due = datetime.datetime.strptime(row["due"], "%Y-%m-%dT%H:%M:%SZ")
        if due > max(noon, datetime.datetime.utcnow()) + \
                datetime.timedelta(hours=hours):
            raise Wrong(f"{row['request_id']} is due on {row['due']}")


def look(office, person, letter, *finding):
    office.do("look", "decide", "--batch", office.sent[letter].batch,
              "--request", letter, *finding, "--key",
              office.key(who(person)))


@says("{person:who} looks at the answer to {letters} again and finds it "
      "sound",
      "{person:who} looks at the answers to {letters} again and finds them "
      "sound")
def sound(office, person, letters):
    for letter in listed(letters):
        look(office, person, letter, "--sound")


@says("{person:who} looks at the answer to {letter} again and finds it "
      "wrong, because {text}")
def wrong(office, person, letter, text):
    look(office, person, letter, "--wrong", "--ground", text)


# ---- incidents ----

FIELDS = ("contact", "happened", "found", "what", "records", "place",
          "systems")


@says("{person:who} opens an incident about {letters}: {text}")
def opens(office, person, letters, text):
    """What happened; the other six fields are told later."""
    office.do("incident", "open", *listed(letters), "--what", text,
              "--key", office.key(who(person)))


@says("{person:who} tells the incident's other six fields")
def tells(office, person):
    number = open_one(office, "incident")
    more = []
    for field in FIELDS:
        if field != "what":
            more += [f"--{field}", f"{field}, in words"]
    office.do("incident", "amend", number, *more, "--key",
              office.key(who(person)))


@says("{person:who} reports the incident")
def reports(office, person):
    office.do("incident", "report", open_one(office, "incident"),
              "--key", office.key(who(person)))


@says("the incident is due within {n} hours")
def incident_due(office, n):
    row = matters(office, "incident")[-1]
    opened = datetime.datetime.strptime(row["opened"], "%Y-%m-%dT%H:%M:%SZ")
    due = datetime.datetime.strptime(row["due"], "%Y-%m-%dT%H:%M:%SZ")
    if due - opened > datetime.timedelta(hours=n):
        raise Wrong(f"opened {opened}, due {due}")


@says("{letters} is what left under the rule {codes}",
      "{letters} are what left under the rule {codes}")
def affected(office, letters, codes):
    """And under the law files and program that are used now."""
    rows = office.rows("incident", "affected", "--rule", codes[0], "--json",
                       "--key", office.key("counsel"))
    got = sorted({r["request_id"] for r in rows if "request_id" in r})
    if got != sorted(office.letters(letters, office.sent)):
        raise Wrong(f"it is {', '.join(got)}")


@says("the report has seven fields and no name or number of a taxpayer")
def report_clean(office):
    out = office.words
    for words in ("agency and contact", "when it happened",
                  "when and how it was found", "what happened",
                  "number or range", "where", "information technology"):
        if words not in out:
            raise Wrong(f"no '{words}': {out}")
    digits = re.sub(r"[ -]", "", out)
    for request in office.sent.values():
        fields = request.fields
        if fields["TIN"] and fields["TIN"] in digits or \
                fields["surname"].lower() in out.lower():
            raise Wrong(f"it names {request.letter}'s person")


@says("{person:who} finds what left under the rule {codes}, and adds it to "
      "the incident")
def adds_affected(office, person, codes):
    office.do("incident", "affected", open_one(office, "incident"), "--rule",
              codes[0], "--key", office.key(who(person)))


# ---- notices ----

@says("{person:who} queues notices to the people of the incident: {text}")
def queues(office, person, text):
    office.do("incident", "notice", open_one(office, "incident"),
              "--ground", text, "--key", office.key(who(person)))


@says("the notice is to {n} people", "the notice is to {n} person")
def notice_people(office, n):
    rows = office.rows("notice", "list", "--json", "--key",
                       office.key("counsel"))
    if sum(r["persons"] for r in rows) != n:
        raise Wrong(f"{rows}")


@says("the notice's drafts name the law and no number of a taxpayer")
def drafts(office):
    out = office.do("notice", "show", open_one(office, "notice"), "--key",
                    office.key("counsel"))
    if "26 USC 7431" not in out:
        raise Wrong(f"no law: {out[:600]}")
    digits = re.sub(r"[ -]", "", out)
    for request in office.sent.values():
        if request.fields["TIN"] and request.fields["TIN"] in digits:
            raise Wrong(f"the TIN of {request.letter} is in it")


@says("{person:who} keeps the notice back for {n} days, because {text}")
def suppresses(office, person, n, text):
    office.do("notice", "suppress", open_one(office, "notice"), "--until",
              office.day + datetime.timedelta(days=n), "--ground", text,
              "--key", office.key(who(person)))


@says("{person:who} sends the notice")
def sends(office, person):
    office.do("notice", "sent", open_one(office, "notice"), "--ground",
              "by certified mail", "--key", office.key(who(person)))


# ---- objections ----

@says("{person:who} objects to {letter}: {text}")
def objects(office, person, letter, text):
    """An objection of law: nobody takes it back, counsel answers it."""
    office.do("review", "object", "--batch", office.sent[letter].batch,
              "--request", letter, "--ground", text, "--key",
              office.key(who(person)))


# ---- the daily round ----

@says("the daily round is made")
def tend(office):
    """Whatever is overdue (status 1) is no refusal."""
    status, out, err = office.try_("tend", "--today", office.day)
    office.words = out + err
    if status not in (0, 1):
        raise Wrong(office.words)


@says("the daily round finds nothing overdue")
def tend_clean(office):
    office.do("tend", "--today", office.day)


@says("the daily round finds overdue: {text}")
def tend_overdue(office, text):
    tend(office)
    late = [x for x in office.words.splitlines() if x.startswith("!")]
    if not any(text in x for x in late):
        raise Wrong(f"overdue: {late}")
