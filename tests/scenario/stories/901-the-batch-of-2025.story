title: The batch of 2025, one officer for all, one sentence for a reason, ZIP Codes for addresses, lets nothing leave
covers: F1 F2 F3 F5 F6 F9 F10 F11 R5 R8 R11 R22
break: agreements/irs-ice-2025.md: setting officer-most 100 => setting officer-most 1000
break: statutes/26-usc-6103-i-2.md: require request.address at least deliverable => require request.address at least zip-like
break: statutes/26-usc-6103-i-2.md: require request.reason at least borderline and request.reason-own => require request.reason at least general
# as it came: the address field was tested for nothing but digits
a request for everybody on the roll
requests A1 to A80 for people who are on no roll
all name officer HALE
the reason of all is "Subject is under investigation for failure to depart and the information requested is relevant to that investigation"
all give nothing but a ZIP as their address
the batch comes in
all are refused with I2-A-OFFICER, I2-B1-ADDRESS and I2-B4-REASON
nobody was looked up for all
the answer day comes
the release is run
nothing leaves
# with addresses, it is one sentence for all
requests B1 to B80 for people who are on no roll
all name officer HALE
the reason of all is "Subject is under investigation for failure to depart and the information requested is relevant to that investigation"
the batch comes in
B1 to B80 are refused with I2-A-OFFICER and I2-B4-REASON
# with a reason of each one's own, it is one officer for all
requests C1 to C110 for people who are on no roll
a request C111 for MARIA LOPEZ
all name officer HALE
the officer's role of all is "case agent"
the batch comes in
C1 to C111 are refused with AG-OFFICER-LOAD
the answer day comes
the release is run
nothing leaves
the accounting counts 303 requests, 303 refused and 0 disclosures
