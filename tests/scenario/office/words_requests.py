# SPDX-License-Identifier: Apache-2.0
"""Requests, batches, and what the requester is told."""
import datetime
import json
import pathlib

from . import people
from .language import Wrong, listed, says

SECTION = "Requests and batches"


def row_of(office, person, year=None):
    rows = office.roll.get(person)
    if not rows:
        raise Wrong(f"nobody is '{person}' on the roll of the stories")
    if year is None:
        own = [r for r in rows if r["address_source"] in people.OWN]
        year = 2023 if any(r["tax_year"] == "2023" for r in own) else None
        return next((r for r in own or rows if year is None
                     or r["tax_year"] == str(year)), rows[-1])
    for row in rows:
        if row["tax_year"] == str(year):
            return row
    raise Wrong(f"the roll has no row of {person} for {year}")


def request_for(office, letter, person, officer="NELSON"):
    """Good in every way: it asks for 2023 and gives the person's address."""
    request = office.draft(letter, row_of(office, person), officer)
    request.fields["taxable period"] = ["2023"]
    return request


# ---- drafting ----

@says("a request {letter} for {person}")
def one(office, letter, person):
    request_for(office, letter, person)


@says("requests {letters} for {persons}")
def several(office, letters, persons):
    names = listed(letters)
    if len(names) != len(persons):
        raise Wrong(f"{len(names)} requests for {len(persons)} people")
    for letter, person in zip(names, persons):
        request_for(office, letter, person)


@says("requests {letters} for people who are on no roll")
def strangers(office, letters):
    for letter in listed(letters):
        row = people.stranger(office.numbers)
        office.draft(letter, row)


@says("a request for everybody on the roll")
def everybody(office):
    for n, person in enumerate(office.roll, 1):
        request_for(office, f"P{n}", person)


@says("the {field:field} of {letters} is {text}",
      "the {field:field} of {letters} are {text}")
def field_is(office, field, letters, text):
    for request in office.drafted(letters):
        request.fields[field] = text


@says("the TIN of {letters} is that of {person}")
def tin_of(office, letters, person):
    for request in office.drafted(letters):
        request.fields["TIN"] = row_of(office, person)["tin"]


@says("{letters} states no {field:field}", "{letters} state no {field:field}")
def field_missing(office, letters, field):
    for request in office.drafted(letters):
        request.fields[field] = None


@says("{letters} states no address", "{letters} state no address")
def no_address(office, letters):
    for request in office.drafted(letters):
        for field in people.ADDRESS:
            request.fields[field] = None


@says("{letters} gives nothing but a ZIP as its address",
      "{letters} give nothing but a ZIP as their address")
def only_zip(office, letters):
    for request in office.drafted(letters):
        for field in people.ADDRESS[:-1]:
            request.fields[field] = None


@says("{letters} gives the address {text}",
      "{letters} give the address {text}")
def whole_address(office, letters, text):
    """As the files of 2025 had it: all in one field."""
    for request in office.drafted(letters):
        for field in people.ADDRESS:
            request.fields[field] = None
        request.fields["delivery line"] = text


@says("{letters} gives the address of {person} in {year}",
      "{letters} give the address of {person} in {year}")
def address_in(office, letters, person, year):
    for request in office.drafted(letters):
        request.fields.update(people.at_address(
            row_of(office, person, year)))


@says("{letters} asks for {years}", "{letters} ask for {years}")
def asks_for(office, letters, years):
    for request in office.drafted(letters):
        request.fields["taxable period"] = [str(y) for y in years]


@says("{letters} asks for this year", "{letters} ask for this year")
def asks_this_year(office, letters):
    for request in office.drafted(letters):
        request.fields["taxable period"] = [str(office.day.year)]


@says("{letters} names officer {officer}", "{letters} name officer {officer}")
def names_officer(office, letters, officer):
    if officer not in people.OFFICERS:
        raise Wrong(f"no officer {officer}; there are: "
                    f"{', '.join(people.OFFICERS)}")
    for request in office.drafted(letters):
        request.officer = officer


@says("the order of {letters} became final {n} days ago")
def order_age(office, letters, n):
    for request in office.drafted(letters):
        request.fields["order"] = str(
            office.day - datetime.timedelta(days=n))


@says("the order of {letters} is stayed")
def stayed(office, letters):
    for request in office.drafted(letters):
        request.fields["stay"] = True


@says("{letters} also has a member {name:text} with {value:text}")
def member(office, letters, name, value):
    for request in office.drafted(letters):
        request.others[name] = value


@says("{letters} is in the same case as {other:letter}")
def same_case(office, letters, other):
    of = office.drafts.get(other) or office.sent.get(other)
    if of is None:
        raise Wrong(f"there is no request {other}")
    for request in office.drafted(letters):
        request.fields["case"] = of.fields["case"]
        request.fields["case's opening"] = of.fields["case's opening"]


@says("{letter} is asked again, word for word, as {again:letter}")
def asked_again(office, letter, again):
    old = office.sent.get(letter) or office.drafts.get(letter)
    if old is None:
        raise Wrong(f"there is no request {letter}")
    request = office.draft(again, row_of(office, old.person), old.officer)
    request.fields = dict(old.fields)
    request.others = dict(old.others)


@says("{letter} is mended and sent again as {again:letter}")
def mended(office, letter, again):
    """A good one in the place of a refused one, which it names."""
    old = office.sent[letter]
    request = request_for(office, again, old.person)
    for field in ("case", "case's opening", "order"):
        request.fields[field] = old.fields[field]
    request.fields["request mended"] = letter


@says("{letter} is amended and sent again as {again:letter}")
def amended(office, letter, again):
    """The same case anew, in the place of an open request, which it names."""
    mended(office, letter, again)


@says("{letter} is a line that nobody can read")
def unreadable(office, letter):
    request = office.draft(letter, people.stranger(office.numbers))
    request.raw = '{"weir:requestID": "' + letter + '", "nc:Person": {'


@says("{letter} is a line of {n} bytes")
def long_line(office, letter, n):
    request = office.draft(letter, people.stranger(office.numbers))
    request.raw = json.dumps({"weir:requestID": letter, "weir:reason": ""})
    request.raw = request.raw[:-2] + "x" * (n - len(request.raw)) + '"}'


@says("{letter} is a line that hides an escape sequence in its reason")
def escape(office, letter):
    request = office.drafts[letter]
    request.fields["reason"] = request.reason() + "\x1b[2J\x1b[1;1Happroved"


# ---- sending ----

@says("the batch comes in", "the batch is submitted")
def submitted(office):
    office.submit()


@says("they come in one by one", "it comes in by itself")
def submitted_singly(office):
    office.submit_singly()


@says("the book is closed")
def book_closed(office):
    office.do("batch", "close", str(office.batch), "--today", office.day)


@says("the batch is signed by {who:who} and submitted")
def signed_by(office, who):
    office.submit(signer_of(office, who))


def signer_of(office, who):
    who = who.removeprefix("the ").replace(" ", "-")
    if who == "a-stranger-of-the-certifier's-name":
        if not (office.dir / "sandbox/stranger.key").exists():
            office.new_person("stranger", "ACTING DIRECTOR")
        return "stranger"
    return {"first-reviewer": "reviewer-1"}.get(who, who)


@says("the manifest counts {n} requests")
def counts(office, n):
    office.manifest_changes["weir:count"] = n


@says("the manifest names the agreement {text}")
def names_agreement(office, text):
    office.manifest_changes["weir:agreementID"] = text


@says("the manifest has the sequence number {n}")
def numbered(office, n):
    office.manifest_changes["weir:sequence"] = n


@says("the manifest has the hash of another file")
def other_hash(office):
    office.manifest_changes["weir:sha384"] = "0" * 96


@says("the file is changed after it was signed, and submitted")
def changed_after(office):
    path, manifest = office.certified()
    text = path.read_bytes()
    path.write_bytes(text.replace(b"BALTIMORE", b"BALTIMORY", 1)
                     if b"BALTIMORE" in text else text[:-2] + b" }\n")
    office.do(*office.submit_words(path, manifest))


@says("the manifest is changed after it was signed, and submitted")
def manifest_after(office):
    path, manifest = office.certified()
    text = manifest.read_text()
    manifest.write_text(text.replace("ACTING", "acting"))
    office.do(*office.submit_words(path, manifest))


@says("the batch is submitted without a signature")
def unsigned(office):
    path, manifest = office.certified()
    pathlib.Path(f"{manifest}.p7s").unlink()
    office.do(*office.submit_words(path, manifest))


@says("the same file is submitted again")
def same_again(office):
    path = office.folder / f"batch-{office.sequence}.jsonl"
    office.kept["size"] = len(office.entries())
    office.do(*office.submit_words(path, f"{path}.manifest"))


@says("nothing is done twice")
def not_twice(office):
    if "nothing was done twice" not in office.words:
        raise Wrong(f"it does not say so: {office.words}")
    now = len(office.entries())
    if now != office.kept["size"]:
        raise Wrong(f"the ledger grew by {now - office.kept['size']}")


@says("the requester checks the file before sending it")
def own_check(office):
    path = office.write_batch()
    office.do("request", "check", path, "--today", office.day)


# ---- the requester is told ----

@says("{letters} is accepted", "{letters} are accepted")
def is_accepted(office, letters):
    replies = office.replies()
    for letter in office.letters(letters, office.sent):
        if replies[letter]["status"] != "accepted":
            raise Wrong(f"{letter}: {codes_of(replies[letter])}")


def codes_of(reply):
    return f"{reply['status']} " + " ".join(
        r["code"] for r in reply["reasons"])


@says("{letters} is refused with {codes}", "{letters} are refused with {codes}")
def is_refused(office, letters, codes):
    """With these codes and no other."""
    replies = office.replies()
    for letter in office.letters(letters, office.sent):
        reply = replies[letter]
        got = sorted({r["code"] for r in reply["reasons"]})
        if reply["status"] != "refused" or got != codes:
            raise Wrong(f"{letter}: {codes_of(reply)}")


@says("{letter} is given back", "{letter} is given back with {text}")
def is_returned(office, letter, text=""):
    """By request review; the requester reads the ground."""
    reply = office.replies()[letter]
    if reply["status"] != "returned" or text not in json.dumps(reply):
        raise Wrong(f"{letter}: {reply}")


@says("every refusal has a code, a sentence and a citation")
def reasons_whole(office):
    refused = [r for r in office.replies().values()
               if r["status"] == "refused"]
    if not refused:
        raise Wrong("nothing was refused")
    for reply in refused:
        for reason in reply["reasons"]:
            if not all(reason.get(k)
                       for k in ("code", "sentence", "citation")):
                raise Wrong(f"{reply['request_id']}: {reason}")


@says("the requester is told the same of {letters}")
def told_same(office, letters):
    """But for advice, which is on the request's own words."""
    replies = office.replies()
    texts = {json.dumps({**replies[x], "request_id": "", "advice": []})
             for x in office.letters(letters, office.sent)}
    if len(texts) != 1:
        raise Wrong(f"{len(texts)} different replies: {sorted(texts)}")


@says("the refusal of {letter} says {text}")
def refusal_says(office, letter, text):
    got = json.dumps(office.replies()[letter], ensure_ascii=False)
    if text not in got:
        raise Wrong(f"{letter}: {got}")


@says("the requester is told {text}", "it says {text}")
def told(office, text):
    if text not in office.words:
        raise Wrong(f"not said: {office.words}")


@says("it does not say {text}")
def not_told(office, text):
    if text in office.words:
        raise Wrong(f"said: {office.words}")


@says("no batch has come in")
def none_in(office):
    status, _, _ = office.try_("batch", "status", office.sequence + 1)
    if status != 1:
        raise Wrong("a batch is there")


@says("nothing of {letter} holds {text}")
def not_stored(office, letter, text):
    """Neither the reply, nor the decisions, nor what explain tells."""
    for words in (["batch", "reply", office.sent[letter].batch],
                  ["batch", "decisions", office.sent[letter].batch],
                  ["explain", letter]):
        if text in office.do(*words):
            raise Wrong(f"weir {' '.join(map(str, words))} tells it")
