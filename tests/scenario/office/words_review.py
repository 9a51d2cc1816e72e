# SPDX-License-Identifier: Apache-2.0
"""Review by people, and what the custodian sees of a request."""
import re

from .language import Wrong, listed, says
from .words_registers import who

SECTION = "Review, and what the custodian sees"

# What a story calls it: the outcome that decisions name, or the state.
OUTCOMES = {
    "wait for reviewers": "review",
    "be approved": "approved",
    "be unresolved": "unresolved",
    "be withheld": "withheld",
    "be stopped": "stopped",
    "be delivered": "delivered",
    "wait for request review": "request-review",
    "be refused": "refused",
    "be recalled": "recalled",
    "be withdrawn": "withdrawn",
    "be superseded": "superseded",
    "have lapsed": "lapsed",
    "be destroyed": "destroyed",
}


def approve(office, reviewer, *which, batch=None):
    office.do("review", "approve", "--batch", batch or office.batch, *which,
              "--key", office.key(reviewer))


@says("two reviewers approve", "two reviewers approve all that waits")
def two(office):
    for reviewer in ("reviewer-1", "reviewer-2"):
        approve(office, reviewer, "--all")


@says("two reviewers approve all of batch {n}")
def two_batch(office, n):
    for reviewer in ("reviewer-1", "reviewer-2"):
        approve(office, reviewer, "--all", batch=n)


@says("two reviewers approve {letters}")
def two_these(office, letters):
    for letter in office.letters(letters, office.sent):
        for reviewer in ("reviewer-1", "reviewer-2"):
            approve_one(office, reviewer, letter)


def approve_one(office, reviewer, letter):
    office.do("review", "approve", "--batch", office.sent[letter].batch,
              "--request", letter, "--key", office.key(reviewer))


@says("{person:who} approves")
def approves(office, person):
    approve(office, who(person), "--all")


@says("{person:who} approves {letter}")
def approves_one(office, person, letter):
    approve_one(office, who(person), letter)


@says("{person:who} withholds {letter} because {text}")
def withholds(office, person, letter, text):
    office.do("review", "withhold", "--batch", office.sent[letter].batch,
              "--request", letter, "--ground", text,
              "--key", office.key(who(person)))


@says("{person:who} gives {letter} back because {text}")
def gives_back(office, person, letter, text):
    """From request review; the requester reads why."""
    office.do("review", "return", "--batch", office.sent[letter].batch,
              "--request", letter, "--ground", text,
              "--key", office.key(who(person)))


# ---- outside a sandbox: the sample first, lists, nothing borderline ----

@says("{person:who} approves together what is plain")
def approves_plain(office, person):
    """As outside a sandbox: after the sample, and nothing borderline."""
    approve(office, who(person), "--all", "--plain")


def sample(office, person, line, *finding):
    office.do("review", "sample", "--batch", office.batch, "--line", line,
              *finding, "--key", office.key(who(person)))


@says("{person:who} decides the whole sample and finds nothing wrong")
def sample_sound(office, person):
    out = office.do("review", "sample", "--batch", office.batch,
                    "--key", office.key(who(person)))
    lines = re.findall(r"^ *(\d+) +(?:refused|accepted)\b(.*)$", out, re.M)
    if not lines:
        raise Wrong(f"no sample: {out}")
    for line, _ in lines:
        sample(office, person, line, "--agree")


@says("{person:who} finds {letter} of the sample wrong, because {text}")
def sample_wrong(office, person, letter, text):
    line = office.batches[office.batch].index(letter) + 1
    sample(office, person, line, "--wrong", "--ground", text)


@says("{person:who} signs a list that approves {letters}")
def signs_list(office, person, letters):
    path = office.folder / "list"
    path.write_text("".join(f"approve {x}\n" for x in listed(letters)))
    office.do("review", "sign", "--batch", office.batch, "--list", path,
              "--key", office.key(who(person)))


@says("{person:who} lets {letter} go on")
def lets_go_on(office, person, letter):
    approve_one(office, who(person), letter)


@says("{person:who} submits the batch")
def person_submits(office, person):
    path, manifest = office.certified()
    office.took_in(office.do(*office.submit_words(path, manifest),
                             "--key", office.key(who(person))))


@says("{person:who} reads the decisions")
def reads(office, person):
    office.do("batch", "decisions", office.batch,
              "--key", office.key(who(person)))


@says("{person:who} looks at {letter}")
def looks_at(office, person, letter):
    office.do("review", "show", "--batch", office.sent[letter].batch,
              "--request", letter, "--key", office.key(who(person)))


@says("the custodian finds {letters} to {outcome:words}")
def outcome_is(office, letters, outcome):
    """To wait for reviewers or request review, to be approved, unresolved,
    withheld, stopped, delivered, refused, recalled, withdrawn,
    superseded, destroyed, to have lapsed."""
    outcome_with(office, letters, outcome, None)


@says("the custodian finds {letters} to {outcome:words} with {codes}")
def outcome_with(office, letters, outcome, codes):
    if outcome not in OUTCOMES:
        raise Wrong(f"say one of: {', '.join(OUTCOMES)}")
    decided = office.decisions()
    for letter in office.letters(letters, office.sent):
        row = decided[letter]
        if OUTCOMES[outcome] not in (row["outcome"], row["state"]) or (
                codes is not None and sorted(row["codes"]) != codes):
            raise Wrong(f"{letter} is {row['outcome']} "
                        f"{' '.join(row['codes'])}")


@says("{letters} is found to be {person}", "{letters} are found to be {person}")
def found_to_be(office, letters, person):
    decided = office.decisions()
    for letter in office.letters(letters, office.sent):
        if decided[letter]["person_id"] != person:
            raise Wrong(f"{letter} is found to be "
                        f"{decided[letter]['person_id']}")


@says("nobody was looked up for {letters}")
def not_looked_up(office, letters):
    decided = office.decisions()
    for letter in office.letters(letters, office.sent):
        if "match" in decided[letter]:
            raise Wrong(f"{letter}: the roll was looked at")


@says("the cause for {letters} is {text}")
def cause_is(office, letters, text):
    decided = office.decisions()
    for letter in office.letters(letters, office.sent):
        cause = decided[letter].get("match", {}).get("cause")
        if cause != text:
            raise Wrong(f"{letter}: the cause is {cause}")


@says("explain tells of {letter} that {text}")
def explained(office, letter, text):
    out = office.do("explain", letter)
    if text not in out:
        raise Wrong(f"not in: {out[-1500:]}")


@says("the batch decides the same when it is replayed")
def replayed(office):
    office.do("replay", office.batch)


@says("the work list names {letters} and no other")
def work_list(office, letters):
    out = office.do("review", "list", "--batch", office.batch,
                    "--key", office.key("reviewer-1"))
    words = {line.split()[0] for line in out.splitlines() if line.split()}
    got = sorted(words & set(office.sent))
    want = sorted(office.letters(letters, office.sent))
    if got != want:
        raise Wrong(f"the list has {', '.join(got)}")
