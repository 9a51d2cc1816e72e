title: Taxable periods are stated, distinct, past and at most ten
covers: R6
break: statutes/26-usc-6103-i-2.md: require request.periods at least 1 and request.periods-ended => require request.periods at least 0
break: src/request/request_grade.c: known && years[n - 1] < day_year(today) => known
break: agreements/irs-ice-2025.md: setting periods-most 10 => setting periods-most 60
requests A, B, C and D for MARIA LOPEZ, JOSE RAMIREZ, LUZ HERRERA and NADIA AHMED
A states no taxable period
B asks for this year
the taxable period of C is "ALL"
D asks for 2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020 and 2021
the batch comes in
all are refused with I2-B2-PERIOD
the release is run
nothing leaves
