# SPDX-License-Identifier: Apache-2.0
"""Holds: orders of courts, and of whoever may stop."""
import datetime
import hashlib
import re
import time

from . import people
from .language import Wrong, listed, says
from .words_registers import who

SECTION = "Holds"


def place(office, scope, docket, person="counsel", ground="court", more=()):
    out = office.do("hold", "place", "--ground", ground, "--docket", docket,
                    "--scope", scope, *more, "--key", office.key(who(person)))
    office.kept["hold"] = re.search(r"hold (\d+)", out)[1]
    office.kept["hold entry"] = int(re.search(r"entry (\d+)", out)[1])


def case_of(office, letter):
    request = office.sent.get(letter) or office.drafts[letter]
    return f"case={request.fields['case']}"


def cases_of(office, letters):
    return ",".join(case_of(office, x) for x in listed(letters))


@says("{person:who} places a hold on everything, docket {text}")
def on_all(office, person, text):
    place(office, "all", text, person)


@says("{person:who} places a hold on everything, docket {text}, except the "
      "case of {letters}",
      "{person:who} places a hold on everything, docket {text}, except the "
      "cases of {letters}")
def on_all_but(office, person, text, letters):
    more = []
    for letter in listed(letters):
        more += ["--except", case_of(office, letter)]
    place(office, "all", text, person, more=more)


@says("{person:who} places a hold on the case of {letters}, docket {text}",
      "{person:who} places a hold on the cases of {letters}, docket {text}")
def on_case(office, person, letters, text):
    place(office, cases_of(office, letters), text, person)


@says("{person:who} places a hold on {about:person}, docket {text}")
def on_person(office, person, about, text):
    place(office, f"person=id:{about}", text, person)


@says("{person:who} places a hold on the name {name:text}, docket {text}")
def on_name(office, person, name, text):
    place(office, f"person=name:{name}", text, person)


@says("{person:who} places a hold on officer {officer}, docket {text}")
def on_officer(office, person, officer, text):
    place(office, f"recipient={people.OFFICERS[officer][0]}", text, person)


@says("{person:who} places a hold on the statute {statute:text}, docket "
      "{text}")
def on_statute(office, person, statute, text):
    place(office, f"statute={statute}", text, person)


@says("{person:who} places a hold on batch {n}, docket {text}")
def on_batch(office, person, n, text):
    place(office, f"batch={n}", text, person)


@says("{person:who} places a hold with the scope {scope:text}, docket "
      "{text}")
def on_scope(office, person, scope, text):
    place(office, scope, text, person)


@says("{person:who} places an order to preserve everything, docket {text}")
def preserve(office, person, text):
    place(office, "all", text, person, more=["--effect", "preserve"])


@says("{person:who} places a sealed hold on the case of {letters}, docket "
      "{text}")
def sealed(office, person, letters, text):
    place(office, cases_of(office, letters), text, person,
          more=["--sealed"])


@says("{person:who} asks to lift the hold",
      "{person:who} agrees to lift the hold")
def lift(office, person):
    office.do("hold", "lift", office.kept["hold"],
              "--key", office.key(who(person)))


@says("counsel and a reviewer lift the hold")
def lifted(office):
    lift(office, "counsel")
    lift(office, "first reviewer")


@says("the hold stands")
def stands(office):
    if state(office) == "lifted":
        raise Wrong("it was lifted")


@says("the hold is lifted")
def is_lifted(office):
    if state(office) != "lifted":
        raise Wrong(f"it is {state(office)}")


def state(office):
    for row in office.rows("hold", "list", "--json",
                           "--key", office.key("counsel")):
        if str(row["hold"]) == office.kept["hold"]:
            return row["state"]
    raise Wrong("the list does not have it")


@says("the list of holds shown to {person:who} has the docket {text}")
def listed_to(office, person, text):
    if text not in shown(office, person):
        raise Wrong("it has not")


@says("the list of holds shown to {person:who} has no docket {text}")
def not_listed_to(office, person, text):
    if text in shown(office, person):
        raise Wrong("it has")


def shown(office, person):
    return office.do("hold", "list", "--key", office.key(who(person)))


# ---- a later order ----

@says("{person:who} asks that the case of {letter} be excepted, docket {text}")
def asks_exception(office, person, letter, text):
    office.do("hold", "except", office.kept["hold"], "--scope",
              case_of(office, letter), "--docket", text,
              "--key", office.key(who(person)))


@says("{person:who} grants exception {n}")
def grants(office, person, n):
    office.do("hold", "except", office.kept["hold"], "--grant", n,
              "--key", office.key(who(person)))


@says("{person:who} denies exception {n}")
def denies(office, person, n):
    office.do("hold", "except", office.kept["hold"], "--deny", n,
              "--key", office.key(who(person)))


@says("{person:who} places a hold by order of {text}, effective {at:text}, "
      "served {served:text}, to be looked at again in {n} days")
def by_order(office, person, text, at, served, n):
    """A court's order with its file; the times as 2026-11-01T06:00:00Z."""
    order = office.folder / "order.txt"
    order.write_text("IT IS ORDERED\n")
    day = office.day + datetime.timedelta(days=n)
    place(office, "all", text, person, more=[
        "--order", order, "--effective", at, "--served", served,
        "--review", day])


@says("the hold is shown with its order's hash and with {text}")
def shown_with(office, text):
    out = office.do("hold", "show", office.kept["hold"], "--key",
                    office.key("counsel"))
    digest = hashlib.sha256(
        (office.folder / "order.txt").read_bytes()).hexdigest()
    for words in (digest, text):
        if words not in out:
            raise Wrong(f"no {words} in: {out}")


@says("the review of the hold is due", "the review of the hold is due now")
def review_due(office):
    if not due(office):
        raise Wrong("it is not")


@says("the review of the hold is not due")
def review_not_due(office):
    if due(office):
        raise Wrong("it is")


def due(office):
    """The program says `no hold's review is due` where none is."""
    out = office.do("hold", "list", "--due", "--today", office.day,
                    "--key", office.key("counsel"))
    return "review is due" in out and not out.startswith("no hold")


# ---- the court asks ----

@says("the time is noted")
def time_noted(office):
    """Between what was before it and what comes after, by a second."""
    time.sleep(1.1)
    office.kept["noted"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    time.sleep(1.1)


@says("{person:who} places a hold on everything, docket {text}, effective at "
      "the time noted")
def effective_then(office, person, text):
    place(office, "all", text, person,
          more=["--effective", office.kept["noted"]])


def left(office, person="counsel"):
    return office.rows("hold", "affected", office.kept["hold"], "--json",
                       "--key", office.key(who(person)))[0]


@says("what left since the order was effective is {letters}")
def left_since(office, letters):
    """And the totals tie with the list."""
    told = left(office)
    got = sorted(r["request"] for r in told["left"])
    if got != sorted(listed(letters)):
        raise Wrong(f"it is: {', '.join(got) or 'nothing'}")
    totals = told["totals"]
    places = sum(totals[x] for x in ("outbox", "recipient", "custodian",
                                     "destroyed"))
    if totals["left"] != len(got) or places != len(got) or \
            totals["addresses"] + totals["neutral"] != len(got):
        raise Wrong(f"the totals do not tie: {totals}")


@says("of these {letters} held an address")
def held_address(office, letters):
    got = sorted(r["request"] for r in left(office)["left"]
                 if r["outcome"] == "address")
    if got != sorted(listed(letters)):
        raise Wrong(f"they are: {', '.join(got) or 'none'}")


@says("the court is told that {letter} is now with {place:word}")
def told_where(office, letter, place):
    """outbox, recipient, custodian or destroyed."""
    for row in left(office)["left"]:
        if row["request"] == letter:
            if row["where"] != place:
                raise Wrong(f"it is told: {row}")
            return
    raise Wrong("it is not among what left")


@says("{person:who} is not told which held an address")
def not_told_which(office, person):
    told = left(office, person)
    if any("outcome" in r for r in told["left"]) or \
            "addresses" in told["totals"]:
        raise Wrong(f"it is told: {told}")
