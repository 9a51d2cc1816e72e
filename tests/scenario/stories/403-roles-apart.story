title: Who brings requests in does not approve them: the roles are apart, also under another certificate
covers: R21 I6
break: src/register/register.def: @APART@ => x
the first reviewer is given the role of operator, but the answer is no: "one person is not both operator and reviewer"
the first reviewer is given the role of administrator, but the answer is no: "not both"
the operator is given a second certificate with the role of operator
the operator again is given the role of reviewer, but the answer is no: "not both"
