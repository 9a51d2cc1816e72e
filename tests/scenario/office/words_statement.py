# SPDX-License-Identifier: Apache-2.0
"""A person's own account of disclosures."""
import datetime
import pathlib
import re
import subprocess
import sys

from .instance import ANSWER_DAYS, run
from .language import Refused, Wrong, says
from .words_registers import who

SECTION = "A person's own account"
FORGE = pathlib.Path(__file__).resolve().parent.parent / "account-forge"


def month_after(day):
    return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


@says("the day comes on which accounts tell of this month")
def account_day(office):
    """So many days after the month's end as the agreement's answer-days."""
    told = month_after(office.day) + datetime.timedelta(days=ANSWER_DAYS - 1)
    office.later = (told - office.real_today).days


@says("the day before that comes on which accounts tell of this month")
def account_eve(office):
    account_day(office)
    office.later -= 1


def account(office, about, person="counsel", day=None):
    path = office.folder / f"{about}.account"
    office.do("ledger", "account", "--person", about, "--for", "self",
              "--identified-by", "A. Clerk", "--how", "passport shown",
              "--out", path, "--key", office.key(who(person)), "--today",
              day or office.day)
    return path


def believed(office, path):
    return run(office.weir, "ledger", "check-account", path, "--ledger",
               office.dir / "ledger", "--vkey",
               office.dir / "ledger/ledger.vkey")


def number_told(words):
    return int(re.search(r"^Disclosures in this account: (\d+)$", words,
                         re.M)[1])


@says("{person:who} gives {about:person} their account")
def gives(office, person, about):
    office.kept["account"] = account(office, about, person)
    office.words = believed(office, office.kept["account"])


@says("the account tells of {n} disclosures", "the account tells of {n} "
      "disclosure", "anybody believes the account, which tells of {n} "
      "disclosures", "anybody believes the account, which tells of {n} "
      "disclosure")
def tells(office, n):
    """By the public ledger and its key."""
    office.words = believed(office, office.kept["account"])
    if number_told(office.words) != n:
        raise Wrong(office.words)


@says("one of them was told after a delay")
def told_late(office):
    if office.words.count("told after a delay") != 1:
        raise Wrong(office.words)


@says("{one:person}'s account has the same words as {other:person}'s")
def same_words(office, one, other):
    """But for the names, the list and the numbers of entries."""
    texts = []
    for about in (one, other):
        words = believed(office, account(office, about))
        words = words[words.index("\nWhat this shows."):]
        texts.append(re.sub(r"\d+ entries|entry \d+|\d+ disclosures", "N",
                            words))
    if texts[0] != texts[1]:
        raise Wrong(f"{texts[0]}\n{texts[1]}")


def forged(office, how, *other):
    out = office.folder / "forged.account"
    subprocess.run([sys.executable, FORGE, how, office.kept["account"], out,
                    *other], check=True)
    try:
        believed(office, out)
    except Refused:
        return
    raise Wrong(f"an account is believed that was changed: {how}")


@says("nobody believes it where one disclosure is left out")
def left_out(office):
    forged(office, "left-out")
    forged(office, "hidden")


@says("nobody believes it where a neighbour is another")
def neighbour(office):
    forged(office, "neighbour")


@says("{person:who} delays what is told of {letter} for {n} days, because "
      "{text}")
def delays(office, person, letter, n, text):
    ground = office.folder / "ground.txt"
    ground.write_text(text + "\n")
    until = office.day + datetime.timedelta(days=n)
    office.do("ledger", "delay", "place", "--request", letter, "--ground",
              ground, "--until", until, "--key", office.key(who(person)),
              "--today", office.day)


@says("{person:who} lifts the delay of {letter}")
def lifts(office, person, letter):
    office.do("ledger", "delay", "lift", "--request", letter, "--key",
              office.key(who(person)), "--today", office.day)


def listed_delay(office, letter):
    _, out, _ = office.try_("ledger", "delay", "list", "--key",
                            office.key("counsel"), "--today", office.day)
    line = [x for x in out.splitlines() if re.search(rf"\b{letter}\b", x)]
    if not line:
        raise Wrong(out)
    return line[-1]


@says("the delay of {letter} has the state {state:word}")
def delay_state(office, letter, state):
    line = listed_delay(office, letter)
    if f" {letter} {state} " not in line:
        raise Wrong(line)
