title: Who is screened is shown to the screener and counsel alone
covers: R16 R21
break: src/proc/proc_permit.def: PERMIT(SCREEN_LIST, "see screens and their grounds",   "screener", "counsel") => PERMIT(SCREEN_LIST, "see screens and their grounds",   "screener", "counsel", "operator")
a screen is entered for MARIA LOPEZ, ground ci
the screener is given the role of screener
the first reviewer lists the screens, but the answer is no: "not the role to see screens"
the operator lists the screens, but the answer is no: "not the role to see screens"
the screener lists the screens
it says "MARIA-LOPEZ"
counsel lists the screens
it says "MARIA-LOPEZ"
