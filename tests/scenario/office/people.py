# SPDX-License-Identifier: Apache-2.0
"""The people of the stories, and requests about them.

A person is a person_id of roll.csv: MARIA-LOPEZ, written MARIA LOPEZ in a
story.  A request is good in every way unless a story says otherwise.
"""
import csv
import datetime
import pathlib

STORIES = pathlib.Path(__file__).resolve().parent.parent / "stories"
ROLL = STORIES / "roll.csv"
OWN = ("return", "third-party")

# Officers of the requester, by the name that stories use.
OFFICERS = {
    "NELSON": ("HSI-1001", "RUTH NELSON", "case agent",
               "HSI Baltimore Group 4"),
    "OKAFOR": ("HSI-1002", "CHIDI OKAFOR", "case agent",
               "HSI Houston Group 2"),
    "PARK": ("HSI-1003", "JUN PARK", "case agent", "HSI Chicago Group 1"),
    "HALE": ("HSI-0001", "WARREN HALE", "Assistant Director",
             "HSI Headquarters"),
    "BOYD": ("ERO-2001", "DALE BOYD", "case agent",
             "ERO Baltimore Field Office"),
}

# What a story may say of a request, and where it stands in NIEM.
NAME = ("nc:Person", "nc:PersonName")
FIELDS = {
    "given name": (*NAME, "nc:PersonGivenName"),
    "middle name": (*NAME, "nc:PersonMiddleName"),
    "surname": (*NAME, "nc:PersonSurName"),
    "suffix": (*NAME, "nc:PersonNameSuffixText"),
    "TIN": ("nc:Person", "nc:PersonTaxIdentification",
            "nc:IdentificationID"),
    "birth date": ("nc:Person", "nc:PersonBirthDate", "nc:Date"),
    "delivery line": ("nc:Address", "nc:AddressDeliveryPointText"),
    "unit": ("nc:Address", "nc:AddressSecondaryUnitText"),
    "city": ("nc:Address", "nc:AddressCityName"),
    "state": ("nc:Address", "nc:AddressState", "usps:StateCode"),
    "ZIP": ("nc:Address", "nc:AddressPostalCode"),
    "taxable period": ("weir:taxablePeriods",),
    "authority": ("weir:statutoryAuthority",),
    "reason": ("weir:reason",),
    "case": ("weir:investigation", "weir:caseID"),
    "case's opening": ("weir:investigation", "weir:openedDate"),
    "case's status": ("weir:investigation", "weir:status"),
    "order": ("weir:removalOrder", "weir:finalDate"),
    "ground": ("weir:removalOrder", "weir:groundCitation"),
    "stay": ("weir:removalOrder", "weir:stayIndicator"),
    "officer": ("weir:officer", "weir:officerID"),
    "officer's unit": ("weir:officer", "weir:unitText"),
    "officer's role": ("weir:officer", "weir:roleText"),
    "purpose": ("weir:purposeCode",),
    "request mended": ("weir:supersedes",),
}
ADDRESS = ("delivery line", "unit", "city", "state", "ZIP")


def load(path=ROLL):
    """person_id: the rows, oldest year first."""
    roll = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            roll.setdefault(row["person_id"], []).append(row)
    return roll


def write(roll, path):
    """The roll as a file of its own; returns the path."""
    columns = next(csv.reader(open(ROLL, newline="")))
    with open(path, "w", newline="") as file:
        out = csv.DictWriter(file, columns)
        out.writeheader()
        for rows in roll.values():
            out.writerows(rows)
    return path


def at_address(row):
    """The address of a roll's row, by the fields of a request."""
    return {"delivery line": row["address_line"], "unit": row["unit"],
            "city": row["city"], "state": row["state"], "ZIP": row["zip"]}


def stranger(n):
    """A row of somebody who is on no roll."""
    given = ("ALMA", "BRUNO", "CELIA", "DARIO", "EVA", "FELIX", "GLORIA",
             "HUGO", "IRMA", "JULIO")[n % 10]
    surname = ("ACOSTA", "BENITEZ", "CABRERA", "DUARTE", "ESPINOZA",
               "FIGUEROA", "GALLARDO", "HIDALGO", "IBARRA", "JUAREZ",
               "LARA", "MONTOYA")[n // 10 % 12]
    return {"person_id": "", "given_name": given, "middle_name": "",
            "surname": surname, "suffix": "", "tin": str(770000001 + n * 37),
            "birth_date": f"{1950 + n % 50}-0{1 + n % 9}-1{n % 9}",
            "address_line": f"{1200 + n} N BROADWAY", "unit": "",
            "city": "BALTIMORE", "state": "MD", "zip": "21213",
            "address_source": "return", "tax_year": "2023"}


class Request:
    """A request as a story drafts it; as_json() is what is sent."""

    def __init__(self, letter, number, row, officer, day):
        self.letter = letter
        self.person = row["person_id"]
        self.officer = officer
        self.others = {}  # members that the format does not name
        self.raw = None   # the line as written, whatever it is
        days = datetime.timedelta
        self.fields = {
            "given name": row["given_name"].title(),
            "middle name": row["middle_name"].title(),
            "surname": row["surname"].title(),
            "suffix": row["suffix"],
            "TIN": row["tin"],
            "birth date": row["birth_date"],
            **at_address(row),
            "taxable period": [row["tax_year"]],
            "authority": "8 USC 1253(a)(1)(A)",
            "case": f"HSI-BAL-26-{104000 + number}",
            "case's opening": str(day - days(200 + number % 90)),
            "case's status": "open",
            "order": str(day - days(400 + number)),
            "ground": "8 USC 1227(a)(1)(B)",
            "stay": False,
            "purpose": "criminal-investigation",
        }

    def reason(self):
        """One sentence of this person's own facts."""
        f = self.fields
        return (f"Investigation {f.get('case', '')}: {f['given name']} "
                f"{f['surname']} was ordered removed on "
                f"{f.get('order', '')} and is believed to live in "
                f"{f.get('city', '')}; the address is where service of "
                "process is to be attempted")

    def as_json(self):
        ident, name, role, unit = OFFICERS[self.officer]
        fields = {"reason": self.reason(), "officer's role": role,
                  "officer's unit": unit, "officer": ident, **self.fields}
        out = {"weir:requestID": self.letter,
               "weir:officer": {"nc:PersonFullName": name}}
        for field, value in fields.items():
            if value is None or value == "":
                continue
            place = out
            *path, last = FIELDS[field]
            for step in path:
                place = place.setdefault(step, {})
            place[last] = value
        out.update(self.others)
        return out
