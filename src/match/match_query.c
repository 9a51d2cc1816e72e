/* SPDX-License-Identifier: Apache-2.0 */
#include "match/match.h"

#include "base/day.h"
#include "base/num.h"

static void
query_tin(const struct request *request, struct match_query *query)
{
	char digits[10];
	uint64_t tin = 0;

	query->tin_stated = span_trim(request->field[RQ_TIN]).n > 0;
	if (request_tin(request, digits) &&
		num_digits(span_text(digits), 999999999, &tin))
		query->tin = (uint32_t)tin;
}

static void
query_years(const struct request *request, struct match_query *query)
{
	uint16_t years[REQUEST_PERIODS_MAX];
	size_t n = 0;

	if (!request_years(request, years, &n) || n > MATCH_YEARS_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		query->years[i] = years[i];
	query->n_years = n;
}

void
match_query_at(const struct address_text *written, struct match_query *query)
{
	person_address(written, &query->address);
	query->house = roll_house_key(&query->address);
}

void
match_query_from(const struct request *request, struct match_query *ret_query)
{
	const struct span *field = request->field;
	const struct address_text address = {
		.line = field[RQ_STREET],
		.unit = field[RQ_ADDR_UNIT],
		.urbanization = field[RQ_URBANIZATION],
		.city = field[RQ_CITY],
		.state = field[RQ_STATE],
		.zip = field[RQ_ZIP],
	};

	*ret_query = (struct match_query){.birth = DAY_NONE};
	person_name(field[RQ_GIVEN], field[RQ_MIDDLE], field[RQ_SURNAME],
		field[RQ_SUFFIX], &ret_query->name);
	match_query_at(&address, ret_query);
	query_tin(request, ret_query);
	ret_query->birth_stated = span_trim(field[RQ_BIRTH]).n > 0;
	ret_query->birth = request_day(request, RQ_BIRTH);
	query_years(request, ret_query);
}
