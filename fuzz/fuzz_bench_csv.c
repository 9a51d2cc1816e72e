/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as somebody's CSV: refused with a line, or read to its end; what
 * was read and is written again reads the same.
 */
#include "base/buf.h"
#include "bench/bench_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_again(const struct bench_csv *csv)
{
	static struct bench_csv again;
	OWNED_BUF(text, 1 << 20);
	struct why why = {""};

	for (size_t i = 0; i < csv->n; i++) {
		buf_u8(&text, i == 0 ? '"' : ',');
		if (i == 0)
			buf_text(&text, "\",");
		bench_csv_write(&text, csv->field[i]);
	}
	if (csv->n == 0 || csv->n == BENCH_CSV_FIELDS ||
		buf_error(&text) != ERR_OK)
		return;
	buf_u8(&text, '\n');
	bench_csv_init(&again, "again", buf_span(&text));
	if (bench_csv_next(&again, &why) != ERR_OK)
		return; /* longer by its quotes than a record may be */
	must(again.n == csv->n + 1);
	for (size_t i = 0; i < csv->n; i++)
		must(span_eq(csv->field[i], again.field[i + 1]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bench_csv csv;
	struct why why = {""};
	uint64_t line = 0;

	bench_csv_init(&csv, "csv", span_of(data, size));
	for (;;) {
		enum err e = bench_csv_next(&csv, &why);

		must(csv.line > line && csv.n <= BENCH_CSV_FIELDS);
		line = csv.line;
		if (e != ERR_OK) {
			must(err_is_refusal(e) && why.text[0] != '\0');
			break;
		}
		if (csv.n == 0)
			break;
		write_again(&csv);
	}
	return 0;
}
