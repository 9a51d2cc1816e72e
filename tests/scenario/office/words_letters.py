# SPDX-License-Identifier: Apache-2.0
"""After a batch: the requester's letters, custody, demands, destruction."""
import shutil

from . import people
from .instance import run
from .language import Wrong, listed, says
from .words_registers import AGREEMENT, who

SECTION = "Letters, custody and recall"


def new_letter(office):
    n = office.kept.get("letters", 0) + 1
    office.kept["letters"] = n
    return office.folder / f"letter-{n}.json"


def tool(office, *words):
    """A verb that needs no instance."""
    run(office.weir, *words)


def take(office, letter):
    office.do("letter", "take", letter, "--today", office.day)
    office.kept["letter"] = letter


def sequence_of(office, letters):
    return next(iter({office.sent[x].batch for x in letters}))


def by_certifier(office, verb, letters, reason):
    letters = listed(letters)
    out = new_letter(office)
    tool(office, "request", verb, *letters, "--agreement", AGREEMENT,
         "--sequence", sequence_of(office, letters), "--certifier",
         "ICE-DIR", "--reason", reason, "--key", office.key("certifier"),
         "--date", office.day, "--out", out)
    take(office, out)


@says("the requester withdraws {letters}, because {text}")
def withdraws(office, letters, text):
    by_certifier(office, "withdraw", letters, text)


@says("the requester asks that the refusal of {letters} be looked at again, "
      "because {text}")
def reconsider(office, letters, text):
    by_certifier(office, "reconsider", letters, text)


@says("the same letter is taken again")
def again(office):
    office.kept["size"] = len(office.entries())
    take(office, office.kept["letter"])


# ---- the officer's letters ----

def key_of(office, officer):
    ident = people.OFFICERS[officer][0]
    return ident, office.dir / f"sandbox/officers/{ident}.key"


@says("officer {officer} fetches {letters}")
def fetches(office, officer, letters):
    """Takes the packages out of the outbox, and has them from now on."""
    for letter in listed(letters):
        path = office.packages()[letter].path
        shutil.copy2(path, office.folder / path.name)
        path.unlink()


@says("officer {officer} acknowledges the packages of {letters}",
      "officer {officer} acknowledges the package of {letters}")
def acknowledges(office, officer, letters):
    ident, key = key_of(office, officer)
    files = []
    for letter in listed(letters):
        at = office.folder / f"{letter}.cms"
        files.append(at if at.exists() else
                     office.packages()[letter].path)
    out = new_letter(office)
    tool(office, "package", "acknowledge", *files, "--officer", ident,
         "--vkey", office.dir / "ledger/ledger.vkey", "--key", key,
         "--date", office.day, "--out", out)
    take(office, out)
    office.kept[f"acknowledged {officer}"] = out


def about(office, officer, verb, letters, *more):
    """A letter on what was acknowledged."""
    out = new_letter(office)
    tool(office, "package", verb, office.kept[f"acknowledged {officer}"],
         *listed(letters), *more, "--key", key_of(office, officer)[1],
         "--date", office.day, "--out", out)
    take(office, out)


@says("officer {officer} tells where the copy of {letters} is: {text}",
      "officer {officer} tells where the copies of {letters} are: {text}")
def tells(office, officer, letters, text):
    about(office, officer, "custody", letters, "--holder", officer,
          "--place", text, "--copy", "the only one")


@says("officer {officer} certifies that {letters} is destroyed",
      "officer {officer} certifies that {letters} are destroyed")
def destroyed(office, officer, letters):
    about(office, officer, "destroyed", letters, "--method", "shredded",
          "--witness", "JO LEE", "--on", office.day)


# ---- where everything is ----

def custody(office, *more):
    return office.rows("custody", "list", "--json", *more, "--today",
                       office.day, "--key", office.key("counsel"))


@says("{letters} is overdue", "{letters} are overdue")
def overdue(office, letters):
    """And nothing else is."""
    got = sorted(r["request_id"] for r in custody(office, "--overdue"))
    want = sorted(office.letters(letters, office.sent))
    if got != want:
        raise Wrong(f"overdue: {', '.join(got) or 'nothing'}")


@says("nothing is overdue")
def none_overdue(office):
    got = [r["request_id"] for r in custody(office, "--overdue")]
    if got:
        raise Wrong(f"overdue: {', '.join(got)}")


@says("{letter} is with the recipient", "{letter} is with its officer")
def with_recipient(office, letter):
    at_place(office, letter, "'where': 'recipient'")


def at_place(office, letter, words):
    for line in custody(office):
        if line["request_id"] == letter:
            if words not in str(line):
                raise Wrong(f"it is: {line}")
            return
    raise Wrong("the list of custody does not have it")


@says("where {letter} is tells {text}")
def custody_tells(office, letter, text):
    at_place(office, letter, text)


@says("the recipient's list tells the same of {letters}")
def recipient_same(office, letters):
    rows = {r["request_id"]: {k: v for k, v in r.items() if k not in
                              ("request_id", "officer", "package", "entry")}
            for r in custody(office, "--recipient")}
    told = {str(rows[x]) for x in office.letters(letters, office.sent)}
    if len(told) != 1:
        raise Wrong(f"{told}")


@says("{person:who} demands {letters} back, because {text}")
def demands(office, person, letters, text):
    letters = office.letters(letters, office.sent)
    office.do("recall", "demand", *letters, "--batch",
              sequence_of(office, letters), "--ground", text,
              "--key", office.key(who(person)))


@says("{person:who} demands all of batch {n} back, because {text}")
def demands_all(office, person, n, text):
    office.do("recall", "demand", "--batch", n, "--ground", text,
              "--key", office.key(who(person)))
