# SPDX-License-Identifier: Apache-2.0
"""How many: caps, alarms, and one request in the place of another."""
from .language import Wrong, says
from .words_registers import loaded_changed, terminated
from .words_requests import asked_again

SECTION = "How many"
CAPS = {
    "in a batch": ("batch-most 1500000", "batch-most"),
    "of a day": ("day-most 1500000", "day-most"),
    "of a day under one officer":
        ("officer-day-most 100", "officer-day-most"),
}
BASE_RATE = " per-year times 1000"


@says("the agreement lets {n} {of:words} through before counsel looks")
def capped(office, n, of):
    if of not in CAPS:
        raise Wrong(f"there is no cap '{of}'; there are {', '.join(CAPS)}")
    was, word = CAPS[of]
    reload_with(office, was, f"{word} {n}")


@says("counsel is to hear of {n} times the use of the statute")
def alarmed(office, n):
    reload_with(office, BASE_RATE, f" per-year times {n}")


def reload_with(office, was, new):
    terminated(office)
    loaded_changed(office, was, new)


def matters(office, kind):
    return office.rows("matter", "list", "--all", "--json", "--kind", kind,
                       "--key", office.key("counsel"))


def open_of(office, kind):
    return [m for m in matters(office, kind) if m["state"] == "open"]


@says("the batch waits for counsel")
def waits(office):
    if not [m for m in open_of(office, "cap") if m["batch"] == office.batch]:
        raise Wrong(f"batch {office.batch} does not wait for counsel")
    if "waits for counsel" not in office.do("batch", "status", office.batch):
        raise Wrong("its status does not say so")


@says("no batch waits for counsel")
def waits_not(office):
    if open_of(office, "cap"):
        raise Wrong(f"these wait: {open_of(office, 'cap')}")


def answer(office, kind, decision, who):
    for matter in open_of(office, kind):
        office.do("matter", "answer", matter["matter"], "--decision", decision,
                  "--ground", "what is asked was read, person by person",
                  "--key", office.key(who))


@says("counsel clears the batch")
def cleared(office):
    answer(office, "cap", "clear", "counsel")


@says("counsel refuses to have the batch looked up")
def refused(office):
    answer(office, "cap", "refuse", "counsel")


@says("the operator clears the batch")
def cleared_by_operator(office):
    answer(office, "cap", "clear", "operator")


@says("the batch is resumed")
def resumed(office):
    office.do("batch", "resume", office.batch, "--today", office.day)


@says("{n} alarm is open", "{n} alarms are open")
def alarms(office, n):
    found = open_of(office, "alarm")
    if len(found) != n:
        raise Wrong(f"{len(found)} are open: {found}")


@says("counsel has noted the alarm")
def noted(office):
    answer(office, "alarm", "note", "counsel")


# ---- one in the place of another ----

@says("{letter} is amended as {again:letter}, which asks for {year} alone")
def amended(office, letter, again, year):
    asked_again(office, letter, again)
    request = office.drafts[again]
    request.fields["taxable period"] = [str(year)]
    request.fields["request mended"] = letter
