# SPDX-License-Identifier: Apache-2.0
"""What is kept is destroyed when its time is over."""
import datetime

from .instance import run
from .language import Refused, Wrong, listed, says
from .words_registers import who
from .words_statement import believed

SECTION = "Erasure"


def ask(office, person, letter, *options):
    out = office.do("ledger", "erase", "ask", "--request", letter, "--ground",
                    "retention", "--basis", "GRS 5.2, item 020", "--key",
                    office.key(who(person)), "--today", office.day, *options)
    office.kept["erasure"] = int(out.split("erasure ", 1)[1].split()[0])


@says("{person:who} asks that {letter} be erased")
def asks(office, person, letter):
    ask(office, person, letter)


@says("{person:who} asks that {letter} be erased, whose record is gone")
def asks_record_gone(office, person, letter):
    ask(office, person, letter, "--record-ended",
        office.day - datetime.timedelta(days=1))


@says("{person:who} grants the erasure")
def grants(office, person):
    office.do("ledger", "erase", "grant", office.kept["erasure"], "--key",
              office.key(who(person)), "--today", office.day)


@says("{person:who} denies the erasure")
def denies(office, person):
    office.do("ledger", "erase", "deny", office.kept["erasure"], "--key",
              office.key(who(person)), "--today", office.day)


@says("{n} years pass", "{n} year passes")
def years_pass(office, n):
    office.later += n * 366


def line_there(office, letter):
    lines = (office.dir / f"batches/{office.batch}/requests").read_text()
    return f'"{letter}"' in lines


@says("nothing is kept of {letters}")
def nothing_kept(office, letters):
    """No line in the batch's file, and no word of its entries."""
    for letter in listed(letters):
        if line_there(office, letter):
            raise Wrong(f"the line of {letter} is in the batch's file")
        try:
            told = office.do("explain", letter)
        except Refused as why:
            if "was erased on" not in str(why):
                raise Wrong(str(why)) from why
            continue
        raise Wrong(told)


@says("all is kept of {letters}")
def all_kept(office, letters):
    for letter in listed(letters):
        if not line_there(office, letter):
            raise Wrong(f"the line of {letter} is not in the batch's file")
        office.do("explain", letter)


@says("one of them is erased")
def one_erased(office):
    words = believed(office, office.kept["account"])
    if words.count("erased on ") != 1:
        raise Wrong(words)


@says("the ledger grew out of what it was, and verifies")
def ledger_grew(office):
    run(office.weir, "-C", office.dir, "ledger", "verify", "--old",
        office.kept["old checkpoint"])


@says("somebody keeps the ledger's checkpoint")
def keeps_checkpoint(office):
    path = office.folder / "old-checkpoint"
    path.write_text(office.do("ledger", "checkpoint"))
    office.kept["old checkpoint"] = path
