title: A bulk request without the four elements is refused line by line, and needs nobody's courage
covers: F8 F7 R1 R9 R25
break: statutes/26-usc-6103-i-2.md: require request.authority in {8-usc-1253-a-1-A, 8-usc-1253-a-1-other, 8-usc-1325, 8-usc-1326} => require request.form at least malformed
a request for everybody on the roll
all state no authority
all state no reason
all state no case
all state no case's opening
all state no case's status
all state no order
all state no purpose
the batch comes in
all are refused with I2-A-CASE, I2-A-USE, I2-B3-AUTHORITY and I2-B4-REASON
nobody was looked up for all
every refusal has a code, a sentence and a citation
the release is run
nothing leaves
